"""Units whose figures rise and fall together as if written by one hand (family duplicate).

Who fills in for many writes one story, scales it and adds a little noise. Growth of all columns in a window, freed of
the industry's month (and once as filed: a copy in another industry keeps its original's season) and brought to the
unit's own size of movement, is one vector a unit; a copy lies far closer to its original than honest units lie to each
other. The null is the density of honest units around each unit (see ``neighbours``): p = 1 - exp(-number expected as
near), and never less than the mirror's: nobody copies with the sign turned. A whole industry that moves alike is dense,
and excuses itself.
"""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from expectations.authenticity import few_columns, joined, null, residual
from expectations.authenticity.few_columns import Hands
from expectations.authenticity.joined import Joined
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.neighbours import Singles, nearest
from expectations.authenticity.null import SMALLEST, Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.tested import Booleans, Group, Tested

INNOCENT = ("同一集团的分支机构按统一口径分摊", "同一代理记账机构用同一模板", "同一产业链按同一订单排产")
_WINDOW = 12
_MANY = 20_000  # units beyond which windows no longer overlap: a copy of a year is still seen
_KNOWN = 0.6  # share of a window that must be known
_MOVE = 3.0
"""Own typical moves beyond which one counts no more: a merger or a shared jump is no handwriting."""
_STOP = 1.0
"""Log points of a move that is a stop or a start, which seasonal trades share honestly: it counts nothing."""


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """One test over all value columns of a panel of at least thirty units."""
    rests = {name: rest for name in seen.values if (rest := residual.residual(seen, name, limits)) is not None}
    length = min(_WINDOW, len(seen.periods) - 1)
    if not rests or seen.size < limits.growth_neighbours or length < limits.change_side:
        return []
    views = [list(rests.values()), [_raw(seen, name, rest) for name, rest in rests.items()]]
    p, alike = np.full(seen.size, np.nan), np.full(seen.size, np.nan)
    other, start = np.zeros(seen.size, dtype=np.int64), np.zeros(seen.size, dtype=np.int64)
    starts = _starts(len(seen.periods) - 1, length, length if seen.size > _MANY else length // 2)
    for view, at in product(views, starts):
        vectors, usable = _vectors(view, at, length)
        rows = np.flatnonzero(usable)
        if len(rows) < limits.growth_neighbours:
            continue
        found = nearest(vectors[rows])
        chance = null.upper_tail(-np.log(found.expected), -np.log(found.mirror), limits)
        chance = np.maximum(np.maximum(chance, -np.expm1(-found.expected)), SMALLEST)
        better = ~(chance >= p[rows])
        better_rows = rows[better]
        p[better_rows], alike[better_rows] = chance[better], found.distance[better]
        other[better_rows], start[better_rows] = rows[found.other[better]], at
    p = np.minimum(p * len(starts) * len(views), 1.0)
    columns = np.full((seen.size, 2), -1)
    copies = _Found(tuple(rests), p, 1 - alike**2 / 2, np.column_stack([other, other]), start, start + length, columns)
    few = few_columns.look(seen, limits)
    if few is None:
        return [_tested(copies, seen, limits)]
    return [_tested(_joined(_surer(copies, few, limits), few, joined.join(seen, few, limits)), seen, limits)]


def _surer(copies: "_Found", few: Hands, limits: Limits) -> "_Found":
    """The surer of both answers. Two columns are not a whole return: never so sure that they are strong alone."""
    chance = np.maximum(few.p, limits.far_beyond_chance)
    better = (chance < copies.p) | (np.isfinite(chance) & ~np.isfinite(copies.p))
    near, pair = few.nearest, better[:, None]
    place = np.array([copies.columns.index(name) for name in few.names])
    return replace(
        copies,
        p=np.minimum(2 * np.where(better, chance, copies.p), 1.0),
        correlation=np.where(better, near.correlation, copies.correlation),
        others=np.where(pair, near.others, copies.others),
        first=np.where(better, near.first, copies.first),
        last=np.where(better, near.first + few.length, copies.last),
        named=np.where(pair, place[near.columns], copies.named),
    )


def _joined(copies: "_Found", few: Hands, writers: Joined) -> "_Found":
    """The surer answer of those who were held against a handwriting that others share."""
    better = (writers.p < copies.p) | (np.isfinite(writers.p) & ~np.isfinite(copies.p))
    asked, pair = np.isfinite(writers.p), better[:, None]
    place = np.array([copies.columns.index(name) for name in few.names])
    return replace(
        copies,
        p=np.minimum(np.where(asked, 2, 1) * np.where(better, writers.p, copies.p), 1.0),
        correlation=np.where(better, writers.correlation, copies.correlation),
        others=np.where(pair, writers.others, copies.others),
        first=np.where(better, writers.first, copies.first),
        last=np.where(better, writers.first + few.length, copies.last),
        named=np.where(pair, np.column_stack([place[writers.column], np.full(len(better), -1)]), copies.named),
    )


def _raw(seen: Observations, name: str, rest: Floats) -> Floats:
    """Logarithms as filed, less the month of all units, where the residual is known: a copy in another industry keeps
    the season of its original."""
    grid = seen.flows(name)
    assert grid is not None
    level = np.where(np.isfinite(rest), residual.logarithms(grid), np.nan)
    level -= residual.medians(level)[:, None]
    return np.asarray(level - np.nan_to_num(residual.medians(level.T.copy())))


def _starts(changes: int, length: int, step: int) -> list[int]:
    """Windows every ``step`` periods, the last one at the end."""
    return sorted({*range(0, changes - length + 1, step), changes - length})


def _vectors(rests: list[Floats], start: int, length: int) -> tuple[Singles, Booleans]:
    """Unit vectors of growth in the window, each column of the same weight; and which units have them."""
    parts, known = [], []
    for rest in rests:
        growth = np.diff(rest[:, start : start + length + 1], axis=1)
        growth = np.where(np.abs(growth) < _STOP, growth, np.nan)
        known.append(np.isfinite(growth).mean(axis=1))
        typical = residual.medians(np.abs(growth))[:, None]
        growth = np.nan_to_num(np.clip(growth, -_MOVE * typical, _MOVE * typical))
        size = np.sqrt((growth**2).sum(axis=1, keepdims=True))
        parts.append(np.divide(growth, size, out=np.zeros_like(growth), where=size > 0).astype(np.float32))
    vectors = np.hstack(parts)
    size = np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    moving = np.stack([(part != 0).any(axis=1) for part in parts]).mean(axis=0) > 0.5
    usable = (np.mean(known, axis=0) >= _KNOWN) & moving & (size[:, 0] > 0)
    return np.divide(vectors, size, out=np.zeros_like(vectors), where=size > 0), usable


@dataclass(frozen=True)
class _Found:
    """For each unit: chance, correlation with the nearest others, which those are (units x 2, the same twice where one
    is enough), first and last period of the window, and the two columns it was seen in (numbers into ``columns``; -1:
    all of them)."""

    columns: tuple[str, ...]
    p: Floats
    correlation: Floats
    others: Integers
    first: Integers
    last: Integers
    named: Integers


def _tested(found: _Found, seen: Observations, limits: Limits) -> Tested:
    p, correlation = found.p, found.correlation

    def partners(unit: int) -> tuple[int, ...]:
        return (unit, *dict.fromkeys(int(other) for other in found.others[unit]))

    def message(unit: int) -> str:
        first, last = (seen.when(at[unit]) for at in (found.first, found.last))
        others = "、".join(seen.units[other] for other in partners(unit)[1:])
        named = "和".join(f"“{found.columns[at]}”" for at in sorted(found.named[unit]) if at >= 0)
        common = "全体" if named else "行业"
        return (
            f"{seen.units[unit]}与{others}在{first}至{last}的{named or '各项数据'}几乎同步涨落"
            f"（扣除{common}共同变动后相关系数{correlation[unit]:.3f}），像是同一人编报。"
        )

    matters = correlation >= limits.alike_correlation
    return Tested(
        test="one_hand",
        family="duplicate",
        columns=found.columns,
        p=p,
        statistic=correlation,
        effect=correlation,
        unit_of_effect="相关系数",
        peers=np.full(seen.size, max(int(np.isfinite(p).sum()) - 1, 0)),
        message=message,
        partners=partners,
        period=seen.between(found.first, found.last),
        reason=f"可比的期数不足{_WINDOW}期，或数据不变，或单位不足{limits.growth_neighbours}个",
        can_be_strong_alone=len(found.columns) >= limits.repeat_columns,
        matters=matters,
        groups=_groups(p, found.others, matters, seen, limits),
        innocent=INNOCENT,
    )


def _groups(p: Floats, others: Integers, matters: Booleans, seen: Observations, limits: Limits) -> tuple[Group, ...]:
    """Units joined to their nearest neighbours where that is beyond chance for every unit of the table."""
    sure = np.flatnonzero((p * seen.size <= limits.fdr_group) & matters)
    groups = []
    for units in (group.tolist() for group in joined.linked(sure, others)):
        if len(units) >= limits.growth_members:
            chance = float(np.nanmin(p[units]) * seen.size)
            names = "、".join(seen.units[unit] for unit in units[:5])
            groups.append(
                Group(
                    label=f"{seen.units[units[0]]}等{len(units)}个单位",
                    unit=seen.units[units[0]],
                    members=tuple(units),
                    p=min(chance, 1.0),
                    statistic=float(len(units)),
                    effect=float(len(units)),
                    message=f"{names}等{len(units)}个单位的各项数据几乎同步涨落，像是同一人编报。",
                )
            )
    return tuple(groups)
