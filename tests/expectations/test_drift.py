import math

import numpy as np
import pytest

from catalog.model import Column
from expectations.drift import MISSING, binning_of, reference_of, stability
from expectations.profile import BatchProfile


def test_equal_distributions_are_stable() -> None:
    found = stability({"a": 600, "b": 400}, {"a": 6_000, "b": 4_000})
    assert found is not None
    assert found.psi == 0
    assert not found.is_significant


def test_the_index_of_large_counts_is_the_textbook_formula() -> None:
    found = stability({"a": 700_000, "b": 300_000}, {"a": 500_000, "b": 500_000})
    assert found is not None
    assert found.is_significant
    assert found.psi == pytest.approx(0.2 * math.log(0.7 / 0.5) - 0.2 * math.log(0.3 / 0.5), abs=1e-4)


def test_twenty_rows_of_the_same_population_do_not_drift() -> None:
    source = np.random.default_rng(20180630)
    shares = [0.5, 0.3, 0.15, 0.05]
    significant = 0
    for _ in range(2_000):
        observed = dict(zip("abcd", source.multinomial(20, shares).tolist(), strict=True))
        reference = dict(zip("abcd", source.multinomial(140, shares).tolist(), strict=True))
        found = stability(observed, reference)
        significant += bool(found and found.is_significant)
    assert significant == 0


def test_twenty_rows_that_all_became_something_else_do_drift() -> None:
    found = stability({"新": 20}, {"旧": 140})
    assert found is not None
    assert found.is_significant
    assert found.psi > 1


def test_a_value_that_vanished_keeps_the_index_finite() -> None:
    found = stability({"a": 1_000}, {"a": 500, "b": 500})
    assert found is not None
    assert math.isfinite(found.psi)
    assert found.is_significant


def test_too_few_rows_are_not_judged() -> None:
    assert stability({"a": 3}, {"b": 4}) is None
    assert stability({}, {"b": 400}) is None
    assert stability({"a": 400}, {}) is None


def test_many_rare_values_are_taken_together_before_they_can_add_up_to_drift() -> None:
    observed = {f"v{i}": 1 for i in range(0, 100, 2)} | {"common": 950}
    reference = {f"v{i}": 1 for i in range(1, 100, 2)} | {"common": 950}
    found = stability(observed, reference)
    assert found is not None
    assert not found.is_significant


def profile(batch: str, counts: dict[str, int]) -> BatchProfile:
    return BatchProfile(
        resource="visit", batch=batch, period="2018-06-01", kind="day", is_initial=False, rows=1, rows_delivered=1,
        distributions={"sex": counts},
    )  # fmt: skip


def test_the_reference_pools_the_last_seven_batches() -> None:
    past = [profile("old", {"x": 99})] + [profile(f"b{i}", {"1": 2, MISSING: 1}) for i in range(7)]
    assert reference_of(past, "sex") == {"1": 14, MISSING: 7}


def test_a_column_that_no_profile_knows_has_no_reference() -> None:
    assert reference_of([profile("b", {"1": 2})], "status") == {}


@pytest.mark.parametrize(
    ("column", "binning"),
    [
        ({"codelist": "sex"}, "value"),
        ({"labels": {"是": "1"}}, "value"),
        ({}, "hash"),
        ({"type": "decimal"}, "half_decade"),
        ({"type": "date"}, "year"),
        ({"type": "period"}, "value"),
    ],
)
def test_values_are_binned_by_what_they_are(column: dict[str, object], binning: str) -> None:
    assert binning_of(Column.model_validate({"name": "cell", "title": "列", **column})) == binning
