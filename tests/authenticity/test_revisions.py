import numpy as np
import pandas as pd
import pytest

from expectations.authenticity import revisions
from expectations.authenticity.observations import Roles, observe


def levels(units=300, periods=30, seed=1):
    """Log levels with memory; noise differs from unit to unit."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 1, (units, periods)) * np.exp(rng.normal(-3, 0.4, units))[:, None]
    for at in range(1, periods):
        noise[:, at] += 0.5 * noise[:, at - 1]
    return rng.normal(6, 1, units)[:, None] + noise + rng.normal(0, 0.1, periods)


def observed(logs, vintages=None):
    units, periods = logs.shape
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(units), periods),
            "period": np.tile([f"P{at:02d}" for at in range(periods)], units),
            "value": np.exp(logs).ravel(),
        }
    )
    if vintages is not None:
        frame = pd.concat([frame.assign(batch=n, value=np.exp(v).ravel()) for n, v in enumerate(vintages)])
    return observe(frame, Roles(unit="unit", period="period", values=("value",)))


@pytest.mark.parametrize("alpha", [0.05, 0.01, 0.001])
def test_honest_series_break_no_more_often_than_promised(alpha):
    (tested,) = revisions.test(observed(levels(3000)))
    assert (tested.p <= alpha).mean() <= alpha + 3 * np.sqrt(alpha / 3000)


def test_a_level_that_falls_for_good_is_found_with_its_month_and_size():
    logs = levels(2000)
    logs[:10, 18:] -= np.log(2)
    (tested,) = revisions.test(observed(logs))
    assert np.median(tested.p[:10]) < 1e-3
    assert np.median(tested.effect[:10]) == pytest.approx(-50, abs=8)
    assert tested.period.count("P18") >= 6
    assert "突变" in tested.message(0)


def test_one_slip_of_the_pen_is_no_break():
    logs = levels()
    logs[:10, 18] += np.log(10)
    (tested,) = revisions.test(observed(logs))
    assert np.median(tested.p[:10]) > 0.05


def test_a_few_provinces_are_compared_by_their_own_spread():
    logs = levels(30, 12)
    logs[4, 6:] -= 1.0
    (tested,) = revisions.test(observed(logs))
    assert tested.p[4] < 0.01
    assert (np.delete(tested.p, 4) < 0.01).sum() == 0


def test_a_merger_that_moves_every_column_is_no_break_but_a_column_alone_is():
    tables = [levels(2000, seed=seed) for seed in (1, 2, 3)]
    for logs in tables:
        logs[:10, 18:] += np.log(2)
    tables[0][10:20, 18:] += np.log(2)
    frame = observed(tables[0]).frame.assign(b=np.exp(tables[1]).ravel(), c=np.exp(tables[2]).ravel())
    found = revisions.test(observe(frame, Roles(unit="unit", period="period", values=("value", "b", "c"))))
    assert np.median(found[0].p[10:20]) < 1e-3
    assert min(np.median(tested.p[:10]) for tested in found) > 0.05


def test_short_series_are_not_judged():
    (tested,) = revisions.test(observed(levels(50, 6)))
    assert np.isnan(tested.p).all()
    assert tested.why(0)


def revised(one_way, seed=2):
    rng = np.random.default_rng(seed)
    first = levels(200, 24)
    news = rng.normal(0, 0.02, first.shape)
    news[:one_way] = np.abs(news[:one_way])
    return observed(first, (first, first + news))


def test_revisions_that_only_go_up_are_found_where_others_go_both_ways():
    _, tested = revisions.test(revised(5))
    assert tested.test == "one_way_revision"
    assert (tested.p[:5] < 1e-4).all()
    assert (tested.p[5:] < 1e-3).sum() == 0


def test_revisions_that_go_up_everywhere_accuse_nobody():
    _, tested = revisions.test(revised(200))
    assert tested.p.min() > 0.05
