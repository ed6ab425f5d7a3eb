"""The journal: what was delivered, decided and committed, and what a past date may see of it."""

import datetime
import sqlite3

import pytest
import sqlalchemy

from jobs import journal, release
from jobs.journal import Delivery

pytestmark = pytest.mark.usefixtures("home")


def delivery(batch, day=30, state="published", **more):
    moment = datetime.datetime(2018, 6, day, 20, tzinfo=journal.CHINA)
    return Delivery(
        resource="visit", batch=batch, folder=f"visit/{batch}", state=state, delivered_at=moment, run_id="r1", **more
    )


def states():
    return {row["batch"]: row["state"] for row in journal.deliveries("visit")}


def test_a_commit_stays_open_with_its_folders_until_it_is_closed():
    assert journal.open_commit("visit") is None
    assert journal.begin_commit("visit", {"visit/a": "{}", "visit/b": "{}"}) == 1
    assert journal.open_commit("visit") == (1, {"visit/a": "{}", "visit/b": "{}"})
    assert journal.open_commit("other") is None
    journal.close_commit("visit", 1, [delivery("a"), delivery("b", state="held")], [])
    assert journal.open_commit("visit") is None
    assert states() == {"a": "published", "b": "held"}
    assert journal.begin_commit("visit", {"visit/c": "{}"}) == 2
    assert journal.begin_commit("other", {"other/a": "{}"}) == 1


def test_closing_is_all_or_nothing():
    number = journal.begin_commit("visit", {"visit/a": "{}"})
    check = {"resource": "visit", "batch": "a", "check": "x", "run_id": None}
    with pytest.raises(sqlalchemy.exc.IntegrityError):
        journal.close_commit("visit", number, [delivery("a")], [check])
    assert states() == {}
    assert journal.open_commit("visit") == (number, {"visit/a": "{}"})


def test_a_batch_leaves_an_open_commit_with_its_outcome():
    number = journal.begin_commit("visit", {"visit/a": "{}", "visit/b": "{}"})
    journal.drop_from_commit("visit", number, delivery("a", state="rejected", code="F003"))
    assert journal.open_commit("visit") == (number, {"visit/b": "{}"})
    assert states() == {"a": "rejected"}


def test_a_published_correction_replaces_its_batch_and_a_held_one_does_not():
    journal.close_commit("visit", 1, [delivery("a"), delivery("b"), delivery("c", state="held")], [])
    held = delivery("a2", state="held", replaces="a")
    journal.close_commit("visit", 2, [held, delivery("b2", replaces="b"), delivery("c2", replaces="c")], [])
    assert states() == {
        "a": "published",
        "b": "replaced",
        "c": "replaced",
        "a2": "held",
        "b2": "published",
        "c2": "published",
    }


def test_a_batch_and_its_correction_of_the_same_night_leave_the_correction():
    flagged = delivery("a2", state="published_flagged", replaces="a")
    journal.close_commit("visit", 1, [delivery("a"), flagged], [])
    assert states() == {"a": "replaced", "a2": "published_flagged"}


def test_a_rejected_batch_is_never_called_replaced():
    journal.record_deliveries([delivery("a", state="rejected", code="F011")])
    journal.close_commit("visit", 1, [delivery("a2", replaces="a")], [])
    assert states() == {"a": "rejected", "a2": "published"}


def test_a_past_date_sees_only_what_was_delivered_by_its_end():
    journal.record_deliveries([delivery("late", 30), delivery("first", 1), delivery("held", 2, state="held")])
    assert [row["batch"] for row in journal.published("visit")] == ["first", "late"]
    assert [row["batch"] for row in journal.published("visit", datetime.date(2018, 6, 29))] == ["first"]
    assert [row["batch"] for row in journal.published("visit", datetime.date(2018, 6, 30))] == ["first", "late"]
    assert journal.published("visit", datetime.date(2018, 5, 31)) == []


def failed_check(batch):
    facts = {"dimension": "accuracy", "severity": "critical", "observed": "x", "expected": "y", "success": False}
    return {"resource": "visit", "batch": batch, "check": "drift", "run_id": "r1", **facts}


def test_a_date_before_a_correction_still_sees_the_batch_that_gave_way():
    journal.close_commit("visit", 1, [delivery("a", 10)], [])
    journal.close_commit("visit", 2, [delivery("a2", 20, replaces="a")], [])
    journal.close_commit("visit", 3, [delivery("a3", 25, replaces="a2")], [])
    seen = {day: [row["batch"] for row in journal.published("visit", datetime.date(2018, 6, day))] for day in (9, 19)}
    assert seen == {9: [], 19: ["a"]}
    assert [row["batch"] for row in journal.published("visit", datetime.date(2018, 6, 24))] == ["a2"]
    assert [row["batch"] for row in journal.published("visit")] == ["a3"]
    spans = {
        row["batch"]: (row["delivered_at"][8:10], until and until[8:10]) for row, until in journal.believed("visit")
    }
    assert spans == {"a": ("10", "20"), "a2": ("20", "25"), "a3": ("25", None)}


def test_what_was_held_until_it_gave_way_was_never_believed():
    journal.close_commit("visit", 1, [delivery("a", 10, state="held"), delivery("b", 11)], [failed_check("a")])
    journal.close_commit("visit", 2, [delivery("a2", 20, replaces="a")], [])
    # A correction that is held itself replaces nothing, on no day.
    journal.close_commit("visit", 3, [delivery("b2", 21, state="held", replaces="b")], [failed_check("b2")])
    assert {row["batch"]: until for row, until in journal.believed("visit")} == {"a2": None, "b": None}
    assert [row["batch"] for row in journal.published("visit", datetime.date(2018, 6, 19))] == ["b"]


def test_what_a_person_let_through_was_believed_until_it_gave_way():
    journal.close_commit("visit", 1, [delivery("a", 10, state="held")], [failed_check("a")])
    (held,) = journal.deliveries("visit")
    release.ask(held, "王芳", "核实")
    release.publish_released("visit", datetime.date(2018, 6, 15), "r2")
    journal.close_commit("visit", 2, [delivery("a2", 20, replaces="a")], [])
    assert [row["batch"] for row, _ in journal.believed("visit")] == ["a", "a2"]
    assert [row["batch"] for row in journal.published("visit", datetime.date(2018, 6, 19))] == ["a"]


def test_a_moment_of_another_zone_is_kept_in_china_time():
    moment = datetime.datetime(2018, 6, 30, 16, 30, tzinfo=datetime.UTC)
    assert journal.stamp(moment) == "2018-07-01T00:30:00+08:00"
    night = delivery("a")
    journal.record_deliveries([Delivery(**{**night.__dict__, "delivered_at": moment})])
    assert journal.published("visit", datetime.date(2018, 6, 30)) == []
    assert len(journal.published("visit", datetime.date(2018, 7, 1))) == 1


def test_a_night_that_runs_again_keeps_its_first_start():
    journal.begin_run("r1", datetime.date(2018, 6, 30))
    (first,) = journal.rows(journal.sa.select(journal.RUN))
    journal.end_run("r1", "failed")
    journal.begin_run("r1", datetime.date(2018, 6, 30))
    (again,) = journal.rows(journal.sa.select(journal.RUN))
    assert again == first | {"state": "running", "ended_at": None}


def test_outcomes_are_found_by_the_business_date_of_their_run():
    journal.begin_run("r1", datetime.date(2018, 6, 30))
    journal.begin_run("r0", datetime.date(2018, 6, 29))
    journal.record_deliveries([delivery("a")])
    assert [row["batch"] for row in journal.finished_for(datetime.date(2018, 6, 30))] == ["a"]
    assert journal.finished_for(datetime.date(2018, 6, 29)) == []


def test_steps_stages_and_products_keep_their_last_word():
    journal.record_step("r1", "visit", "failed", "x")
    journal.record_step("r1", "visit", "success", "y")
    journal.record_stages("r1", "visit", [("land", 1.5, 3), ("ods", 0.5, None)])
    assert [row["state"] for row in journal.rows(journal.sa.select(journal.STEP))] == ["success"]
    assert len(journal.rows(journal.sa.select(journal.STAGE))) == 2
    assert journal.product("base_x") is None
    for count in (1, 2):
        journal.record_product("base_x", datetime.date(2018, 6, 30), {"visit": "h"}, "r1", count)
    assert journal.product("base_x")["rows"] == 2


def test_the_journal_is_one_file_that_its_owner_alone_may_enter(home):
    journal.record_step("r1", "visit", "success", "")
    assert (home / "lake").stat().st_mode & 0o077 == 0
    with sqlite3.connect(home / "lake" / "_journal.db") as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
