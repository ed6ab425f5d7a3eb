from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from expectations.authenticity import number_bunching
from expectations.authenticity.observations import Roles, observe


def observed(values, unit, period=None):
    frame = pd.DataFrame({"unit": unit, "value": values})
    if period is not None:
        frame["period"] = period
    return observe(frame, Roles(unit="unit", values=("value",), period=None if period is None else "period"))


def grams(units, rows, seed=1):
    """Weights to a hundredth of a gram, as in the paper; half of the people read the scale to five hundredths."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(units), rows)
    fine = np.round(rng.normal(60, 12, units * rows), 2)
    return np.where(rng.random(units * rows) < 0.5, np.round(fine * 20) / 20, fine), unit


def test_the_average_frequency_of_11_15_15_is_that_of_the_paper():
    values = np.array([11.0, 15.0, 15.0] * 10)
    (tested,) = number_bunching.test(observed(np.where(np.arange(30) < 3, values, np.arange(30) * 7.3), np.zeros(30)))
    assert tested.statistic[0] == pytest.approx((28 + 2 + 2) / 30)


def test_mean_and_variance_are_those_of_all_shuffles():
    left, right = np.array([1, 1, 1, 2, 2, 3]), np.array([5, 5, 7, 5, 7, 7])
    unit = np.zeros(6, dtype=np.int64)
    seen = [sum(left[i] == left[j] and p[i] == p[j] for i in range(6) for j in range(i)) for p in permutations(right)]
    sides = [number_bunching.pairs(codes, unit, 1) for codes in (left, right)]
    mean, variance = number_bunching.moments(*sides, np.array([6.0]))
    assert mean[0] == pytest.approx(np.mean(seen))
    assert variance[0] == pytest.approx(np.var(seen))


@pytest.mark.parametrize("alpha", [0.05, 0.01, 0.001])
def test_honest_weights_are_called_bunched_no_more_often_than_promised(alpha):
    (tested,) = number_bunching.test(observed(*grams(3000, 80)))
    assert (tested.p <= alpha).mean() <= alpha + 3 * np.sqrt(alpha / 3000)


def test_values_taken_from_a_short_list_are_found():
    values, unit = grams(300, 120)
    rng = np.random.default_rng(3)
    for each in range(15):
        rows = unit == each
        values[rows] = np.where(rng.random(120) < 0.5, rng.choice(values[rows][:12], 120), values[rows])
    (tested,) = number_bunching.test(observed(values, unit))
    assert (tested.p[:15] < 1e-4).mean() >= 0.9
    assert (tested.p[15:] < 1e-4).sum() == 0


def test_a_rent_that_stays_for_years_is_no_bunching():
    rng = np.random.default_rng(4)
    values = np.round(rng.normal(60, 12, (200, 36)), 2)
    values[:10] = np.repeat(values[:10, :3], 12, axis=1)
    seen = observed(values.ravel(), np.repeat(np.arange(200), 36), np.tile(np.arange(36), 200))
    assert np.isnan(number_bunching.test(seen)[0].p[:10]).all()


def test_numbers_too_long_for_floating_point_are_not_told_apart_and_not_judged():
    values = 1e17 + np.arange(200.0)
    assert np.isnan(number_bunching.test(observed(values, np.zeros(200)))[0].p).all()


def test_counts_of_a_few_people_are_too_coarse_to_judge():
    values = np.random.default_rng(5).poisson(4, 400).astype(float)
    assert np.isnan(number_bunching.test(observed(values, np.zeros(400)))[0].p).all()
