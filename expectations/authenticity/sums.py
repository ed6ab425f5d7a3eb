"""Parts that add up to a total in honest rows, as declared or found in the table itself (family identity, exact).

Where nobody says what adds up, every value column is tried as the sum of two to four others, and as the sum of the run
of columns beside it. A relation counts when at least four rows in five keep it to the last place, when each part
matters (without it, rows break), and when the total takes many values. Exact relations of this kind do not arise by
chance: figures of three digits agree once in a thousand rows. Edit rules of official statistics (Fellegi and Holt, JASA
71, 1976).
"""

from itertools import combinations

import numpy as np

from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats
from expectations.authenticity.observations import Observations
from expectations.authenticity.places import last_place
from expectations.authenticity.relation import HOLDS, Relation, judge
from expectations.authenticity.tested import Tested

_SAMPLE = 600
_FIRST = 60  # rows on which most candidates already fail
_LEAST = 20
"""Rows and distinct totals below which agreement may be an accident."""
_MATTERS = 0.05
"""Share of rows that must break without a part: one that is nearly always 0 makes any total its own sum."""
_MOST = {2: 60, 3: 30, 4: 16}
"""Columns up to which sums of two, three, four parts are all tried."""


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """One Tested a relation found."""
    judged = (judge(relation, seen, "parts_and_total", limits) for relation in find(seen))
    return [tested for tested in judged if tested is not None]


def find(seen: Observations) -> list[Relation]:
    """The additive relations of the table, as declared, else shortest first; none that follows from a shorter one with
    the same total."""
    if seen.sums:
        return [Relation(total, tuple((part, 1) for part in parts), declared=True) for total, *parts in seen.sums]
    names = seen.values
    rows = np.flatnonzero(seen.latest)
    rows = rows[:: max(len(rows) // _SAMPLE, 1)]
    table = np.column_stack([seen.column(name)[rows] for name in names]) if names else np.empty((0, 0))
    places = [last_place(table[:, at]) for at in range(len(names))]
    found: list[Relation] = []
    for total in range(len(names)):
        for parts in _candidates(table, total, places):
            allowed = 0.5 * sum(places[at] for at in (total, *parts)) * (1 + 1e-6)
            if is_sum(table, total, parts, allowed):
                found.append(Relation(names[total], tuple((names[at], 1) for at in parts)))
                break
    return found


def _candidates(table: Floats, total: int, places: list[float]) -> list[tuple[int, ...]]:
    """Sets of columns that add up to the total in most of the first rows."""
    columns = table.shape[1]
    others = [at for at in range(columns) if at != total]
    few = table[np.isfinite(table).all(axis=1)] if columns <= _MOST[2] else table[:0]
    few = few[:: max(len(few) // _FIRST, 1)]
    survivors: list[tuple[int, ...]] = []
    for size in (2, 3, 4):
        if columns > _MOST[size] or len(others) < size or len(few) < _LEAST:
            continue
        sets = np.array(list(combinations(others, size)))
        for block in np.array_split(sets, max(len(sets) // 20_000, 1)):
            away = np.abs(few[:, total, None] - few[:, block].sum(axis=2))
            near = away <= (size + 1) * max(places) + 1e-9 * np.abs(few[:, total, None])
            survivors += [tuple(int(at) for at in row) for row in block[near.mean(axis=0) >= HOLDS - 0.2]]
    for size in range(5, columns):
        survivors += [
            run
            for run in (tuple(range(total + 1, total + 1 + size)), tuple(range(total - size, total)))
            if run[0] >= 0 and run[-1] < columns
        ]
    return survivors


def is_sum(table: Floats, total: int, parts: tuple[int, ...], allowed: float) -> bool:
    """Whether enough rows keep the relation, and every part matters."""
    rows = table[:, (total, *parts)]
    rows = rows[np.isfinite(rows).all(axis=1) & (rows[:, 0] != 0)]
    if len(rows) < _LEAST or np.unique(rows[:, 0]).size < _LEAST:
        return False
    gap = rows[:, 0] - rows[:, 1:].sum(axis=1)
    holds = np.abs(gap) <= allowed + 1e-9 * np.abs(rows[:, 0])
    matters = (np.abs(rows[:, 1:]) > allowed).mean(axis=0) >= _MATTERS
    return bool(holds.mean() >= HOLDS and matters.all())
