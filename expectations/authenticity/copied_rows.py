"""Rows that repeat other rows in every figure (family duplicate).

A row is the tuple of its value columns; only tables count in which at least nine rows in ten are unique, and a row
needs two figures or more that are not 0. ``copied_rows`` compares a unit's number of repeated rows with the rate of all
others, binomial. ``copied_block`` looks for runs of consecutive rows that repeat another run in the same order, which
hundreds of honest coincidences do not make: with r the share of repeated rows, a run of k has chance n r^k.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST, Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.same_growth import longest_run
from expectations.authenticity.spread import is_row_set
from expectations.authenticity.tested import Booleans, Tested

INNOCENT = ("系统重复上传同一批记录", "同一对象被两个口径各统计一次", "定额、标准套餐等本来相同的业务")
_UNIQUE = 0.9
_FIGURES = 2
_BLOCK = 3


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Both tests over all value columns of a table of rows."""
    if len(seen.values) < _FIGURES or len(seen.unit) < limits.growth_neighbours or not is_row_set(seen):
        return []
    table = seen.frame[list(seen.values)]
    usable = (table.notna() & (table != 0)).sum(axis=1).to_numpy() >= _FIGURES
    key = pd.factorize(pd.util.hash_pandas_object(table, index=False))[0].astype(np.int64)
    repeated = usable & pd.Series(key).duplicated(keep=False).to_numpy()
    if usable.sum() == 0 or repeated.sum() > (1 - _UNIQUE) * usable.sum():
        return []
    return [_rows(repeated, usable, seen, limits), _blocks(key, repeated, usable, seen)]


def _rows(repeated: Booleans, usable: Booleans, seen: Observations, limits: Limits) -> Tested:
    own = np.bincount(seen.unit, repeated, minlength=seen.size).astype(float)
    count = np.bincount(seen.unit, usable, minlength=seen.size).astype(float)
    others = (repeated.sum() - own + 1) / np.maximum(usable.sum() - count, 1)
    enough = (count >= 2) & (seen.size >= limits.few_peers)
    p = np.where(enough, np.maximum(stats.binom.sf(own - 1, count, np.minimum(others, 1.0)), SMALLEST), np.nan)

    def message(unit: int) -> str:
        return f"{seen.units[unit]}的{count[unit]:.0f}条记录中有{own[unit]:.0f}条与表中其他记录各项数值完全相同。"

    return _tested("copied_rows", p, own, seen, message, f"可比单位不足{limits.few_peers}个")


def _blocks(key: Integers, repeated: Booleans, usable: Booleans, seen: Observations) -> Tested:
    """The longest run of rows of a unit of which each follows, elsewhere, a copy of the row before."""
    first = pd.Series(np.arange(len(key))).groupby(key).transform("first").to_numpy()
    # Rows whose first copy directly follows the first copy of the row before, at another place of the table.
    follows = repeated & (first != np.arange(len(first)))
    follows[1:] &= (first[1:] == first[:-1] + 1) | ~follows[:-1]
    size = int(np.diff(seen.bounds).max(initial=1))
    length = np.zeros(seen.size)
    rate = max(float(repeated.sum()) / max(int(usable.sum()), 1), 1 / len(key))
    if seen.size * size <= 50_000_000:
        grid = np.zeros((seen.size, size), dtype=bool)
        grid[seen.unit, np.arange(len(key)) - seen.bounds[seen.unit]] = follows
        length = longest_run(grid)[0].astype(float)
    p = np.where(length >= _BLOCK, np.clip(len(key) * rate ** (length - 1), SMALLEST, 1.0), 1.0)

    def message(unit: int) -> str:
        return f"{seen.units[unit]}有连续{length[unit]:.0f}条记录与表中另一处的记录按同样顺序逐项相同，像是整段复制。"

    return _tested("copied_block", np.where(usable.sum() > 0, p, np.nan), length, seen, message, "")


def _tested(
    test: str, p: Floats, count: Floats, seen: Observations, message: Callable[[int], str], reason: str
) -> Tested:
    return Tested(
        test=test,
        family="duplicate",
        columns=seen.values,
        p=p,
        statistic=count,
        effect=count,
        unit_of_effect="条",
        peers=np.full(seen.size, len(seen.unit), dtype=np.int64),
        message=message,
        reason=reason,
        can_be_strong_alone=test == "copied_block",
        matters=count >= _BLOCK,
        innocent=INNOCENT,
    )
