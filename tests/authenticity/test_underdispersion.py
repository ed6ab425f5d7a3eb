import numpy as np
import pandas as pd
import pytest

from expectations.authenticity import underdispersion
from expectations.authenticity.observations import Roles, observe


def seen(counts):
    units, days = counts.shape
    labels = pd.date_range("2020-03-02", periods=days).strftime("%Y-%m-%d")
    frame = pd.DataFrame(
        {"country": np.repeat(np.arange(units), days), "day": np.tile(labels, units), "cases": counts.ravel()}
    )
    return observe(frame, Roles(unit="country", period="day", values=("cases",)))


@pytest.mark.parametrize("mean", [1.5, 4, 30, 3000])
def test_poisson_counts_of_any_size_keep_the_level(mean):
    (tested,) = underdispersion.test(seen(np.random.default_rng(1).poisson(mean, (1500, 140))))
    for alpha in (0.05, 0.01, 0.001):
        assert (tested.p <= alpha).mean() <= alpha + 3 * np.sqrt(alpha / 1500)


def test_counts_spread_evenly_by_hand_are_found():
    rng = np.random.default_rng(1)
    counts = rng.poisson(200, (40, 140))
    counts[:5] = np.round(200 + rng.normal(0, 4, (5, 140)))
    (tested,) = underdispersion.test(seen(counts))
    assert (tested.p[:5] < 1e-6).all()
    assert "连随机波动都不够" in tested.message(0)


def test_real_counts_with_weekdays_are_never_accused():
    rng = np.random.default_rng(1)
    weekday = np.tile([1.2, 1.1, 1.0, 1.0, 1.0, 0.9, 0.8], 20)
    (tested,) = underdispersion.test(seen(rng.poisson(200 * weekday, (500, 140))))
    assert (tested.p <= 0.01).mean() <= 0.01


def test_amounts_and_short_series_are_no_counts():
    assert underdispersion.test(seen(np.random.default_rng(1).normal(200, 5, (10, 140)))) == []
    assert underdispersion.test(seen(np.random.default_rng(1).poisson(20, (10, 35)))) == []


def test_running_totals_are_judged_by_what_came_each_day():
    daily = np.random.default_rng(1).poisson(12, (300, 140))
    daily[:5] = 12
    (tested,) = underdispersion.test(seen(daily.cumsum(axis=1)))
    assert (tested.p[:5] < 1e-6).all()
    assert (tested.p[5:] <= 0.01).mean() <= 0.01 + 3 * np.sqrt(0.01 / 300)


def test_a_running_total_that_has_come_to_rest_is_no_evidence():
    daily = np.random.default_rng(1).poisson(12, (40, 140))
    daily[:, 20:] = 0
    (tested,) = underdispersion.test(seen(daily.cumsum(axis=1)))
    assert not (tested.p <= 0.01).any()
