import numpy as np
import pandas as pd
import pytest
from scipy import stats

from expectations.authenticity import null


def test_a_thin_stratum_of_another_kind_is_not_measured_by_the_others():
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.normal(i % 5, 0.2, 100) for i in range(5)] + [rng.normal(9, 0.2, 6)])
    strata = pd.Series(np.repeat([*"abcde", "thin"], [100] * 5 + [6]))
    z = null.standardise(values, strata).z
    assert np.abs(z[-6:]).max() < 4


def test_what_a_thin_stratum_does_not_know_widens_its_scale():
    rng = np.random.default_rng(2)
    values = np.concatenate([rng.normal(i, 0.2, 100) for i in range(5)] + [rng.normal(2, 0.2, 2)])
    strata = pd.Series(np.repeat([*"abcde", "thin"], [100] * 5 + [2]))
    scale = null.standardise(values, strata).scale
    assert scale[-1] > 1.1 * scale[0]


def test_the_spread_of_the_empirical_null_never_sharpens_the_accusation():
    z = np.random.default_rng(3).normal(0, 0.3, 1000)
    assert null.empirical_null(z) == pytest.approx(z - np.median(z))


def test_too_few_peers_make_the_test_not_applicable():
    assert np.isnan(null.upper_tail(np.array([5.0]), np.arange(50.0))).all()


def test_p_values_of_honest_units_are_uniform():
    rng = np.random.default_rng(5)
    p = null.upper_tail(rng.normal(size=4000), rng.normal(size=4000))
    assert abs((p <= 0.05).mean() - 0.05) < 0.015
    assert abs((p <= 0.001).mean() - 0.001) < 0.002


def test_a_tail_that_fits_speaks_beyond_the_sample():
    sample = stats.expon.rvs(size=2000, random_state=6)
    p = null.upper_tail(np.array([14.0]), sample)
    assert 1e-9 < p[0] < 1e-4


def test_a_tail_that_does_not_fit_stays_silent():
    lumps = np.concatenate([np.zeros(800), np.repeat([1.0, 2.0, 9.0], 80)])
    p = null.upper_tail(np.array([50.0]), lumps)
    assert p[0] == pytest.approx(1 / 1041)


def test_a_bounded_sample_does_not_call_the_unseen_impossible():
    p = null.upper_tail(np.array([1.005]), np.random.default_rng(7).random(2000))
    assert p[0] > 1e-6


@pytest.mark.parametrize("shift", [0.5, 2.0, 4.0])
def test_honest_excesses_are_no_rarer_than_their_p_however_few_there_are(shift):
    rng = np.random.default_rng(7)
    p = np.concatenate(
        [null.beyond_least(rng.standard_t(8, 2000) - shift, rng.standard_t(8, 2000) - shift) for _ in range(100)]
    )
    for alpha in (0.05, 0.01, 0.001, 0.0001):
        assert (p <= alpha).mean() <= alpha + 3 * np.sqrt(alpha / p.size)


def test_what_exceeds_nothing_is_no_evidence_and_what_others_exceed_too_is_no_rarer_than_they():
    sample = np.concatenate([np.full(190, -6.0), np.full(10, 9.0)])
    p = null.beyond_least(np.array([-0.9, 0.0, 8.9, np.nan]), sample)
    assert p[:2].tolist() == [1.0, 1.0]
    assert p[2] >= 10 / 201
    assert np.isnan(p[3])


def test_where_no_honest_unit_exceeds_a_large_excess_is_rare_but_not_impossible():
    p = null.beyond_least(np.array([3.0, 10.0, 1000.0]), np.full(600, -6.0))
    assert 1e-2 > p[0] > p[1] > p[2] > 0
    assert 1e-7 < p[1] < 1e-4
