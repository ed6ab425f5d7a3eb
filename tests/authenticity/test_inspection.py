import numpy as np
import pandas as pd
import pytest

from expectations.authenticity import inspection
from expectations.authenticity.finding import to_frame
from expectations.authenticity.panel import labels


def own_devices(panel):
    units, periods = labels(panel)
    frame = pd.DataFrame([(u, p) for u in units for p in periods], columns=["unit", "period"])
    frame["account"], frame["device"], frame["agency_number"] = frame["unit"], frame["unit"], None
    order = np.random.default_rng(0).permutation(len(frame))
    frame["filed_at"] = pd.to_datetime(frame["period"] + "-05") + pd.to_timedelta(order * 7, unit="s")
    return frame


@pytest.mark.parametrize("seed", [51, 52])
def test_an_honest_city_has_no_strong_finding_of_any_family(honest_city, seed):
    city = honest_city(700, seed)
    panel = city.panel()
    findings = inspection.inspect(panel, own_devices(panel), city.directory())
    assert [f for f in findings if f.strength == "strong"] == []


def test_the_same_data_give_the_same_findings(honest_city, changed):
    city = honest_city(300, 53)
    power, sales = city.electricity.copy(), city.sales.copy()
    power[:5, 15:], sales[:5, 15:] = 0.0, 0.0
    panel = changed(city, electricity=power, sales=sales).panel()
    first, second = (to_frame(inspection.inspect(panel, own_devices(panel), city.directory()), "r") for _ in range(2))
    assert len(first) == 5
    pd.testing.assert_frame_equal(first, second)


def test_no_two_findings_share_an_id(honest_city, changed):
    city = honest_city(300, 54)
    output = city.output.copy()
    output[:20, 12:] *= 2.5
    panel = changed(city, output=output).panel()
    ids = [f.finding_id for f in inspection.inspect(panel, own_devices(panel), city.directory())]
    assert ids
    assert len(ids) == len(set(ids))


def test_members_of_a_group_are_suspects_of_its_family(honest_city, changed):
    city = honest_city(300, 55)
    output = city.output.copy()
    growth = np.random.default_rng(1).normal(0.03, 0.05, 30)
    for month in range(12, 30):
        output[:6, month] = output[:6, month - 1] * (1 + growth[month])
    panel = changed(city, output=output).panel()
    named = inspection.suspects(inspection.inspect(panel, own_devices(panel), city.directory()))
    assert set(city.units.index[:5]) <= named["copied_growth"]


def test_an_empty_panel_has_no_findings(honest_city):
    city = honest_city(20, 56)
    panel = city.panel().iloc[:0]
    assert inspection.inspect(panel, own_devices(city.panel()).iloc[:0], city.directory()) == []
