"""A column reported on while the columns that carry it lie idle for a quarter or longer: the trace of a stopped or
shell unit (family cross_source).

A meter is rarely at zero in an empty works, so a column lies idle when it is less than ``idle_share`` of what the
reported one should take, by the unit's own better periods or by its stratum, whichever asks for more (a stratum whose
units differ widely asks for less). Only values count; a missing one is unknown. At least two other columns must be idle
at once (in a set of two columns: the one there is, which is never strong).

The null needs no model of either column: they are different books, so a unit honestly without one of them is no
likelier to be without the other, and the chance of both is the product of two shares. Each share is counted among units
of which no other column ever idles, which shell firms cannot enter.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST, Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.related import related
from expectations.authenticity.residual import medians
from expectations.authenticity.tested import Booleans, Tested

INNOCENT = ("用电户登记在房东或园区名下", "自备电厂", "委托外协加工", "计量或开票系统更换期间数据缺失被记为零")


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Each value column of every related set of a panel against the others of its set."""
    if len(seen.periods) < limits.change_side:
        return []
    return [
        _idle(name, columns, seen, limits)
        for columns in related(seen, limits)
        for name in columns
        if name in seen.values and seen.flows(name) is not None
    ]


def _idle(name: str, columns: Sequence[str], seen: Observations, limits: Limits) -> Tested:
    grids = {column: grid for column in columns if (grid := seen.flows(column)) is not None}
    own = grids.pop(name)
    others = list(grids)
    strata = pd.Series(seen.peer)
    idle, known = [], []
    for other in others:
        share = supported(own, grids[other], strata, limits)
        known.append(np.isfinite(share))
        idle.append(known[-1] & (share < limits.idle_share))
    needed = min(2, len(others))
    together = np.sum(idle, axis=0) >= needed
    seen_enough = np.sum(known, axis=0) >= needed
    length, first, last = longest_run(together, ~seen_enough)
    applied = seen_enough.sum(axis=1) >= limits.change_side
    both = applied & (length >= limits.idle_run)
    p = np.where(both, _chance(idle, known, applied, both, strata, limits), 1.0)
    reported = _inside(own * seen.months(name), first, last)
    p = np.where(applied & (applied.sum() >= limits.null_units), p, np.nan)

    # Of few units: the masks of all would be kept as long as the message is.
    silent = {
        unit: "、".join(
            other for other, mask in zip(others, idle, strict=True) if mask[unit, first[unit] : last[unit] + 1].all()
        )
        for unit in np.flatnonzero(both).tolist()
    }

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}在{seen.when(first[unit])}至{seen.when(last[unit])}申报“{name}”合计"
            f"{seen.quantity(name, reported[unit])}，同期{silent.get(unit) or '其余各项'}不到正常所需的一成。"
        )

    return Tested(
        test="idle",
        family="cross_source",
        columns=(name, *others),
        p=p,
        statistic=length.astype(float),
        effect=reported,
        unit_of_effect=name,
        peers=np.full(seen.size, max(int(applied.sum()) - 1, 0)),
        message=message,
        period=seen.between(first, last),
        reason=f"可比的期数不足{limits.change_side}期，或可比单位不足{limits.null_units}个",
        can_be_strong_alone=needed > 1,
        sources=needed,
        matters=both,
        innocent=INNOCENT,
    )


def _chance(
    idle: Sequence[Booleans],
    known: Sequence[Booleans],
    applied: Booleans,
    both: Booleans,
    strata: pd.Series,
    limits: Limits,
) -> Floats:
    """The product of the two largest honest shares of units without one of the columns that are idle here."""
    ever = np.stack([mask.any(axis=1) for mask in idle])
    rates = []
    for at, mask in enumerate(idle):
        stopped = longest_run(mask, ~known[at])[0] >= limits.idle_run
        alone = applied & ~np.delete(ever, at, axis=0).any(axis=0) if len(idle) > 1 else applied & ~both
        rates.append(np.where(stopped, rate(stopped, alone, strata, limits), 0.0))
    largest = np.sort(np.stack(rates), axis=0)[::-1][: min(2, len(idle))]
    return np.asarray(np.maximum(np.where(largest > 0, largest, 1.0).prod(axis=0), SMALLEST))


def _inside(own: Floats, first: np.ndarray, last: np.ndarray) -> Floats:
    """Sum of what was reported from ``first`` to ``last``."""
    column = np.arange(own.shape[1])
    within = (column >= first[:, None]) & (column <= last[:, None])
    return np.asarray(np.where(within, np.nan_to_num(own), 0.0).sum(axis=1))


def longest_run(mask: Booleans, unknown: Booleans) -> tuple[Integers, Integers, Integers]:
    """Length, first and last column of the longest run of True in each row; unknown cells neither count nor
    break it."""
    count, start = np.zeros((2, len(mask)), dtype=np.int64)
    length, first, last = np.zeros((3, len(mask)), dtype=np.int64)
    for column in range(mask.shape[1]):
        here = mask[:, column]
        start = np.where(here & (count == 0), column, start)
        count = np.where(here, count + 1, np.where(unknown[:, column], count, 0))
        longer = here & (count > length)
        length = np.where(longer, count, length)
        first, last = np.where(longer, start, first), np.where(longer, column, last)
    return length, first, last


def supported(output: Floats, source: Floats, strata: pd.Series, limits: Limits = LIMITS) -> Floats:
    """Share of the reported output that the source can carry, by the firm's or the industry's usual need of it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        need = np.where(output > 0, source / output, np.nan)
    usual = np.fmax(_upper_quartile(need), _of_stratum(medians(need), strata, limits))[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(need / usual)


def _of_stratum(need: Floats, strata: pd.Series, limits: Limits) -> Floats:
    """What the stratum asks of each unit: its median need, or less where its units differ so much that a tenth of the
    median is nothing unusual, as where all trades are one stratum because nobody said which they are."""
    keys = strata.to_numpy()
    median = pd.Series(need).groupby(keys).transform("median")
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.abs(np.log(need / median.to_numpy(dtype=float)))
    spread = 1.4826 * pd.Series(np.where(np.isfinite(off), off, np.nan)).groupby(keys).transform("median")
    least = np.exp(-limits.idle_spread * spread).fillna(1.0)
    return np.asarray(median * np.minimum(1.0, least / limits.idle_share), dtype=float)


def _upper_quartile(values: Floats) -> Floats:
    """The value three quarters up the known ones of each row; NaN without any."""
    ordered = np.sort(values, axis=1)  # NaN last
    known = np.isfinite(values).sum(axis=1)
    return np.asarray(ordered[np.arange(len(values)), np.maximum(known * 3 // 4 - (known % 4 == 0), 0)])


def rate(stopped: Booleans, honest: Booleans, strata: pd.Series, limits: Limits) -> Floats:
    """Share of ``honest`` units that are ``stopped``, by stratum, shrunk to all of them; never 0."""
    frame = pd.DataFrame({"stopped": stopped & honest, "honest": honest})
    whole = (frame["stopped"].sum() + 1) / (frame["honest"].sum() + 2)
    by = frame.groupby(strata.to_numpy()).transform("sum")
    prior = limits.stratum_prior
    return np.asarray((by["stopped"] + prior * whole) / (by["honest"] + prior), dtype=float)
