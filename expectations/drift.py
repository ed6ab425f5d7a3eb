"""Has the distribution of a column moved: population stability index, with its own sampling noise taken out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from scipy.special import chdtri

from catalog.model import Column
from expectations.profile import BatchProfile

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn

REFERENCE = 7
"""The reference is pooled over this many latest published batches: a week of days, so that a Sunday meets a Sunday."""

ALPHA = 1e-6
"""Chance of calling a column moved that did not move; a night tests some hundred columns."""

Binning = Literal["value", "hash", "half_decade", "year"]

MISSING, OTHER = "（空）", "（其余）"
HASH_BINS = 64


class Stability(NamedTuple):
    """``psi`` is the population stability index less its expected noise; ``is_significant``: more than chance."""

    psi: float
    is_significant: bool


def binning_of(column: Column) -> Binning:
    """How the values of a declared column are put into bins.

    Codes keep their value, other text falls into 64 hash buckets, numbers into half-decades with their sign (a unit
    that changed moves all of them), dates into years.
    """
    if column.type in ("date", "timestamp"):
        return "year"
    if column.type in ("integer", "decimal", "number"):
        return "half_decade"
    return "value" if column.codelist or column.labels or column.type == "period" else "hash"


def bin_of(name: str, binning: Binning) -> "SparkColumn":
    """Spark expression of the bin of a value; a missing value has a bin of its own.

    The same value falls into the same bin in every batch, so that profiles of different nights compare.
    """
    from pyspark.sql import functions as F

    value = F.col(name)
    if binning == "year":
        bin_name = F.year(value).cast("string")
    elif binning == "half_decade":
        number = value.cast("double")
        sign = F.when(number < 0, F.lit("-")).otherwise(F.lit("+"))
        # Infinity and NaN (which Spark sorts above it) have no logarithm that fits a long: they count as huge.
        size = F.floor(F.log10(F.least(F.abs(number), F.lit(1e300))) * 2).cast("string")
        bin_name = F.when(number == 0, F.lit("0")).otherwise(F.concat(sign, size))
    elif binning == "hash":
        bin_name = F.concat(F.lit("#"), F.pmod(F.xxhash64(value), F.lit(HASH_BINS)).cast("string"))
    else:
        bin_name = value
    return F.when(value.isNull(), F.lit(MISSING)).otherwise(bin_name)


def reference_of(past: Sequence[BatchProfile], column: str) -> dict[str, int]:
    """Rows by bin of the latest comparable batches together; empty when none has that column."""
    pooled: Counter[str] = Counter()
    for profile in past[-REFERENCE:]:
        pooled.update(profile.distributions.get(column, {}))
    return dict(pooled)


def stability(observed: Mapping[str, int], reference: Mapping[str, int]) -> Stability | None:
    """Population stability index of two counts by bin, sum (p-q) ln(p/q) (Siddiqi, Credit Risk Scorecards, 2006).

    With n and m rows and B bins, PSI / (1/n + 1/m) follows chi-square with B-1 degrees of freedom when nothing moved
    (Yurdakul and Naranjo, Journal of Risk Model Validation 14(4), 2020): twenty rows against twenty give 0.2 by chance
    alone at three bins. So that expectation is subtracted, and the index counts only beyond the 1 - ALPHA quantile.
    Bins that expect fewer than five rows on either side are taken together (Cochran, Biometrics 10, 1954), and half a
    row is added to each, so that an empty bin stays finite. None when only such bins are left: too few rows to say.
    """
    n, m = sum(observed.values()), sum(reference.values())
    if not n or not m:
        return None
    pooled = {name: observed.get(name, 0) + reference.get(name, 0) for name in {*observed, *reference}}
    counted: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    for name, total in pooled.items():
        target = name if total / (n + m) * min(n, m) >= 5 else OTHER
        counted[target] += observed.get(name, 0)
        expected[target] += reference.get(name, 0)
    names = sorted(counted)
    if len(names) < 2:
        return None if OTHER in counted else Stability(0.0, False)
    p = np.array([counted[name] for name in names]) + 0.5
    q = np.array([expected[name] for name in names]) + 0.5
    p, q = p / p.sum(), q / q.sum()
    index = float(((p - q) * np.log(p / q)).sum())
    noise, freedom = 1 / n + 1 / m, len(names) - 1
    return Stability(max(0.0, index - noise * freedom), index > noise * float(chdtri(freedom, ALPHA)))
