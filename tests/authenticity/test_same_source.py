import numpy as np
import pandas as pd
import pytest

from expectations.authenticity import same_source
from expectations.authenticity.alike import Growth
from expectations.authenticity.panel import labels


@pytest.fixture
def city(honest_city):
    return honest_city(400, 41)


@pytest.fixture
def paradata(city):
    """Everybody files alone, from an own device, spread over five working days of each month."""
    rng = np.random.default_rng(2)
    units, periods = labels(city.panel())
    frame = pd.DataFrame([(unit, period) for unit in units for period in periods], columns=["unit", "period"])
    frame["account"] = "QY" + frame["unit"]
    frame["device"] = "D" + frame["unit"]
    seconds = pd.to_timedelta(rng.integers(0, 5 * 86_400, len(frame)), unit="s")
    frame["filed_at"] = pd.to_datetime(frame["period"] + "-05") + seconds
    frame["agency_number"] = None
    return frame


def one_hand(paradata, units, first="2018-01", gap=40):
    """One device files for the units, one after the other."""
    frame = paradata.copy()
    mine = frame["unit"].isin(units) & (frame["period"] >= first)
    frame.loc[mine, "device"] = "0A1B2C3D4E5F"
    order = frame[mine].groupby("period").cumcount()
    frame.loc[mine, "filed_at"] = pd.to_datetime(frame.loc[mine, "period"] + "-06 10:00") + pd.to_timedelta(
        order * gap, unit="s"
    )
    return frame


def findings(paradata, city, suspects=None):
    found = same_source.find(paradata)
    growth = Growth(city.panel(), city.directory())
    return same_source.inspect(found, paradata["unit"].nunique(), suspects or {}, growth, city.directory())


def test_everybody_filing_alone_is_no_finding(paradata, city):
    assert findings(paradata, city) == []


def test_one_device_for_many_firms_is_weak_alone(paradata, city):
    members = list(city.units.index[:8])
    (found,) = findings(one_hand(paradata, members), city)
    assert (found.test, found.unit_kind, found.strength) == ("same_device", "device", "weak")
    assert (found.statistic, found.period) == (8.0, "2018-02/2018-06")
    assert {member.unit for member in found.evidence.members} == set(members)
    assert len(found.evidence.events) == 8


def test_a_second_family_on_most_members_makes_it_strong(paradata, city):
    members = list(city.units.index[:8])
    (found,) = findings(one_hand(paradata, members), city, {"copied_growth": set(members[:6])})
    assert found.strength == "strong"
    assert "6家另有“增速雷同”疑点" in found.message


def test_a_second_family_on_few_members_does_not(paradata, city):
    members = list(city.units.index[:8])
    (found,) = findings(one_hand(paradata, members), city, {"copied_growth": set(members[:2])})
    assert found.strength == "weak"


def test_members_whose_months_are_alike_make_it_strong(paradata, city, changed):
    members = list(city.units.index[:8])
    output = city.output.copy()
    story = np.exp(np.random.default_rng(3).normal(0, 0.15, 30))
    noise = np.exp(np.random.default_rng(4).normal(0, 0.01, (8, 30)))
    output[:8] = output[:8].mean(axis=1, keepdims=True) * story * noise
    (found,) = findings(one_hand(paradata, members), changed(city, output=output))
    assert found.strength == "strong"
    assert "个百分点" in found.message


def test_a_declared_bookkeeping_agency_is_no_finding(paradata, city):
    frame = one_hand(paradata, city.units.index[:8])
    frame.loc[frame["device"] == "0A1B2C3D4E5F", "agency_number"] = "DLJZ370900000001"
    assert findings(frame, city) == []


def test_one_accountant_with_a_few_firms_is_no_finding(paradata, city):
    assert findings(one_hand(paradata, city.units.index[:4]), city) == []


def test_one_device_that_takes_its_time_is_no_finding(paradata, city):
    assert findings(one_hand(paradata, city.units.index[:8], gap=1500), city) == []


def test_device_and_account_of_the_same_firms_are_one_finding(paradata, city):
    frame = one_hand(paradata, city.units.index[:8])
    frame.loc[frame["device"] == "0A1B2C3D4E5F", "account"] = "QY-ONE"
    assert [f.test for f in findings(frame, city)] == ["same_device"]
