import numpy as np
import pandas as pd
import pytest

from expectations.authenticity import peers
from expectations.authenticity.observations import Roles, observe


def table(size, genuine=0):
    frame = pd.DataFrame({"u": [f"u{at:05d}" for at in range(size)], "x": np.arange(size) * 1.5})
    if genuine:
        frame["ok"] = np.arange(size) < genuine
    return observe(frame, Roles(unit="u", reference="ok" if genuine else None))


@pytest.mark.parametrize(("size", "genuine"), [(3000, 0), (3000, 1500), (3000, 20), (40, 0), (40, 12)])
def test_honest_values_are_no_rarer_than_their_p_says(size, genuine):
    seen, rng = table(size, genuine), np.random.default_rng(3)
    p = np.concatenate([peers.rank(rng.normal(0, 1, size), seen).p for _ in range(max(6000 // size, 2))])
    for alpha in (0.05, 0.01, 0.001):
        assert (p <= alpha).mean() <= alpha + 3 * np.sqrt(alpha / len(p))


def test_a_fifth_of_fabricators_does_not_hide_them():
    seen, values = table(2000), np.random.default_rng(3).normal(0, 1, 2000)
    values[:400] += 8
    assert np.median(peers.rank(values, seen).p[:400]) < 1e-3


def test_genuine_units_calibrate_alone():
    seen, values = table(400, genuine=200), np.random.default_rng(3).normal(0, 1, 400)
    values[200:] += 6
    assert np.median(peers.rank(values, seen).p[200:]) < 0.01


def test_seven_units_say_nothing_and_unknown_stays_unknown():
    assert np.isnan(peers.rank(np.arange(7.0), table(7)).p).all()
    values = np.random.default_rng(1).normal(0, 1, 200)
    values[5] = np.nan
    assert np.isnan(peers.rank(values, table(200)).p[5])
