import numpy as np
import pytest

from expectations.authenticity import repeated_period, same_growth


def shared(tested, column="output"):
    return next(each for each in tested if each.test == "shared_growth" and each.columns == (column,))


def handed_down(values, rows, start, length, rates):
    for row in rows:
        for at in range(start, start + length):
            values[row, at] = np.round(values[row, at - 1] * (1 + rates[at]), 1)


def test_growth_handed_down_to_eight_firms_is_a_group_with_its_members(honest_panel):
    panel = honest_panel()
    handed_down(panel.values["output"], range(8), 10, 8, np.random.default_rng(1).normal(0.01, 0.05, 30))
    tested = shared(same_growth.test(panel.seen()))
    assert (tested.p[:8] < 1e-6).all()
    group = min(tested.groups, key=lambda each: each.p)
    assert group.members == tuple(range(8))
    assert group.period == "2015-11/2016-06"
    assert "8个单位" in group.message


def test_honest_firms_share_no_growth(honest_panel):
    tested = same_growth.test(honest_panel(units=1500).seen())
    assert not any(each.groups for each in tested)
    assert all((each.p[np.isfinite(each.p)] > 0.05).all() for each in tested)


def test_rents_that_stand_still_share_nothing(honest_panel):
    panel = honest_panel()
    panel.values["output"][:50] = panel.values["output"][:50, :1]
    assert not shared(same_growth.test(panel.seen())).groups


def test_contracts_that_stand_still_and_rise_alike_once_share_nothing(honest_panel):
    panel = honest_panel()
    panel.values["output"][:30] = panel.values["output"][:30, :1]
    panel.values["output"][:8, 12:] = np.round(panel.values["output"][:8, 12:] * 1.025, 1)
    assert not any(each.groups for each in same_growth.test(panel.seen(values=("output",))))


def test_one_rate_month_after_month_is_found_in_one_firm(honest_panel):
    panel = honest_panel()
    handed_down(panel.values["output"], [0], 8, 12, np.full(30, 0.017))
    tested = next(each for each in same_growth.test(panel.seen()) if each.test == "constant_growth")
    assert tested.p[0] < 1e-6
    assert "连续12期环比增速都是+1.7%" in tested.message(0)
    assert (tested.p[1:] > 0.05).all()


def test_figures_of_three_places_are_too_coarse_to_compare(honest_panel):
    panel = honest_panel()
    panel.values["output"] = np.round(panel.values["output"] / panel.values["output"].mean() * 300)
    tested = shared(same_growth.test(panel.seen()))
    assert np.isnan(tested.p).mean() > 0.9
    assert "位数太少" in tested.why(int(np.flatnonzero(np.isnan(tested.p))[0]))


@pytest.mark.parametrize("lag", [1, 12])
def test_a_return_handed_in_again_is_found(honest_panel, lag):
    panel = honest_panel()
    for values in panel.values.values():
        values[:5, 14:19] = values[:5, 14 - lag : 19 - lag] if lag == 12 else values[:5, 13:14]
    tested = next(
        each
        for each in repeated_period.test(panel.seen())
        if each.test == ("repeated_period" if lag == 1 else "repeated_year")
    )
    assert (tested.p[:5] < 1e-6).all()
    assert (tested.statistic[:5] == 5).all()
    assert (tested.p[5:] > 0.05).all()


def test_one_constant_column_is_a_rent_and_no_repeated_return(honest_panel):
    panel = honest_panel()
    panel.values["output"][:5] = panel.values["output"][:5, :1]
    assert (repeated_period.test(panel.seen())[0].p[:5] > 0.05).all()


def contract(panel):
    """Output and the sales of it stand still for two years, persons employed for most of it."""
    panel.values["sales"] = panel.values["output"] * 3
    for name in ("output", "sales"):
        panel.values[name][:5] = panel.values[name][:5, :1]
    panel.values["headcount"] = np.full(panel.values["output"].shape, 20.0)
    panel.values["headcount"][:, ::4] = 21.0
    return panel


def test_a_contract_that_holds_output_and_sales_alike_is_no_repeated_return(honest_panel):
    told = repeated_period.test(contract(honest_panel()).seen(together=(("output", "sales"),)))[0]
    assert (told.p[:5] > 0.05).all()
    assert told.can_be_strong_alone


def test_what_belongs_together_is_nothing_a_table_says_so_that_a_repeat_alone_is_never_strong(honest_panel):
    assert not repeated_period.test(contract(honest_panel()).seen())[0].can_be_strong_alone


def test_figures_that_a_contract_holds_are_one_where_nobody_said_which_belong_together(honest_panel):
    panel = contract(honest_panel())
    panel.values["goal"] = panel.values["output"] * 12
    copied = slice(5, 10)
    for values in panel.values.values():
        values[copied, 14:19] = values[copied, 13:14]
    tested = repeated_period.test(panel.seen())[0]
    assert (tested.p[:5] > 0.05).all()
    assert (tested.p[copied] < 1e-6).all()
