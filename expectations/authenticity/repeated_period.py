"""A period that repeats another in every figure: the last return handed in again (family copied_growth).

Counts the periods in which at least ``repeat_columns`` columns (all of them in a table of fewer, but two at least)
equal the period before, or the same period a year before, to the last place. Zeros never count: a stop is honest.

Small figures coincide by chance and a rent is honestly constant, so each column of each unit has its own chance of
repeating: that of peers' usual relative change in units of the unit's own last place, raised by what the unit itself
does in periods that do *not* repeat as a whole. Columns are independent under the null; the number of whole repeats of
a unit is Poisson with the sum of its Poisson-binomial chances.
"""

import numpy as np
from scipy import stats

from expectations.authenticity import residual, sums
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST, Floats
from expectations.authenticity.observations import Observations
from expectations.authenticity.stamps import season
from expectations.authenticity.tested import Booleans, Tested

_BLOCK = 4096  # units at a time, for memory
INNOCENT = ("系统带出上期数后未及时更正", "停产检修期间按固定费用结转", "按合同定额生产、定额结算的企业")


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Against the period before and the year before; for a panel of two columns or more."""
    # A part follows its total: two columns that one figure decides are one.
    parts = {part for relation in sums.find(seen) for part, _ in relation.parts}
    names = [name for name in seen.values if name not in parts and seen.flows(name) is not None]
    if len(names) < 2 or len(seen.periods) < limits.change_side:
        return []
    year = season(seen.periods)
    lags = [(1, "上期")] + ([(year, "上年同期")] if year and len(seen.periods) >= year + limits.change_side else [])
    return [_repeats(names, lag, said, seen, limits) for lag, said in lags]


def _repeats(names: list[str], lag: int, said: str, seen: Observations, limits: Limits) -> Tested:
    needed = min(limits.repeat_columns, len(names))
    whole, judged, chances = _whole(names, lag, needed, seen, limits)
    applied = (judged >= needed).sum(axis=1)
    expected = np.concatenate(
        [at_least(chances[:, at : at + _BLOCK], needed).sum(axis=1) for at in range(0, seen.size, _BLOCK)]
    )
    enough = (applied >= limits.change_side) & (seen.size >= limits.null_units)
    count = whole.sum(axis=1)
    p = np.where(enough, np.maximum(stats.poisson.sf(count - 1, expected), SMALLEST), np.nan)

    def message(unit: int) -> str:
        first, last = np.flatnonzero(whole[unit])[[0, -1]] + lag
        return (
            f"{seen.units[unit]}在{seen.when(first)}至{seen.when(last)}之间有{count[unit]}期的报表与{said}相同："
            f"至少{needed}项数据一字不差。"
        )

    return Tested(
        test="repeated_period" if lag == 1 else "repeated_year",
        family="copied_growth",
        columns=tuple(names),
        p=p,
        statistic=count.astype(float),
        effect=count.astype(float),
        unit_of_effect="期",
        peers=np.full(seen.size, max(int(enough.sum()) - 1, 0)),
        message=message,
        period=[_period(seen, row, lag) for row in whole],
        reason=f"可比的期数不足{limits.change_side}期，或单位不足{limits.null_units}个",
        can_be_strong_alone=True,
        matters=count >= limits.repeat_months,
        innocent=INNOCENT,
    )


def _period(seen: Observations, row: Booleans, lag: int) -> str:
    at = np.flatnonzero(row) + lag
    return f"{seen.periods[at[0]]}/{seen.periods[at[-1]]}" if len(at) else ""


def _whole(
    names: list[str], lag: int, needed: int, seen: Observations, limits: Limits
) -> tuple[Booleans, Floats, Floats]:
    """Which periods repeat as a whole, how many columns could be compared, and each column's honest chance."""
    equals, judges, grids = [], [], []
    for name in names:
        grid = seen.flows(name)
        assert grid is not None
        now, before = grid[:, lag:], grid[:, :-lag]
        judged = np.isfinite(now) & np.isfinite(before) & (now != 0)
        equals.append(judged & (now == before))
        judges.append(judged)
        grids.append(grid)
    whole = np.sum(equals, axis=0) >= needed
    chances = [
        np.where(judged, _chance(grid, equal, judged, whole, residual.own_places(seen, name), lag, limits), 0.0)
        for name, grid, equal, judged in zip(names, grids, equals, judges, strict=True)
    ]
    return whole, np.sum(judges, axis=0), np.stack(chances)


def _chance(
    grid: Floats, equal: Booleans, judged: Booleans, whole: Booleans, place: Floats, lag: int, limits: Limits
) -> Floats:
    """Honest chance that one column of one unit repeats in one period (units x transitions)."""
    now, before = grid[:, lag:], grid[:, :-lag]
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(judged & ~equal, np.abs(now - before) / np.abs(before), np.nan)
        usual = float(np.nanmedian(relative)) if np.isfinite(relative).any() else 1.0
        # Density at 0 of a change whose median size is m: about one unit of the last place in four medians.
        peers = np.minimum(place[:, None] / (4 * usual * np.abs(before)), 1.0)
    single = judged & ~whole
    alone = (equal & single).sum(axis=1, keepdims=True)
    prior = limits.change_side
    own = (alone + prior * np.nan_to_num(peers)) / (single.sum(axis=1, keepdims=True) + prior)
    return np.asarray(np.fmax(peers, own))


def at_least(chance: Floats, count: int) -> Floats:
    """Probability that at least ``count`` of the columns (first axis) come true, by the Poisson-binomial
    recursion."""
    exactly = np.zeros((chance.shape[0] + 1, *chance.shape[1:]))
    exactly[0] = 1.0
    for p in np.nan_to_num(chance):
        exactly[1:] = exactly[1:] * (1 - p) + exactly[:-1] * p
        exactly[0] *= 1 - p
    return np.asarray(exactly[count:].sum(axis=0))
