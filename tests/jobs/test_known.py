"""What was known on a day: corrections, withdrawn batches and full copies, each answerable for every past day."""

import datetime

import pytest

from catalog import Resource
from jobs import journal

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("home")]

ROW = "visit_id string, amount int, updated int, _batch string, _file string, _source_row int, _delivered_at timestamp"


def moment(day):
    return datetime.datetime(2018, 6, day, 20, tzinfo=journal.CHINA)


def date(day):
    return datetime.date(2018, 6, day)


@pytest.fixture
def visits(spark, visit_declaration):
    """Hand in (batch, day, rows of (id, amount), replaces, …) one after another; the resource they belong to."""

    def run(*batches, **declaration):
        from jobs import lake

        columns = [
            {"name": "visit_id", "title": "编号", "required": True},
            {"name": "amount", "title": "金额", "type": "integer"},
            {"name": "updated", "title": "更新", "type": "integer"},
        ]
        resource = Resource.model_validate(visit_declaration(columns=columns, **declaration))
        for number, (batch, day, rows, *more) in enumerate(batches, start=1):
            replaces, period = ([*more, None, None])[:2]
            content = [(i, a, *([*v, 0][:1]), batch, "f", at, moment(day)) for at, (i, a, *v) in enumerate(rows, 2)]
            lake.append(spark.createDataFrame(content, ROW), "dwd_service__visit", "dwd_service__visit", number)
            outcome = journal.Delivery(
                resource="visit",
                batch=batch,
                folder=batch,
                state="published",
                delivered_at=moment(day),
                run_id="r1",
                period=period or f"2018-06-{day:02d}",
                replaces=replaces,
                rows_accepted=len(rows),
            )
            journal.close_commit("visit", number, [outcome], [])
        return resource

    return run


def stretches(resource, business_date=None):
    from jobs.read import known

    rows = known(resource, business_date).collect()
    return sorted(
        (r["visit_id"], r["amount"], r["_known_from"].day, r["_known_to"] and r["_known_to"].day, r["_batch"])
        for r in rows
    )


def test_a_later_row_of_a_key_ends_the_earlier_one_and_others_go_on(visits):
    resource = visits(("a", 1, [("x", 1), ("y", 2), ("z", 3)]), ("b", 10, [("x", 5)]))
    assert stretches(resource) == [
        ("x", 1, 1, 10, "a"),
        ("x", 5, 10, None, "b"),
        ("y", 2, 1, None, "a"),
        ("z", 3, 1, None, "a"),
    ]


def test_a_day_before_the_correction_knows_nothing_of_it(visits):
    resource = visits(("a", 1, [("x", 1)]), ("b", 10, [("x", 5)]))
    assert stretches(resource, date(9)) == [("x", 1, 1, None, "a")]
    assert stretches(resource, date(10)) == stretches(resource)


def test_a_batch_that_gave_way_was_known_until_then_and_what_it_hid_comes_back(visits, monkeypatch):
    resource = visits(
        ("a", 1, [("x", 1), ("y", 1)]),
        ("b", 10, [("x", 5), ("y", 5)]),
        ("c", 20, [("x", 7)], "b"),
    )
    assert stretches(resource) == [
        ("x", 1, 1, 10, "a"),
        ("x", 5, 10, 20, "b"),
        ("x", 7, 20, None, "c"),
        ("y", 1, 1, 10, "a"),
        ("y", 1, 20, None, "a"),
        ("y", 5, 10, 20, "b"),
    ]
    assert ("y", 5, 10, None, "b") in stretches(resource, date(19))
    whole = stretches(resource)
    monkeypatch.setattr("jobs.read.FEW", 0)
    assert stretches(resource) == whole


def test_the_newer_version_counts_though_it_was_delivered_first(visits):
    resource = visits(("a", 1, [("x", 1, 9)]), ("b", 10, [("x", 5, 3)]), ("c", 20, [("x", 7, 12)]), version="updated")
    assert stretches(resource) == [("x", 1, 1, 20, "a"), ("x", 7, 20, None, "c")]


def test_two_batches_of_one_day_leave_the_later(visits):
    resource = visits(("a", 1, [("x", 1)]), ("b", 1, [("x", 2)], "a"))
    assert stretches(resource) == [("x", 2, 1, None, "b")]


def test_of_full_copies_the_latest_period_was_known_and_the_last_delivered_of_it(visits):
    resource = visits(
        ("a", 1, [("x", 1)], None, "2018-06-01"),
        ("b", 5, [("x", 2), ("y", 2)], None, "2018-06-05"),
        ("late", 10, [("x", 9)], None, "2018-06-03"),
        ("again", 20, [("x", 3)], None, "2018-06-05"),
        load="replace",
    )
    assert stretches(resource) == [
        ("x", 1, 1, 5, "a"),
        ("x", 2, 5, 20, "b"),
        ("x", 3, 20, None, "again"),
        ("y", 2, 5, 20, "b"),
    ]


def test_nothing_is_known_before_the_first_publication(visits):
    from jobs.read import known

    resource = visits(("a", 10, [("x", 1)]))
    assert known(resource, date(9)) is None


def test_what_is_known_today_is_what_is_current(visits):
    from jobs.read import current

    resource = visits(
        ("a", 1, [("x", 1), ("y", 1)]),
        ("b", 10, [("x", 5), ("z", 5)]),
        ("c", 20, [("x", 7)], "b"),
        ("d", 21, [("y", 2)]),
    )
    today = {(i, a, b) for i, a, _, until, b in stretches(resource) if until is None}
    assert today == {(r["visit_id"], r["amount"], r["_batch"]) for r in current(resource).collect()}


def test_what_is_read_beside_the_engine_is_what_the_engine_reads(visits):
    from jobs.beside import current_rows
    from jobs.read import current

    resource = visits(("b1", 1, [("V1", 1), ("V2", 2)]), ("b2", 2, [("V2", 3), ("V3", 4)]), load="upsert")
    names = ["visit_id", "amount", "updated", "_batch"]
    beside, frame = current_rows(resource, date(30)), current(resource, date(30))
    assert beside == [row.asDict() for row in frame.select(*names).orderBy("visit_id").collect()]
    assert [(row["visit_id"], row["amount"]) for row in beside] == [("V1", 1), ("V2", 3), ("V3", 4)]
