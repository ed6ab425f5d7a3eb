"""Cumulative values that fall (family identity): weak, an honest correction of earlier months does the same.

A column counts as cumulative when nearly every step within a year goes up and, if it starts again each year, when
nearly every January is below its December. A unit's falls are then set against the few that all units show
(binomial, with their rate as chance).
"""

import numpy as np
from scipy import stats

from expectations.authenticity.excused import excused, normal
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats
from expectations.authenticity.observations import Observations
from expectations.authenticity.places import last_place
from expectations.authenticity.running import LEAST_STEPS, is_cumulative, same_year
from expectations.authenticity.tested import Booleans, Tested

INNOCENT = ("上期多写一位等录入差错，本期已更正", "冲减前期多报数", "统计口径在年中调整")


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """One Tested a column that is a running total; none without periods."""
    if seen.period is None:
        return []
    same = same_year(seen.periods)
    grids = ((name, seen.grid(name)) for name in seen.values)
    return [
        _tested(seen, name, cells, same, limits)
        for name, cells in grids
        if cells is not None and is_cumulative(cells, same)
    ]


def _tested(seen: Observations, name: str, cells: Floats, same: Booleans, limits: Limits) -> Tested:
    steps = np.where(same, np.diff(cells, axis=1), np.nan)
    place = last_place(cells)
    falls = np.nan_to_num(steps) < -2 * limits.rounding * place * (1 + 1e-6)
    judged, count = np.isfinite(steps).sum(axis=1), falls.sum(axis=1)
    rate = (count.sum() + 1) / (judged.sum() + 2)
    tail = np.where(judged >= LEAST_STEPS, stats.binom.sf(count - 1, judged, rate), np.nan)
    p, peers = excused(normal(np.asarray(tail)), seen, limits)
    at = np.argmin(np.where(falls, np.nan_to_num(steps), np.inf), axis=1) if steps.shape[1] else np.zeros(seen.size)
    row = np.arange(seen.size)
    before, after = cells[row, at], cells[row, at + 1]
    is_error = (count == 1) & (before >= limits.slip_ratio * np.abs(after))
    effect = np.where(count > 0, before - after, 0.0)

    def message(unit: int) -> str:
        slip = "，上期疑为多写一位的录入差错" if is_error[unit] else ""
        return (
            f"{seen.units[unit]}的{name}是累计数，却有{count[unit]}次比上期减少；"
            f"最大的一次在{seen.when(at[unit] + 1)}，减少{seen.quantity(name, effect[unit])}{slip}。"
        )

    return Tested(
        test="falling_total",
        family="identity",
        columns=(name,),
        p=p,
        statistic=count.astype(float),
        effect=effect,
        unit_of_effect=name,
        peers=peers,
        message=message,
        period=[seen.periods[int(t) + 1] if n else "" for t, n in zip(at, count, strict=True)],
        reason=f"同一年内的前后期不足{LEAST_STEPS}对",
        is_error=is_error,
        innocent=INNOCENT,
    )
