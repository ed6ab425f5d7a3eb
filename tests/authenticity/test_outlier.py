import numpy as np
import pandas as pd
import pytest

from expectations.authenticity import multivariate, outlier
from expectations.authenticity.observations import Roles, observe


def cells(units=200, periods=12, seed=1):
    rng = np.random.default_rng(seed)
    return np.exp(rng.normal(6, 1, units)[:, None] + rng.normal(0, 0.1, (units, periods)))


def observed(values):
    units, periods = values.shape
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(units), periods),
            "period": np.tile(np.arange(periods), units),
            "value": values.ravel(),
        }
    )
    return observe(frame, Roles(unit="unit", period="period", values=("value",)))


def test_the_distance_is_that_of_hidiroglou_and_berthelot():
    # By their formulas (univOutl::HBmethod agrees): ratios .5 to 2 around a median of 1, size^.5 of the larger figure.
    before = np.full(11, 100.0)
    after = np.array([50, 80, 90, 95, 99, 100, 102, 105, 110, 120, 200.0])
    effect = np.array(
        [
            -10,
            -2.5,
            -10 / 9,
            -10 / 19,
            -10 / 99,
            0,
            *(np.array([0.02, 0.05, 0.1, 0.2, 1]) * np.sqrt([102, 105, 110, 120, 200])),
        ]
    )
    low, high = (effect[2] + effect[3]) / 2, (effect[7] + effect[8]) / 2
    expected = np.where(effect < 0, effect / -low, effect / high)
    assert outlier.distances(np.column_stack([before, after]))[:, 0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("factor", [10, 0.1, 1000])
def test_a_figure_with_a_place_too_many_is_reported_as_an_error(factor):
    values = cells()
    values[3, 5] *= factor
    (tested,) = outlier.test(observed(values))
    assert np.flatnonzero(tested.is_error).tolist() == [3]
    assert tested.period[3] == "5"
    assert "位数" in tested.message(3)


def test_a_summer_stop_is_no_error():
    values = cells()
    values[3, 5] *= 0.03
    assert not outlier.test(observed(values))[0].is_error.any()


def test_a_works_that_grows_a_hundredfold_for_good_is_no_error():
    values = cells()
    values[3, 5:] *= 100
    assert not outlier.test(observed(values))[0].is_error.any()


@pytest.mark.parametrize("alpha", [0.05, 0.01, 0.001])
def test_honest_ratios_are_out_no_more_often_than_promised(alpha):
    (tested,) = outlier.test(observed(cells(2000, 24)))
    assert (tested.p <= alpha).mean() <= alpha + 3 * np.sqrt(alpha / 2000)


def test_a_period_with_a_handful_of_units_is_not_judged():
    assert np.isnan(outlier.test(observed(cells(5)))[0].p).all()


def three_columns(count=1000, seed=2):
    rng = np.random.default_rng(seed)
    size = rng.normal(6, 1, count)
    logs = np.column_stack([size + rng.normal(0, 0.2, count) for _ in range(3)])
    return logs


def spread_out(logs):
    frame = pd.DataFrame(np.exp(logs), columns=["output", "electricity", "tax"]).assign(unit=np.arange(len(logs)))
    return observe(frame, Roles(unit="unit"))


def test_a_combination_nobody_else_has_stands_out_though_each_figure_is_usual():
    logs = three_columns()
    logs[0] = [7.5, 4.5, 7.5]
    (tested,) = multivariate.test(spread_out(logs))
    assert tested.p[0] < 1e-4
    assert (tested.p[1:] < 1e-3).mean() < 0.005
    assert "不能单独作为依据" in tested.message(0)


def test_a_fifth_of_wild_units_does_not_hide_them():
    logs = three_columns()
    logs[:200, 1] -= 3
    (tested,) = multivariate.test(spread_out(logs))
    assert np.median(tested.statistic[:200]) > 5 * np.median(tested.statistic[200:])


def test_a_column_in_which_nearly_all_are_alike_is_left_out():
    logs = three_columns()
    logs[:, 2] = 0.0
    logs[:5, 2] = 3.0
    (tested,) = multivariate.test(spread_out(logs))
    assert tested.columns == ("output", "electricity")


def test_a_few_units_have_no_scatter_worth_measuring():
    assert multivariate.test(spread_out(three_columns(20))) == []


def test_a_column_that_changes_its_sign_has_no_ratios():
    values = cells()
    values[::20, 3] *= -1
    values[::20, 5] *= -1
    values[::20, 7] *= -1
    assert outlier.test(observed(values)) == []
