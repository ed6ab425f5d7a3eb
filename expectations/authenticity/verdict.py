"""What the tests together say of each unit: the rules of judgement of AUTHENTICITY, for any table.

The tests of a family are combined by Cauchy (Liu and Xie, JASA 2020), the families of a unit again, and units are
selected by one Benjamini-Hochberg; within the selected, Benjamini and Bogomolov (2014) say which tests speak. Weak
families (digits, outlier, multivariate) raise the score and support a finding, but select nobody. A slip of the pen
is reported as an error and selects nobody either.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from expectations.authenticity import judge
from expectations.authenticity.finding import Family, Strength
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats
from expectations.authenticity.tested import Booleans, Tested

SUPPORT: frozenset[Family] = frozenset({"digits", "outlier", "multivariate"})
"""Families that are never a verdict alone (rules of judgement 4)."""


@dataclass(frozen=True)
class Said:
    """That test number ``test`` speaks of unit number ``unit``; q is the unit's, or the test's where it is strong
    alone."""

    unit: int
    test: int
    strength: Strength
    q: float


@dataclass(frozen=True)
class Verdicts:
    """One entry a unit: combined p (NaN: no test applied), its q-value, score 0..1, strength or None; and who said
    what."""

    p: Floats
    q: Floats
    score: Floats
    strength: list[Strength | None]
    applied: Floats
    said: list[Said]


def judge_units(tested: Sequence[Tested], size: int, limits: Limits = LIMITS) -> Verdicts:
    """The verdicts on all ``size`` units."""
    if not tested:
        unknown = np.full(size, np.nan)
        return Verdicts(unknown, unknown, np.zeros(size), [None] * size, np.zeros(size), [])
    everything = np.column_stack([test.p for test in tested])
    errors = np.column_stack([_errors(test) for test in tested])
    p = np.where(errors, np.nan, everything)
    families = sorted({test.family for test in tested})
    of_family = [np.array([test.family == family for test in tested]) for family in families]
    by_family = np.column_stack([judge.combine(p[:, inside], limits) for inside in of_family])
    able = np.array([family not in SUPPORT for family in families])
    unit_p = judge.combine(by_family[:, able], limits) if able.any() else np.full(size, np.nan)
    q = judge.adjust(unit_p)
    strong = _strong(tested, p, by_family, families, limits)
    speaks = _speaking(tested, p, q, limits) | (strong > 0)
    said = _said(tested, speaks, strong, p, q) + _said_errors(tested, errors, everything, limits)
    strength: list[Strength | None] = [None] * size
    for each in said:
        if not errors[each.unit, each.test] and tested[each.test].family not in SUPPORT:
            strength[each.unit] = "strong" if "strong" in (each.strength, strength[each.unit]) else "weak"
    return Verdicts(
        p=unit_p,
        q=q,
        score=_score(by_family, able, limits),
        strength=strength,
        applied=np.isfinite(everything).sum(axis=1),
        said=said,
    )


def _errors(test: Tested) -> Booleans:
    return np.zeros(test.p.shape, dtype=bool) if test.is_error is None else test.is_error


def _matters(test: Tested) -> Booleans:
    return np.ones(test.p.shape, dtype=bool) if test.matters is None else test.matters


def _score(by_family: Floats, able: Booleans, limits: Limits) -> Floats:
    """1 less the combined p, in which weak families count no more than the level of a lead; 0 where nothing
    applied."""
    capped = np.where(able[None, :], by_family, np.maximum(by_family, limits.fdr_weak))
    return np.nan_to_num(1 - judge.combine(capped, limits), nan=0.0)


def _speaking(tested: Sequence[Tested], p: Floats, q: Floats, limits: Limits) -> Booleans:
    """Units x tests: the tests that speak of the selected units with an effect that matters."""
    able = np.array([test.family not in SUPPORT for test in tested])
    speaks = np.zeros(p.shape, dtype=bool)
    if able.any():
        speaks[:, able] = judge.select_tests(p[:, able], q, limits.fdr_weak)
    for column, test in enumerate(tested):
        speaks[:, column] &= _matters(test)
    selected = speaks.any(axis=1)
    for column in np.flatnonzero(~able):
        with np.errstate(invalid="ignore"):
            speaks[:, column] = selected & (p[:, column] <= limits.fdr_strong)
    return speaks


def _strong(
    tested: Sequence[Tested], p: Floats, by_family: Floats, families: Sequence[Family], limits: Limits
) -> Floats:
    """Units x tests: the q-value's complement where a test is strong, else 0.

    One family alone needs q of at most ``far_beyond_chance``, which leaves four orders of magnitude for the number of
    tests; two families need ``fdr_strong`` each, on columns of which none is shared.
    """
    alone = np.zeros(p.shape, dtype=bool)
    sure = np.zeros(p.shape, dtype=bool)
    for column, test in enumerate(tested):
        if test.family in SUPPORT:
            continue
        q = judge.adjust(p[:, column])
        with np.errstate(invalid="ignore"):
            sure[:, column] = (q <= limits.fdr_strong) & _matters(test)
            alone[:, column] = sure[:, column] & (q <= limits.far_beyond_chance) & test.can_be_strong_alone
    for column, test in enumerate(tested):
        q = judge.adjust(by_family[:, families.index(test.family)])
        with np.errstate(invalid="ignore"):
            sure[:, column] &= q <= limits.fdr_strong
    for unit in np.flatnonzero(sure.sum(axis=1) > 1):
        alone[unit] |= _independent(tested, np.flatnonzero(sure[unit]), p.shape[1])
    return alone.astype(float)


def _independent(tested: Sequence[Tested], sure: np.ndarray, count: int) -> Booleans:
    """Which of the tests have a partner in another family that uses none of their columns."""
    strong = np.zeros(count, dtype=bool)
    for a in sure:
        for b in sure:
            apart = not set(tested[a].columns) & set(tested[b].columns)
            strong[a] |= apart and tested[a].family != tested[b].family
    return strong


def _said(tested: Sequence[Tested], speaks: Booleans, strong: Floats, p: Floats, q: Floats) -> list[Said]:
    """For each unit the surest test of each family."""
    said = []
    for unit in np.flatnonzero(speaks.any(axis=1)):
        best: dict[Family, int] = {}
        for column in np.flatnonzero(speaks[unit]):
            family = tested[column].family
            key = (-strong[unit, column], p[unit, column])
            if family not in best or key < (-strong[unit, best[family]], p[unit, best[family]]):
                best[family] = int(column)
        said += [
            Said(int(unit), column, "strong" if strong[unit, column] else "weak", float(q[unit]))
            for column in best.values()
        ]
    return said


def _said_errors(tested: Sequence[Tested], errors: Booleans, p: Floats, limits: Limits) -> list[Said]:
    """Slips: each error test by its own Benjamini-Hochberg."""
    said = []
    for column in np.flatnonzero(errors.any(axis=0)):
        q = judge.adjust(p[:, column])
        with np.errstate(invalid="ignore"):
            found = errors[:, column] & (q <= limits.fdr_weak) & _matters(tested[column])
        said += [Said(int(unit), int(column), "weak", float(q[unit])) for unit in np.flatnonzero(found)]
    return said
