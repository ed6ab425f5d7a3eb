import numpy as np
import pytest

from expectations.authenticity import judge


def test_one_certain_innocence_does_not_cancel_strong_evidence():
    combined = judge.combine(np.array([[1e-6, 1.0]]))
    assert combined[0] < 1e-5


def test_a_test_that_does_not_apply_changes_nothing():
    p = judge.combine(np.array([[0.03, np.nan], [0.03, 0.03]]))
    assert p[0] == pytest.approx(0.03)
    assert p[1] == pytest.approx(0.03)


def test_a_unit_without_any_test_is_unknown_and_not_clean():
    assert np.isnan(judge.combine(np.array([[np.nan, np.nan]]))[0])
    assert np.isnan(judge.adjust(np.array([np.nan, 0.01]))[0])


def test_very_small_p_values_keep_their_size():
    assert judge.combine(np.array([[1e-12, 0.5]]))[0] == pytest.approx(2e-12, rel=1e-3)


def test_benjamini_hochberg_as_in_the_textbook():
    q = judge.adjust(np.array([0.01, 0.04, 0.03, 0.5]))
    assert q == pytest.approx([0.04, 0.04 * 4 / 3, 0.04 * 4 / 3, 0.5])


def test_uniform_p_values_of_honest_units_select_nobody():
    rng = np.random.default_rng(4)
    q = judge.adjust(rng.random(5000))
    assert (q > 0.05).all()


def test_the_test_that_speaks_is_named_and_the_silent_one_is_not():
    p = np.array([[1e-8, 0.6], [0.4, 0.5]])
    q = judge.adjust(judge.combine(p))
    assert judge.select_tests(p, q, 0.05).tolist() == [[True, False], [False, False]]
