from dataclasses import replace

import numpy as np

from expectations.authenticity import idle


def output_of(panel):
    return next(each for each in idle.test(panel.seen()) if each.columns[0] == "output")


def test_output_without_power_and_tax_is_found_and_named(honest_panel):
    panel = honest_panel()
    for column in ("power", "tax"):
        panel.values[column][:5, 10:16] *= 0.02
    tested = output_of(panel)
    assert (tested.p[:5] < 1e-4).all()
    assert tested.period[0] == "2015-11/2016-04"
    assert "power、tax不到正常所需的一成" in tested.message(0)


def test_one_empty_meter_is_a_landlord_and_a_stop_stops_everything(honest_panel):
    panel = honest_panel()
    panel.values["power"][:5] *= 0.02
    for values in panel.values.values():
        values[5:10, 12:14] *= 0.02
    assert (output_of(panel).p[:10] == 1).all()


def test_two_months_are_stock_and_not_a_shell(honest_panel):
    panel = honest_panel()
    for column in ("power", "tax"):
        panel.values[column][:5, 10:12] *= 0.02
    assert (output_of(panel).p[:5] == 1).all()


def test_unknown_power_is_not_idle_power(honest_panel):
    panel = honest_panel()
    for column in ("power", "tax"):
        panel.values[column][:5, 10:16] = np.nan
    assert (output_of(panel).p[:5] == 1).all()


def test_a_witness_testifies_and_is_not_accused(honest_panel):
    panel = honest_panel()
    columns = ("output", "power", "tax")
    tested = idle.test(panel.seen(values=("output",), together=(columns,)))
    assert [each.columns for each in tested] == [columns]


def test_trades_that_need_more_power_than_others_are_not_idle_where_nobody_said_which_they_are(honest_panel):
    panel = honest_panel(columns=(("power", 1.0), ("output", 1.0), ("tax", 0.95)))
    intensity = np.exp(np.random.default_rng(3).normal(0, 0.9, (600, 1)))
    for column in ("output", "tax"):
        panel.values[column] = np.round(panel.values[column] * intensity, 2)
    panel.values["output"][:5, 10:16] *= 0.001
    panel.values["tax"][:5, 10:16] *= 0.001
    tested = next(
        each for each in idle.test(replace(panel, industry=panel.industry * 0).seen()) if each.columns[0] == "power"
    )
    assert (tested.p[:5] < 1e-4).all()
    assert (tested.p[5:] < 1).sum() <= 1
