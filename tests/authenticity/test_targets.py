import numpy as np
import pandas as pd
import pytest

from expectations.authenticity import targets
from expectations.authenticity.observations import Roles, observe

UNITS, PERIODS = 240, 24


def returns(seed=1):
    """Values around their targets, a county of 24 units each."""
    rng = np.random.default_rng(seed)
    goal = np.round(np.exp(rng.normal(6, 1, UNITS))[:, None] * np.ones(PERIODS), 1)
    return np.round(goal * np.exp(rng.normal(0, 0.05, goal.shape)), 1), goal


def observed(value, goal):
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(UNITS), PERIODS),
            "period": np.tile([f"{at:02d}" for at in range(PERIODS)], UNITS),
            "county": np.repeat(np.arange(UNITS) % 10, PERIODS),
            "value": value.ravel(),
            "goal": goal.ravel(),
        }
    )
    roles = Roles(unit="unit", period="period", peer="county", values=("value",), targets={"value": "goal"})
    return observe(frame, roles)


@pytest.mark.parametrize("alpha", [0.05, 0.01])
def test_honest_results_meet_their_targets_no_more_often_than_promised(alpha):
    exact, just, total = targets.test(observed(*returns()))
    for tested in (exact, just):
        assert (tested.p <= alpha).mean() <= alpha + 3 * np.sqrt(alpha / UNITS)
    assert exact.groups == just.groups == total.groups == ()


def test_results_equal_to_the_target_are_found():
    value, goal = returns()
    value[3, ::2] = goal[3, ::2]
    exact, _, _ = targets.test(observed(value, goal))
    assert exact.p[3] < 1e-6
    assert "12期" in exact.message(3)


def test_a_column_called_a_target_finds_its_result():
    frame = observed(*returns()).frame.assign(staff=17.0)
    assert targets.find(observe(frame, Roles(unit="unit", period="period"))) == {"value": "goal"}
    assert targets.find(observe(frame.rename(columns={"goal": "plant"}), Roles(unit="unit", period="period"))) == {}


def test_results_always_just_above_the_target_are_found():
    value, goal = returns()
    value[3] = np.round(goal[3] * 1.008, 1)
    _, just, _ = targets.test(observed(value, goal))
    assert just.p[3] < 1e-4


def test_many_lifted_over_their_targets_make_a_group():
    value, goal = returns()
    ratio = value / goal
    lifted = (ratio > 0.96) & (ratio < 1) & (np.random.default_rng(5).random(ratio.shape) < 0.6)
    value = np.where(lifted, np.round(goal * (1 + np.random.default_rng(4).exponential(0.004, goal.shape)), 1), value)
    _, just, _ = targets.test(observed(value, goal))
    assert len(just.groups) == 1
    assert just.groups[0].p < 1e-6


def test_a_county_whose_units_add_up_to_the_target_is_named_with_its_members():
    value, goal = returns()
    county = np.flatnonzero(np.arange(UNITS) % 10 == 4)
    for at in (5, 6, 7):
        value[county[0], at] += np.round(goal[county, at].sum() - value[county, at].sum(), 1)
    *_, total = targets.test(observed(np.round(value, 1), goal))
    (group,) = total.groups
    assert group.label == "4"
    assert group.members == tuple(county)
    assert group.period == "05/07"
    assert group.p < 1e-6
    assert "一位不差" in group.message


def test_one_figure_handed_down_to_all_is_the_target_of_their_sum():
    value, goal = returns()
    handed = np.ones_like(goal) * 50_000.0
    county = np.flatnonzero(np.arange(UNITS) % 10 == 4)
    for at in (5, 6):
        value[county[0], at] += np.round(50_000 - value[county, at].sum(), 1)
    *_, total = targets.test(observed(np.round(value, 1), handed))
    assert [group.label for group in total.groups] == ["4"]
