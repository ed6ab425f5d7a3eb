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

POWER: dict[Family, float] = {"revision": 0.5, "round_share": 0.5, "number_bunching": 0.25}
"""Weight in the combination of families that saw little in labelled data (AUTHENTICITY, table); the others have 1."""
_BODY = 0.1
_NO_EVIDENCE = 0.5
_LEAST = 0.02


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


def is_support(test: Tested) -> bool:
    """Whether a test only supports what others find."""
    return test.supports_only or test.family in SUPPORT


def judge_units(
    tested: Sequence[Tested], size: int, limits: Limits = LIMITS, bound: Sequence[frozenset[str]] = ()
) -> Verdicts:
    """The verdicts on all ``size`` units; columns ``bound`` together by an identity count as one."""
    if not tested:
        unknown = np.full(size, np.nan)
        return Verdicts(unknown, unknown, np.zeros(size), [None] * size, np.zeros(size), [])
    everything = np.column_stack([test.p for test in tested])
    errors = np.column_stack([_errors(test) for test in tested])
    # An effect too small to act on is no evidence, however sure it is.
    small = np.column_stack([~_matters(test) for test in tested])
    p = np.where(errors, np.nan, np.where(small, np.maximum(everything, _NO_EVIDENCE), everything))
    # A family that only supports in part is two: what selects, and what supports.
    kinds = sorted({(test.family, is_support(test)) for test in tested})
    of_kind = [np.array([(test.family, is_support(test)) == kind for test in tested]) for kind in kinds]
    often = _speaking_share(p)
    by_kind = np.column_stack([judge.combine(p[:, own], limits, often[own]) for own in of_kind])
    able = np.array([not support for _, support in kinds])
    weight = np.array([POWER.get(family, 1.0) for family, _ in kinds]) * _speaking_share(by_kind)
    unit_p = judge.combine(by_kind[:, able], limits, weight[able]) if able.any() else np.full(size, np.nan)
    q = judge.adjust(unit_p)
    columns = [_bound(test, bound) for test in tested]
    strong = _strong(tested, columns, (p, by_kind), of_kind, limits)
    speaks = _speaking(tested, p, q, limits) | (strong > 0)
    said = _said(tested, speaks, strong, p, q) + _said_errors(tested, errors, everything, limits)
    strength: list[Strength | None] = [None] * size
    for each in said:
        if not errors[each.unit, each.test] and not is_support(tested[each.test]):
            strength[each.unit] = "strong" if "strong" in (each.strength, strength[each.unit]) else "weak"
    return Verdicts(
        p=unit_p,
        q=q,
        score=_score(by_kind, able, weight, limits),
        strength=strength,
        applied=np.isfinite(everything).sum(axis=1),
        said=said,
    )


def _errors(test: Tested) -> Booleans:
    return np.zeros(test.p.shape, dtype=bool) if test.is_error is None else test.is_error


def _matters(test: Tested) -> Booleans:
    return np.ones(test.p.shape, dtype=bool) if test.matters is None else test.matters


def _speaking_share(p: Floats) -> Floats:
    """How often each column of p-values is at most a tenth, as a share of what it may be.

    A test that says 1 of nearly everybody (no idle meter, no repeated month) may have no more weight in the combination
    than it uses, or it buries the others. Any fixed weights keep the level of Cauchy's combination; these are read off
    the body of thousands of p-values and not off a unit's own.
    """
    known = np.isfinite(p)
    low = (known & (np.nan_to_num(p, nan=1.0) <= _BODY)).sum(axis=0)
    return np.asarray(np.clip((1 + low) / (1 + _BODY * known.sum(axis=0)), _LEAST, 1.0))


def _score(by_kind: Floats, able: Booleans, weight: Floats, limits: Limits) -> Floats:
    """1 less the combined p, in which weak families count no more than the level of a lead; 0 where nothing
    applied."""
    capped = np.where(able[None, :], by_kind, np.maximum(by_kind, limits.fdr_weak))
    return np.nan_to_num(1 - judge.combine(capped, limits, weight), nan=0.0)


def _speaking(tested: Sequence[Tested], p: Floats, q: Floats, limits: Limits) -> Booleans:
    """Units x tests: the tests that speak of the selected units with an effect that matters."""
    able = np.array([not is_support(test) for test in tested])
    speaks = np.zeros(p.shape, dtype=bool)
    if able.any():
        speaks[:, able] = judge.select_tests(p[:, able], q, limits.fdr_weak)
    for column, test in enumerate(tested):
        speaks[:, column] &= _matters(test)
    selected = np.asarray(speaks.any(axis=1))
    with np.errstate(invalid="ignore"):
        speaks[:, ~able] = selected[:, None] & (p[:, ~able] <= limits.fdr_strong)
    return speaks


def _bound(test: Tested, bound: Sequence[frozenset[str]]) -> frozenset[str]:
    """The columns that a test rests on, with those that an identity ties to them."""
    own = frozenset(test.columns)
    return own.union(*(columns for columns in bound if columns & own))


def _strong(
    tested: Sequence[Tested],
    columns: Sequence[frozenset[str]],
    p_and_kinds: tuple[Floats, Floats],
    of_kind: Sequence[Booleans],
    limits: Limits,
) -> Floats:
    """Units x tests: the q-value's complement where a test is strong, else 0.

    One family alone needs q of at most ``far_beyond_chance``, which leaves four orders of magnitude for the number of
    tests; two families need ``fdr_strong`` each, on columns of which none is shared, and so does a test in which two
    books of different keepers contradict the report.
    """
    p, by_kind = p_and_kinds
    alone = np.zeros(p.shape, dtype=bool)
    sure = np.zeros(p.shape, dtype=bool)
    for column, test in enumerate(tested):
        if is_support(test):
            continue
        q = judge.adjust(p[:, column])
        with np.errstate(invalid="ignore"):
            sure[:, column] = (q <= limits.fdr_strong) & _matters(test)
            enough = limits.fdr_strong if test.sources > 1 else limits.far_beyond_chance
            alone[:, column] = sure[:, column] & (q <= enough) & test.can_be_strong_alone
    for together, own in zip(by_kind.T, of_kind, strict=True):
        with np.errstate(invalid="ignore"):
            sure[:, own] &= (judge.adjust(together) <= limits.fdr_strong)[:, None]
    for unit in np.flatnonzero(sure.sum(axis=1) > 1):
        alone[unit] |= _independent(tested, columns, np.flatnonzero(sure[unit]))
    return alone.astype(float)


def _independent(tested: Sequence[Tested], columns: Sequence[frozenset[str]], sure: np.ndarray) -> Booleans:
    """Which of the tests have a partner in another family that uses none of their columns."""
    strong = np.zeros(len(tested), dtype=bool)
    for a in sure:
        for b in sure:
            apart = not columns[a] & columns[b]
            strong[a] |= apart and tested[a].family != tested[b].family
    return strong


def _said(tested: Sequence[Tested], speaks: Booleans, strong: Floats, p: Floats, q: Floats) -> list[Said]:
    """For each unit the surest test of each family."""
    said = []
    for unit in np.flatnonzero(speaks.any(axis=1)):
        best: dict[Family, int] = {}
        for column in np.flatnonzero(speaks[unit]).tolist():
            family = tested[column].family
            key = (-strong[unit, column], p[unit, column])
            if family not in best or key < (-strong[unit, best[family]], p[unit, best[family]]):
                best[family] = column
        said += [
            Said(int(unit), column, "strong" if strong[unit, column] else "weak", float(q[unit]))
            for column in best.values()
        ]
    return said


def _said_errors(tested: Sequence[Tested], errors: Booleans, p: Floats, limits: Limits) -> list[Said]:
    """Slips: each error test by its own Benjamini-Hochberg."""
    said = []
    for column in np.flatnonzero(errors.any(axis=0)).tolist():
        q = judge.adjust(p[:, column])
        with np.errstate(invalid="ignore"):
            found = errors[:, column] & (q <= limits.fdr_group) & _matters(tested[column])
        said += [Said(int(unit), column, "weak", float(q[unit])) for unit in np.flatnonzero(found)]
    return said
