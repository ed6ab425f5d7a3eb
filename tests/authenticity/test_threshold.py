import numpy as np
import pandas as pd
import pytest
from scipy import stats

from expectations.authenticity import threshold
from expectations.authenticity.density import bandwidth, jump
from expectations.authenticity.observations import Roles, observe


def normal_with_a_gap():
    """1,000 normal quantiles, those just below 0 lifted over it."""
    quantiles = stats.norm.ppf((np.arange(1, 1001) - 0.5) / 1000)
    return np.sort(np.where((quantiles > -0.1) & (quantiles < 0), -quantiles, quantiles))


@pytest.mark.parametrize(
    ("width", "left", "right", "t"),
    [(0.8, 0.40220709, 0.74915484, 1.87758929), (1.2, 0.40875848, 0.61013172, 1.60279567)],
)
def test_densities_and_t_are_those_of_rddensity(width, left, right, t):
    # rddensity 3.0, c=0, h=[width, width], p=2, q=3, jackknife
    found = jump(normal_with_a_gap(), 0.0, width)
    assert (found.left, found.right) == pytest.approx((left, right), rel=1e-6)
    assert found.t == pytest.approx(t, rel=1e-3)


def firms(count=4000, seed=1, lifted=0.0):
    rng = np.random.default_rng(seed)
    sales = np.exp(rng.normal(7.6, 1.1, count))
    below = (sales > 1500) & (sales < 2000) & (rng.random(count) < lifted)
    return np.where(below, 2000 * (1 + rng.exponential(0.015, count)), sales), below


def observed(sales, period=None, peer=None):
    frame = pd.DataFrame({"unit": np.arange(len(sales)), "sales": sales, "peer": 0 if peer is None else peer})
    return observe(frame, Roles(unit="unit", values=("sales",), thresholds={"sales": 2000.0}, peer="peer"))


@pytest.mark.parametrize("alpha", [0.05, 0.01])
def test_smooth_densities_jump_no_more_often_than_promised(alpha):
    rng = np.random.default_rng(2)
    scores = [
        threshold.measure(np.sort(rng.normal(7.6, 1.1, 1500)), np.log(2000), np.arange(1500))[1] for _ in range(150)
    ]
    assert (stats.norm.sf(scores) <= alpha).mean() <= alpha + 3 * np.sqrt(alpha / 150)


def test_firms_lifted_over_the_threshold_are_a_finding_on_the_group_and_on_no_firm():
    sales, lifted = firms(lifted=0.7)
    (tested,) = threshold.test(observed(sales))
    (group,) = tested.groups
    assert group.p < 1e-4
    assert set(np.flatnonzero(lifted & (sales < 2100))) <= set(group.members)
    assert np.isnan(tested.p).all()
    assert group.effect == pytest.approx(lifted.sum(), rel=0.35)
    assert "刚过2,000" in group.message


def test_honest_firms_make_no_group():
    assert threshold.test(observed(firms()[0]))[0].groups == ()


def test_a_directory_cut_at_the_threshold_is_not_judged():
    sales, _ = firms()
    (tested,) = threshold.test(observed(sales[sales > 2000]))
    assert tested.groups == ()
    assert "截断" in tested.why(0)


def test_firms_that_round_their_sales_to_the_threshold_are_not_above_it():
    sales, _ = firms()
    rounded = np.random.default_rng(6).random(len(sales)) < 0.15
    sales = np.where(rounded, np.round(sales / 500) * 500, sales)
    assert (sales == 2000).sum() > 30
    assert threshold.test(observed(sales))[0].groups == ()


def test_a_file_that_is_one_unit_carries_the_finding_itself():
    frame = pd.DataFrame({"sales": firms(lifted=0.7)[0]})
    (tested,) = threshold.test(observe(frame, Roles(thresholds={"sales": 2000.0})))
    assert tested.p[0] < 1e-4
    assert "刚过2,000" in tested.message(0)


def test_a_units_many_months_count_as_one_voice():
    values = np.sort(np.repeat(np.random.default_rng(3).normal(0, 1, 300), 12))
    owner = np.repeat(np.arange(300), 12)
    alone, together = jump(values, 0.3, bandwidth(values)), jump(values, 0.3, bandwidth(values), owner)
    assert abs(together.t) < abs(alone.t) / 2
