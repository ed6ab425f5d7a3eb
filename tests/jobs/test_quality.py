"""Quality by dimension: what is counted, of which batches, and what was due when."""

import datetime as dt

import pytest

from catalog import Catalog
from jobs.quality import Measure, days_overdue, measures

D = dt.date


@pytest.fixture
def judged(declared):
    """Measures of the visit resource, or of a variant of it, as {dimension: Measure} of one day."""

    def build(rows, until, day=None, owner="rexian", **changes):
        resource = declared(**changes)
        found = measures(Catalog({resource.resource: resource}, {}), rows, until)
        return {m.dimension: m for m in found if m.business_date == (day or until) and m.owner == owner}

    return build


def batch(period, delivered, state="published", rows=100, codes=None, **more):
    return {
        "resource": "visit",
        "provider": "rexian",
        "batch": f"visit-{period}-01",
        "period": period,
        "state": state,
        "delivered_at": f"{delivered}T20:00:00+08:00",
        "rows_delivered": rows,
        "codes": codes or {},
        "profile": None,
    } | more


def share(measure: Measure) -> tuple[int, int]:
    return measure.numerator, measure.denominator


@pytest.mark.parametrize(
    ("last", "day", "late"),
    [
        ("2018-06-30", D(2018, 7, 1), 0),
        ("2018-06-30", D(2018, 7, 2), 0),
        ("2018-06-30", D(2018, 7, 4), 2),
        ("2018-06", D(2018, 7, 31), 0),
        ("2018-06-15", D(2018, 6, 15), 0),
    ],
)
def test_what_is_not_due_yet_is_not_late(declared, last, day, late):
    """A daily resource is due a day after its day: two days without it are one day late; a month tells of no days."""
    assert days_overdue(declared(cycle="daily", due_days=1), last, day) == late


def test_a_month_that_is_exempt_is_not_waited_for(declared):
    monthly = declared(cycle="monthly", due_days=15, exempt_months=[1])
    assert days_overdue(monthly, "2017-12", D(2018, 3, 10)) == 0
    assert days_overdue(monthly, "2017-12", D(2018, 3, 20)) == 5


def test_refused_rows_count_against_the_dimension_of_their_code(judged):
    found = judged(
        [batch("2018-06-01", "2018-06-01", codes={"R001": 3, "R003": 2, "R004": 1, "R005": 4, "R008": 5})],
        D(2018, 6, 1),
    )
    assert share(found["conformity"]) == (97, 100)
    assert share(found["accuracy"]) == (96, 100)
    assert share(found["consistency"]) == (95, 100)
    # Three required columns of a hundred rows.
    assert share(found["completeness"]) == (297, 300)
    assert found["completeness"].value == 0.99


def test_a_bounded_column_adds_its_cells_to_completeness(judged):
    profile = (
        '{"resource": "visit", "batch": "b", "period": "2018-06-01", "kind": "day", "is_initial": true, '
        '"rows": 90, "rows_delivered": 100, "nulls": {"sex": 9}}'
    )
    rows = [batch("2018-06-01", "2018-06-01", codes={"R001": 10}, profile=profile)]
    found = judged(rows, D(2018, 6, 1), gate={"mostly": {"sex": 0.5}})
    assert share(found["completeness"]) == (371, 390)


def test_rows_are_judged_by_the_newest_day_that_brought_some(judged):
    rows = [
        batch("2018-06-01", "2018-06-01", codes={"R003": 50}),
        batch("2018-06-02", "2018-06-02", codes={"R003": 1}),
        batch("2018-06-03", "2018-06-03", state="rejected", rows=None, codes=None),
    ]
    assert share(judged(rows, D(2018, 6, 5))["conformity"]) == (99, 100)
    assert share(judged(rows, D(2018, 6, 5), D(2018, 6, 1))["conformity"]) == (50, 100)


def test_a_day_that_was_due_and_did_not_come_or_came_late_is_not_prompt(judged):
    rows = [
        batch("2018-06-01", "2018-06-02"),
        batch("2018-06-02", "2018-06-04"),
        batch("2018-06-03", "2018-06-03", state="rejected", rows=None),
        batch("2018-06-05", "2018-06-05"),
    ]
    # Due the day after; the 3rd was refused and the 4th never came; the 6th is not due yet.
    assert share(judged(rows, D(2018, 6, 6))["timeliness"]) == (2, 5)
    assert share(judged(rows, D(2018, 6, 6), D(2018, 6, 3))["timeliness"]) == (1, 2)


def test_a_held_or_corrected_batch_came_all_the_same_but_a_held_one_is_not_to_be_had(judged):
    rows = [
        batch("2018-06-01", "2018-06-01", state="replaced"),
        batch("2018-06-02", "2018-06-02", state="held"),
        batch("2018-06-03", "2018-06-03", state="rejected", rows=None),
        batch("2018-06-03", "2018-06-03", state="duplicate"),
    ]
    found = judged(rows, D(2018, 6, 4))
    assert share(found["timeliness"]) == (2, 3)
    assert share(found["accessibility"]) == (1, 3)


def test_months_that_are_exempt_are_never_due(judged):
    rows = [batch("2017-12", "2018-01-10"), batch("2018-02", "2018-03-10")]
    changes = {"cycle": "monthly", "due_days": 15}
    assert share(judged(rows, D(2018, 3, 20), **changes)["timeliness"]) == (2, 3)
    assert share(judged(rows, D(2018, 3, 20), exempt_months=[1], **changes)["timeliness"]) == (2, 2)


def test_quarters_and_years_follow_their_own_calendar(judged):
    quarters = [batch("2017Q4", "2018-01-10"), batch("2018Q1", "2018-04-20")]
    found = judged(quarters, D(2018, 7, 20), cycle="quarterly", due_days=15)
    assert share(found["timeliness"]) == (1, 3)
    found = judged([batch("2016", "2017-03-01")], D(2018, 5, 1), cycle="yearly", due_days=90)
    assert share(found["timeliness"]) == (1, 2)


def test_only_the_last_periods_and_days_count(judged):
    first = D(2018, 4, 1)
    days = [first + dt.timedelta(days=n) for n in range(60)]
    rows = [batch(f"{day}", f"{day}", state="published" if n >= 20 else "held") for n, day in enumerate(days)]
    found = judged(rows, days[-1])
    assert share(found["timeliness"]) == (30, 30)
    assert share(found["accessibility"]) == (30, 30)


def test_what_comes_by_event_is_never_late_and_unknown_is_no_pass(judged):
    found = judged([batch("2018-06-01", "2018-06-20")], D(2018, 6, 30), cycle="event")
    assert (found["timeliness"].value, found["timeliness"].denominator) == (None, 0)


def test_each_department_answers_for_its_own_and_a_stranger_for_nobody(judged):
    rows = [
        batch("2018-06-01", "2018-06-01", codes={"R003": 1}),
        batch("2018-06-01", "2018-06-01", provider="jiedao", codes={"R003": 7}),
        batch("2018-06-01", "2018-06-01", provider="moon", codes={"R003": 2}),
    ]
    assert share(judged(rows, D(2018, 6, 1), owner="jiedao")["conformity"]) == (93, 100)
    assert share(judged(rows, D(2018, 6, 1))["conformity"]) == (197, 200)


def test_a_past_date_knows_nothing_of_what_came_later(judged):
    rows = [batch("2018-06-01", "2018-06-01"), batch("2018-06-02", "2018-06-02", codes={"R003": 9})]
    assert share(judged(rows, D(2018, 6, 1))["conformity"]) == (100, 100)
    early = judged(rows, D(2018, 6, 1))
    late = judged(rows, D(2018, 6, 2), D(2018, 6, 1))
    assert early["conformity"] == late["conformity"]
