"""Exact values that recur more often than their parts explain (family number_bunching).

The statistic is the average frequency of a value among a unit's rows, sum f^2 / sum f (Simonsohn, "Number-bunching: a
new tool for forensic data analysis", Data Colada 77, 2019). Under the null the leading part of a number and its
trailing digits are independent: shuffling the trailing digits keeps the shape of the distribution, and keeps any
habit of rounding. They are shuffled among numbers of one magnitude only, and parted no later than after the second
digit, because a density is level within a hundredth of its range but not within a decade. Instead of a bootstrap the
shuffle's mean and variance are computed exactly (pairs equal in both parts are a quadratic assignment statistic:
Mantel, Cancer Research 27, 1967); the tail is the negative binomial with these moments.

A value that stays from one period to the next is no coincidence (a rent, a contract) and counts once; zeros do not
count.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from expectations.authenticity.excused import excused, normal
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.places import last_place
from expectations.authenticity.tally import tally
from expectations.authenticity.tested import Booleans, Tested

_LEAST = 20
"""Rows below which a single honest coincidence already looks like bunching."""
_CODE = 1 << 40  # values are told apart by their number of last places, modulo this
_EXACT = 2.0**53

INNOCENT = ("按固定价目、定额或合同金额逐笔记账", "设备只能读出少数几个值", "换算单位后再取整")


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """One Tested a value column."""
    return [_tested(seen, name, limits) for name in seen.values]


@dataclass(frozen=True)
class Pairs:
    """Pairs of a unit's rows with equal values, and two-step paths of such pairs; one entry a unit."""

    edges: Floats
    paths: Floats


def pairs(code: Integers, unit: Integers, size: int) -> Pairs:
    """Pairs with equal ``code`` within each unit; codes are from 0 to 2^40."""
    key = np.sort(unit * np.int64(_CODE) + code)
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if key.size else np.empty(0, dtype=np.int64)
    runs = np.diff(np.append(starts, key.size)).astype(float)
    owner = (key[starts] // _CODE).astype(np.int64)
    edges = runs * (runs - 1) / 2
    return Pairs(tally(edges, owner, size), tally(edges * (runs - 2), owner, size))


def moments(left: Pairs, right: Pairs, count: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of the number of pairs equal in both parts when the right parts are shuffled."""
    every = count * (count - 1) / 2
    steps = count * (count - 1) * (count - 2) / 2
    apart = every * (every - 1) / 2 - steps
    mean = left.edges * right.edges / np.maximum(every, 1)
    first, second = (side.edges * (side.edges - 1) / 2 - side.paths for side in (left, right))
    square = mean + 2 * left.paths * right.paths / np.maximum(steps, 1) + 2 * first * second / np.maximum(apart, 1)
    return mean, np.maximum(square - mean**2, 0.0)


def _tested(seen: Observations, name: str, limits: Limits) -> Tested:
    values = seen.figures(name)
    place = last_place(seen.column(name))
    # Floating point does not tell the last places of larger numbers apart.
    exact = np.abs(values) < _EXACT * place
    width = _width(values, _kept(values, seen) & exact, seen, place)
    judged = np.isfinite(width)
    unit, number = seen.unit[judged], np.round(np.abs(values[judged]) / place).astype(np.int64)
    count = tally(judged, seen.unit, seen.size)
    equal = pairs(number % _CODE, unit, seen.size)
    # Without any equal pair nothing is left to explain, and most units of precise figures have none.
    repeats = (equal.edges > 0)[unit]
    moment = _shuffled(unit[repeats], number[repeats], width[judged][repeats], seen.size)
    p, peers = excused(normal(_tail(equal.edges, moment, count)), seen, limits)
    with np.errstate(divide="ignore", invalid="ignore"):
        frequency, expected = 1 + 2 * equal.edges / count, 1 + 2 * moment[0] / count

    def message(row: int) -> str:
        return (
            f"{seen.units[row]}的{name}在{count[row]:.0f}个数中，同一个数平均出现{frequency[row]:.2f}次；"
            f"按其分布和取整习惯应约为{expected[row]:.2f}次。"
        )

    return Tested(
        test="repeated_values",
        family="number_bunching",
        columns=(name,),
        p=p,
        statistic=frequency,
        effect=frequency - expected,
        unit_of_effect="次",
        peers=peers,
        message=message,
        reason=f"变动的数不足{_LEAST}个，或数值太粗",
        matters=equal.edges >= limits.meaningful_ratio * moment[0],
        innocent=INNOCENT,
    )


def _tail(pairs_equal: Floats, moment: tuple[Floats, Floats], count: Floats) -> Floats:
    """P(as many equal pairs): negative binomial, Poisson where the variance does not exceed the mean."""
    mean, variance = moment
    wide = variance > mean * (1 + 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where(wide, mean**2 / (variance - mean), 1.0)
        share = np.where(wide, mean / variance, 1.0)
        tail = np.where(
            wide, stats.nbinom.sf(pairs_equal - 1, size, share), stats.poisson.sf(pairs_equal - 1, np.nan_to_num(mean))
        )
    tail = np.where(pairs_equal == 0, 1.0, tail)
    return np.where(count >= _LEAST, tail, np.nan)


def _kept(values: Floats, seen: Observations) -> Booleans:
    """Rows that count: known, not zero, the last vintage, and different from the row before of the same unit."""
    kept: Booleans = np.isfinite(values) & (values != 0) & seen.latest
    if seen.period is None:
        return kept
    repeats = np.zeros(len(values), dtype=bool)
    repeats[1:] = (values[1:] == values[:-1]) & (np.diff(seen.unit) == 0)
    return np.asarray(kept & ~repeats)


def _shuffled(unit: Integers, number: Integers, width: Floats, size: int) -> tuple[Floats, Floats]:
    """Mean and variance of the equal pairs of each unit, shuffled among its numbers that are parted alike."""
    step = np.round(width).astype(np.int64)
    stratum, alike = np.unique(unit * 64 + np.round(np.log10(width)).astype(np.int64), return_inverse=True)
    left, right = (pairs(code % _CODE, alike, len(stratum)) for code in (number // step, number % step))
    mean, variance = moments(left, right, np.bincount(alike, minlength=len(stratum)).astype(float))
    return tally(mean, stratum // 64, size), tally(variance, stratum // 64, size)


def _width(values: Floats, kept: Booleans, seen: Observations, place: float) -> Floats:
    """Per row, the power of ten (in last places) that parts the number: behind its second digit, or within half a
    standard deviation of the unit where that is less. NaN where that is the last place itself (too coarse to judge),
    and for rows that do not count."""
    unit, known = seen.unit[kept], values[kept]
    count = np.maximum(np.bincount(unit, minlength=seen.size), 1)
    mean = tally(known, unit, seen.size) / count
    variance = tally((known - mean[unit]) ** 2, unit, seen.size) / count
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.floor(np.log10(np.sqrt(variance) / 2 / place))
        digits = np.floor(np.log10(np.abs(values) / place) + 1e-12) - 1
        power = np.minimum(spread[seen.unit], digits)
    return np.where(kept & (power >= 1), 10.0 ** np.clip(power, 1, 12), np.nan)
