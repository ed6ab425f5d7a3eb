"""A column that drifts away from the columns it should move with: the trace of invented growth (family
cross_source).

The difference between the column's residual and what the others carry is compared with ramps and steps of every onset,
in units of the firm's own noise. Honest elasticities differ, so what the others moved themselves widens the error, and
the gap must be there with the elasticity of ordinary months and with elasticity 1. With three columns or more each
other column is left out in turn and the *smallest* contrast counts: no single column (a solar roof, a lost invoice
book) carries a finding. The null is the mirror, the same scan for a column that falls behind, which inflation cannot
reach, with a generalised Pareto tail. A pair of two columns cannot tell which of them is wrong, and is never strong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from expectations.authenticity import null, residual
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
_STOPPED = 1.0
"""Log points below its usual level at which a business stands still: fixed loads rule then, and ``idle`` looks."""


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Each column of every related set against the others of its set."""
    tested = []
    for columns in related(seen, limits):
        rests = {name: rest for name in columns if (rest := residual.residual(seen, name, limits)) is not None}
        changes = {name: half_change(rest) for name, rest in rests.items()}
        if len(rests) > 1:
            tested += [_drift(name, rests, changes, seen, limits) for name in rests]
    return tested


@dataclass(frozen=True)
class _Shapes:
    """Ramps and steps as columns (periods x shapes), and the first period of each."""

    weights: Floats
    first: Integers


def _shapes(periods: int, limits: Limits) -> _Shapes:
    """Ramps of 6, 12 and 18 periods that then hold, and steps, of every onset that leaves ``change_side`` periods on
    each side."""
    time = np.arange(periods)
    rows, first = [], []
    for onset in range(limits.change_side, periods - limits.change_side + 1):
        for length in (1, 6, 12, 18):
            if length == 1 or onset + length // 2 <= periods:
                rows.append(np.clip((time - onset + 1) / length, 0.0, 1.0))
                first.append(onset)
    return _Shapes(np.array(rows).T, np.array(first))


def _drift(
    name: str,
    rests: Mapping[str, Floats],
    changes: Mapping[str, Floats],
    seen: Observations,
    limits: Limits,
) -> Tested:
    own = rests[name]
    others = [other for other in rests if other != name]
    slopes = [elasticity(name, other, changes) for other in others]
    shapes = _shapes(own.shape[1], limits)
    left_out = [[i for i in range(len(others)) if i != out] for out in range(len(others))] if len(others) > 1 else [[0]]
    running = _mean([rests[other] for other in others]) > -_STOPPED
    own = np.where(running, own, np.nan)
    up, down, size = (np.full((len(own), len(shapes.first)), np.inf) for _ in range(3))
    for kept in left_out:
        # A season moves columns by their elasticities, a merger or a stop all of them alike: neither may accuse.
        for power in (0.0, 1.0):
            rest = _mean([slopes[i] ** power * rests[others[i]] for i in kept])
            contrast, height = _contrasts(own, rest, shapes, limits)
            up, down, size = np.fmin(up, contrast), np.fmin(down, -contrast), np.fmin(size, height)
    unknown = np.isinf(up)
    up, down = np.where(unknown, np.nan, up), np.where(unknown, np.nan, down)
    statistic, at = _peak(up)
    mirror, _ = _peak(down)
    honest = mirror
    if seen.reference is not None and (seen.reference & np.isfinite(mirror)).sum() >= limits.null_units:
        honest = mirror[seen.reference]
    p = null.upper_tail(statistic, honest, limits)
    ratio = np.exp(size[np.arange(seen.size), at])
    first = shapes.first[at]
    named = "、".join(others)

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的“{name}”自{seen.periods[first[unit]]}起持续偏离{named}：按本单位此前的关系，"
            f"申报值约为其余各项所能支撑的{ratio[unit]:.1f}倍。"
        )

    return Tested(
        test="drift",
        family="cross_source",
        columns=(name, *others),
        p=p,
        statistic=statistic,
        effect=ratio,
        unit_of_effect="其余各项所能支撑的倍数",
        peers=np.full(seen.size, max(int(np.isfinite(p).sum()) - 1, 0)),
        message=message,
        period=[f"{seen.periods[at]}/{seen.periods[-1]}" for at in first],
        reason=f"前后各不足{limits.change_side}期，或可比单位不足{limits.null_units}个",
        can_be_strong_alone=len(others) > 1,
        matters=ratio >= limits.meaningful_ratio,
        innocent=INNOCENT,
    )


def _mean(rests: Sequence[Floats]) -> Floats:
    """Mean of what several columns carry, where known."""
    stack = np.stack(rests)
    known = np.isfinite(stack)
    count = known.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(count > 0, np.where(known, stack, 0.0).sum(axis=0) / count, np.nan)


def _contrasts(own: Floats, other: Floats, shapes: _Shapes, limits: Limits) -> tuple[Floats, Floats]:
    """Units x shapes: fitted height of each shape over its error, and the height in log points."""
    gap = own - other
    known = np.isfinite(gap).astype(float)
    gap, other = np.nan_to_num(gap), np.where(known > 0, np.nan_to_num(other), 0.0)
    n = known.sum(axis=1, keepdims=True)
    w1, w2 = known @ shapes.weights, known @ shapes.weights**2
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = w2 - w1**2 / n
        height = (gap @ shapes.weights - gap.sum(axis=1, keepdims=True) * w1 / n) / spread
        moved = (other @ shapes.weights - other.sum(axis=1, keepdims=True) * w1 / n) / spread
        noise = _noise(np.where(known > 0, gap, np.nan), limits)
        error = np.hypot(noise[:, None] / np.sqrt(spread), limits.elasticity_spread * moved)
        enough = (w1 >= limits.change_side / 2) & (n - w1 >= limits.change_side / 2) & (spread > 1e-9)
        return np.where(enough, height / error, np.nan), np.where(enough, height, np.nan)


def _noise(gap: Floats, limits: Limits) -> Floats:
    """Period-to-period noise of each unit, shrunk to the typical one by the number of periods."""
    change = np.abs(np.diff(gap, axis=1))
    own = (MAD * medians(change) / np.sqrt(2)) ** 2
    count = np.isfinite(change).sum(axis=1)
    weight = count / (count + limits.change_side)
    typical = float(np.nanmedian(own)) if np.isfinite(own).any() else np.nan
    return np.asarray(np.sqrt(weight * np.nan_to_num(own) + (1 - weight) * typical))


def _peak(contrast: Floats) -> tuple[Floats, Integers]:
    """Largest value of each row and where; NaN (at 0) for a row without values."""
    filled = np.where(np.isfinite(contrast), contrast, -np.inf)
    at = filled.argmax(axis=1)
    best = filled[np.arange(len(filled)), at]
    return np.where(np.isfinite(best), best, np.nan), at
