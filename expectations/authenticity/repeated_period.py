"""A period that repeats another in every figure: the last return handed in again (family copied_growth).

Counts the periods in which at least ``repeat_columns`` figures (all of them in a table of fewer, but two at least)
equal the period before, or the same period a year before, to the last place. Zeros never count: a stop is honest.
Columns of one set of Roles.together are one figure, which repeats where any of them does: a contract holds output and
invoices alike. Which columns these are is nothing a table says by itself. Where it was not told, the figures of a unit
that stand still in most of its periods though they are written finely enough to move are one, its contract, and no
finding is strong alone.

Small figures coincide by chance and a rent is honestly constant, so each figure of each unit has its own chance of
repeating: that of peers' usual relative change in units of the unit's own last place, raised by what the unit itself
does in periods in which the *others* do not repeat already. That leaves copied periods out of the chance of each figure
and keeps honest repeats in. Figures are independent under the null; the number of whole repeats of a unit is Poisson
with the sum of its Poisson-binomial chances.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from expectations.authenticity import residual, sums
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST, Floats
from expectations.authenticity.observations import Observations
from expectations.authenticity.residual import medians
from expectations.authenticity.stamps import season
from expectations.authenticity.tested import Booleans, Tested

Singles = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
_BLOCK = 4096  # units at a time, for memory
_COARSE = 0.1
"""Chance of repeating by coarse writing alone beyond which standing still is no contract."""
INNOCENT = ("系统带出上期数后未及时更正", "停产检修期间按固定费用结转", "按合同定额生产、定额结算的企业")


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Against the period before and the year before; for a panel of two columns or more."""
    # A part follows its total: two columns that one figure decides are one.
    parts = {part for relation in sums.find(seen) for part, _ in relation.parts}
    names = [name for name in seen.values if name not in parts and seen.flows(name) is not None]
    figures = _figures(names, seen.together)
    if len(figures) < 2 or len(seen.periods) < limits.change_side:
        return []
    year = season(seen.periods)
    lags = [(1, "上期")] + ([(year, "上年同期")] if year and len(seen.periods) >= year + limits.change_side else [])
    return [_repeats(figures, lag, said, seen, limits) for lag, said in lags]


def _figures(names: list[str], together: tuple[tuple[str, ...], ...]) -> list[tuple[str, ...]]:
    """The columns, those of one set as one; a witness of several sets belongs to the first."""
    found: dict[tuple[str, ...], list[str]] = {}
    for name in names:
        own = next((columns for columns in together if name in columns), (name,))
        found.setdefault(own, []).append(name)
    return [tuple(columns) for columns in found.values()]


def _repeats(figures: list[tuple[str, ...]], lag: int, said: str, seen: Observations, limits: Limits) -> Tested:
    needed = min(limits.repeat_columns, len(figures))
    whole, judged, chances = _whole(figures, lag, needed, seen, limits)
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
        columns=tuple(name for columns in figures for name in columns),
        p=p,
        statistic=count.astype(float),
        effect=count.astype(float),
        unit_of_effect="期",
        peers=np.full(seen.size, max(int(enough.sum()) - 1, 0)),
        message=message,
        period=[_period(seen, row, lag) for row in whole],
        reason=f"可比的期数不足{limits.change_side}期，或单位不足{limits.null_units}个",
        can_be_strong_alone=bool(seen.together),
        matters=count >= limits.repeat_months,
        innocent=INNOCENT,
    )


def _period(seen: Observations, row: Booleans, lag: int) -> str:
    at = np.flatnonzero(row) + lag
    return f"{seen.periods[at[0]]}/{seen.periods[at[-1]]}" if len(at) else ""


def _whole(
    figures: list[tuple[str, ...]], lag: int, needed: int, seen: Observations, limits: Limits
) -> tuple[Booleans, Integers, Singles]:
    """Which periods repeat as a whole, how many figures could be compared, and each one's honest chance."""
    looked = [_looked(columns, lag, seen) for columns in figures]
    if not seen.together:
        looked = _contracts_as_one(looked)
    repeated = np.sum([each.equal for each in looked], axis=0)
    chances = np.zeros((len(looked), *repeated.shape), dtype=np.float32)
    for number, each in enumerate(looked):
        free = each.judged & (repeated - each.equal < needed - 1)
        chances[number] = np.where(each.judged, _chance(each.equal, free, each.peers, limits), 0.0)
    return repeated >= needed, np.sum([each.judged for each in looked], axis=0), chances


@dataclass(frozen=True)
class _Looked:
    """One figure, units x transitions: where it repeats, where that can be said, and its peers' chance of it."""

    equal: Booleans
    judged: Booleans
    peers: Singles


def _looked(columns: tuple[str, ...], lag: int, seen: Observations) -> _Looked:
    shape = (seen.size, len(seen.periods) - lag)
    equal, judged, moves = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool), np.ones(shape)
    for name in columns:
        grid = seen.flows(name)
        assert grid is not None
        now, before = grid[:, lag:], grid[:, :-lag]
        comparable = np.isfinite(now) & np.isfinite(before) & (now != 0)
        same = comparable & (now == before)
        equal |= same
        judged |= comparable
        moves *= 1 - _by_chance(now, before, comparable & ~same, residual.own_places(seen, name))
    return _Looked(equal, judged, (1 - moves).astype(np.float32))


def _contracts_as_one(looked: list[_Looked]) -> list[_Looked]:
    """The figures, of which those that stand still for most of a unit's periods, and not because they are coarse, are
    its first such one; the others of them say nothing."""
    standing = [
        (2 * each.equal.sum(axis=1) > each.judged.sum(axis=1)) & (medians(each.peers.astype(np.float64)) <= _COARSE)
        for each in looked
    ]
    together = np.any([each.equal & stands[:, None] for each, stands in zip(looked, standing, strict=True)], axis=0)
    merged, has_one = [], np.zeros(len(together), dtype=bool)
    for each, stands in zip(looked, standing, strict=True):
        first, later = (stands & ~has_one)[:, None], (stands & has_one)[:, None]
        has_one |= stands
        merged.append(_Looked(np.where(first, together, each.equal & ~later), each.judged & ~later, each.peers))
    return merged


def _by_chance(now: Floats, before: Floats, moved: Booleans, place: Floats) -> Floats:
    """Chance that a column repeats because it is written so coarsely, from peers' usual relative change."""
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(moved, np.abs(now - before) / np.abs(before), np.nan)
        usual = float(np.nanmedian(relative)) if np.isfinite(relative).any() else 1.0
        # Density at 0 of a change whose median size is m: about one unit of the last place in four medians.
        return np.asarray(np.nan_to_num(np.minimum(place[:, None] / (4 * usual * np.abs(before)), 1.0)))


def _chance(equal: Booleans, free: Booleans, peers: Singles, limits: Limits) -> Singles:
    """Honest chance that one figure of one unit repeats in one period, from the periods that are ``free`` of others'
    repeats; peers count as ``change_side`` periods of the unit's own.
    """
    alone = (equal & free).sum(axis=1, keepdims=True)
    prior = limits.change_side
    own = (alone + prior * peers) / (free.sum(axis=1, keepdims=True) + prior)
    return np.asarray(np.fmax(peers, own), dtype=np.float32)


def at_least(chance: Floats | Singles, count: int) -> Floats:
    """Probability that at least ``count`` of the columns (first axis) come true, by the Poisson-binomial
    recursion."""
    exactly = np.zeros((chance.shape[0] + 1, *chance.shape[1:]))
    exactly[0] = 1.0
    for p in np.nan_to_num(chance):
        exactly[1:] = exactly[1:] * (1 - p) + exactly[:-1] * p
        exactly[0] *= 1 - p
    return np.asarray(exactly[count:].sum(axis=0))
