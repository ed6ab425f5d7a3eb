"""The deadline's callback: the operator hears of a night that is late, with its business date."""

import datetime as dt
import json

import pytest

from taian import late
from taian.settings import settings


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
