"""Results that follow a handed-down target (family bunching): to the digit, just above it, or in sum.

- ``target_met_exactly``: rows equal to their target in the last place, against the chance of that for values spread
  evenly near the target (binomial).
- ``target_just_met``: rows within two percent of the target, how many are above rather than below. Without an
  interest either side is as likely (binomial); peers excuse whoever plans well. The same on all rows is a density
  jump at the target (``density``), a finding on the group.
- ``target_sum``: a stratum whose units add up to the stratum's target to the digit, a finding on the group and its
  members. Its chance is that of the sum's own noise hitting one last place.
"""

import re

import numpy as np
import pandas as pd
from scipy import stats

from expectations.authenticity.density import bandwidth, jump
from expectations.authenticity.excused import excused, normal
from expectations.authenticity.judge import adjust
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import MAD, SMALLEST, Floats
from expectations.authenticity.observations import Observations
from expectations.authenticity.places import last_place
from expectations.authenticity.tally import tally
from expectations.authenticity.tested import Booleans, Group, Tested
from expectations.authenticity.wording import interval

_NEAR, _JUST = 0.05, 0.02
"""Relative distance from the target: near, where the density is taken as even, and just above or below."""
_ROWS = 6
_MEMBERS = 3
"""Units in a sum: two may simply be corrected against each other."""
_SAMPLE, _CLOSE = 2000, 0.5
_NAMED = re.compile(r"target|goal|plan(?!t)|quota|目标|指标|计划|任务数|考核", re.IGNORECASE)

INNOCENT = ("目标按实际能力核定，完成得准", "填报人把目标数误填进实际数一栏", "考核按目标封顶，超出部分转入下期")


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Three Tested a column with a target, declared or, without any, found by its name."""
    return [
        tested
        for name, target in (seen.targets or find(seen)).items()
        for tested in (
            _exact(seen, name, target, limits),
            _just(seen, name, target, limits),
            _sum(seen, name, target, limits),
        )
    ]


def find(seen: Observations) -> dict[str, str]:
    """Columns called a target, each with the column that lies closest to it: by half of it at most."""
    found = {}
    rows = np.flatnonzero(seen.latest)[:: max(int(seen.latest.sum()) // _SAMPLE, 1)]
    for target in (name for name in seen.values if _NAMED.search(name)):
        goal = seen.column(target)[rows]
        away = {}
        for name in seen.values:
            value = seen.column(name)[rows]
            known = (value > 0) & (goal > 0)
            if name != target and not _NAMED.search(name) and known.sum() >= _ROWS:
                away[name] = float(np.median(np.abs(np.log(value[known] / goal[known]))))
        if away and min(away.values()) < _CLOSE:
            found[min(away, key=lambda name: away[name])] = target
    return found


def _exact(seen: Observations, name: str, target: str, limits: Limits) -> Tested:
    value, goal = seen.column(name), seen.column(target)
    place = last_place(value)
    near = _within(value, goal, _NEAR) & seen.latest
    hit = near & (np.abs(value - goal) <= place / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = np.minimum(np.where(near, place / (2 * _NEAR * np.abs(goal)), 0.0), 1.0)
    rows, hits, expected = (tally(what, seen.unit, seen.size) for what in (near, hit, chance))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.nan_to_num(expected / rows)
    tail = np.where(rows > 0, stats.binom.sf(hits - 1, rows, rate), np.nan)
    p, peers = excused(normal(tail), seen, limits)

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的{name}有{hits[unit]:.0f}期与下达的{target}完全相同，接近目标的共{rows[unit]:.0f}期。"
        )

    return Tested(
        test="target_met_exactly",
        family="bunching",
        columns=(name, target),
        p=p,
        statistic=hits,
        effect=hits - expected,
        unit_of_effect="期",
        peers=peers,
        message=message,
        reason=f"没有与目标相差{_NEAR:.0%}以内的数",
        innocent=INNOCENT,
    )


def _just(seen: Observations, name: str, target: str, limits: Limits) -> Tested:
    value, goal = seen.column(name), seen.column(target)
    near = _within(value, goal, _JUST) & (value != goal) & seen.latest
    above = near & (value > goal)
    rows, ups = (tally(what, seen.unit, seen.size) for what in (near, above))
    tail = np.where(rows >= _ROWS, stats.binom.sf(ups - 1, rows, 0.5), np.nan)
    p, peers = excused(normal(tail), seen, limits)

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的{name}有{rows[unit]:.0f}期与{target}相差不到{_JUST:.0%}，"
            f"其中{ups[unit]:.0f}期是刚刚超过。"
        )

    return Tested(
        test="target_just_met",
        family="bunching",
        columns=(name, target),
        p=p,
        statistic=ups,
        effect=ups - rows / 2,
        unit_of_effect="期",
        peers=peers,
        message=message,
        reason=f"与目标相差{_JUST:.0%}以内的不足{_ROWS}期",
        groups=tuple(g for g in _jump(seen, name, target, value, goal) if g.p <= limits.fdr_group),
        innocent=INNOCENT,
    )


def _jump(seen: Observations, name: str, target: str, value: Floats, goal: Floats) -> tuple[Group, ...]:
    """All rows together: does the density of ln(value / target) jump at 0?"""
    rows = np.flatnonzero((value > 0) & (goal > 0) & (value != goal) & seen.latest)
    logs = np.log(value[rows] / goal[rows])
    order = np.argsort(logs, kind="stable")
    rows, logs = rows[order], logs[order]
    width = bandwidth(logs) if logs.size else 0.0
    found = jump(logs, 0.0, width, seen.unit[rows]) if width > 0 else None
    if found is None:
        return ()
    members = np.unique(seen.unit[rows[(logs > 0) & (logs <= _JUST)]])
    expected = max(found.left, 0.0) * _JUST * logs.size
    count = int(((logs > 0) & (logs <= _JUST)).sum())
    return (
        Group(
            label="全部",
            unit=f"{name} {target}",
            members=tuple(int(unit) for unit in members),
            p=float(np.maximum(stats.norm.sf(found.t), SMALLEST)),
            statistic=found.t,
            effect=count - expected,
            message=f"{name}刚刚超过{target}（{_JUST:.0%}以内）的有{count}个，按目标以下的密度约应有{expected:.0f}个。",
        ),
    )


def _sum(seen: Observations, name: str, target: str, limits: Limits) -> Tested:
    noise = _noise(seen.column(name), seen)
    found = [_stratum(seen, name, target, at, noise) for at in range(len(seen.peers))]
    # A stratum that never met its target was looked at too.
    q = adjust(np.array([1.0 if group is None else group.p for group in found]))
    groups = [(group, level) for group, level in zip(found, q, strict=True) if group is not None]
    return Tested(
        test="target_sum",
        family="bunching",
        columns=(name, target),
        p=np.full(seen.size, np.nan),
        statistic=np.full(seen.size, np.nan),
        effect=np.full(seen.size, np.nan),
        unit_of_effect=name,
        peers=np.full(seen.size, len(seen.peers) - 1, dtype=np.int64),
        message=lambda _: "",
        reason="合计是一群单位的性质，不归到单个单位",
        groups=tuple(group for group, level in groups if level <= limits.fdr_group),
        looked=np.ones(seen.size, dtype=bool),
        innocent=INNOCENT,
    )


def _stratum(seen: Observations, name: str, target: str, at: int, noise: Floats) -> Group | None:
    """Periods in which the units of one stratum add up to their target; None when they never do."""
    label, place = seen.peers[at], last_place(seen.column(name))
    rows = np.flatnonzero((seen.peer == at)[seen.unit] & seen.latest)
    value, goal = seen.column(name)[rows], seen.column(target)[rows]
    period = seen.period[rows] if seen.period is not None else np.zeros(rows.size, dtype=np.int64)
    hits, chances, met = 0, [], []
    for when in np.unique(period):
        inside = period == when
        v, g = value[inside], goal[inside]
        aim = _aim(g)
        if len(v) < _MEMBERS or not np.isfinite(v).all() or not np.isfinite(aim) or (v == g).all():
            continue
        chances.append(_chance(v, noise[seen.unit[rows[inside]]], place))
        if abs(v.sum() - aim) <= place / 2 * (1 + 1e-6) + 1e-9 * abs(aim):
            hits += 1
            met.append((when if seen.period is not None else None, float(aim)))
    if not hits:
        return None
    members = tuple(int(unit) for unit in np.unique(seen.unit[rows]))
    first, last = met[0][0], met[-1][0]
    said = "" if last is None else seen.when(last)
    return Group(
        label=label,
        unit=label,
        members=members,
        p=float(np.maximum(stats.binom.sf(hits - 1, len(chances), float(np.mean(chances))), SMALLEST)),
        statistic=float(hits),
        effect=met[-1][1],
        message=f"{label}{len(members)}个单位的{name}逐个相加，{said}恰好等于下达的{target}"
        f"{seen.quantity(name, met[-1][1])}，一位不差；这样的共有{hits}期。",
        period="" if first is None or last is None else interval(seen.periods[first], seen.periods[last]),
    )


def _aim(goal: Floats) -> float:
    """The stratum's target: the one figure that all rows repeat, else the sum of the units' own."""
    return float(goal[0]) if (goal == goal[0]).all() else float(goal.sum())


def _chance(value: Floats, noise: Floats, place: float) -> float:
    """Chance that a sum of figures with this noise falls on one given last place."""
    spread = float(np.linalg.norm(noise / max(noise.max(), 1e-300)) * noise.max())
    if spread <= 0:
        spread = MAD * float(np.median(np.abs(value - np.median(value)))) * np.sqrt(len(value))
    return min(place / (spread * np.sqrt(2 * np.pi)), 1.0) if spread > 0 else 1.0


def _noise(values: Floats, seen: Observations) -> Floats:
    """Usual change of each unit from row to row; 0 when it has one."""
    steps = np.abs(np.diff(values, prepend=np.nan))
    steps[1:][np.diff(seen.unit) != 0] = np.nan
    usual = pd.Series(steps).groupby(seen.unit).median().reindex(range(seen.size))
    return np.asarray(MAD * np.nan_to_num(usual.to_numpy(dtype=float)))


def _within(value: Floats, goal: Floats, share: float) -> Booleans:
    with np.errstate(invalid="ignore"):
        return np.asarray((goal != 0) & (np.abs(value - goal) <= share * np.abs(goal)))
