import numpy as np
import pytest

from expectations.authenticity import copied_growth


def findings(city):
    return copied_growth.inspect(city.panel(), city.directory())


@pytest.mark.parametrize("seed", [21, 22, 23])
def test_an_honest_city_shares_no_growth(honest_city, seed):
    assert findings(honest_city(800, seed)) == []


def test_a_group_with_handed_down_growth_is_named_with_its_members(honest_city, changed):
    city = honest_city(500, 24)
    output = city.output.copy()
    growth = np.random.default_rng(1).normal(0.03, 0.05, 30)
    for month in range(15, 30):
        output[:6, month] = output[:6, month - 1] * (1 + growth[month])
    (found,) = findings(changed(city, output=output))
    assert (found.test, found.unit_kind, found.strength) == ("shared_growth", "group", "strong")
    assert {member.unit for member in found.evidence.members} <= set(city.units.index[:6])
    assert len(found.evidence.members) >= 5
    assert found.evidence.lit[0] < found.evidence.lit[1]


def test_growth_shared_for_a_quarter_only_is_weak(honest_city, changed):
    city = honest_city(500, 25)
    output = city.output.copy()
    for month in (27, 28, 29):
        output[:8, month] = output[:8, month - 12] * 1.08
    found = findings(changed(city, output=output))
    assert [f.strength for f in found] == ["weak"]


def test_a_firm_that_grows_by_one_rate_without_noise_is_found_alone(honest_city, changed):
    city = honest_city(500, 26)
    output = city.output.copy()
    output[9] = np.maximum(output[9], 300)
    for month in range(12, 30):
        output[9, month] = output[9, month - 1] * 1.021
    found = findings(changed(city, output=output))
    assert [(f.test, f.unit) for f in found] == [("constant_growth", city.units.index[9])]


def test_constant_figures_share_no_growth(honest_city, changed):
    city = honest_city(500, 27)
    output = city.output.copy()
    output[:20] = np.round(output[:20, :1], 1)
    assert findings(changed(city, output=output)) == []


def test_firms_that_file_in_round_figures_are_too_coarse_to_compare(honest_city, changed):
    city = honest_city(500, 28)
    output = city.output.copy()
    output[:100] = np.maximum(np.round(output[:100], -2), 100)
    assert findings(changed(city, output=output)) == []


def test_too_few_firms_are_not_applicable(honest_city, changed):
    city = honest_city(30, 29)
    output = np.cumprod(np.full_like(city.output, 1.01), axis=1) * 5000
    assert findings(changed(city, output=output)) == []
