"""Units that filed many rows, compared fairly: what a statistic of a unit would be, had each peer filed as few rows.

A unit of 25 rows scatters more than one of 600 and would stand out by its size alone. So peers are cut down to the
unit's number of rows, at random, several times when they are few, and the unit is placed among what they then show.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from expectations.authenticity import null, peers
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.tested import Booleans

LEAST = 8
"""Rows a unit needs before its spread says anything: below, the log of a sample's SD errs by more than a quarter."""
_CELLS = 4000  # draws of peers per size: resolves a p of .001 with few peers
_MOST = 2000  # peers cut down for one size
_SAMPLING = 0.7
"""A statistic of n rows errs by at least .7 / sqrt(n) (ln SD of a normal sample; correlation and effect size by 1)."""
_FEW = 100  # peers up to which each is judged by the others alone
_STEP = 1.5  # sizes within this ratio are compared as they are

Statistic = Callable[[Integers, Integers], Floats]
"""(rows, bounds) -> one value for each stretch ``rows[bounds[i]:bounds[i + 1]]``."""


@dataclass(frozen=True)
class Placed:
    """Each unit's value, its robust z-value among peers of the same size, and p of being as small and as large."""

    value: Floats
    z: Floats
    low: Floats
    high: Floats
    typical: Floats
    peers: Integers


def place(statistic: Statistic, seen: Observations, limits: Limits = LIMITS) -> Placed:
    """Place every unit of at least LEAST rows among its peers, cut down to its size."""
    bounds = seen.bounds
    size = np.diff(bounds)
    value = np.where(size >= LEAST, statistic(np.arange(bounds[-1]), bounds), np.nan)
    z, typical = np.full(len(size), np.nan), np.full(len(size), np.nan)
    count = np.zeros(len(size), dtype=np.int64)
    known = np.isfinite(value)
    base = known
    if seen.reference is not None and (seen.reference & known).sum() >= limits.few_peers:
        base = seen.reference & known
    if base.sum() < limits.few_peers:
        return Placed(value, z, z, z, typical, count)
    places = _Places(z, typical, count)
    for bucket in _buckets(size, known):
        rows = int(np.median(size[bucket]))
        places.fill(value, bucket, *_drawn(statistic, bounds, np.flatnonzero(base), rows), rows)
    low, high = (_chance(side * z, count, seen, limits) for side in (-1.0, 1.0))
    return Placed(value, z, low, high, typical, count)


def _chance(z: Floats, count: Integers, seen: Observations, limits: Limits) -> Floats:
    """P of a z-value as large: from the empirical null of many units, else from a t-distribution of the peers."""
    if np.isfinite(z).sum() >= limits.null_units:
        return peers.rank(z, seen, limits).p
    p = np.maximum(stats.t.sf(np.nan_to_num(z), np.maximum(count - 1, 1)), null.SMALLEST)
    return np.where(np.isfinite(z), p, np.nan)


def _buckets(size: Integers, known: Booleans) -> list[Integers]:
    """Units of about one number of rows."""
    step = np.floor(np.log(np.maximum(size, 1)) / np.log(_STEP)).astype(np.int64)
    return [np.flatnonzero(known & (step == each)) for each in np.unique(step[known])]


def _drawn(statistic: Statistic, bounds: Integers, base: Integers, size: int) -> tuple[Floats, Integers]:
    """The statistic of peers cut to ``size`` rows, and whose each value is."""
    rng = np.random.default_rng(size)
    if len(base) > _MOST:
        base = rng.choice(base, _MOST, replace=False)
    times = int(np.clip(_CELLS // len(base), 1, 100))
    owner = np.repeat(base, times)
    have = (bounds[owner + 1] - bounds[owner]).astype(np.int64)
    take = np.minimum(have, size)
    edges = np.concatenate([[0], take.cumsum()]).astype(np.int64)
    rows = np.concatenate(
        [
            bounds[unit] + (rng.choice(n, k, replace=False) if k < n else np.arange(n))
            for unit, n, k in zip(owner, have, take, strict=True)
        ]
    )
    return statistic(rows, edges), owner


@dataclass
class _Places:
    """Filled one size at a time."""

    z: Floats
    typical: Floats
    count: Integers

    def fill(self, value: Floats, bucket: Integers, drawn: Floats, owner: Integers, size: int) -> None:
        """Units ``bucket`` of ``size`` rows against values drawn of peers; nobody is their own peer."""
        known = np.isfinite(drawn)
        drawn, owner = drawn[known], owner[known]
        owners = np.unique(owner)
        alone = np.isin(bucket, owners) & (len(owners) <= _FEW)
        for unit in bucket[alone]:
            self._fill(value, np.array([unit]), drawn[owner != unit], len(owners) - 1, size)
        self._fill(value, bucket[~alone], drawn, len(owners), size)

    def _fill(self, value: Floats, units: Integers, drawn: Floats, others: int, size: int) -> None:
        if drawn.size == 0 or units.size == 0:
            return
        low, middle, high = np.quantile(drawn, [0.16, 0.5, 0.84])
        # Each side has its own scale: a spread's logarithm is skewed.
        away = value[units] - middle
        scale = np.where(away < 0, middle - low, high - middle)
        scale = np.maximum(scale, _SAMPLING / np.sqrt(size)) * np.sqrt(1 + 1 / max(others, 1))
        self.z[units] = away / scale
        self.typical[units], self.count[units] = middle, others
