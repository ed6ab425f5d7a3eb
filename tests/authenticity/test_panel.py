import numpy as np
import pandas as pd

from expectations.authenticity.panel import FLOWS, build, fold_january, grid, labels, last_place, monthly


def rows(periods, values, unit="a"):
    return pd.DataFrame({"unit": unit, "period": periods, "output_10k_yuan": values})


def test_cumulative_values_become_the_month_between():
    flows = monthly(rows(["2018-03", "2018-02", "2018-04"], [30.0, 20.0, 45.0]), ["output_10k_yuan"])
    assert flows["output_10k_yuan"].tolist() == [20.0, 10.0, 15.0]
    assert flows["months"].tolist() == [2, 1, 1]


def test_a_new_year_starts_from_nothing():
    flows = monthly(rows(["2017-12", "2018-02"], [500.0, 80.0]), ["output_10k_yuan"])
    assert flows["output_10k_yuan"].tolist()[1] == 80.0


def test_a_month_after_a_gap_is_unknown_and_not_the_sum_of_two():
    flows = monthly(rows(["2018-02", "2018-04"], [20.0, 45.0]), ["output_10k_yuan"])
    assert np.isnan(flows["output_10k_yuan"].iloc[1])


def test_a_january_that_was_reported_all_the_same_is_part_of_february():
    flows = monthly(rows(["2018-01", "2018-02"], [9.0, 20.0]), ["output_10k_yuan"])
    assert flows["period"].tolist() == ["2018-02"]
    assert flows["output_10k_yuan"].tolist() == [20.0]


def test_other_sources_carry_two_months_in_february_or_are_unknown():
    source = pd.DataFrame(
        {"unit": ["a", "a", "b"], "period": ["2018-01", "2018-02", "2018-02"], "electricity_kwh": [3.0, 4.0, 5.0]}
    )
    folded = fold_january(source, "electricity_kwh").set_index("unit")["electricity_kwh"]
    assert folded["a"] == 7.0
    assert np.isnan(folded["b"])


def test_the_panel_is_rectangular_and_a_missing_row_is_unknown():
    returns = pd.DataFrame(
        {
            "unit": ["a", "a", "b"],
            "period": ["2018-02", "2018-03", "2018-03"],
            "headcount": [5, 5, 7],
            **{column: [10.0, 25.0, 40.0] for column in FLOWS},
        }
    )
    power = pd.DataFrame({"unit": ["a"], "period": ["2018-03"], "electricity_kwh": [0.0]})
    sales = pd.DataFrame({"unit": ["b"], "period": ["2018-03"], "sales_yuan": [1.0]})
    panel = build(returns, power, sales)
    assert labels(panel) == (["a", "b"], ["2018-02", "2018-03"])
    output = grid(panel, "output_10k_yuan")
    assert output[0].tolist() == [10.0, 15.0]
    assert np.isnan(output[1]).all()
    assert grid(panel, "electricity_kwh")[0, 1] == 0.0
    assert np.isnan(grid(panel, "electricity_kwh")[1, 1])


def test_a_firm_that_files_in_round_figures_has_a_coarse_last_place():
    places = last_place(np.array([[120.0, 130.0, 550.0], [120.1, 133.7, 551.0]]))
    assert places.round(3).tolist() == [10.0, 0.1]
