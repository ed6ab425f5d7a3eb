import numpy as np
import pandas as pd
import pytest
from scipy import stats

from expectations.authenticity.excused import excused, normal
from expectations.authenticity.observations import Roles, observe


def observed(count, genuine=None):
    frame = pd.DataFrame({"unit": np.arange(count), "value": 1.5, "genuine": False if genuine is None else genuine})
    return observe(frame, Roles(unit="unit", values=("value",), reference=None if genuine is None else "genuine"))


def test_peers_never_make_a_unit_more_suspicious_than_chance_does():
    z = np.random.default_rng(1).normal(-1, 0.3, 500)
    z[0] = 3.0
    assert excused(z, observed(500))[0][0] == pytest.approx(stats.norm.sf(3), rel=1e-6)


def test_a_habit_that_all_share_is_excused():
    z = np.random.default_rng(2).normal(20, 5, 500)
    assert excused(z, observed(500))[0].min() > 1e-4


def test_genuine_units_alone_say_what_is_usual():
    z = np.random.default_rng(3).normal(0, 1, 100)
    z[:10] += 8
    z[90:] = z[90:] + 8
    genuine = np.arange(100) < 10
    p, peers = excused(z, observed(100, genuine))
    assert p[90:].min() > 0.01
    assert peers[95] == 10


def test_unknown_stays_unknown_and_a_lone_unit_is_judged_by_theory():
    p, peers = excused(np.array([np.nan, 3.0]), observed(2))
    assert np.isnan(p[0])
    assert p[1] == pytest.approx(stats.norm.sf(3))
    assert peers.tolist() == [0, 0]


def test_p_values_turn_into_z_values_and_certainty_stays_finite():
    assert normal(np.array([0.5, 0.0, 1.0, np.nan])) == pytest.approx([0, 37.0, -7.03, np.nan], abs=0.1, nan_ok=True)
