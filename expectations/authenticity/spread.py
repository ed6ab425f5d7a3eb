"""Rows of one unit that scatter too little, or without the extremes that everybody else has (family dispersion).

Who invents rows stays near the middle: the spread comes out too small and the tails are missing. Against a
theoretical null this accuses everybody; among peers cut to the same number of rows it separated all commissioned
fabrications from genuine sites in Hartgerink, Voelkel, Wicherts and van Assen (2019), after Simonsohn
(Psychological Science 2013). Two statistics a column: the logarithm of the standard deviation (of ln x where x is
positive, so that size does not count), and the logarithm of standard deviation over quartile range.
"""

import numpy as np

from expectations.authenticity import rows
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.segments import Segments
from expectations.authenticity.tested import Tested

INNOCENT = ("填报对象本身同质（同一规格、同一合同）", "数据先经汇总或取整再填报", "只报送了部分样本")
REASON = "每个单位的记录不足8条，或可比单位不足8个"


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Both statistics of every value column; for units with many rows and no regular periods."""
    if not is_row_set(seen):
        return []
    tested = []
    for name in varied(seen):
        column = scale_free(seen.column(name))
        tested += [_small(name, column, seen, limits), _tails(name, column, seen, limits)]
    return tested


def is_row_set(seen: Observations) -> bool:
    """Whether units are sets of rows: no periods, or several rows a period."""
    return seen.period is None or (seen.vintage is None and not bool(seen.latest.all()))


def varied(seen: Observations) -> list[str]:
    """Value columns that vary: a column with one value in half of its rows has no spread to compare."""
    names = []
    for name in seen.values:
        column = seen.column(name)
        known = column[np.isfinite(column)]
        if known.size and np.unique(known, return_counts=True)[1].max() < known.size / 2:
            names.append(name)
    return names


def scale_free(column: Floats) -> Floats:
    """ln x where nearly all of a column is positive, else the column as it is."""
    known = column[np.isfinite(column)]
    if known.size and (known > 0).mean() >= 0.99:
        return np.log(np.where(column > 0, column, np.nan))
    return column


def _small(name: str, column: Floats, seen: Observations, limits: Limits) -> Tested:
    def statistic(which: Integers, bounds: Integers) -> Floats:
        with np.errstate(divide="ignore"):
            return _finite(0.5 * np.log(Segments.of(column, which, bounds).variance()))

    placed = rows.place(statistic, seen, limits)
    effect = np.exp(placed.value - placed.typical)

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的“{name}”各条记录之间过于整齐：离散程度只有同类单位的{effect[unit]:.0%}"
            f"（与{placed.peers[unit]}个同类单位在相同记录数下比较）。"
        )

    return Tested(
        test="spread_small",
        family="dispersion",
        columns=(name,),
        p=placed.low,
        statistic=placed.z,
        effect=effect,
        unit_of_effect="同类离散程度的倍数",
        peers=placed.peers,
        message=message,
        reason=REASON,
        can_be_strong_alone=True,
        matters=effect <= limits.meaningful_spread,
        innocent=INNOCENT,
    )


def _tails(name: str, column: Floats, seen: Observations, limits: Limits) -> Tested:
    def statistic(which: Integers, bounds: Integers) -> Floats:
        part = Segments.of(column, which, bounds)
        low, high = part.quantiles(0.25, 0.75)
        with np.errstate(divide="ignore", invalid="ignore"):
            return _finite(0.5 * np.log(part.variance()) - np.log(high - low))

    placed = rows.place(statistic, seen, limits)
    effect = np.exp(placed.value - placed.typical)

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的“{name}”缺少同类单位都有的偏大、偏小记录：极端值的分量只有同类的{effect[unit]:.0%}。"
        )

    return Tested(
        test="tails_missing",
        family="dispersion",
        columns=(name,),
        p=placed.low,
        statistic=placed.z,
        effect=effect,
        unit_of_effect="同类尾部分量的倍数",
        peers=placed.peers,
        message=message,
        reason=REASON,
        innocent=INNOCENT,
    )


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, np.nan)
