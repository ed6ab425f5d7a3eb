"""Small counts: a surge is judged against the recent past, in the tail that counts have."""

import numpy as np
import pytest
from scipy import stats

from jobs.forecast import surge
from jobs.forecast.step import Step

WEEK, DAY = Step("weekly"), Step("daily", 7, tuple(range(7)))


@pytest.mark.parametrize(("mean", "dispersion"), [(4.0, 1.0), (4.0, 2.5), (60.0, 5.0)])
def test_the_tail_is_that_of_the_negative_binomial(mean, dispersion):
    size = mean / (dispersion - 1) if dispersion > 1 else None
    chance = stats.nbinom(size, size / (size + mean)) if size else stats.poisson(mean)
    found = surge._seen(mean + 7, mean, dispersion, 0.01)
    assert found.p == pytest.approx(chance.sf(mean + 6))
    assert found.upper == chance.isf(0.01)


def test_a_baseline_keeps_two_weeks_and_past_alarms_out():
    values = np.full(40, 5.0)
    values[35:] = 50.0
    values[20] = 80.0
    alarms = np.zeros(40, bool)
    alarms[[20, 35, 36, 37]] = True
    assert surge.judge(values, alarms, 39, surge.WINDOWS["weekly"], 0.01).mean == 5.0
    assert surge.judge(values, np.zeros(40, bool), 39, surge.WINDOWS["weekly"], 0.01).mean > 5.0


def test_days_are_compared_with_their_weekday():
    values = np.where(np.arange(90) % 7 < 5, 20.0, 2.0)
    none = np.zeros(90, bool)
    saturday, monday = (surge.judge(values, none, at, surge.WINDOWS["daily"], 0.01) for at in (82, 84))
    assert saturday.mean < 6
    assert monday.mean > 15


def test_only_small_counts_are_watched_in_this_way():
    counts = np.arange(12.0)
    assert surge.window_of(WEEK, counts) is surge.WINDOWS["weekly"]
    assert surge.window_of(DAY, counts) is surge.WINDOWS["daily"]
    assert surge.window_of(WEEK, counts * 100) is None
    assert surge.window_of(WEEK, counts + 0.5) is None
    assert surge.window_of(WEEK, counts - 3) is None
    assert surge.window_of(Step("monthly", 12, tuple(range(12))), counts) is None
