"""Three units or more that share the handwriting of some of their columns only, whichever those are.

A table may hold other keepers' books beside what a unit writes itself, and who kept what is not said. So the nearest
neighbours are searched in every column alone, over windows of growth as filed, and then looked at in the columns that
were not searched and do not move with it: honest units that happen to lie near in one are no nearer in another than any
two. The statistic is the chance that two honest units lie as near in both columns as the second nearest does (their
number is Poisson, its mean from the density around the unit: ``neighbours``), the smallest over columns and windows.
The null is the mirror: the same search around each unit's growth with the sign turned, which nobody copies; it pays for
all columns and windows that were looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.spatial import cKDTree

from expectations.authenticity import null, residual, sums
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.neighbours import Singles, density
from expectations.authenticity.null import SMALLEST, Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.related import correlation
from expectations.authenticity.tested import Booleans

_LENGTH = 8
"""Changes in a window: three quarters of a year of one hand."""
_STEP = 2
_MOST = 5_000
"""Units beyond which it is not looked for: the search grows faster than their number, and at 10,000 it costs more than
all other tests together."""
_TURNED = 2_000
_SAMPLE = 1_000
_CANDIDATES = 4
_MOVE = 3.0
"""Own typical steps beyond which one counts no more: a merger or a shared jump is no handwriting."""
_STOP = 1.0
"""Log points of a step that is a stop or a start, which seasonal trades share honestly: it counts nothing."""
_COARSE = 0.1
"""Rounding over the typical step beyond which figures are too coarse to be anybody's handwriting."""


@dataclass
class Nearest:
    """One entry a unit: the chance that two honest units lie as near in two columns as its nearest two do (1 where none
    are alike), how alike they are (the smallest correlation), which they are (units x 2), the columns (numbers), and
    the window's first period."""

    chance: Floats
    correlation: Floats
    others: Integers
    columns: Integers
    first: Integers


@dataclass(frozen=True)
class Hands:
    """``nearest`` of every unit in two of the columns ``names`` over ``length`` changes, and its p-value."""

    names: tuple[str, ...]
    nearest: Nearest
    p: Floats
    length: int


@dataclass(frozen=True)
class _Alike:
    """Units that ask (numbers into those that do) and candidates alike to them in two columns: who (units x
    candidates), and how far off in each column, infinitely far where a candidate is not alike."""

    asking: Integers
    others: Integers
    columns: tuple[int, int]
    distance: tuple[Floats, Floats]


def look(seen: Observations, limits: Limits = LIMITS) -> Hands | None:
    """The nearest others of every unit; None with fewer than two columns that move apart, or too few or too many units
    or periods."""
    names = _free(seen, limits)
    changes = len(seen.periods) - 1
    starts = range(0, changes - _LENGTH + 1, _STEP)
    if len(names) < 2 or not limits.null_units <= seen.size <= _MOST or not starts:
        return None
    steps = [steps_of(seen, name, limits) for name in names]
    apart = _apart(steps, limits)
    if not apart.any():
        return None
    everybody = np.arange(seen.size)
    turned = np.sort(np.random.default_rng(seen.size).permutation(seen.size)[:_TURNED])
    found, mirror = _nobody(seen.size), _nobody(len(turned))
    able = np.zeros(seen.size, dtype=bool)
    for first in starts:
        window = [vectors_of(each[:, first : first + _LENGTH]) for each in steps]
        usable = np.stack([usable for _, usable in window])
        able |= (usable[:, None] & usable[None, :] & apart[:, :, None]).any(axis=(0, 1))
        for nearest, units, sign in ((found, everybody, 1), (mirror, turned, -1)):
            for alike in _alike(window, apart, (units, sign), limits):
                _improve(nearest, alike, _expected(window, apart, alike, (units, sign)), first)
    p = null.upper_tail(-np.log(found.chance), -np.log(mirror.chance[able[turned]]), limits)
    looked = len(names) * changes / _LENGTH
    p = np.maximum(np.maximum(p, np.minimum(looked * found.chance, 1.0)), SMALLEST)
    return Hands(names, found, np.where(able, p, np.nan), _LENGTH)


def _free(seen: Observations, limits: Limits) -> tuple[str, ...]:
    """Columns of which none follows from another: of an identity's only the total."""
    parts = {name for relation in sums.find(seen) for name, _ in relation.parts}
    return tuple(
        name for name in seen.values if name not in parts and residual.residual(seen, name, limits) is not None
    )


def _apart(steps: Sequence[Floats], limits: Limits) -> Booleans:
    """Columns x columns: which do not move with each other over all units."""
    count = len(steps)
    scaled = [np.clip(each / max(float(np.nanmedian(np.abs(each))), 1e-12), -_MOVE, _MOVE) for each in steps]
    apart = np.zeros((count, count), dtype=bool)
    for a in range(count):
        for b in range(a):
            apart[a, b] = apart[b, a] = correlation(scaled[a], scaled[b]) < limits.related_correlation
    return apart


def steps_of(seen: Observations, name: str, limits: Limits) -> Floats:
    """Growth as filed, less the month of all units; NaN where nothing moved, or so much that it is a stop."""
    grid, rest = seen.flows(name), residual.residual(seen, name, limits)
    assert grid is not None and rest is not None
    filed = np.diff(np.where(np.isfinite(rest), residual.logarithms(grid), np.nan), axis=1)
    with np.errstate(invalid="ignore"):
        moved = (filed != 0) & (np.abs(filed) < _STOP)
    filed = np.where(moved, filed, np.nan)
    size = residual.medians(np.abs(grid))
    with np.errstate(divide="ignore", invalid="ignore"):
        fine = 0.5 * residual.own_places(seen, name) / size <= _COARSE * residual.medians(np.abs(filed))
    steps = filed - np.nan_to_num(residual.medians(filed.T.copy()))
    return np.where(fine[:, None], steps, np.nan)


def vectors_of(steps: Floats) -> tuple[Singles, Booleans]:
    """Unit vectors of the steps in a window, and which units have them: all steps but one must be known."""
    typical = residual.medians(np.abs(steps))[:, None]
    usable = (np.isfinite(steps).sum(axis=1) >= steps.shape[1] - 1) & (typical[:, 0] > 0)
    clipped = np.nan_to_num(np.clip(steps, -_MOVE * typical, _MOVE * typical))
    size = np.sqrt((clipped**2).sum(axis=1, keepdims=True))
    return np.divide(clipped, size, out=np.zeros_like(clipped), where=size > 0).astype(np.float32), usable


def _alike(
    window: Sequence[tuple[Singles, Booleans]], apart: Booleans, who: tuple[Integers, int], limits: Limits
) -> Iterator[_Alike]:
    """Nearest others of the units that ask, column by column, where two of them are alike in a column apart as well."""
    units, sign = who
    reach = np.sqrt(2 - 2 * limits.alike_correlation)
    for searched, (vectors, usable) in enumerate(window):
        rows, asking = np.flatnonzero(usable), np.flatnonzero(usable[units])
        if len(rows) < limits.null_units or not len(asking):
            continue
        tree = cKDTree(vectors[rows])
        _, near = tree.query(sign * vectors[units[asking]], k=_CANDIDATES + 1, distance_upper_bound=reach)
        several = near[:, 2] < len(rows)
        asking, near = asking[several], np.append(rows, -1)[near[several]]
        here = units[asking][:, None]
        nobody = (near == here) | (near < 0)
        first = np.where(nobody, np.inf, _distance(vectors, here, near, sign))
        for column in np.flatnonzero(apart[searched]).tolist():
            there, known = window[column]
            second = np.where(known[here] & known[near], _distance(there, here, near, sign), np.inf)
            far = (first > reach) | (second > reach)
            two = (~far).sum(axis=1) >= 2
            if two.any():
                distance = tuple(np.where(far, np.inf, each)[two] for each in (first, second))
                yield _Alike(asking[two], near[two], (searched, column), (distance[0], distance[1]))


def _distance(vectors: Singles, units: Integers, others: Integers, sign: int) -> Floats:
    similarity = sign * np.einsum("ijk,ijk->ij", vectors[units], vectors[others]).astype(np.float64)
    return np.asarray(np.sqrt(np.maximum(2 - 2 * similarity, 1e-12)))


def _expected(
    window: Sequence[tuple[Singles, Booleans]], apart: Booleans, alike: _Alike, who: tuple[Integers, int]
) -> Floats:
    """Honest units expected as near as each candidate is in both columns, whichever second column was looked at."""
    units, sign = who
    own = units[alike.asking]
    expected = np.full(alike.others.shape, float(apart[alike.columns[0]].sum()))
    for side, column in enumerate(alike.columns):
        vectors, usable = window[column]
        rows = np.flatnonzero(usable)
        around = density(sign * vectors[own], own, vectors, rows, _SAMPLE)
        expected *= around.expected(alike.distance[side]) / (len(rows) if side else 1)
    return np.where(np.isfinite(alike.distance[0]), expected, np.inf)


def _nobody(size: int) -> Nearest:
    pairs = np.zeros((size, 2), dtype=np.int64)
    return Nearest(np.ones(size), np.zeros(size), pairs, pairs.copy(), np.zeros(size, dtype=np.int64))


def _improve(nearest: Nearest, alike: _Alike, expected: Floats, first: int) -> None:
    order = np.argsort(expected, axis=1)[:, :2]
    # Equal figures lie at no distance at all: their chance is as small as a number can be, not unknown.
    chance = np.maximum(stats.poisson.sf(1, np.take_along_axis(expected, order, axis=1)[:, 1]), 1e-300)
    better = chance < nearest.chance[alike.asking]
    rows = alike.asking[better]
    nearest.chance[rows] = chance[better]
    farthest = np.max([np.take_along_axis(each, order, axis=1) for each in alike.distance], axis=(0, 2))
    nearest.correlation[rows] = 1 - farthest[better] ** 2 / 2
    nearest.others[rows] = np.take_along_axis(alike.others, order, axis=1)[better]
    nearest.columns[rows] = alike.columns
    nearest.first[rows] = first
