"""A column that drifts away from the columns it should move with: the trace of invented growth (family
cross_source).

The difference between the column's residual and what the others carry is compared with ramps and steps of every onset,
in units of the firm's own noise, and only what lies beyond an effect that matters counts: a calm firm whose level a
census moved a little is no rarer than a restless one (a minimum-effect test, Murphy and Myors, J. Applied Psychology
1999). Honest elasticities differ, so what the others moved themselves widens the error, and the gap must be there with
the elasticity of ordinary months and with elasticity 1. With three columns or more each other column is left out in
turn and the *smallest* contrast counts: no single column (a solar roof, a lost invoice book) carries a finding. The
null is the mirror, the same scan for a column that falls behind, which inflation cannot reach; few honest gaps reach
beyond an effect that matters, so that the tail is a predictive one (``null.beyond_least``). A pair of two columns
cannot tell which of them is wrong, and is never strong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from expectations.authenticity import judge, null, peers, residual
from expectations.authenticity.elasticity import elasticity, half_change
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import MAD, Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.related import related
from expectations.authenticity.residual import medians
from expectations.authenticity.tested import Tested

INNOCENT = (
    "自备光伏或余热发电，购电减少",
    "产品涨价或转产高附加值产品",
    "委托外协加工或来料加工",
    "兼并重组、搬迁后部分数据登记在另一户名下",
)
Singles = npt.NDArray[np.float32]

_BLOCK = 4096  # units at a time: the scan stays in the processor's cache
_SHORT = 36  # periods up to which every onset is tried
_STOPPED = 1.0
"""Log points below its usual level at which a business stands still: fixed loads rule then, and ``idle`` looks."""


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Each value column of every related set against the others of its set."""
    tested = []
    for columns in related(seen, limits):
        rests = {name: rest for name in columns if (rest := residual.residual(seen, name, limits)) is not None}
        changes = {name: half_change(rest) for name, rest in rests.items()}
        if len(rests) > 1:
            accused = [name for name in rests if name in seen.values]
            tested += _judged([_drift(name, rests, changes, seen, limits) for name in accused], seen, limits)
    return tested


def _shapes(periods: int, limits: Limits) -> tuple[Singles, Integers]:
    """Ramps of 6, 12 and 18 periods that then hold, and steps, as columns (periods x shapes), and the first period of
    each; onsets every other period leave ``change_side`` periods on each side."""
    time = np.arange(periods)
    rows, first = [], []
    for onset in range(limits.change_side, periods - limits.change_side + 1, 1 if periods <= _SHORT else 2):
        for length in (1, 6, 12, 18):
            if length == 1 or onset + length // 2 <= periods:
                rows.append(np.clip((time - onset + 1) / length, 0.0, 1.0))
                first.append(onset)
    return np.array(rows, dtype=np.float32).T.copy(), np.array(first)


def _drift(
    name: str,
    rests: Mapping[str, Floats],
    changes: Mapping[str, Floats],
    seen: Observations,
    limits: Limits,
) -> "_Found":
    others = [other for other in rests if other != name]
    slopes = np.array([elasticity(name, other, changes) for other in others], dtype=np.float32)
    weights, onset = _shapes(len(seen.periods), limits)
    up, down, height = (np.full(seen.size, np.nan) for _ in range(3))
    found = _Peaks(up, down, height, np.zeros(seen.size, dtype=np.int64))
    typical = _typical_noise(rests[name], [rests[other] for other in others])
    for start in range(0, seen.size, _BLOCK):
        rows = slice(start, start + _BLOCK)
        block = _Block.of(rests[name][rows], [rests[other][rows] for other in others])
        _scan(block, slopes, weights, typical, found, rows, limits)
    return _Found((name, *others), found, onset[found.at])


def _judged(found: list["_Found"], seen: Observations, limits: Limits) -> list[Tested]:
    """P-values by the mirror, without the units that this test itself finds in another column: their other columns lag
    behind, and would make honest ones look as if they fell that far."""
    clean = seen
    for _ in range(2):
        p = [
            null.beyond_least(each.peaks.up, peers.null_sample(each.peaks.down, clean, limits), limits)
            for each in found
        ]
        suspect = np.asarray(np.column_stack([judge.adjust(each) <= limits.fdr_group for each in p]).any(axis=1))
        clean = replace(seen, tainted=suspect if seen.tainted is None else np.logical_or(suspect, seen.tainted))
    return [_tested(each, own, seen, limits) for each, own in zip(found, p, strict=True)]


def _tested(found: "_Found", p: Floats, seen: Observations, limits: Limits) -> Tested:
    statistic, ratio, first = found.peaks.up, np.exp(found.peaks.height), found.first
    name, others = found.columns[0], found.columns[1:]
    named = "、".join(others)

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的“{name}”自{seen.when(first[unit])}起持续偏离{named}：按本单位此前的关系，"
            f"到{seen.when(len(seen.periods) - 1)}申报值约为其余各项所能支撑的{ratio[unit]:.1f}倍。"
        )

    return Tested(
        test="drift",
        family="cross_source",
        columns=found.columns,
        p=p,
        statistic=statistic,
        effect=ratio,
        unit_of_effect="其余各项所能支撑的倍数",
        peers=np.full(seen.size, max(int(np.isfinite(p).sum()) - 1, 0)),
        message=message,
        period=seen.between(first, np.full(seen.size, len(seen.periods) - 1)),
        reason=f"前后各不足{limits.change_side}期，或可比单位不足{limits.null_units}个",
        can_be_strong_alone=len(others) > 1,
        matters=ratio >= limits.meaningful_ratio,
        innocent=INNOCENT,
    )


@dataclass(frozen=True)
class _Found:
    """The column in question and the others, the peaks of the scan, and the first period of each unit's peak."""

    columns: tuple[str, ...]
    peaks: "_Peaks"
    first: Integers


@dataclass(frozen=True)
class _Peaks:
    """For each unit the largest contrast up and down, the height that the former has reached in the last period (log
    points), and its shape."""

    up: Floats
    down: Floats
    height: Floats
    at: Integers


@dataclass(frozen=True)
class _Block:
    """Some units: the column in question, the others (columns x units x periods), and what is known of all of it.

    A gap in one of the others is filled with the mean of the rest, so that it neither accuses nor excuses.
    """

    own: Singles
    others: Singles
    known: Singles

    @classmethod
    def of(cls, own: Floats, others: Sequence[Floats]) -> "_Block":
        stack = np.stack(others).astype(np.float32)
        here = np.isfinite(stack)
        count = here.sum(axis=0)
        mean = np.where(here, stack, 0.0).sum(axis=0) / np.maximum(count, 1)
        known = np.isfinite(own) & (count > 0) & (mean > -_STOPPED)
        filled = np.where(here, stack, mean) * known
        return cls(np.where(known, own, 0.0).astype(np.float32), filled.astype(np.float32), known.astype(np.float32))

    def noise(self, typical: float, limits: Limits) -> Singles:
        """Period-to-period noise of each unit's gap, shrunk to the typical one by the number of periods."""
        change = self.changes()
        own = (MAD * medians(change.astype(np.float64)) / np.sqrt(2)) ** 2
        count = np.isfinite(change).sum(axis=1)
        weight = count / (count + limits.change_side)
        return np.asarray(np.sqrt(weight * np.nan_to_num(own) + (1 - weight) * typical**2), dtype=np.float32)

    def changes(self) -> Singles:
        """Absolute change of the gap from one known period to the next."""
        gap = np.where(self.known > 0, self.own - self.others.mean(axis=0), np.nan)
        return np.abs(np.diff(gap, axis=1))


def _typical_noise(own: Floats, others: Sequence[Floats]) -> float:
    """Noise of the gap of a typical unit, from some thousands of them."""
    step = max(len(own) // _BLOCK, 1)
    change = _Block.of(own[::step], [other[::step] for other in others]).changes()
    known = change[np.isfinite(change)]
    return float(MAD * np.median(known) / np.sqrt(2)) if known.size else 0.0


def _scan(
    block: _Block, slopes: Singles, weights: Singles, typical: float, into: _Peaks, rows: slice, limits: Limits
) -> None:
    """Fill the peaks of some units: the smallest contrast over left-out columns and both elasticities."""
    n = block.known.sum(axis=1, keepdims=True)
    w1 = block.known @ weights
    spread = block.known @ weights**2 - w1**2 / np.maximum(n, 1)
    half = limits.change_side / 2
    enough = (w1 >= half) & (n - w1 >= half) & (spread > 1e-6)
    spread = np.where(enough, spread, 1.0)
    own = _fitted(block.own, weights, w1, n, spread)
    carried = np.stack([_fitted(other, weights, w1, n, spread) for other in block.others])
    error = (block.noise(typical, limits)[:, None] / np.sqrt(spread)) ** 2
    up, down, height = (np.full(own.shape, np.inf, dtype=np.float32) for _ in range(3))
    least = np.float32(np.log(limits.meaningful_ratio))
    # A season moves columns by their elasticities, a merger or a stop all of them alike: neither may accuse.
    for slope in (np.ones_like(slopes), slopes):
        scaled = carried * slope[:, None, None]
        total = scaled.sum(axis=0)
        for out in range(len(scaled)) if len(scaled) > 1 else [None]:
            rest = total if out is None else (total - scaled[out]) / (len(scaled) - 1)
            gap = own - rest
            noise = np.sqrt(error + (limits.elasticity_spread * rest) ** 2)
            np.minimum(up, (gap - least) / noise, out=up)
            np.minimum(down, (-gap - least) / noise, out=down)
            np.minimum(height, gap, out=height)
    any_shape = enough.any(axis=1)
    up, down = np.where(enough, up, -np.inf), np.where(enough, down, -np.inf)
    at = up.argmax(axis=1)
    every = np.arange(len(up))
    into.up[rows] = np.where(any_shape, up[every, at], np.nan)
    into.down[rows] = np.where(any_shape, down.max(axis=1), np.nan)
    # A ramp that is still rising has reached only a part of its height: the rest nobody filed.
    into.height[rows] = np.where(any_shape, height[every, at] * weights[-1, at], np.nan)
    into.at[rows] = at


def _fitted(values: Singles, weights: Singles, w1: Singles, n: Singles, spread: Singles) -> Singles:
    """Units x shapes: height of each shape in the values, in log points."""
    centred = values @ weights - values.sum(axis=1, keepdims=True) * w1 / np.maximum(n, 1)
    return np.asarray(centred / spread)
