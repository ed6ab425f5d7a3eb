import numpy as np
import pytest

from expectations.authenticity import noise_fell


def smoothed(values, rows, start):
    """The trend of the logarithms from ``start`` on, with a ninth of the noise."""
    time = np.arange(values.shape[1])
    for row in rows:
        logs = np.log(values[row])
        trend = np.polyval(np.polyfit(time, logs, 1), time)
        values[row, start:] = np.round(np.exp(trend + (logs - trend) / 9), 1)[start:]


def named(tested, test):
    return next(each for each in tested if each.test == test)


@pytest.mark.parametrize("alpha", [0.05, 0.01, 0.001])
def test_honest_noise_falls_no_more_often_than_promised(honest_panel, alpha):
    tested = noise_fell.test(honest_panel(units=1500).seen())
    for test in ("noise_fell", "noise_small"):
        p = np.concatenate([each.p for each in tested if each.test == test])
        assert (p <= alpha).mean() <= alpha + 3 * np.sqrt(alpha / len(p))


def test_smoothed_figures_are_found_with_the_month_from_which_they_are(honest_panel):
    panel = honest_panel()
    smoothed(panel.values["output"], range(20), 14)
    tested = named(noise_fell.test(panel.seen(values=("output",))), "noise_fell")
    assert (tested.p[:20] < 1e-3).mean() >= 0.8
    assert np.median(tested.effect[:20]) < 0.3
    assert sum(period.startswith("2016-0") for period in tested.period[:20]) >= 15
    assert "突然平稳" in tested.message(0)
    both = named(noise_fell.test(panel.seen(values=("output",))), "noise_small")
    assert (both.p[:20] < 1e-3).all()
    assert both.period[0] == "2015-12/2017-06"
    assert "2015年12月至2017年6月比同类都平稳" in both.message(0)


def test_a_constant_rent_is_not_applicable_and_not_smooth(honest_panel):
    panel = honest_panel()
    panel.values["output"][:10] = panel.values["output"][:10, :1]
    for tested in noise_fell.test(panel.seen(values=("output",))):
        assert np.isnan(tested.p[:10]).all()
        assert "基本不变" in tested.why(0)


def test_a_slip_of_the_pen_is_no_noise_that_later_fell(honest_panel):
    panel = honest_panel()
    panel.values["output"][:20, 4] *= 10
    assert (named(noise_fell.test(panel.seen(values=("output",))), "noise_fell").p[:20] > 0.01).mean() >= 0.9


def test_a_series_smoother_than_any_peers_is_found(honest_panel):
    panel = honest_panel()
    smoothed(panel.values["output"], range(5), 0)
    tested = named(noise_fell.test(panel.seen(values=("output",))), "noise_small")
    assert np.median(tested.p[:5]) < 0.02
