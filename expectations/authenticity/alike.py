"""Do these units' figures rise and fall more alike than those of any as many units? (family duplicate, as a second look
at units that were found together by something else)

One hand that fills in for many writes one story. Units of one stratum share a season honestly, so the null is random
sets of the same make-up: for each member a random other unit of its stratum (of any, where the stratum has too few),
over the same periods, with a generalised Pareto tail where it fits. The statistic is the mean distance between the
members' growth in one column; every value column is looked at, and p is multiplied by their number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from expectations.authenticity import null, residual
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.tested import Booleans

_DRAWS = 999
_MOST = 40
"""Members compared: every pair of a larger set says no more."""
_PARTS = 4
"""Parts in which the drawn sets are compared, so that their pairs take some 20 MB at a time."""
_CLIP = 0.5
"""Log points of a step beyond which it counts no more: slips and stops are no story."""


@dataclass(frozen=True)
class Alikeness:
    """Mean distance of growth in a column within the set and within random sets, in percentage points; chance of so
    little in any column."""

    column: str
    distance: float
    usual: float
    p: float


def alikeness(
    seen: Observations, members: Sequence[int], periods: Sequence[int], limits: Limits = LIMITS
) -> Alikeness | None:
    """How alike the members are over ``periods`` (numbers of periods); None, not applicable, with too few units or
    periods."""
    steps = sorted({at for at in periods if at > 0})
    if len(steps) < limits.growth_window:
        return None
    found = []
    for name in seen.values:
        cells = seen.flows(name)
        if cells is not None:
            growth = np.diff(residual.logarithms(cells), axis=1)[:, np.array(steps) - 1]
            found.append(_column(name, growth, members, seen.peer, limits))
    judged = [each for each in found if each is not None]
    if not judged:
        return None
    best = min(judged, key=lambda each: each.p)
    return Alikeness(best.column, best.distance, best.usual, min(best.p * len(judged), 1.0))


def _column(name: str, growth: Floats, members: Sequence[int], stratum: Integers, limits: Limits) -> Alikeness | None:
    usable = np.isfinite(growth).sum(axis=1) * 2 >= growth.shape[1]
    rows = [unit for unit in members if usable[unit]][:_MOST]
    usable[list(members)] = False
    if len(rows) < limits.growth_members or usable.sum() < limits.null_units:
        return None
    rng = np.random.default_rng(len(rows))
    sets = np.column_stack([rng.choice(_peers(row, usable, stratum, limits), _DRAWS) for row in rows])
    drawn = np.concatenate([_distances(growth[part]) for part in np.array_split(sets, _PARTS)])
    own = float(_distances(growth[rows][None])[0])
    # Logarithms, because a distance ends at 0 and its lower tail would otherwise too.
    p = null.upper_tail(-np.log(np.array([max(own, 1e-9)])), -np.log(np.maximum(drawn, 1e-9)), limits)
    return Alikeness(name, own * 100, float(np.median(drawn)) * 100, float(p[0]))


def _peers(row: int, usable: Booleans, stratum: Integers, limits: Limits) -> Integers:
    same = np.flatnonzero(usable & (stratum == stratum[row]))
    return same if len(same) >= limits.stratum_prior else np.flatnonzero(usable)


def _distances(growth: Floats) -> Floats:
    """Of each set (sets x members x periods): mean over pairs of the typical (root mean square, clipped) difference
    from period to period; infinite where no two members have a period in common.
    """
    known = np.isfinite(growth).astype(float)
    value = np.clip(np.nan_to_num(growth), -_CLIP, _CLIP) * known
    others, square = known.swapaxes(1, 2), value**2
    first, second = np.triu_indices(growth.shape[1], 1)
    shared = (known @ others)[:, first, second]
    product = square @ others
    total = (product + product.swapaxes(1, 2) - 2 * value @ value.swapaxes(1, 2))[:, first, second]
    apart = np.sqrt(np.maximum(total, 0) / np.maximum(shared, 1))
    pairs = (shared > 0).sum(axis=1)
    mean = np.where(shared > 0, apart, 0).sum(axis=1) / np.maximum(pairs, 1)
    return np.where(pairs > 0, mean, np.inf)
