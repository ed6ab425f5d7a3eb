"""The deadline's callback: the operator hears of a night that is late, with its business date."""

import datetime as dt
import json

import pytest

from alerts.casebook import list_cases
from jobs import journal
from taian import late
from taian.clock import SHANGHAI
from taian.settings import Settings, settings


@pytest.fixture
def told(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setenv("TAIAN_HOME", str(tmp_path))
    settings.cache_clear()
    monkeypatch.setattr("alerts.watch.check_night", lambda *facts, **more: calls.append((*facts[2:], more)))
    yield calls
    settings.cache_clear()


def test_a_late_run_is_told_with_the_business_date_of_its_moment(told):
    late.tell_operator({"dag_run": {"dag_run_id": "r", "logical_date": "2018-06-30T18:00:00Z", "conf": {}}})
    assert told == [(None, dt.date(2018, 6, 30), {"has_started": True})]


def test_the_last_published_night_is_handed_on(told, tmp_path):
    (tmp_path / "serving").mkdir()
    (tmp_path / "serving" / "CURRENT.json").write_text(json.dumps({"business_date": "2018-06-29"}), encoding="utf-8")
    late.tell_operator({"dag_run": {"logical_date": None, "conf": {"business_date": "2018-06-30"}}})
    assert told == [(dt.date(2018, 6, 29), dt.date(2018, 6, 30), {"has_started": True})]


MORNING = dt.datetime(2018, 7, 1, 8, 30, tzinfo=SHANGHAI)
LONG_AGO = dt.datetime(2018, 1, 1, tzinfo=SHANGHAI)
EVENING = dt.date(2018, 6, 30)


class Watch:
    """The sender's look at the clock, with nobody listening for mail."""

    def __init__(self, home):
        self.home = home

    def at(self, moment, since=LONG_AGO, night_at=dt.time(2)):
        here = Settings(home=self.home, night_at=night_at, mail_port=9)
        late.watch_for_night(here, moment, since)
        return [(case.subject, case.strength) for case in list_cases(here, kind="night")]

    def published(self, date):
        (self.home / "serving").mkdir(exist_ok=True)
        text = json.dumps({"business_date": date.isoformat()})
        (self.home / "serving" / "CURRENT.json").write_text(text, encoding="utf-8")


@pytest.fixture
def watch(tmp_path, monkeypatch):
    monkeypatch.setenv("TAIAN_HOME", str(tmp_path))
    settings.cache_clear()
    yield Watch(tmp_path)
    settings.cache_clear()


def test_a_night_that_did_not_happen_reaches_the_operator_once_at_half_past_eight(watch):
    watch.published(dt.date(2018, 6, 29))
    assert watch.at(MORNING - dt.timedelta(seconds=1)) == []
    assert watch.at(MORNING) == [("2018-06-30", "missing")]
    assert watch.at(MORNING + dt.timedelta(hours=9)) == [("2018-06-30", "missing")]
    assert watch.at(MORNING + dt.timedelta(days=1)) == [("2018-07-01", "missing"), ("2018-06-30", "missing")]


def test_a_night_that_began_and_is_not_done_is_late_and_not_missing(watch):
    watch.published(dt.date(2018, 6, 29))
    journal.begin_run("r1", EVENING)
    assert watch.at(MORNING) == [("2018-06-30", "late")]


def test_a_night_that_is_published_and_one_that_nobody_scheduled_are_no_news(watch):
    assert watch.at(MORNING, night_at=None) == []
    watch.published(EVENING)
    assert watch.at(MORNING) == []


def test_a_new_installation_is_not_asked_for_the_nights_before_it(watch):
    since = MORNING + dt.timedelta(hours=3)
    assert watch.at(since, since) == []
    assert watch.at(MORNING + dt.timedelta(days=1), since) == [("2018-07-01", "missing")]


def test_a_machine_that_was_off_at_night_is_told_of_the_night_it_missed(watch):
    watch.published(dt.date(2018, 6, 28))
    since = MORNING + dt.timedelta(hours=3)
    assert watch.at(since, since) == [("2018-06-30", "missing")]


def test_a_night_that_failed_and_was_told_is_not_told_again_as_late(watch, tmp_path):
    from alerts.night import Night
    from alerts.notify import record_night

    watch.published(dt.date(2018, 6, 29))
    failed = Night(run_id="r1", business_date=EVENING, state="failed", failed_steps=("publish",))
    record_night(Settings(home=tmp_path), failed)
    assert watch.at(MORNING) == [("2018-06-30", "failed")]
