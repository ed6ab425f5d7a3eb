import numpy as np
import pandas as pd
import pytest

from expectations.authenticity import falling, stocks, sums
from expectations.authenticity.null import SMALLEST
from expectations.authenticity.observations import Roles, observe

UNITS, MONTHS = 60, 24


def panel(seed=1):
    rng = np.random.default_rng(seed)
    shape = (UNITS, MONTHS)
    level = np.exp(rng.normal(6, 1, UNITS))[:, None]
    home = np.round(level * np.exp(rng.normal(0, 0.1, shape)), 1)
    export = np.round(level * 0.3 * np.exp(rng.normal(0, 0.1, shape)), 1)
    bought = np.round(level * np.exp(rng.normal(0, 0.1, shape)), 1)
    used = np.round(level * np.exp(rng.normal(0, 0.1, shape)), 1)
    stock = np.round(10 * level + np.cumsum(bought - used, axis=1), 1)
    return {"output": np.round(home + export, 1), "home": home, "export": export} | {
        "stock": stock,
        "bought": bought,
        "used": used,
    }


def observed(cells):
    long = {name: values.ravel() for name, values in cells.items()}
    months = [f"{2016 + at // 12}-{at % 12 + 1:02d}" for at in range(MONTHS)]
    frame = pd.DataFrame({"unit": np.repeat(np.arange(UNITS), MONTHS), "period": np.tile(months, UNITS), **long})
    return observe(frame, Roles(unit="unit", period="period", values=tuple(cells)))


def test_parts_and_their_total_are_found_and_kept_by_honest_units():
    (tested,) = sums.test(observed(panel()))
    assert tested.columns == ("output", "home", "export")
    assert (tested.p == 1).all()


def test_a_total_lifted_in_several_months_is_broken_beyond_rounding():
    cells = panel()
    cells["output"][3, 10:] = np.round(cells["output"][3, 10:] * 1.1, 1)
    (tested,) = sums.test(observed(cells))
    assert tested.p[3] == SMALLEST
    assert tested.can_be_strong_alone
    assert not tested.is_error[3]
    assert tested.period[3] == "2016-11/2017-12"
    assert (np.delete(tested.p, 3) == 1).all()
    assert "有14行不符合“output=home+export”" in tested.message(3)


def test_a_unit_that_rounds_by_hand_does_not_break_the_relation():
    cells = panel()
    for name in ("output", "home", "export"):
        cells[name][5] = np.round(cells[name][5], -1)
    (tested,) = sums.test(observed(cells))
    assert tested.p[5] == 1


@pytest.mark.parametrize("factor", [10, 1000, 0.1])
def test_a_figure_with_a_place_too_many_is_an_error_and_no_fabrication(factor):
    cells = panel()
    cells["export"][7, 4] = np.round(cells["export"][7, 4] * factor, 1)
    (tested,) = sums.test(observed(cells))
    assert tested.is_error[7]
    assert "位数" in tested.message(7)


def test_a_relation_that_many_units_break_is_never_strong_alone():
    cells = panel()
    cells["output"][:6] = np.round(cells["output"][:6] * 1.05, 1)  # a tenth have a part that the table lacks
    (tested,) = sums.test(observed(cells))
    assert not tested.can_be_strong_alone


def test_columns_that_hardly_differ_from_their_sum_are_no_relation():
    cells = panel()
    cells["export"][:] = 0.0
    cells["export"][0, 0] = 5.0
    cells["output"] = np.round(cells["home"] + cells["export"], 1)
    assert sums.find(observed(cells)) == []


def test_unrelated_columns_give_no_relation():
    rng = np.random.default_rng(2)
    cells = {name: rng.poisson(5, (UNITS, MONTHS)).astype(float) for name in "abcdef"}
    assert sums.find(observed(cells)) == []
    assert stocks.find(observed(cells)) == []


def test_a_total_of_many_parts_beside_it_is_found():
    rng = np.random.default_rng(3)
    parts = {f"part{at}": np.round(np.exp(rng.normal(4, 1, (UNITS, MONTHS))), 1) for at in range(8)}
    (found,) = sums.find(observed({"total": np.round(sum(parts.values()), 1), **parts}))
    assert len(found.parts) == 8


def test_a_stock_moves_by_what_comes_in_and_goes_out():
    (found,) = stocks.find(observed(panel()))
    assert found.said == "stock=上期stock+bought-used"


def test_a_stock_that_does_not_carry_its_flows_is_found():
    cells = panel()
    cells["used"][4, 8:] = np.round(cells["used"][4, 8:] * 0.8, 1)
    (tested,) = stocks.test(observed(cells))
    assert tested.p[4] == SMALLEST
    assert not tested.is_error[4]


def test_one_wrong_stock_is_one_error_though_it_breaks_two_months():
    cells = panel()
    cells["stock"][4, 8] += 300.0
    (tested,) = stocks.test(observed(cells))
    assert tested.statistic[4] == 2
    assert tested.is_error[4]


def running(seed=4):
    flows = np.round(np.exp(np.random.default_rng(seed).normal(5, 0.3, (UNITS, MONTHS))), 1)
    return np.concatenate([flows[:, :12].cumsum(axis=1), flows[:, 12:].cumsum(axis=1)], axis=1).round(1)


def test_a_running_total_is_told_from_a_monthly_figure():
    assert [t.columns for t in falling.test(observed({"running": running(), **panel()}))] == [("running",)]


def test_a_running_total_that_falls_again_and_again_stands_out_and_is_never_strong_alone():
    cells = running()
    cells[6, [3, 5, 7, 9]] -= 600.0
    (tested,) = falling.test(observed({"running": cells}))
    assert tested.p[6] < 1e-3
    assert not tested.can_be_strong_alone
    assert np.delete(tested.p, 6).min() > 0.05


def test_a_fall_after_a_digit_too_many_is_an_error():
    cells = running()
    cells[6, 4] *= 10
    (tested,) = falling.test(observed({"running": cells}))
    assert tested.is_error[6]
    assert tested.is_error.sum() == 1
