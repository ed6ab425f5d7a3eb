"""What honest units look like: location and scale within a stratum, the empirical null, and tails that may be
trusted.

Ranking a population against itself finds nothing, so every test standardises robustly within its stratum and
takes its null from the pooled centre (Efron, JASA 2004) or from the mirror: the same statistic on the negated
data, which inflation cannot reach. Beyond the largest null value only a fitted generalised Pareto tail speaks,
and only when it fits (Knijnenburg et al., Bioinformatics 2009).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from expectations.authenticity.limits import LIMITS, Limits

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MAD = 1.4826  # makes the median absolute deviation estimate a normal standard deviation
SMALLEST = 1e-12
"""No model of honest firms is right beyond this; smaller p-values are shown as this one."""
_QUARTILES = 1.349  # distance of the quartiles of a standard normal
_TAIL_START, _TAIL_STEP, _TAIL_LEAST = 250, 25, 25  # exceedances tried: Knijnenburg's schedule, coarser
_BOOTSTRAP = 199


@dataclass(frozen=True)
class Standardised:
    """Values less their stratum's location over its scale; ``peers`` counts the others the unit was compared
    with."""

    z: Floats
    location: Floats
    scale: Floats
    peers: Integers


def standardise(values: Floats, strata: pd.Series, limits: Limits = LIMITS) -> Standardised:
    """Robust z-values within each stratum, shrunk to all units when the stratum is thin; NaN stays NaN.

    The location is an empirical-Bayes mean of the stratum's and the overall median: strata that differ much
    from each other keep their own, and what a thin stratum does not know of its location is added to its scale.
    The scale is the MAD, shrunk by n / (n + prior).
    """
    if not np.isfinite(values).any():
        unknown = np.full(values.shape, np.nan)
        return Standardised(unknown, unknown, unknown, np.zeros(values.shape, dtype=np.int64))
    series = pd.Series(values)
    by = series.groupby(strata.to_numpy())
    count = by.transform("count").to_numpy(dtype=float)
    whole = float(series.median())
    own = by.transform("median").fillna(whole).to_numpy(dtype=float)
    within = (MAD * float((series - own).abs().median())) ** 2
    between = _between(by.median(), by.count(), within, limits)
    with np.errstate(divide="ignore", invalid="ignore"):
        trust = np.where(count > 0, between / (between + within / count), 0.0)
    location = np.where(np.isfinite(trust), trust, 1.0) * (own - whole) + whole
    deviation = (series - location).abs()
    local = (MAD * deviation.groupby(strata.to_numpy()).transform("median")).to_numpy(dtype=float) ** 2
    weight = count / (count + limits.stratum_prior)
    variance = weight * np.nan_to_num(local) + (1 - weight) * within + (1 - np.nan_to_num(trust)) * between
    scale = np.sqrt(variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(scale > 0, (values - location) / scale, np.nan)
    return Standardised(z, location, scale, np.maximum(count - 1, 0).astype(np.int64))


def _between(medians: pd.Series, counts: pd.Series, within: float, limits: Limits) -> float:
    """Variance between strata beyond what their sizes explain, from strata of at least half the prior's size."""
    large = counts >= limits.stratum_prior / 2
    if large.sum() < 2:
        return 0.0
    return float(max(medians[large].var() - (within / counts[large]).mean(), 0.0))


def empirical_null(z: Floats) -> Floats:
    """Z-values recentred and rescaled by the pooled centre; the spread is never taken below 1, which would
    accuse more."""
    known = z[np.isfinite(z)]
    if known.size == 0:
        return z
    low, centre, high = np.quantile(known, [0.25, 0.5, 0.75])
    return np.asarray((z - centre) / max((high - low) / _QUARTILES, 1.0))


def upper_tail(values: Floats, null: Floats, limits: Limits = LIMITS) -> Floats:
    """P-values of ``values`` being as large as they are under the sample ``null``.

    Returns all NaN (not applicable) when the null has fewer than ``null_units`` values: it could not show a
    small p.
    """
    sample = np.sort(null[np.isfinite(null)])
    p = np.full(values.shape, np.nan)
    if sample.size < limits.null_units:
        return p
    known = np.isfinite(values)
    above = sample.size - np.searchsorted(sample, values[known], side="left")
    p[known] = (1.0 + above) / (1.0 + sample.size)
    tail = fit_tail(sample, limits)
    if tail is not None:
        beyond = known & (values > tail.threshold)
        beyond[known] &= above < 10
        p[beyond] = np.maximum(np.minimum(p[beyond], tail.survival(values[beyond])), SMALLEST)
    return p


def body_tail(values: Floats, sample: Floats, limits: Limits = LIMITS) -> Floats:
    """P-values against the body of a sample of which some may be fabricated, where neither side is a mirror.

    Up to the 95th percentile the share of the sample, beyond it an exponential tail with the slope between the upper
    quartile and there, which a twentieth of fabricators hardly moves: lighter tails, a normal's or that of a product of
    chances, are promised less than they could claim. All NaN with fewer than ``null_units``.
    """
    known = np.sort(sample[np.isfinite(sample)])
    if known.size < limits.null_units:
        return np.full(values.shape, np.nan)
    quarter, high = np.quantile(known, [0.75, 0.95])
    slope = max((high - quarter) / np.log(5), 1e-9)  # a quarter of the sample is five times a twentieth
    above = known.size - np.searchsorted(known, np.nan_to_num(values), side="left")
    p = np.where(values > high, 0.05 * np.exp(-np.maximum(values - high, 0) / slope), (1 + above) / (1 + known.size))
    return np.where(np.isfinite(values), np.minimum(p, 1.0), np.nan)


def beyond_least(values: Floats, sample: Floats, limits: Limits = LIMITS) -> Floats:
    """P-values of excesses over a least effect under a sample of honest ones; 1 where nothing is exceeded.

    Values are in units of their noise. The share of the sample that exceeds, times the predictive chance of an
    exponential excess as large: what is known of the noise counts as ``few_peers`` excesses m of one unit, and with the
    k seen ones it is ((m + sum) / (m + sum + x)) ** (m + k), a Lomax tail (Geisser, Predictive Inference, 1993). From
    few excesses it promises little, and it never says less than the sample's own share. All NaN with fewer than
    ``null_units``.
    """
    known = np.sort(sample[np.isfinite(sample)])
    if known.size < limits.null_units:
        return np.full(values.shape, np.nan)
    excess = known[known > 0]
    above = known.size - np.searchsorted(known, np.nan_to_num(values), side="left")
    x = np.maximum(np.nan_to_num(values), 0.0)
    total, count = limits.few_peers + excess.sum(), limits.few_peers + excess.size
    predicted = (1 + excess.size) / (1 + known.size) * np.exp(count * np.log(total / (total + x)))
    p = np.where(x > 0, np.maximum(predicted, above / (1 + known.size)), 1.0)
    return np.where(np.isfinite(values), np.clip(p, SMALLEST, 1.0), np.nan)


@dataclass(frozen=True)
class Tail:
    """A generalised Pareto tail above ``threshold``, which holds the share ``share`` of the null."""

    threshold: float
    share: float
    shape: float
    scale: float

    def survival(self, values: Floats) -> Floats:
        """Probability of a null value as large as each of ``values`` (all above the threshold)."""
        return np.asarray(self.share * stats.genpareto.sf(values - self.threshold, self.shape, scale=self.scale))


def fit_tail(sample: Floats, limits: Limits = LIMITS) -> Tail | None:
    """The tail of a sorted sample, from as many exceedances as fit; None when no number of them does."""
    most = min(_TAIL_START, sample.size // 5)
    for count in range(most, _TAIL_LEAST - 1, -_TAIL_STEP):
        threshold = float((sample[-count] + sample[-count - 1]) / 2)
        excess = sample[-count:] - threshold
        shape, scale = (float(v[0]) for v in _pareto(excess[None, :]))
        if scale > 0 and _fits(excess, shape, scale, limits.tail_fit):
            return Tail(threshold, count / sample.size, shape, scale)
    return None


def _pareto(excess: Floats) -> tuple[Floats, Floats]:
    """Shape and scale by probability-weighted moments (Hosking and Wallis 1987), rows sorted upwards.

    The shape is kept at 0 or above: a bounded tail would call the unseen impossible.
    """
    count = excess.shape[1]
    weight = (count - np.arange(1, count + 1)) / (count - 1)
    mean = excess.mean(axis=1)
    moment = (excess * weight).mean(axis=1)
    shape = np.clip(2 - mean / np.maximum(mean - 2 * moment, 1e-300), 0.0, 0.9)
    return shape, mean * (1 - shape)


def _fits(excess: Floats, shape: float, scale: float, level: float) -> bool:
    """Parametric bootstrap of the Cramér-von Mises distance, refitted each time, with a fixed seed."""
    count = excess.size
    drawn = stats.genpareto.ppf(np.random.default_rng(count).random((_BOOTSTRAP, count)), shape, scale=scale)
    drawn.sort(axis=1)
    shapes, scales = _pareto(drawn)
    null = _distance(drawn, shapes[:, None], scales[:, None])
    observed = _distance(excess[None, :], np.array([[shape]]), np.array([[scale]]))[0]
    return bool((1 + np.sum(null >= observed)) / (1 + _BOOTSTRAP) >= level)


def _distance(excess: Floats, shape: Floats, scale: Floats) -> Floats:
    count = excess.shape[1]
    fitted = stats.genpareto.cdf(excess, shape, scale=scale)
    middle = (np.arange(1, count + 1) - 0.5) / count
    return np.asarray(((fitted - middle) ** 2).sum(axis=1))
