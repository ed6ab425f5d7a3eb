from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from expectations.authenticity import shared_source
from expectations.authenticity.observations import Roles, observe


def filings(units=300, device_of=None, seconds=None):
    rng = np.random.default_rng(1)
    device = np.array([f"D{at}" for at in range(units)], dtype=object)
    start = pd.Timestamp("2018-07-08 09:00")
    at = rng.uniform(0, 3 * 86400, units)
    for rows, name in device_of or []:
        device[rows] = name
    for rows, value in seconds or []:
        at[rows] = value
    frame = pd.DataFrame(
        {
            "unit": [f"U{at:04d}" for at in range(units)],
            "value": rng.normal(100, 5, units),
            "device": device,
            "filed_at": [(start + pd.Timedelta(seconds=float(s))).isoformat() for s in at],
        }
    )
    return observe(frame, Roles(unit="unit"))


def test_one_device_that_files_for_twelve_within_minutes_is_a_group_and_pins_nobody():
    rows = slice(0, 12)
    (tested,) = shared_source.test(filings(device_of=[(rows, "X1")], seconds=[(rows, 1000 + 20 * np.arange(12))]))
    (group,) = tested.groups
    assert (group.label, group.unit, group.kind) == ("device X1", "X1", "device")
    assert group.members == tuple(range(12))
    assert group.effect == 11
    assert np.isnan(tested.p).all()


def test_an_accountant_who_takes_her_time_over_twelve_firms_is_left_alone():
    rows = slice(0, 12)
    (tested,) = shared_source.test(filings(device_of=[(rows, "X1")], seconds=[(rows, 5000 * np.arange(12))]))
    assert tested.groups == ()


def test_four_firms_of_one_family_are_too_few():
    rows = slice(0, 4)
    (tested,) = shared_source.test(filings(device_of=[(rows, "X1")], seconds=[(rows, 1000 + np.arange(4))]))
    assert tested.groups == ()


def test_an_empty_device_is_no_device():
    rows = slice(0, 100)
    (tested,) = shared_source.test(filings(device_of=[(rows, "-")], seconds=[(rows, 1000 + np.arange(100))]))
    assert tested.groups == ()


def test_units_that_share_two_traits_are_one_group():
    rows = slice(0, 12)
    seen = filings(device_of=[(rows, "X1")], seconds=[(rows, 1000 + 20 * np.arange(12))])
    seen.frame["account"] = seen.frame["device"]
    both = replace(seen, traits=(*seen.traits, "account"))
    assert [len(tested.groups) for tested in shared_source.test(both)] == [1, 0]


@pytest.fixture
def filed_together(honest_panel):
    """Ten of three hundred units file from one device each month; ``growth`` lays a hand on their figures."""

    def make(growth=None):
        panel = honest_panel(units=300)
        if growth is not None:
            for at in range(1, 30):
                panel.values["output"][:10, at] = panel.values["output"][:10, at - 1] * growth[at]
        seen = panel.seen()
        rng = np.random.default_rng(3)
        unit, month = seen.unit, pd.to_datetime(pd.Series(seen.periods)[seen.period].to_numpy())
        at = np.where(unit < 10, 1000 + 20 * unit, rng.uniform(0, 5 * 86400, len(unit)))
        seen.frame["device"] = np.where(unit < 10, "X", unit.astype(str))
        seen.frame["filed_at"] = month + pd.to_timedelta(at, unit="s")
        return replace(seen, traits=("device", "filed_at"))

    return make


def test_one_device_alone_is_not_seconded_and_one_story_is(filed_together):
    (alone,) = shared_source.test(filed_together())[0].groups
    assert not alone.seconded
    growth = np.exp(np.random.default_rng(5).normal(0.01, 0.05, (30, 1)))[:, 0]
    (same,) = shared_source.test(filed_together(growth))[0].groups
    assert same.seconded
    assert "逐期增速彼此相差0.0个百分点" in same.message
    assert same.period == "2015-01/2017-06"
