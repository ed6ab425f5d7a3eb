"""Refused rows leave quarantine when their time is over, once, and nothing else leaves with them."""

import datetime

import pytest

from jobs import journal, killpoints
from jobs.journal import CHINA, Delivery
from jobs.retention import clear_expired

pytestmark = pytest.mark.spark
DELIVERED = datetime.datetime(2018, 6, 30, 23, 59, 59, tzinfo=CHINA)
LAST_DAY = datetime.date(2018, 7, 10)
NEXT_DAY = datetime.date(2018, 7, 11)


def delivery(batch, moment=DELIVERED, state="published", refused=1, **more):
    return Delivery(
        resource="visit",
        batch=batch,
        folder=f"visit/2018-06-30/{batch}",
        state=state,
        delivered_at=moment,
        run_id="r1",
        rows_quarantined=refused,
        **more,
    )


@pytest.fixture
def visit(declared):
    return declared(quarantine_days=10)


@pytest.fixture
def quarantine(spark, home):
    """Put one refused row of each batch into quarantine, in one file."""
    from jobs import lake

    def put(*batches):
        frame = spark.createDataFrame([(batch, "原样") for batch in batches], "_batch string, raw string")
        lake.append(frame.coalesce(1), "quarantine__visit", "quarantine__visit", 1)

    return put


@pytest.fixture
def kept(spark):
    """Batches with rows in quarantine."""
    from jobs import lake

    return lambda: sorted(row["_batch"] for row in lake.read(spark, "quarantine__visit").collect())


def test_rows_stay_for_their_last_day_and_leave_on_the_next_with_their_counts_kept(visit, quarantine, kept):
    quarantine("old", "young")
    journal.record_deliveries([delivery("old"), delivery("young", DELIVERED + datetime.timedelta(seconds=1))])
    before = journal.deliveries()
    assert clear_expired(visit, LAST_DAY, "r2") == ""
    assert kept() == ["old", "young"]
    assert clear_expired(visit, NEXT_DAY, "r2") == "；1 个批次的 1 行隔离数据已过 10 天保留期，已清除"
    assert kept() == ["young"]
    assert journal.deliveries() == before


def test_the_same_night_again_clears_nothing_and_leaves_the_same_table(spark, visit, quarantine):
    from jobs import lake

    quarantine("old", "young")
    journal.record_deliveries([delivery("old"), delivery("young", DELIVERED + datetime.timedelta(days=9))])
    clear_expired(visit, NEXT_DAY, "r2")
    after = lake.digest("quarantine__visit")
    assert clear_expired(visit, NEXT_DAY, "r3") == ""
    assert lake.digest("quarantine__visit") == after


def test_a_kill_between_the_rows_and_their_mark_is_made_good(visit, quarantine, kept, monkeypatch):
    quarantine("old")
    journal.record_deliveries([delivery("old")])

    def killed(_name):
        raise KeyboardInterrupt

    monkeypatch.setattr(killpoints, "here", killed)
    with pytest.raises(KeyboardInterrupt):
        clear_expired(visit, NEXT_DAY, "r2")
    monkeypatch.setattr(killpoints, "here", lambda _name: None)
    assert kept() == []
    assert "1 行" in clear_expired(visit, NEXT_DAY, "r2")
    assert clear_expired(visit, NEXT_DAY, "r2") == ""


def test_what_a_given_up_batch_left_behind_goes_too(visit, quarantine, kept):
    quarantine("given-up", "young")
    journal.record_deliveries([delivery("given-up", state="rejected", refused=None, code="F003")])
    assert "1 个批次的 0 行" in clear_expired(visit, NEXT_DAY, "r2")
    assert kept() == ["young"]


def test_a_night_in_a_mistyped_year_clears_nothing_that_is_still_due(visit, quarantine, kept):
    quarantine("young")
    journal.record_deliveries([delivery("young", datetime.datetime.now(CHINA) - datetime.timedelta(days=9))])
    assert clear_expired(visit, datetime.date(2081, 6, 30), "r2") == ""
    assert kept() == ["young"]


def test_days_count_from_the_night_that_took_a_late_batch_in(visit, quarantine, kept):
    quarantine("backlog")
    journal.begin_run("r1", LAST_DAY)
    journal.record_deliveries([delivery("backlog")])
    assert clear_expired(visit, LAST_DAY + datetime.timedelta(days=10), "r2") == ""
    assert kept() == ["backlog"]
    assert clear_expired(visit, LAST_DAY + datetime.timedelta(days=11), "r3") != ""
    assert kept() == []


def test_a_night_far_ahead_of_the_last_one_clears_nothing_and_the_next_one_does(visit, quarantine, kept):
    quarantine("old")
    journal.begin_run("r1", DELIVERED.date())
    journal.record_deliveries([delivery("old")])
    slip = DELIVERED.date() + datetime.timedelta(days=365)
    journal.begin_run("r2", slip)
    assert clear_expired(visit, slip, "r2") == ""
    assert kept() == ["old"]
    assert clear_expired(visit, slip + datetime.timedelta(days=1), "r3") != ""
    assert kept() == []


def test_without_refused_rows_and_without_a_table_there_is_nothing_to_do(home, visit):
    journal.record_deliveries(
        [delivery("clean", refused=0), delivery("cut", state="rejected", refused=None, code="F011")]
    )
    assert clear_expired(visit, NEXT_DAY, "r2") == ""
    journal.record_deliveries([delivery("given-up", state="rejected", refused=None, code="F003")])
    assert clear_expired(visit, NEXT_DAY, "r2") != ""
