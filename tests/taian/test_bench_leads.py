"""``taian bench leads``: who was named, alone or as a member, against what was planted."""

import pandas as pd
import pytest

from taian.bench.leads import bench_leads, measures_of
from taian.errors import ProblemError

PLANTED = pd.DataFrame(
    [("a", "stopped", True), ("b", "stopped", True), ("c", "one_hand", True), ("d", "inflated", False)],
    columns=["unit", "form", "detectable"],
)
HABITS = pd.DataFrame([("e", "own_solar"), ("f", "own_solar")], columns=["unit", "habit"])


def finding(unit: str, strength: str, members: str = "") -> dict[str, str]:
    listed = ", ".join(f'{{"unit": "{member}"}}' for member in members)
    return {"unit": unit, "strength": strength, "evidence": f'{{"members": [{listed}]}}'}


@pytest.fixture
def measures():
    found = [finding("group", "strong", "bc"), finding("b", "weak"), finding("e", "weak"), finding("h", "strong")]
    return {each.name: each for each in measures_of(PLANTED, HABITS, found, set("abcdefgh"))}


def test_a_member_of_a_group_is_found_with_the_groups_strength(measures):
    assert (measures["found.stopped"].value, measures["found.stopped.strong"].value) == (0.5, 0.5)
    assert measures["found.stopped"].met is False
    assert measures["found.one_hand"].met is True
    assert measures["undetectable.inflated"].value == 0
    assert measures["undetectable.inflated"].goal is None


def test_who_has_a_habit_or_nothing_at_all_is_counted_as_honest(measures):
    assert measures["habit.own_solar.flagged"].value == 0.5
    assert measures["habit.own_solar.strong"].met is True
    assert measures["habit.none.flagged"].unit == "of 2"
    assert measures["habit.none.strong"].value == 0.5


def test_the_first_leads_are_those_on_single_firms_in_their_order(measures):
    assert measures["precision.first_10"].unit == "of 3"
    assert measures["precision.first_10"].value == pytest.approx(1 / 3, abs=0.001)


def test_a_city_without_answers_is_told_in_one_sentence(tmp_path):
    with pytest.raises(ProblemError, match="only a sample city"):
        bench_leads(tmp_path)
