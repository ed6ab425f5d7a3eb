"""Combinations of columns unlike any peer's (family multivariate): triage only, it never makes a finding strong.

Robust Mahalanobis distance of a unit's typical values. Location and scatter are the orthogonalised
Gnanadesikan-Kettenring estimate (Maronna and Zamar, Technometrics 44, 2002), which stands up to a quarter of wild units
and needs no iteration. Chance is chi-square with the distances' median put right, and, because real data have long
tails, the unit's place among its peers.
"""

import numpy as np
import pandas as pd
from scipy import stats

from expectations.authenticity.excused import excused, normal
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import MAD, Floats
from expectations.authenticity.observations import Observations
from expectations.authenticity.quantiles import median, stratum_median
from expectations.authenticity.tested import Tested

_UNITS_A_COLUMN = 10
"""Units a column needs: below, a covariance matrix is mostly chance."""
_FLAT = 0.05
"""Spread of a direction against the widest, below which its scale is rounding rather than variation."""

INNOCENT = ("行业、工艺或产品与同类单位不同", "新设或正在停产的单位", "一个单位合并填报了几个单位的数")


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """One Tested over all value columns; none with fewer than two, or without peers."""
    if len(seen.values) < 2 or seen.size < _UNITS_A_COLUMN * len(seen.values):
        return []
    levels, typical = _levels(seen)
    centred = levels - stratum_median(levels, seen.peer)
    # A column that hardly anybody varies in has no spread to measure distances by.
    spread = np.array([_spread(column[np.isfinite(column)]) for column in centred.T])
    used = np.flatnonzero(spread > 0)
    known = np.isfinite(centred[:, used]).all(axis=1)
    if used.size < 2 or known.sum() < _UNITS_A_COLUMN * used.size:
        return []
    square = np.full(seen.size, np.nan)
    square[known] = distances(centred[np.ix_(known, used)])
    # Robust scatter of long-tailed data is too small: put the median of the distances where it belongs.
    square *= min(stats.chi2.median(used.size) / max(float(np.median(square[known])), 1e-300), 1.0)
    p, peers = excused(normal(stats.chi2.sf(square, used.size)), seen, limits)
    worst = used[np.argmax(np.nan_to_num(np.abs(centred[:, used]) / spread[used]), axis=1)]

    def message(unit: int) -> str:
        name = seen.values[worst[unit]]
        return (
            f"{seen.units[unit]}的{'、'.join(seen.values)}合起来与同类单位都不相像，最突出的是"
            f"{name}（中位数{seen.quantity(name, typical[unit, worst[unit]])}）；这只供排序，不能单独作为依据。"
        )

    return [
        Tested(
            test="robust_distance",
            family="multivariate",
            columns=tuple(seen.values[at] for at in used),
            p=p,
            statistic=square,
            effect=np.sqrt(square),
            unit_of_effect="个标准差",
            peers=peers,
            message=message,
            reason="有一列没有数",
            innocent=INNOCENT,
        )
    ]


def _levels(seen: Observations) -> tuple[Floats, Floats]:
    """Each unit's median of every column, as signed logarithms where the column spans orders, and as it is."""
    typical = np.column_stack([_typical(seen, name) for name in seen.values])
    wide = np.nanmin(typical, axis=0, initial=0.0) >= 0
    return np.where(wide, np.log1p(np.maximum(typical, 0)), typical), typical


def _typical(seen: Observations, name: str) -> Floats:
    cells = seen.flows(name)
    if cells is not None:
        return median(cells, axis=1)
    medians = pd.Series(seen.column(name)).groupby(seen.unit).median()
    return np.asarray(medians.reindex(range(seen.size)).to_numpy(dtype=np.float64))


def distances(table: Floats) -> Floats:
    """Squared robust distances of the rows of a complete table whose columns all vary."""
    y = table / np.array([_spread(column) for column in table.T])
    columns = y.shape[1]
    scatter = np.eye(columns)
    for i in range(columns):
        for j in range(i):
            plus, minus = (_spread(y[:, i] + sign * y[:, j]) ** 2 for sign in (1, -1))
            scatter[i, j] = scatter[j, i] = (plus - minus) / 4
    turned = y @ np.linalg.eigh(scatter)[1]
    centre = np.median(turned, axis=0)
    spread = np.array([_spread(turned[:, at]) for at in range(columns)])
    # A direction without spread is an identity between columns, which has a test of its own.
    return np.asarray((((turned - centre) / np.maximum(spread, _FLAT * spread.max())) ** 2).sum(axis=1))


def _spread(values: Floats) -> float:
    if values.size == 0:
        return 0.0
    return MAD * float(np.median(np.abs(values - np.median(values))))
