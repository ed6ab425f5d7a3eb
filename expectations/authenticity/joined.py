"""Who else writes like units that share one hand beyond doubt, seen in one column (family duplicate).

Of the small ones in a batch only one column is fine enough to show a handwriting, and the search for one hand asks for
two of everybody (``few_columns``). Once three units or more are found, their handwriting is known: a window and two
columns. So every other unit is held against it in each of those columns alone. One question a column pays for itself
where a search among all pairs of units would not. The chance is the density of honest units around the handwriting
(``neighbours``: an industry that moves like it excuses itself), and never less than that of the mirror: nobody copies
with the sign turned.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from expectations.authenticity import null
from expectations.authenticity.few_columns import Hands, steps_of, vectors_of
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.neighbours import Singles, density
from expectations.authenticity.null import Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.tested import Booleans


@dataclass(frozen=True)
class Joined:
    """One entry a unit: its chance (NaN: not asked), how alike it is to the handwriting (correlation), the two of the
    found units that it is nearest to (units x 2), the column (a number into the names of ``Hands``) and the window's
    first period."""

    p: Floats
    correlation: Floats
    others: Integers
    column: Integers
    first: Integers


@dataclass(frozen=True)
class _Handwriting:
    """What ``writers`` (units) share in a column from period ``first`` on."""

    writers: Integers
    first: int
    column: int


def linked(sure: Integers, others: Integers) -> list[Integers]:
    """Groups of units that the nearest others of the ``sure`` ones (units x 2) join, each in order."""
    near = others[sure].ravel()
    graph = coo_matrix((np.ones(len(near)), (np.repeat(sure, 2), near)), shape=(len(others),) * 2)
    _, label = connected_components(graph, directed=False)
    everybody = np.union1d(sure, near)
    return [everybody[label[everybody] == one] for one in dict.fromkeys(label[everybody].tolist())]


def join(seen: Observations, found: Hands, limits: Limits = LIMITS) -> Joined:
    """Everybody but the units found, held against each handwriting of theirs; the surest answer, paid for all."""
    near = found.nearest
    sure = np.flatnonzero((found.p * seen.size <= limits.fdr_group) & (near.correlation >= limits.alike_correlation))
    groups = [group for group in linked(sure, near.others) if len(group) >= limits.growth_members]
    writings = [one for group in groups for one in _handwritings(np.intersect1d(group, sure), found)]
    if not writings:
        nobody = np.zeros((seen.size, 2), dtype=np.int64)
        return Joined(np.full(seen.size, np.nan), np.zeros(seen.size), nobody, nobody[:, 0], nobody[:, 0])
    asked = ~np.isin(np.arange(seen.size), np.concatenate(groups))
    steps = {name: steps_of(seen, name, limits) for name in found.names}
    answers = []
    for one in writings:
        vectors, usable = vectors_of(steps[found.names[one.column]][:, one.first : one.first + found.length])
        answers.append(_held(one, vectors, usable & asked, limits))
    p = np.stack([answer.p for answer in answers])
    surest, everybody = np.where(np.isfinite(p), p, np.inf).argmin(axis=0), np.arange(seen.size)
    picked = [np.stack(parts)[surest, everybody] for parts in zip(*(astuple(each) for each in answers), strict=True)]
    return Joined(np.minimum(len(writings) * picked[0], 1.0), *picked[1:])


def _handwritings(sure: Integers, found: Hands) -> Iterator[_Handwriting]:
    """Each window and column in which units of one group were found, with those that write alike there."""
    near = found.nearest
    seen_at = np.column_stack([near.first[sure], np.sort(near.columns[sure], axis=1)])
    for first, *columns in np.unique(seen_at, axis=0).tolist():
        there = sure[(seen_at == (first, *columns)).all(axis=1)]
        writers = np.union1d(there, near.others[there])
        yield from (_Handwriting(writers, first, column) for column in columns)


def _held(one: _Handwriting, vectors: Singles, asked: Booleans, limits: Limits) -> Joined:
    """The units ``asked`` (of all), held against one handwriting."""
    size, rows = len(vectors), np.flatnonzero(asked)
    p, alike = np.full(size, np.nan), np.zeros(size)
    known = one.writers[(vectors[one.writers] != 0).any(axis=1)]
    common = vectors[known].mean(axis=0)
    common /= np.linalg.norm(common)
    alike[rows] = vectors[rows] @ common
    away, turned = (np.sqrt(np.maximum(2 - 2 * each, 1e-12)) for each in (alike[rows], -alike[rows]))
    if len(rows) >= limits.null_units:
        around = density(common[None], one.writers[:1], vectors, rows)
        expected = around.expected(away[None])[0] / len(rows)
        p[rows] = np.maximum(expected, null.upper_tail(-np.log(away), -np.log(turned), limits))
        p[rows] = np.maximum(p[rows], limits.far_beyond_chance)
    nearest = known[np.argsort(-(vectors @ vectors[known].T), axis=1)[:, :2]]
    return Joined(p, alike, nearest, np.full(size, one.column), np.full(size, one.first))
