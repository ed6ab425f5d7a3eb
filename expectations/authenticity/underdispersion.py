"""Counts that scatter less than chance itself allows (family underdispersion).

Independent events, however rare, give Poisson counts, and everything real (weekdays, reporting delays, clusters) adds
to that. Within a week the sum of (x - mean)^2 / mean of the days should exceed the lower 5 % point of chi-square with
six degrees of freedom in 95 of 100 weeks or more (Kobak, Significance 2022). Given the week's total the days are
multinomial, so for small totals the 5 % point is simulated and not approximated. The statistic is the number of weeks
below it; p is binomial with the exact chance of each week, and honest overdispersion only makes it larger.
"""

from functools import lru_cache

import numpy as np
from scipy import stats

from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST, Floats
from expectations.authenticity.observations import Observations
from expectations.authenticity.running import as_flows, is_cumulative, never_falls, same_year
from expectations.authenticity.stamps import spans
from expectations.authenticity.tested import Tested

INNOCENT = ("数据由总量平均分摊到各日", "按处理能力上限登记，每日件数自然接近", "经平滑或移动平均后公布")
BLOCK = 7
_LEVEL = 0.05
_MOST = 400  # a week's total up to which its null is simulated
_DRAWS = 4000
_BLOCKS = 6
"""Weeks with events a unit needs: fewer cannot reach p = .05 / 100."""
_LEAST = 7  # events a week: below one a day every week looks alike


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Every value column of non-negative whole numbers in a panel of at least ``_BLOCKS`` blocks."""
    if seen.period is None or len(seen.periods) < BLOCK * _BLOCKS:
        return []
    tested, same = [], same_year(seen.periods)
    for name in seen.values:
        grid = seen.grid(name)
        if grid is not None and (never_falls(grid) or is_cumulative(grid, same)):
            # The days of a running total differ by little beside its size, whoever counted.
            covered = spans(seen.periods)
            grid = as_flows(grid, seen.periods)
            # An average of two months scatters less than one.
            grid = grid if covered is None else np.where(covered == 1, grid, np.nan)
        if grid is not None and _counts(grid):
            tested.append(_under(name, grid, seen))
    return tested


def _counts(grid: Floats) -> bool:
    known = grid[np.isfinite(grid)]
    return bool(known.size and (known == np.round(known)).mean() > 0.99 and (known >= 0).mean() > 0.99)


def _under(name: str, grid: Floats, seen: Observations) -> Tested:
    blocks = grid[:, : grid.shape[1] // BLOCK * BLOCK].reshape(len(grid), -1, BLOCK)
    usable = np.isfinite(blocks).all(axis=2) & (blocks >= 0).all(axis=2)
    total = np.where(usable, blocks.sum(axis=2), 0.0)
    usable &= total >= _LEAST
    mean = np.where(usable, total / BLOCK, 1.0)
    index = np.where(usable, ((blocks - mean[:, :, None]) ** 2).sum(axis=2) / mean, np.nan)
    limit, chance = _thresholds(total)
    with np.errstate(invalid="ignore"):
        below = usable & (index <= limit)
    weeks, low = usable.sum(axis=1), below.sum(axis=1)
    expected = np.where(usable, chance, 0.0).sum(axis=1)
    share = np.divide(expected, weeks, out=np.zeros(len(weeks)), where=weeks > 0)
    p = np.where(weeks >= _BLOCKS, np.maximum(stats.binom.sf(low - 1, weeks, share), SMALLEST), np.nan)
    ratio = np.divide(low, expected, out=np.zeros(len(weeks)), where=expected > 0)

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的“{name}”在{weeks[unit]}个连续七期中有{low[unit]}个起伏小到连随机波动都不够，"
            f"正常情况下约{expected[unit]:.1f}个。"
        )

    return Tested(
        test="underdispersion",
        family="underdispersion",
        columns=(name,),
        p=p,
        statistic=low.astype(float),
        effect=ratio,
        unit_of_effect="正常次数的倍数",
        peers=weeks.astype(np.int64),
        message=message,
        reason=f"有足够数量的连续七期不足{_BLOCKS}个",
        can_be_strong_alone=True,
        matters=ratio >= 2,
        innocent=INNOCENT,
    )


def _thresholds(total: Floats) -> tuple[Floats, Floats]:
    """The 5 % point of each week's dispersion given its total, and the chance of being at or below it."""
    limit = np.full(total.shape, stats.chi2.ppf(_LEVEL, BLOCK - 1))
    chance = np.full(total.shape, _LEVEL)
    for count in np.unique(total[(total >= _LEAST) & (total <= _MOST)]).astype(int):
        at = total == count
        limit[at], chance[at] = _simulated(int(count))
    return limit, chance


@lru_cache(maxsize=_MOST)
def _simulated(total: int) -> tuple[float, float]:
    drawn = np.random.default_rng(total).multinomial(total, [1 / BLOCK] * BLOCK, _DRAWS)
    mean = total / BLOCK
    index = np.sort(((drawn - mean) ** 2).sum(axis=1) / mean)
    limit = float(index[int(_LEVEL * _DRAWS)])
    # Discrete: the largest value that at most 5 % of weeks do not exceed, with the chance it really has.
    while (index <= limit).mean() > _LEVEL and limit > index[0]:
        limit = float(index[np.searchsorted(index, limit, side="left") - 1])
    return limit, float((index <= limit).mean())
