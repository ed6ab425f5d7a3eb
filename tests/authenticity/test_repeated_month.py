import numpy as np
import pytest

from expectations.authenticity import repeated_month
from expectations.authenticity.panel import grid


def flows_of(city):
    return city.panel()


def copy(panel, unit, months, lag=1, columns=repeated_month.COLUMNS):
    """Overwrite the unit's ``months`` with those ``lag`` observations before."""
    rows = np.flatnonzero((panel["unit"] == unit).to_numpy())
    for month in months:
        for column in columns:
            panel.loc[rows[month], column] = panel.loc[rows[month - lag], column]


@pytest.mark.parametrize("seed", [31, 32, 33])
def test_an_honest_city_repeats_no_month(honest_city, seed):
    city = honest_city(600, seed)
    assert repeated_month.inspect(city.panel(), city.directory()) == []


def test_last_month_handed_in_again_and_again_is_strong(honest_city):
    city = honest_city(300, 34)
    panel, unit = city.panel(), city.units.index[5]
    copy(panel, unit, range(13, 22))
    (found,) = repeated_month.inspect(panel, city.directory())
    assert (found.unit, found.strength, found.test) == (unit, "strong", "repeated_month")
    assert found.effect >= 7


def test_a_few_repeated_months_are_weak(honest_city):
    city = honest_city(300, 35)
    panel, unit = city.panel(), city.units.index[5]
    copy(panel, unit, (13, 17))
    assert [f.strength for f in repeated_month.inspect(panel, city.directory())] == ["weak"]


def test_the_same_month_of_last_year_counts_too(honest_city):
    city = honest_city(300, 36)
    panel, unit = city.panel(), city.units.index[5]
    copy(panel, unit, range(12, 21), lag=11)
    (found,) = repeated_month.inspect(panel, city.directory())
    assert "上年同月" in found.message


def test_a_constant_rent_is_honest(honest_city):
    city = honest_city(300, 37)
    panel, unit = city.panel(), city.units.index[5]
    copy(panel, unit, range(1, 27), columns=("revenue_10k_yuan", "wages_10k_yuan"))
    assert repeated_month.inspect(panel, city.directory()) == []


def test_a_stopped_firm_that_reports_zeros_is_honest(honest_city):
    city = honest_city(300, 38)
    panel = city.panel()
    panel.loc[panel["unit"] == city.units.index[5], list(repeated_month.COLUMNS)] = 0.0
    assert repeated_month.inspect(panel, city.directory()) == []


def test_small_figures_repeat_by_chance(honest_city, changed):
    city = honest_city(400, 39)
    output = city.output.copy()
    output[:40] = np.random.default_rng(0).integers(1, 3, (40, 30)) * 0.1
    panel = changed(city, output=output, headcount=np.ones_like(city.headcount)).panel()
    assert (grid(panel, "output_10k_yuan")[:40] < 1).all()
    assert [f for f in repeated_month.inspect(panel, city.directory()) if f.strength == "strong"] == []
