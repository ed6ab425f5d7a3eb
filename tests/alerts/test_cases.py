"""The life of a case, without a store."""

import datetime

import pytest

from alerts import deadlines
from alerts.cases import INSPECTION, RANK, TRANSITIONS, CaseError, after, seen_again
from alerts.words import PLATFORM, STRENGTH_TITLES
from taian.workdays import is_workday


def test_a_case_goes_from_open_to_acknowledged_to_assigned_to_closed_and_can_be_opened_again():
    state = "open"
    for action, why, expected in [
        ("acknowledge", "", "acknowledged"),
        ("assign", "", "assigned"),
        ("close", "已核实", "closed"),
        ("reopen", "又有新证据", "open"),
    ]:
        state = after("PC-2018-0001", "delivery", state, action, why)
        assert state == expected


def test_every_step_that_is_not_declared_is_refused_with_what_is_allowed():
    states, actions = {s for s, _ in TRANSITIONS}, {a for _, a in TRANSITIONS}
    refused = [(s, a) for s in states for a in actions if (s, a) not in TRANSITIONS]
    assert len(refused) == len(states) * len(actions) - len(TRANSITIONS) > 0
    for state, action in refused:
        with pytest.raises(CaseError, match=r"PC-2018-0001.*可以：."):
            after("PC-2018-0001", "delivery", state, action, "理由")


@pytest.mark.parametrize(("state", "action"), [("open", "close"), ("closed", "reopen")])
def test_closing_and_reopening_need_a_reason(state: str, action: str):
    with pytest.raises(CaseError, match="必须说明理由"):
        after("PC-2018-0001", "delivery", state, action, "  ")


def test_no_unit_is_found_to_have_fabricated_before_it_was_heard():
    assert [state for (state, action) in INSPECTION if action == "confirm"] == ["heard"]


def test_from_every_state_of_an_inspected_case_there_is_a_way_to_its_end():
    states = {state for state, _ in INSPECTION} | set(INSPECTION.values())
    for state in states:
        reached, grown = {state}, True
        while grown:
            further = {to for (at, _), to in INSPECTION.items() if at in reached} - reached
            reached, grown = reached | further, bool(further)
        assert {"closed", "confirmed", "dismissed"} <= reached, state


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (datetime.date(2018, 6, 29), 1, datetime.date(2018, 7, 2)),
        # National Day 2018: 1-7 October off, 29 and 30 September worked.
        (datetime.date(2018, 9, 28), 3, datetime.date(2018, 10, 8)),
        (datetime.date(2099, 1, 2), 1, datetime.date(2099, 1, 5)),
    ],
)
def test_deadlines_count_working_days_as_decreed(start, days, end):
    assert deadlines.after(start, days) == end
    assert deadlines.late(start, end) == days
    assert deadlines.late(end, start) == deadlines.late(None, end) == 0


@pytest.mark.parametrize(
    "start", [datetime.date(2017, 12, 29), datetime.date(2018, 6, 30), datetime.date(2099, 12, 31)]
)
def test_lateness_over_years_is_the_number_of_working_days_between(start):
    end = start + datetime.timedelta(days=800)
    between = [start + datetime.timedelta(days=day) for day in range(1, 801)]
    assert deadlines.late(start, end) == sum(is_workday(date) for date in between)


def test_a_case_that_is_worked_on_is_only_seen_again():
    sighting = seen_again("assigned", None, "strong", "strong")
    assert (sighting.what, sighting.to) == (None, "assigned")


def test_a_case_closed_by_a_person_stays_closed_and_says_that_it_was_seen():
    sighting = seen_again("closed", "王五", "strong", "strong")
    assert (sighting.what, sighting.to) == ("seen_closed", "closed")


def test_a_closed_case_opens_when_it_became_worse():
    sighting = seen_again("closed", "王五", "weak", "strong")
    assert (sighting.what, sighting.to, sighting.strength) == ("reopened", "open", "strong")


def test_a_change_of_how_bad_it_is_is_told_in_words_that_the_pages_use():
    assert seen_again("closed", "王五", "weak", "strong").why == "程度由“弱”升为“强”，重新打开"
    assert seen_again("open", None, "held", "rejected").why == "程度由“待核”变为“整批拒收”"
    assert set(STRENGTH_TITLES) == set(RANK)


def test_a_closed_finding_that_flickers_keeps_the_strength_it_was_closed_with():
    weaker = seen_again("closed", "王五", "strong", "weak")
    assert weaker.strength == "strong"
    assert seen_again("closed", "王五", weaker.strength, "strong").to == "closed"


def test_what_the_platform_closed_itself_opens_when_the_trouble_is_back():
    assert seen_again("closed", PLATFORM, "failed", "failed").to == "open"


def test_a_weaker_finding_keeps_its_case_open_with_an_entry():
    sighting = seen_again("open", None, "strong", "weak")
    assert (sighting.what, sighting.to, sighting.strength) == ("strength", "open", "weak")
