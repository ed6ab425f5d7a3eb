"""How the columns of a unit's rows hang together, against its peers (family cross_source).

Who invents rows invents one column after the other: correlations that everybody else has are missing, or are
stronger than nature makes them, and the effect that the study is about comes out too large. Two statistics a pair of
columns: Fisher's z of the correlation, and, for columns on one scale, the mean difference over its standard deviation
(the effect size, AUROC .98 in Hartgerink et al. 2019). Both are placed among peers cut to the same number of rows, and
both sides count.
"""

from collections.abc import Callable
from itertools import combinations

import numpy as np

from expectations.authenticity import rows
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.rows import Placed
from expectations.authenticity.segments import Segments
from expectations.authenticity.spread import REASON, is_row_set, scale_free, varied
from expectations.authenticity.tested import Tested

INNOCENT = ("对象人群或业务与同类单位不同", "量具、口径或流程与同类单位不同", "只报送了部分样本")
_PAIRS = 15  # of the first columns: more pairs only dilute
_SAME_SCALE = 3.0
"""Ratio of typical values up to which two columns measure the same thing."""


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Both statistics of every pair of value columns; for units with many rows and no regular periods."""
    if not is_row_set(seen) or seen.size < limits.few_peers:
        return []
    tested = []
    scaled = {name: scale_free(seen.column(name)) for name in varied(seen)}
    for a, b in list(combinations(scaled, 2))[:_PAIRS]:
        x, y = seen.column(a), seen.column(b)
        tested.append(_correlation((a, b), scaled[a], scaled[b], seen, limits))
        if _comparable(x, y):
            tested.append(_difference((a, b), scaled[a], scaled[b], seen, limits))
    return tested


def _comparable(x: Floats, y: Floats) -> bool:
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return False
    a, b = float(np.median(np.abs(x[known]))), float(np.median(np.abs(y[known])))
    return min(a, b) > 0 and max(a, b) / min(a, b) <= _SAME_SCALE


def _correlation(pair: tuple[str, str], x: Floats, y: Floats, seen: Observations, limits: Limits) -> Tested:
    def statistic(which: Integers, bounds: Integers) -> Floats:
        both = np.isfinite(x) & np.isfinite(y)
        first = Segments.of(np.where(both, x, np.nan), which, bounds)
        second = Segments.of(np.where(both, y, np.nan), which, bounds)
        product = np.bincount(first.owner, first.centred() * second.centred(), minlength=first.size)
        with np.errstate(divide="ignore", invalid="ignore"):
            r = product / (first.count - 1) / np.sqrt(first.variance() * second.variance())
            return np.where(np.isfinite(r), np.arctanh(np.clip(r, -0.9999, 0.9999)), np.nan)

    placed = rows.place(statistic, seen, limits)
    own, typical = np.tanh(placed.value), np.tanh(placed.typical)

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的“{pair[0]}”与“{pair[1]}”的相关系数为{own[unit]:.2f}，"
            f"{placed.peers[unit]}个同类单位一般为{typical[unit]:.2f}。"
        )

    return _tested("correlation", pair, placed, own, "相关系数", message)


def _difference(pair: tuple[str, str], x: Floats, y: Floats, seen: Observations, limits: Limits) -> Tested:
    gap = x - y

    def statistic(which: Integers, bounds: Integers) -> Floats:
        part = Segments.of(gap, which, bounds)
        with np.errstate(divide="ignore", invalid="ignore"):
            d = part.mean() / np.sqrt(part.variance())
        return np.where(np.isfinite(d), d, np.nan)

    placed = rows.place(statistic, seen, limits)

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的“{pair[0]}”与“{pair[1]}”之差相当于{placed.value[unit]:+.2f}个标准差，"
            f"{placed.peers[unit]}个同类单位一般为{placed.typical[unit]:+.2f}。"
        )

    return _tested("paired_difference", pair, placed, placed.value, "标准差", message)


def _tested(
    test: str, pair: tuple[str, str], placed: Placed, effect: Floats, unit: str, message: Callable[[int], str]
) -> Tested:
    return Tested(
        test=test,
        family="cross_source",
        columns=pair,
        p=np.minimum(2 * np.fmin(placed.low, placed.high), 1.0),
        statistic=placed.z,
        effect=effect,
        unit_of_effect=unit,
        peers=placed.peers,
        message=message,
        reason=REASON,
        innocent=INNOCENT,
    )
