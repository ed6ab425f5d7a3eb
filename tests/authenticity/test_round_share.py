import numpy as np
import pandas as pd
import pytest

from expectations.authenticity import judge, round_share
from expectations.authenticity.observations import Roles, observe


def observed(total, part, unit):
    frame = pd.DataFrame({"unit": unit, "part": part, "total": total})
    return observe(frame, Roles(unit="unit", shares=(("part", "total"),)))


def stations(units=400, rows=60, seed=1):
    """Counts as they are counted: each place has its own rate, and its own number of people."""
    rng = np.random.default_rng(seed)
    total = rng.integers(200, 2500, units * rows)
    part = rng.binomial(total, rng.uniform(0.2, 0.8, units * rows))
    return total, part, np.repeat(np.arange(units), rows)


@pytest.mark.parametrize(
    ("denominator", "expected"), [(100, 1), (20, 1), (317, 101 / 317), (1000, 1 / 10), (2500, 3 / 25)]
)
def test_the_chance_of_a_whole_percentage_is_the_share_of_counts_that_give_one(denominator, expected):
    assert round_share.chance(np.array([float(denominator)]))[0] == pytest.approx(expected)


def test_the_chance_equals_the_binomial_resampling_of_kobak():
    rng = np.random.default_rng(2)
    drawn = 100 * rng.binomial(1234, rng.uniform(0.3, 0.7, 400_000)) / 1234
    whole = np.abs(drawn - np.round(drawn)) <= 0.05
    assert round_share.chance(np.array([1234.0]))[0] == pytest.approx(whole.mean(), abs=0.003)


@pytest.mark.parametrize("alpha", [0.05, 0.01, 0.001])
def test_honest_counts_are_called_round_no_more_often_than_promised(alpha):
    (tested,) = round_share.test(observed(*stations(4000, 40)))
    assert (tested.p <= alpha).mean() <= alpha + 3 * np.sqrt(alpha / 4000)


def test_counts_worked_out_from_a_percentage_are_found():
    total, part, unit = stations()
    rows = unit < 20
    made_up = rows & (np.random.default_rng(3).random(len(unit)) < 0.6)
    part = np.where(made_up, np.round(total * np.round(100 * part / total) / 100), part)
    (tested,) = round_share.test(observed(total, part, unit))
    assert (tested.p[:20] < 1e-6).mean() >= 0.95
    assert (tested.p[20:] < 1e-3).mean() <= 0.01
    assert "恰为整数百分比" in tested.message(0)


def test_a_count_next_to_a_whole_percentage_of_a_few_hundred_is_one():
    rng = np.random.default_rng(5)
    total = rng.integers(250, 400, 200 * 40)
    part = np.round(total * rng.integers(20, 80, 200 * 40) / 100)
    honest = rng.binomial(total, rng.uniform(0.2, 0.8, 200 * 40))
    unit = np.repeat(np.arange(200), 40)
    (tested,) = round_share.test(observed(total, np.where(unit < 10, part, honest), unit))
    assert tested.statistic[:10].min() >= 36  # neighbours alike count once, half-whole denominators not at all
    assert tested.p[:10].max() < 1e-6


def test_a_share_that_was_not_named_is_found_and_never_strong_alone():
    total, part, unit = stations(units=50)
    other = np.random.default_rng(6).integers(1000, 5000, len(unit))
    frame = pd.DataFrame({"unit": unit, "part": part, "total": total, "other": other, "money": part * 0.37})
    seen = observe(frame, Roles(unit="unit"))
    assert round_share.find(seen) == [("part", "total")]
    assert not round_share.test(seen)[0].can_be_strong_alone


def test_a_file_in_which_everybody_pays_a_whole_percentage_accuses_nobody():
    total, _, unit = stations()
    (tested,) = round_share.test(observed(total, np.round(total * 0.13), unit))
    assert not (judge.adjust(tested.p) <= 0.05).any()


def test_denominators_that_only_give_whole_percentages_say_nothing():
    total = np.full(300, 50)
    part = np.random.default_rng(4).integers(1, 49, 300)
    (tested,) = round_share.test(observed(total, part, np.repeat(np.arange(5), 60)))
    assert np.isnan(tested.p).all()
    assert tested.why(0)


def test_zero_denominators_and_negative_shares_are_left_out():
    total = np.array([0, 100, 997, np.nan] * 10, dtype=float)
    (tested,) = round_share.test(observed(total, np.full(40, -3.0), np.zeros(40)))
    assert np.isnan(tested.p).all()


def test_amounts_with_decimals_may_be_fixed_by_contract_and_are_never_strong_alone():
    total, part, unit = stations()
    assert not round_share.test(observed(total / 10, part / 10, unit))[0].can_be_strong_alone
    assert round_share.test(observed(total, part, unit))[0].can_be_strong_alone


def test_a_percentage_that_a_contract_fixes_counts_once():
    total, part, unit = stations()
    rows = unit < 10
    part[rows] = np.round(total[rows] * 0.13)
    (tested,) = round_share.test(observed(total, part, unit))
    assert not (judge.adjust(tested.p)[:10] <= 0.05).any()
