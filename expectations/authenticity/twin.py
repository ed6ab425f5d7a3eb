"""A column made from its neighbour: base plus something, for rows that should have been reported twice (family
duplicate).

- ``heaping_lost``: people round (thousands, hundreds), and the same people round both figures. A column computed by a
  generator has uniform digits where its sibling is heaped. Pairs of rows in which only one of the two figures is round
  should go either way alike (McNemar, Psychometrika 1947); other units excuse what the questionnaire itself does.
- ``uniform_gap``: the difference of the two columns is uniform between two sharp ends, which no quantity of business
  is. An equivalence test (Wellek 2010): p is the chance of lying as near to uniform as seen, had the true distribution
  been ``_MARGIN`` away from it somewhere.

Both stood out in the odometer readings of Shu et al. (PNAS 2012, retracted 2021; analysis by Data Colada 98).
"""

from itertools import permutations

import numpy as np
from scipy import stats

from expectations.authenticity.excused import excused, normal
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST, Floats
from expectations.authenticity.observations import Observations
from expectations.authenticity.spread import is_row_set
from expectations.authenticity.tested import Tested

HEAPING = ("一列由人填报，另一列由仪器或系统读取", "两列的计量单位不同")
GAP = ("两次之间按固定比例随机抽取的间隔", "由系统按均匀规则分配的数量")
_ROWS = 100
"""Rows a unit needs: rounding is a habit of one figure in ten or so."""
_PAIRS = 30
_ALIKE = 0.5  # rank correlation of columns that report the same thing twice
_MARGIN = 0.05
"""Largest distance between distribution functions that still counts as uniform; a triangle is .125 away."""
_ROUND = 0.05
"""Share of round figures in the sibling from which there is heaping to lose."""


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Ordered pairs of columns that report one thing twice; for units with many rows."""
    if not is_row_set(seen) or np.diff(seen.bounds).max(initial=0) < _ROWS:
        return []
    tested = []
    for a, b in list(permutations(seen.values, 2))[:_PAIRS]:
        x, y = seen.column(a), seen.column(b)
        both = np.isfinite(x) & np.isfinite(y)
        if not _twins(x[both], y[both]):
            continue
        step = _step(x[both])
        if step is not None:
            tested.append(_heaping((a, b), x, y, step, seen, limits))
        if seen.values.index(a) < seen.values.index(b):
            tested.append(_gap((a, b), y - x, seen))
    return tested


def _twins(x: Floats, y: Floats) -> bool:
    """Whether two columns report the same thing: of one size, and correlated."""
    if len(x) < _ROWS:
        return False
    size = sorted((float(np.median(np.abs(x))), float(np.median(np.abs(y)))))
    if size[0] <= 0 or size[1] / size[0] > 3:
        return False
    step = max(len(x) // 20_000, 1)
    return float(stats.spearmanr(x[::step], y[::step]).statistic) >= _ALIKE


def _step(x: Floats) -> float | None:
    """The largest power of ten of which a share of the figures are multiples that chance does not give."""
    typical = float(np.median(np.abs(x)))
    for power in (1000.0, 100.0, 10.0):
        share = float((np.mod(x, power) == 0).mean())
        if typical >= 5 * power and share >= max(_ROUND, 3 / power):
            return power
    return None


def _heaping(pair: tuple[str, str], x: Floats, y: Floats, step: float, seen: Observations, limits: Limits) -> Tested:
    both = np.isfinite(x) & np.isfinite(y)
    round_x, round_y = both & (np.mod(x, step) == 0), both & (np.mod(y, step) == 0)
    count, only_x, only_y, all_x, all_y = (
        np.bincount(seen.unit, mask, minlength=seen.size)
        for mask in (both, round_x & ~round_y, round_y & ~round_x, round_x, round_y)
    )
    tail = np.maximum(stats.binom.sf(only_x - 1, only_x + only_y, 0.5), SMALLEST)
    p, peers = excused(normal(np.where(count >= _ROWS, tail, np.nan)), seen, limits)
    with np.errstate(divide="ignore", invalid="ignore"):
        share_x, share_y = all_x / count, all_y / count

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的“{pair[0]}”有{share_x[unit]:.1%}是{step:,.0f}的整数倍，同一批记录的“{pair[1]}”"
            f"只有{share_y[unit]:.1%}：人填的数会取整，后者更像是算出来的。"
        )

    return Tested(
        test="heaping_lost",
        family="duplicate",
        columns=pair,
        p=p,
        statistic=(only_x - only_y).astype(float),
        effect=100 * (share_x - share_y),
        unit_of_effect="百分点",
        peers=peers,
        message=message,
        reason=f"同时有两项数据的记录不足{_ROWS}条",
        matters=(share_x >= _ROUND) & (share_y <= share_x / 2),
        innocent=HEAPING,
    )


def _gap(pair: tuple[str, str], gap: Floats, seen: Observations) -> Tested:
    bounds = seen.bounds
    distance, p = np.full(seen.size, np.nan), np.full(seen.size, np.nan)
    count = np.zeros(seen.size, dtype=np.int64)
    for unit in np.flatnonzero(np.diff(bounds) >= _ROWS):
        own = gap[bounds[unit] : bounds[unit + 1]]
        own = np.sort(own[np.isfinite(own)])
        count[unit] = len(own)
        if len(own) < _ROWS or own[0] == own[-1] or len(np.unique(own)) < len(own) / 2:
            continue
        shares = (np.arange(len(own)) + 0.5) / len(own)
        distance[unit] = np.abs((own - own[0]) / (own[-1] - own[0]) - shares).max()
        p[unit] = max(stats.norm.cdf((distance[unit] - _MARGIN) * 2 * np.sqrt(len(own))), SMALLEST)

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的“{pair[1]}”减“{pair[0]}”在最小值与最大值之间几乎均匀分布（与均匀分布最多相差"
            f"{distance[unit]:.1%}），真实的增减没有这样的，更像是由“{pair[0]}”加随机数算出。"
        )

    return Tested(
        test="uniform_gap",
        family="duplicate",
        columns=pair,
        p=p,
        statistic=distance,
        effect=100 * distance,
        unit_of_effect="百分点",
        peers=count,
        message=message,
        reason=f"同时有两项数据的记录不足{_ROWS}条，或差值大量重复",
        innocent=GAP,
    )
