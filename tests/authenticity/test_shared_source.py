import numpy as np
import pandas as pd

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
    assert group.label == "device X1"
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
