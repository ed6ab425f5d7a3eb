import numpy as np
import pytest

from expectations.authenticity import identity
from expectations.authenticity.panel import build


@pytest.fixture
def inspect(honest_city):
    """Findings after ``change`` has edited the returns of an honest city of twenty firms."""

    def run(change=lambda returns: None):
        city = honest_city(20)
        returns = city.returns()
        change(returns)
        return identity.inspect(build(returns, *city.books()), city.directory())

    return run


def at(returns, unit, *periods):
    return (returns["unit"] == returns["unit"].unique()[unit]) & returns["period"].isin(periods)


def test_honest_rounding_breaks_no_identity(inspect):
    assert inspect() == []


def test_parts_that_miss_the_total_in_two_months_are_strong(inspect):
    def inflate(returns):
        returns.loc[at(returns, 3, "2018-04", "2018-05"), "output_10k_yuan"] += 8.0

    (found,) = inspect(inflate)
    assert (found.test, found.strength, found.period) == ("parts_of_output", "strong", "2018-04/2018-05")
    assert found.effect == pytest.approx(8.0, abs=0.2)
    assert found.p_value is None
    assert "比两项之和多" in found.message
    assert found.evidence.total[1] - sum(value for _, value in found.evidence.parts) == pytest.approx(found.effect)


def test_parts_that_miss_the_total_once_are_a_slip_until_shown_otherwise(inspect):
    def slip(returns):
        returns.loc[at(returns, 3, "2018-04"), "domestic_10k_yuan"] += 3.0

    (found,) = inspect(slip)
    assert found.strength == "weak"


@pytest.mark.parametrize(("gap", "count"), [(0.1, 0), (0.3, 2)])
def test_a_gap_counts_only_beyond_half_a_unit_of_each_figure(inspect, gap, count):
    def shift(returns):
        whole = at(returns, 5, "2018-04", "2018-05")
        parts = returns.loc[whole, "domestic_10k_yuan"] + returns.loc[whole, "export_10k_yuan"]
        returns.loc[whole, "output_10k_yuan"] = np.round(parts + gap, 1)

    found = inspect(shift)
    assert len(found) == min(count, 1)


def test_a_cumulative_value_that_falls_is_weak_because_corrections_do_that(inspect):
    def fall(returns):
        june, may = at(returns, 7, "2018-06"), at(returns, 7, "2018-05")
        returns.loc[june, "wages_10k_yuan"] = returns.loc[may, "wages_10k_yuan"].to_numpy() - 5

    (found,) = inspect(fall)
    assert (found.test, found.strength, found.columns) == ("falling_total", "weak", ("wages_10k_yuan",))
    assert found.effect == pytest.approx(5.0)


def test_one_digit_too_many_is_called_an_error(inspect):
    def slip(returns):
        returns.loc[at(returns, 7, "2018-04"), "wages_10k_yuan"] *= 10

    (found,) = inspect(slip)
    assert "录入差错" in found.message


def test_a_value_that_falls_from_december_to_february_is_a_new_year(inspect):
    assert not [f for f in inspect() if f.test == "falling_total"]
