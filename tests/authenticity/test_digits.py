import numpy as np
import pandas as pd
import pytest

from expectations.authenticity import digits
from expectations.authenticity.observations import Roles, observe

FIBONACCI = np.array([[301, 177, 125, 96, 80, 67, 56, 53, 45]], dtype=float)  # first digits of the first 1,000


def observed(values, unit):
    frame = pd.DataFrame({"unit": unit, "value": values})
    return observe(frame, Roles(unit="unit", values=("value",)))


def benford(units, rows, seed=1):
    rng = np.random.default_rng(seed)
    return 10 ** rng.uniform(1, 5, units * rows), np.repeat(np.arange(units), rows)


def test_fibonacci_numbers_conform_by_nigrinis_limits():
    assert digits.deviation(FIBONACCI, digits.FIRST.expected)[0] < 0.006  # close conformity


def test_the_expected_deviation_is_that_of_barney_and_schulzke():
    assert digits.by_chance(digits.FIRST_TWO.expected, np.array([1000.0]))[0] == pytest.approx(
        1 / np.sqrt(158.8 * 1000), rel=1e-3
    )


def test_digits_are_read_from_the_number_not_from_its_print():
    assert digits.leading_two(np.array([0.00123, 10.0, 99.9, 100.0, 3.0e8])).tolist() == [12, 10, 99, 10, 30]


@pytest.mark.parametrize("alpha", [0.05, 0.01, 0.001])
def test_data_that_follow_benford_are_flagged_no_more_often_than_promised(alpha):
    for tested in digits.test(observed(*benford(600, 600))):
        assert (tested.p <= alpha).mean() <= alpha + 3 * np.sqrt(alpha / 600)


def test_figures_invented_evenly_are_found_among_benford_peers():
    values, unit = benford(200, 800)
    rows = unit < 5
    values[rows] = np.random.default_rng(2).uniform(100, 99_999, rows.sum()) / 10 ** np.random.default_rng(3).integers(
        0, 3, rows.sum()
    )
    first, _, _ = digits.test(observed(values, unit))
    assert (first.p[:5] < 1e-4).all()
    assert (first.p[5:] < 1e-3).sum() == 0


def test_a_file_whose_every_unit_departs_alike_accuses_nobody():
    rng = np.random.default_rng(4)
    values = rng.integers(1, 10, 200 * 600) * 10.0 ** rng.integers(0, 4, 200 * 600)
    for tested in digits.test(observed(values, np.repeat(np.arange(200), 600))):
        assert (tested.p <= 0.01).mean() <= 0.03


@pytest.mark.parametrize("values", [np.geomspace(1, 1e6, 400), np.random.default_rng(5).uniform(100, 900, 5000)])
def test_few_figures_or_a_narrow_range_are_not_judged(values):
    assert all(np.isnan(t.p).all() for t in digits.test(observed(values, np.zeros(len(values)))))
