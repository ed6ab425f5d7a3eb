"""What is left of a unit's series once its own level and what its industry did in that month are taken away.

``residual`` works on logarithms (on asinh of the value over the unit's own typical size where a column may be
negative), takes away the unit's median and the stratum's median of each period with the unit's own loading on it,
shrunk to 1, and masks isolated spikes: a slip is an error, not evidence.
"""

import numpy as np

from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import MAD, Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.places import last_place, own_place
from expectations.authenticity.tested import Booleans

_LOADING_PRIOR = 3.0
"""A loading weighs as much as 1 when the industry's months vary three times as much as the unit's own noise allows."""


def medians(values: Floats) -> Floats:
    """Median of the known values of each row; NaN without any."""
    if values.shape[1] == 0:
        return np.full(len(values), np.nan)
    ordered = np.sort(values, axis=1)
    count = np.isfinite(ordered).sum(axis=1)
    rows = np.arange(len(values))
    low = ordered[rows, np.maximum(count - 1, 0) // 2]
    high = ordered[rows, np.minimum(count // 2, values.shape[1] - 1)]
    return np.where(count > 0, (low + high) / 2, np.nan)


def residual(seen: Observations, name: str, limits: Limits = LIMITS) -> Floats | None:
    """Units x periods in log points, NaN unknown; None when the table is no panel of at least a year's half.

    Computed once a table and column, and once more when surer families have named some.
    """
    key = ("residual", name)
    if key not in seen.known:
        rest = _residual(seen, name, limits)
        if rest is None:
            return None
        seen.known[key] = rest
    return seen.known[key]


def own_places(seen: Observations, name: str) -> Floats:
    """The last place of each unit's figures in a column, in the column's own unit; computed once."""
    key = ("place", name)
    if key not in seen.known:
        values = seen.column(name)
        seen.known[key] = own_place(values, seen.unit, seen.size, last_place(values))
    return seen.known[key]


def _residual(seen: Observations, name: str, limits: Limits) -> Floats | None:
    if len(seen.periods) < 2 * limits.change_side:
        return None
    grid = seen.flows(name)
    if grid is None:
        return None
    level = logarithms(grid)
    level -= medians(level)[:, None]
    effect = effects(level, seen.peer, limits, seen.tainted)
    level -= _loading(level, effect[seen.peer])[:, None] * effect[seen.peer]
    level -= medians(level)[:, None]
    return without_spikes(level, limits)


def logarithms(grid: Floats) -> Floats:
    """ln x where nearly all of a column is positive (others unknown), else asinh of x over the row's typical size; a 0
    is nothing reported, and unknown."""
    known = np.isfinite(grid)
    positive = (grid > 0) & known
    if (grid[known] < 0).mean() < 0.01 if known.any() else True:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log(np.where(positive, grid, np.nan))
    size = medians(np.where(grid != 0, np.abs(grid), np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.arcsinh(np.where((size[:, None] > 0) & (grid != 0), grid / size[:, None], np.nan))


def effects(level: Floats, stratum: Integers, limits: Limits, without: Booleans | None = None) -> Floats:
    """Strata x periods: the median of each, shrunk to that of all units where the stratum is thin; units ``without``
    have no say in it."""
    honest = np.ones(len(level), dtype=bool) if without is None else ~without
    whole = np.nan_to_num(medians(level[honest].T.copy()))
    count = int(stratum.max()) + 1 if len(stratum) else 1
    effect = np.empty((count, level.shape[1]))
    for each in range(count):
        inside = level[(stratum == each) & honest]
        known = np.isfinite(inside).sum(axis=0)
        weight = known / (known + limits.stratum_prior)
        effect[each] = weight * np.nan_to_num(medians(inside.T.copy())) + (1 - weight) * whole
    return effect


def _loading(level: Floats, effect: Floats) -> Floats:
    """How much each unit moves with its stratum, from clipped cross-moments, shrunk to 1."""
    known = np.isfinite(level)
    centred = np.where(known, effect, 0.0)
    count = np.maximum(known.sum(axis=1), 1)
    centred = np.where(known, centred - (centred.sum(axis=1) / count)[:, None], 0.0)
    noise = MAD * medians(np.abs(level - effect))
    clipped = np.where(known, np.clip(level - effect, -3 * noise[:, None], 3 * noise[:, None]), 0.0)
    square = (centred**2).sum(axis=1)
    prior = np.nan_to_num(noise) ** 2 * _LOADING_PRIOR
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (centred * np.nan_to_num(clipped)).sum(axis=1) / (square + prior)
    return np.asarray(1 + np.clip(np.nan_to_num(slope), -1.0, 1.0))


def without_spikes(rest: Floats, limits: Limits) -> Floats:
    """Isolated observations far from the nearest known one on both sides become NaN; at an end, from the one side
    there is."""
    before, after = _filled(rest), _filled(rest[:, ::-1])[:, ::-1]
    noise = MAD * medians(np.abs(np.diff(rest, axis=1))) / np.sqrt(2)
    far = limits.spike * np.maximum(noise, 1e-9)[:, None]
    with np.errstate(invalid="ignore"):
        lone = ~(np.abs(rest - before) <= far) & ~(np.abs(rest - after) <= far)
    return np.where(lone, np.nan, rest)


def _filled(values: Floats) -> Floats:
    """The last known value before each observation; NaN where there is none."""
    at = np.where(np.isfinite(values), np.arange(values.shape[1]), -1)
    last = np.maximum.accumulate(at, axis=1)
    filled = np.take_along_axis(values, np.maximum(last, 0), axis=1)
    filled = np.where(last >= 0, filled, np.nan)
    return np.hstack([np.full((len(values), 1), np.nan), filled[:, :-1]])
