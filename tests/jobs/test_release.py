"""A held batch that a person let through is published by the next night, once, and only while it is held."""

import datetime

import pytest

from jobs import journal
from jobs.journal import Delivery
from jobs.release import ask, publish_released, publishing_day, releases, waiting
from jobs.tell import _deliveries

pytestmark = pytest.mark.usefixtures("home")
WHY = "热线确认当日系统升级，来访确实减少"
TODAY = datetime.date(2018, 6, 30)


def delivery(batch, day=30, state="held", **more):
    moment = datetime.datetime(2018, 6, day, 20, tzinfo=journal.CHINA)
    facts = {"code": "W102", "message": "行数偏离过大。"} if state == "held" else {}
    return Delivery(
        resource="visit",
        batch=batch,
        folder=f"visit/{day}/{batch}",
        state=state,
        delivered_at=moment,
        run_id="r1",
        provider="rexian",
        period=f"2018-06-{day}",
        **(facts | more),
    )


@pytest.fixture
def held():
    """A held batch as the journal has it."""
    journal.record_deliveries([delivery("a")])
    return rows()["a"]


def rows():
    return {row["batch"]: row for row in journal.deliveries("visit")}


def states():
    return {batch: row["state"] for batch, row in rows().items()}


def test_until_the_night_a_released_batch_stays_held(held):
    assert ask(held, "王芳", WHY)
    assert states() == {"a": "held"}
    (release,) = releases().values()
    assert (release.who, release.why, release.run_id) == ("王芳", WHY, None)
    assert publish_released("other", TODAY, "r2") == []


def test_the_night_publishes_it_with_its_flag_and_the_reason(held):
    ask(held, "王芳", WHY)
    assert publish_released("visit", TODAY, "r2") == ["a"]
    row = rows()["a"]
    assert (row["state"], row["code"], row["run_id"]) == ("published_flagged", "W102", "r2")
    for words in ("经核实放行", "W102 行数偏离过大待核", WHY, "行数偏离过大。"):
        assert words in row["message"]
    assert "王芳" not in row["message"], "sentences go into mails"
    assert [found["batch"] for found in journal.published("visit")] == ["a"]
    assert [release.run_id for release in releases().values()] == ["r2"]


def test_a_release_waits_for_a_night_that_is_no_older_than_the_batch_and_the_last_one(held):
    journal.begin_run("r1", TODAY + datetime.timedelta(days=2))
    assert waiting(TODAY) == []
    ask(held, "王芳", WHY)
    assert (waiting(TODAY - datetime.timedelta(days=1)), waiting(TODAY)) == ([], ["visit"])
    assert publishing_day(held) == "2018-07-02"
    publish_released("visit", TODAY, "r2")
    assert waiting(TODAY) == []


def test_a_second_night_finds_nothing_left_to_release(held):
    ask(held, "王芳", WHY)
    publish_released("visit", TODAY, "r2")
    before = rows()
    assert publish_released("visit", TODAY, "r3") == []
    assert rows() == before


def test_a_batch_is_released_once_and_the_first_word_stays(held):
    assert ask(held, "王芳", WHY)
    assert not ask(held, "李华", "别的理由")
    assert [release.who for release in releases().values()] == ["王芳"]


@pytest.mark.parametrize("state", ["published", "published_flagged", "rejected", "duplicate", "replaced"])
def test_only_a_held_batch_can_be_released(held, state):
    journal.record_deliveries([delivery("a", state=state)])
    assert not ask(held, "王芳", WHY)
    assert releases() == {}


def test_a_released_batch_that_was_replaced_meanwhile_stays_replaced(held):
    ask(held, "王芳", WHY)
    journal.close_commit("visit", 1, [delivery("b", state="published", replaces="a")], [])
    assert publish_released("visit", TODAY, "r2") == []
    assert states() == {"a": "replaced", "b": "published"}


def test_a_released_correction_replaces_what_it_corrects():
    journal.record_deliveries([delivery("a", 29, state="published"), delivery("b", replaces="a")])
    ask(rows()["b"], "王芳", WHY)
    publish_released("visit", TODAY, "r2")
    assert states() == {"a": "replaced", "b": "published_flagged"}


def test_a_night_of_the_past_releases_nothing_that_came_after_it(held):
    ask(held, "王芳", WHY)
    assert publish_released("visit", TODAY - datetime.timedelta(days=1), "r2") == []
    assert publish_released("visit", TODAY, "r3") == ["a"]


def test_a_release_that_fails_half_way_leaves_nothing_behind(held, monkeypatch):
    ask(held, "王芳", WHY)
    monkeypatch.setattr("jobs.release.mark_replaced", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publish_released("visit", TODAY, "r2")
    assert states() == {"a": "held"}
    assert [release.run_id for release in releases().values()] == [None]


def test_the_alerts_are_told_the_reason_only_once_the_batch_is_published(held, catalog_of, declared):
    journal.begin_run("r1", TODAY)
    ask(held, "王芳", WHY)
    catalog = catalog_of(declared())
    assert [fact.released_why for fact in _deliveries(catalog, TODAY)] == [None]
    journal.begin_run("r2", TODAY)
    publish_released("visit", TODAY, "r2")
    assert [(fact.state, fact.released_why) for fact in _deliveries(catalog, TODAY)] == [("published_flagged", WHY)]


def test_a_held_batch_that_is_replaced_on_a_later_night_is_told_that_night(held):
    later = TODAY + datetime.timedelta(days=1)
    journal.begin_run("r1", TODAY)
    journal.begin_run("r2", later)
    correction = Delivery(**{**delivery("b", state="published", replaces="a").__dict__, "run_id": "r2"})
    journal.close_commit("visit", 1, [correction], [])
    assert {row["batch"]: row["state"] for row in journal.finished_for(later)} == {"a": "replaced", "b": "published"}
