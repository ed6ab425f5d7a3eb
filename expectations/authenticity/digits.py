"""First and second digits against Benford's law (family digits): weak, it only supports other findings.

Mean absolute deviation from Benford (Nigrini, Benford's Law, 2012), read against what it must be for n figures
(excess MAD: Barney and Schulzke, Journal of Forensic Accounting Research 1, 2016) and against Nigrini's limits of
conformity, because clean data are never exactly Benford: the null is the worst distribution that still conforms.
Where there are peers, a unit must also stand out among them. Proven fraud passes this test and clean payments fail it.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from expectations.authenticity import peers
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST, Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.tested import Tested

LEAST = 500
"""Figures below which chance alone leaves Nigrini's limits of conformity (AUTHENTICITY 12)."""
_ORDERS = 2.0
"""Orders of magnitude between the 1st and the 99th percentile: narrower data have no reason to follow Benford."""

INNOCENT = ("价格、定额或限额使某些首位数字自然偏多", "数据范围受规定限制（如起征点、报销上限）")


@dataclass(frozen=True)
class Digits:
    """One way of reading digits: probabilities under Benford, and Nigrini's limit beyond which data do not conform."""

    test: str
    said: str
    expected: Floats
    limit: float


_TWO = np.log10(1 + 1 / np.arange(10, 100))
FIRST = Digits("benford_first", "首位数字", np.log10(1 + 1 / np.arange(1, 10)), 0.015)
SECOND = Digits("benford_second", "第二位数字", _TWO.reshape(9, 10).sum(axis=0), 0.012)
FIRST_TWO = Digits("benford_first_two", "前两位数字", _TWO, 0.0022)


def leading_two(values: Floats) -> Integers:
    """The two leading digits, 10 to 99, of positive numbers."""
    power = np.floor(np.log10(values))
    lead = np.floor(values / 10.0 ** (power - 1) + 1e-9)
    return np.clip(lead, 10, 99).astype(np.int64)


def deviation(counts: Floats, expected: Floats) -> Floats:
    """Mean absolute deviation of the shares in each row of ``counts`` from ``expected``."""
    return np.asarray(np.abs(counts / counts.sum(axis=1, keepdims=True) - expected).mean(axis=1))


def by_chance(expected: Floats, count: Floats) -> Floats:
    """Expected MAD of ``count`` figures that follow ``expected``: the mean of sqrt(2 p (1 - p) / (pi n))."""
    return np.asarray(np.sqrt(2 * expected * (1 - expected) / np.pi).mean() / np.sqrt(count))


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Three Tested a value column: first, second, and first two digits."""
    return [tested for name in seen.values for tested in _column(seen, name, limits)]


def _column(seen: Observations, name: str, limits: Limits) -> list[Tested]:
    values = np.abs(seen.figures(name))
    judged = np.isfinite(values) & (values > 0) & seen.latest
    count = np.bincount(seen.unit[judged], minlength=seen.size)
    able = count >= LEAST
    for unit in np.flatnonzero(able):
        rows = slice(int(seen.bounds[unit]), int(seen.bounds[unit + 1]))
        low, high = np.quantile(values[rows][judged[rows]], [0.01, 0.99])
        able[unit] = np.log10(high / low) >= _ORDERS
    judged &= able[seen.unit]
    place = np.cumsum(able) - 1
    lead = leading_two(values[judged]) - 10
    table = np.bincount(place[seen.unit[judged]] * 90 + lead, minlength=int(able.sum()) * 90)
    grid = table.reshape(-1, 9, 10).astype(float)
    ways = ((FIRST, grid.sum(axis=2)), (SECOND, grid.sum(axis=1)), (FIRST_TWO, grid.reshape(-1, 90)))
    return [_tested(seen, name, way, counts, np.flatnonzero(able), limits) for way, counts in ways]


def _tested(seen: Observations, name: str, way: Digits, counts: Floats, able: Integers, limits: Limits) -> Tested:
    measured, excess, p, others = (np.full(seen.size, np.nan) for _ in range(4))
    if able.size:
        size = counts.sum(axis=1)
        measured[able] = deviation(counts, way.expected)
        # A distribution at the limit of conformity adds its own deviation to that of chance.
        excess[able] = measured[able] - np.hypot(by_chance(way.expected, size), way.limit)
        spread = np.sqrt(((1 - 2 / np.pi) * way.expected * (1 - way.expected)).sum()) / len(way.expected)
        p[able] = np.maximum(stats.norm.sf(excess[able] / (spread / np.sqrt(size))), SMALLEST)
        relative = np.full(seen.size, np.nan)
        relative[able] = measured[able] / by_chance(way.expected, size)
        ranked = peers.rank(relative, seen, limits)
        others = ranked.peers.astype(float)
        # Where all units depart alike there is no spread to rank by, and nobody stands out.
        alike = (ranked.peers > 0) & np.isnan(ranked.p) & (relative <= np.nan_to_num(ranked.typical))
        p = np.fmax(p, np.where(np.isfinite(p), np.where(alike, 1.0, ranked.p), np.nan))

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的{name}，{way.said}的分布与本福特定律平均相差{100 * measured[unit]:.2f}个百分点，"
            f"超出可接受的{100 * way.limit:.2f}个百分点；单凭这一点不能说明造假。"
        )

    return Tested(
        test=way.test,
        family="digits",
        columns=(name,),
        p=p,
        statistic=measured,
        effect=100 * excess,
        unit_of_effect="个百分点",
        peers=np.nan_to_num(others).astype(np.int64),
        message=message,
        reason=f"不足{LEAST}个数，或跨度不到两个数量级",
        innocent=INNOCENT,
    )
