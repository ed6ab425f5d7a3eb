"""A stock that moves by its flows: closing = opening + in - out, found in the table itself (family identity, exact).

The change of every column from one period to the next is tried against every other column, with either sign, and
against the difference of every two. See ``sums`` for why an exact relation is no accident.
"""

from itertools import permutations

import numpy as np

from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.observations import Observations
from expectations.authenticity.places import last_place
from expectations.authenticity.relation import Relation, judge, previous
from expectations.authenticity.sums import is_sum
from expectations.authenticity.tested import Tested

_SAMPLE = 600
_MOST = 30
"""Columns up to which every pair of flows is tried."""


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """One Tested a relation found."""
    judged = (judge(relation, seen, "stock_and_flow", limits) for relation in find(seen))
    return [tested for tested in judged if tested is not None]


def find(seen: Observations) -> list[Relation]:
    """Stocks of the table with their flows, the fewest flows that do; empty without periods."""
    if seen.period is None or len(seen.values) < 2:
        return []
    return [relation for stock in seen.values if (relation := _flows(seen, stock)) is not None]


def _flows(seen: Observations, stock: str) -> Relation | None:
    values = seen.column(stock)
    change = values - previous(values, seen)
    rows = np.flatnonzero(np.isfinite(change) & seen.latest)
    rows = rows[:: max(len(rows) // _SAMPLE, 1)]
    others = [name for name in seen.values if name != stock]
    columns = {name: seen.column(name)[rows] for name in others}
    place = last_place(values)
    single = [((name, sign),) for name in others for sign in (1, -1)]
    double = [((a, 1), (b, -1)) for a, b in permutations(others, 2)] if len(others) <= _MOST else []
    for parts in (*single, *double):
        table = np.column_stack([change[rows], *(sign * columns[name] for name, sign in parts)])
        allowed = 0.5 * (2 * place + sum(last_place(columns[name]) for name, _ in parts)) * (1 + 1e-6)
        if is_sum(table, 0, tuple(range(1, table.shape[1])), allowed):
            return Relation(stock, tuple(parts), before=True)
    return None
