import numpy as np
import pytest

from expectations.authenticity import drift, elasticity
from expectations.authenticity.related import related


def of(tested, column):
    return next(each for each in tested if each.columns[0] == column)


def inflate(panel, column, rows, start, monthly=0.03):
    values = panel.values[column]
    grown = (1 + monthly) ** np.arange(1, values.shape[1] - start + 1)
    values[rows, start:] = np.round(values[rows, start:] * grown, 1)


@pytest.mark.parametrize("alpha", [0.05, 0.01, 0.001])
def test_honest_columns_drift_no_more_often_than_promised(honest_panel, alpha):
    p = np.concatenate([each.p for each in drift.test(honest_panel(units=1500).seen())])
    assert (p <= alpha).mean() <= alpha + 3 * np.sqrt(alpha / len(p))


def test_invented_growth_is_found_in_the_column_that_has_it(honest_panel):
    panel = honest_panel()
    inflate(panel, "output", slice(0, 15), 12)
    tested = drift.test(panel.seen())
    assert (of(tested, "output").p[:15] < 1e-3).mean() >= 0.9
    assert (of(tested, "power").p[:15] > 0.01).all()
    assert np.median(of(tested, "output").effect[:15]) > 1.2
    assert "持续偏离" in of(tested, "output").message(0)


def test_a_solar_roof_that_empties_one_bill_accuses_nobody(honest_panel):
    panel = honest_panel()
    panel.values["power"][:15, 12:] *= 0.4
    assert all((each.p[:15] > 0.001).all() for each in drift.test(panel.seen()))


def test_a_merger_that_moves_everything_accuses_nobody(honest_panel):
    panel = honest_panel()
    for values in panel.values.values():
        values[:15, 12:] *= 2.5
    assert all((each.p[:15] > 0.001).all() for each in drift.test(panel.seen()))


def test_two_columns_cannot_tell_which_is_wrong(honest_panel):
    panel = honest_panel()
    inflate(panel, "output", slice(0, 15), 12)
    tested = drift.test(panel.seen(together=(("output", "power"),)))
    assert [each.columns for each in tested] == [("output", "power"), ("power", "output")]
    assert not any(each.can_be_strong_alone for each in tested)


def test_columns_that_move_together_are_found_and_an_independent_one_is_not_among_them(honest_panel):
    panel = honest_panel()
    panel.values["rain"] = np.exp(np.random.default_rng(5).normal(3, 0.3, panel.values["output"].shape))
    assert related(panel.seen()) == [("output", "power", "tax", "staff")]


def test_an_elasticity_is_not_pulled_to_zero_by_noise_in_the_column_it_is_of():
    rng = np.random.default_rng(2)
    activity = rng.normal(0, 0.2, 3000)
    noisy = {name: slope * activity + rng.normal(0, 0.1, 3000) for name, slope in (("y", 0.5), ("x", 1.0), ("z", 0.8))}
    assert elasticity.elasticity("y", "x", noisy) == pytest.approx(0.5, abs=0.05)
    assert np.polyfit(noisy["x"], noisy["y"], 1)[0] < 0.45


def test_a_ramp_that_still_rises_is_told_by_what_it_has_reached(honest_panel):
    panel = honest_panel()
    rise = np.exp(0.06 * np.clip(np.arange(30) - 20, 0, None))
    panel.values["output"][:5] = np.round(panel.values["output"][:5] * rise, 1)
    tested = next(each for each in drift.test(panel.seen()) if each.columns[0] == "output")
    assert (tested.p[:5] < 1e-3).all()
    assert (np.abs(np.log(tested.effect[:5] / rise[-1])) < 0.25).all()
    assert "到2017年6月申报值约为" in tested.message(0)
