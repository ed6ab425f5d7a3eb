import numpy as np
import pytest

from expectations.authenticity import cross_source, idle_output, output_change


def findings(city, tainted=frozenset()):
    return {f.unit: f for f in cross_source.inspect(city.panel(), city.directory(), tainted)}


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_an_honest_city_with_honest_habits_has_no_strong_finding(honest_city, seed):
    assert [f for f in findings(honest_city(800, seed)).values() if f.strength == "strong"] == []


def test_output_of_firms_whose_meter_and_invoices_lie_idle_is_strong(honest_city, changed):
    city = honest_city(600, 2)
    power, sales = city.electricity.copy(), city.sales.copy()
    power[:12, 18:] *= 0.02
    sales[:12, 18:] = 0.0
    found = findings(changed(city, electricity=power, sales=sales))
    for unit in city.units.index[:12]:
        assert (found[unit].test, found[unit].strength) == ("idle_output", "strong")
        assert found[unit].period == "2017-07/2018-06"
    assert "不到正常生产所需的一成" in found[city.units.index[0]].message


def test_a_solar_roof_alone_accuses_nobody(honest_city, changed):
    city = honest_city(600, 3)
    power = city.electricity.copy()
    power[:60, 15:] *= 0.05
    strong = [f for f in findings(changed(city, electricity=power)).values() if f.strength == "strong"]
    assert strong == []


def test_missing_rows_of_a_source_are_unknown_and_not_zero(honest_city):
    city = honest_city(400, 4)
    panel = city.panel()
    gone = panel["unit"].isin(city.units.index[:10]) & (panel["period"] >= "2017-06")
    panel.loc[gone, ["electricity_kwh", "sales_yuan"]] = np.nan
    assert cross_source.inspect(panel, city.directory()) == []


def test_growth_that_no_source_carries_is_found_and_dated(honest_city, changed):
    city = honest_city(800, 5)
    output = city.output.copy()
    output[:30] *= np.exp(np.maximum(np.arange(30) - 11, 0) * 0.05)
    found = findings(changed(city, output=output))
    hit = [found[unit] for unit in city.units.index[:30] if unit in found]
    assert len(hit) >= 24
    assert all("2016-12" <= f.period[:7] <= "2018-01" for f in hit)
    others = [f for unit, f in found.items() if unit not in set(city.units.index[:30]) and f.strength == "strong"]
    assert others == []


def test_honest_growth_that_the_sources_carry_is_left_alone(honest_city, changed):
    city = honest_city(800, 6)
    grown = np.exp(np.maximum(np.arange(30) - 11, 0) * 0.05)
    values = {name: getattr(city, name).copy() for name in ("output", "electricity", "sales")}
    for value in values.values():
        value[:40] *= grown
    assert [f for f in findings(changed(city, **values)).values() if f.strength == "strong"] == []


def test_a_finding_says_effect_innocent_reasons_and_its_picture(honest_city, changed):
    city = honest_city(400, 7)
    power, sales = city.electricity.copy(), city.sales.copy()
    power[0, 12:], sales[0, 12:] = 0.0, 0.0
    found = findings(changed(city, electricity=power, sales=sales))[city.units.index[0]]
    assert found.unit_of_effect == "10k_yuan"
    assert found.effect > 0
    assert "自备光伏" in "".join(found.innocent)
    assert found.evidence.kind == "series"
    assert found.evidence.lit == ("2017-02", "2018-06")
    assert found.period == "2017-02/2018-06"


def test_a_single_slip_of_ten_is_no_change(honest_city, changed):
    city = honest_city(600, 8)
    output = city.output.copy()
    output[:20, 20] *= 10
    assert [f for f in findings(changed(city, output=output)).values() if f.test == "output_change"] == []


def test_too_small_a_city_is_not_applicable(honest_city, changed):
    city = honest_city(40, 9)
    power, sales = np.zeros_like(city.electricity), np.zeros_like(city.sales)
    assert findings(changed(city, electricity=power, sales=sales)) == {}


def test_the_longest_run_passes_over_unknown_months():
    mask = np.array([[True, False, True, True], [False, True, False, False]])
    unknown = np.array([[False, True, False, False], [False, False, False, False]])
    length, first, last = idle_output.longest_run(mask, unknown)
    assert length.tolist() == [3, 1]
    assert (first[0], last[0], first[1]) == (0, 3, 1)


def test_noise_in_a_source_does_not_pull_its_elasticity_to_zero():
    rng = np.random.default_rng(10)
    growth = rng.normal(0, 0.3, 9000)[:, None] * (np.arange(24) >= 12)
    noisy = growth / 1.25 + rng.normal(0, 0.2, 9000)[:, None] * (np.arange(24) >= 12)
    other = growth + rng.normal(0, 0.05, growth.shape)
    assert output_change.elasticity(growth, noisy, other) == pytest.approx(1.25, abs=0.05)
