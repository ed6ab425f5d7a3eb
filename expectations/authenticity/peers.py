"""How rare one number a unit is among its honest peers: the null of every test that has no theory of its own.

Known genuine units calibrate alone where there are enough (conformal p-values: Bates et al., Annals of Statistics
2023); a few of them give the centre, or, in a small file, centre and spread of a t-distribution. Without any, the
values are standardised within their stratum, rescaled by the pooled centre (Efron, JASA 2004), and the null is the
mirror image of the side that nobody has a reason to fabricate. Ranking a population against itself is never the
null: it gives uniform p-values by construction.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from expectations.authenticity import null
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.tested import Booleans


@dataclass(frozen=True)
class Ranked:
    """One entry a unit: p-value of being this *large*, robust z-value, typical value of the peers, and their
    number."""

    p: Floats
    z: Floats
    typical: Floats
    peers: Integers


def rank(values: Floats, seen: Observations, limits: Limits = LIMITS) -> Ranked:
    """How large each unit's value is among its peers; NaN where the value is, or where peers are too few.

    Negate the values to ask for smallness.
    """
    values = np.where(np.isfinite(values), values, np.nan)
    genuine = _genuine(values, seen)
    known = np.isfinite(values)
    if genuine.sum() >= limits.null_units:
        return _conformal(values, seen, genuine, limits)
    if known.sum() >= limits.null_units:
        return _empirical(values, seen, genuine, limits)
    if genuine.sum() >= limits.few_peers:
        return _student(values, genuine)
    return _robust(values, limits)


def null_sample(values: Floats, seen: Observations, limits: Limits = LIMITS) -> Floats:
    """The values that speak for honest units: those of the genuine where there are enough, else of all that no surer
    family has named."""
    genuine = _genuine(values, seen)
    if genuine.sum() >= limits.null_units:
        return values[genuine]
    if seen.tainted is None or (np.isfinite(values) & ~seen.tainted).sum() < limits.null_units:
        return values
    return values[~seen.tainted]


def _genuine(values: Floats, seen: Observations) -> Booleans:
    none = np.zeros(len(values), dtype=bool)
    return none if seen.reference is None else seen.reference & np.isfinite(values)


def _conformal(values: Floats, seen: Observations, genuine: Booleans, limits: Limits) -> Ranked:
    """Standardised and ranked by the genuine units alone."""
    frame = pd.DataFrame({"v": np.where(genuine, values, np.nan), "s": seen.peer})
    by = frame.groupby("s")["v"]
    count = by.transform("count").to_numpy(dtype=float)
    whole = float(np.nanmedian(frame["v"]))
    weight = count / (count + limits.stratum_prior)
    centre = weight * np.nan_to_num(by.transform("median").to_numpy(dtype=float)) + (1 - weight) * whole
    away = pd.Series(np.abs(frame["v"].to_numpy() - centre))
    overall = float(away.median())
    local = away.groupby(seen.peer).transform("median").to_numpy(dtype=float)
    scale = null.MAD * (weight * np.nan_to_num(local) + (1 - weight) * overall)
    z = _ratio(values - centre, scale)
    p = null.upper_tail(z, z[genuine], limits)
    return Ranked(p, z, centre, np.full(len(values), int(genuine.sum())))


def _empirical(values: Floats, seen: Observations, genuine: Booleans, limits: Limits) -> Ranked:
    """Standardised within the stratum; the null is the mirror of the lower side, and never lighter than a normal."""
    standard = null.standardise(values, pd.Series(seen.peer), limits)
    z = null.empirical_null(standard.z)
    if genuine.sum() >= limits.few_peers:
        z = z - max(float(np.median(z[genuine])), 0.0)
    p = np.maximum(null.upper_tail(z, null_sample(-z, seen, limits), limits), stats.norm.sf(z))
    return Ranked(p, z, standard.location, standard.peers)


def _student(values: Floats, genuine: Booleans) -> Ranked:
    """A few genuine units: prediction of one more normal value, each genuine unit judged by the others."""
    size = int(genuine.sum())
    count = np.where(genuine, size - 1, size).astype(float)
    total, square = float(values[genuine].sum()), float((values[genuine] ** 2).sum())
    own = np.where(genuine, values, 0.0)
    mean = (total - own) / count
    variance = np.maximum((square - own**2) - count * mean**2, 0.0) / (count - 1)
    z = _ratio(values - mean, np.sqrt(variance * (1 + 1 / count)))
    return Ranked(_t(z, count - 1), z, mean, count.astype(np.int64))


def _robust(values: Floats, limits: Limits) -> Ranked:
    """A small file without genuine units: robust z-values and a t-distribution of half their number."""
    known = np.isfinite(values)
    size = int(known.sum())
    empty = np.full(len(values), np.nan)
    peers = np.full(len(values), max(size - 1, 0), dtype=np.int64)
    if size < limits.few_peers:
        return Ranked(empty, empty, empty, peers)
    centre = float(np.median(values[known]))
    spread = null.MAD * float(np.median(np.abs(values[known] - centre)))
    z = _ratio(values - centre, np.full(len(values), spread * np.sqrt(1 + 1 / size)))
    return Ranked(_t(z, np.full(len(values), size / 2 - 1)), z, np.full(len(values), centre), peers)


def _t(z: Floats, freedom: Floats) -> Floats:
    p = np.maximum(stats.t.sf(np.nan_to_num(z), freedom), null.SMALLEST)
    return np.where(np.isfinite(z), p, np.nan)


def _ratio(distance: Floats, scale: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(scale > 0, distance / scale, np.nan)
