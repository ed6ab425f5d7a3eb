"""Examine any table for fabricated reporting: run every test, judge the units, tell what was found and what could not
be seen.

Neither Spark nor the platform is needed. The same tests, on the same rows, give the same report: nothing is drawn at
random without a fixed seed.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from expectations.authenticity import (
    copied_rows,
    digits,
    drift,
    falling,
    idle,
    judge,
    level,
    lifted,
    multivariate,
    noise_fell,
    number_bunching,
    one_hand,
    outlier,
    precision,
    repeated_period,
    residual,
    revisions,
    round_share,
    row_relations,
    same_growth,
    shared_source,
    spread,
    stocks,
    sums,
    targets,
    threshold,
    twin,
    underdispersion,
)
from expectations.authenticity.finding import Family, Finding, Strength
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.observations import Observations
from expectations.authenticity.tested import Booleans, Group, Tested
from expectations.authenticity.verdict import Said, Verdicts, is_support, judge_units

Verdict = Literal["clean", "weak", "strong", "not_applicable"]
Progress = Callable[[str, int, int], None]
"""(what is being done, how many steps are done, of how many)."""


@dataclass(frozen=True)
class UnitReport:
    """The verdict on one unit. ``score`` ranks; it is no probability of guilt."""

    unit: str
    score: float
    verdict: Verdict
    applicable_tests: int
    reason: str


@dataclass(frozen=True)
class TestReport:
    """On which units a test could be applied, and why not on the others."""

    test: str
    family: Family
    applied_to: int
    not_applicable: int
    why: str
    applied: Booleans
    """One entry a unit: whether the test could judge it."""


@dataclass(frozen=True)
class Report:
    """Everything that was said of a table."""

    rows: int
    units: list[UnitReport]
    findings: list[Finding]
    tests: list[TestReport] = field(default_factory=list)


Test = Callable[[Observations, Limits], list[Tested]]
_AT_ONCE = 2

SURE: tuple[tuple[str, Test], ...] = (
    ("合计与分项", sums.test),
    ("存量与流量", stocks.test),
    ("累计值下降", falling.test),
    ("相同增速", same_growth.test),
    ("重复上期", repeated_period.test),
    ("停产仍报", idle.test),
    ("同一手笔", one_hand.test),
    ("计数波动", underdispersion.test),
    ("整行复制", copied_rows.test),
    ("同一来源", shared_source.test),
)
"""Tests whose null needs no honest neighbours to be free of fabrication; whom they find leaves the others' null."""

COMPARING: tuple[tuple[str, Test], ...] = (
    ("离散程度", spread.test),
    ("列间关系", row_relations.test),
    ("波动消失", noise_fell.test),
    ("多源偏离", drift.test),
    ("水平偏高", level.test),
    ("修订与突变", revisions.test),
    ("指标与实绩", targets.test),
    ("门槛聚集", threshold.test),
    ("过线无据", lifted.test),
    ("整数占比", round_share.test),
    ("数值聚集", number_bunching.test),
    ("孪生列", twin.test),
    ("首位数字", digits.test),
    ("小数位数", precision.test),
    ("录入差错", outlier.test),
    ("多元离群", multivariate.test),
)
"""Tests that place a unit among its peers."""

TESTS = (*SURE, *COMPARING)
"""Every test with the name that the progress shows."""


def examine(
    seen: Observations,
    limits: Limits = LIMITS,
    progress: Progress | None = None,
    tests: Sequence[Test] | None = None,
) -> Report:
    """Run all tests on the table, or those of ``tests``, and judge its units."""
    sure, comparing = ([each for each in part if tests is None or each[1] in tests] for part in (SURE, COMPARING))
    steps = len(sure) + len(comparing) + 1
    _prepare(seen, limits)
    tested = _run(sure, (0, steps), seen, limits, progress)
    seen = _without(seen, _tainted(tested, seen.size, limits))
    _prepare(seen, limits)
    tested += _run(comparing, (len(sure), steps), seen, limits, progress)
    if progress:
        progress("综合判断", steps - 1, steps)
    bound = [frozenset(relation.columns) for relation in sums.find(seen)]
    verdicts = judge_units(tested, seen.size, limits, bound)
    findings = [_finding(seen, tested[said.test], said) for said in verdicts.said]
    findings += _group_findings(seen, tested, verdicts, limits)
    findings.sort(key=lambda found: (found.strength, found.is_error, found.p_value or 0.0, found.unit))
    return Report(
        rows=len(seen.unit),
        units=_units(seen, tested, verdicts),
        findings=findings,
        tests=_tests(tested, seen.size),
    )


def _prepare(seen: Observations, limits: Limits) -> None:
    """What several tests need is there before they run side by side."""
    for name in seen.values:
        residual.own_places(seen, name)
    for name in dict.fromkeys((*seen.values, *(name for columns in seen.together for name in columns))):
        residual.residual(seen, name, limits)


def _run(
    tests: Sequence[tuple[str, Test]],
    step_of: tuple[int, int],
    seen: Observations,
    limits: Limits,
    progress: Progress | None,
) -> list[Tested]:
    """The tests two at a time, for numpy leaves the interpreter to others; results in the order of the tests."""
    tested: list[Tested] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        running = [pool.submit(run, seen, limits) for _, run in tests]
        for step, ((name, _), future) in enumerate(zip(tests, running, strict=True), start=step_of[0]):
            if progress:
                progress(name, step, step_of[1])
            tested += future.result()
    return tested


def _tainted(tested: Sequence[Tested], size: int, limits: Limits) -> Booleans:
    """Units of which a test far enough beyond chance already speaks, alone or as members of a group."""
    found = np.zeros(size, dtype=bool)
    for test in tested:
        with np.errstate(invalid="ignore"):
            found |= (judge.adjust(test.p) <= limits.fdr_strong) & (test.matters if test.matters is not None else True)
        for group in test.groups:
            found[list(group.members)] |= not group.p > limits.fdr_strong
    return found


def _without(seen: Observations, tainted: Booleans) -> Observations:
    """The table with these units out of the baseline: what their strata did is measured again, without them. Those an
    inspector confirmed are out as well, those an inspector cleared are not."""
    if seen.tainted is not None:
        tainted = tainted | seen.tainted
    if seen.cleared is not None:
        tainted = tainted & ~seen.cleared
    if not tainted.any():
        return seen
    # What was found so far speaks of the table as it was: it holds on to its residuals, which nobody asks for again.
    for key in [key for key in seen.known if key[0] == "residual"]:
        del seen.known[key]
    return replace(seen, tainted=tainted, known=dict(seen.known))


def _finding(seen: Observations, test: Tested, said: Said) -> Finding:
    unit = said.unit
    return Finding(
        unit=seen.units[unit],
        columns=test.columns,
        period=_period(seen, test, unit),
        test=test.test,
        family=test.family,
        strength=said.strength,
        statistic=_number(test.statistic[unit]),
        effect=_number(test.effect[unit]),
        unit_of_effect=test.unit_of_effect,
        p_value=float(test.p[unit]),
        q_value=said.q,
        peers=int(test.peers[unit]),
        message=test.message(unit),
        innocent=test.innocent,
        members=tuple(seen.units[other] for other in test.partners(unit)) if test.partners else (),
        is_error=test.is_error is not None and bool(test.is_error[unit]),
    )


def _number(value: float) -> float:
    return float(value) if np.isfinite(value) else 0.0


def _period(seen: Observations, test: Tested, unit: int) -> str:
    if test.period is not None and test.period[unit]:
        return test.period[unit]
    if not seen.periods:
        return ""
    return f"{seen.periods[0]}/{seen.periods[-1]}"


def _group_findings(seen: Observations, tested: Sequence[Tested], verdicts: Verdicts, limits: Limits) -> list[Finding]:
    """Findings on groups; one hand or one device is strong only where half of its members are found by another
    family."""
    named: dict[int, set[Family]] = {}
    for said in verdicts.said:
        if not is_support(tested[said.test]):
            named.setdefault(said.unit, set()).add(tested[said.test].family)
    findings = []
    for test, group in _distinct(tested):
        others = sum(bool(named.get(member, set()) - {test.family}) for member in group.members)
        overlap = others >= limits.burst_overlap * len(group.members)
        beyond = test.can_be_strong_alone and not group.p > limits.far_beyond_chance
        strong = beyond or group.seconded or (others and overlap)
        findings.append(_group_finding(seen, test, group, "strong" if strong else "weak"))
    return findings


def _distinct(tested: Sequence[Tested]) -> list[tuple[Tested, Group]]:
    """Groups with their tests, without those whose members a larger group of the same test names as well: one story in
    two columns is one finding. Groups of which no unit has a p of its own stand for themselves."""
    kept: list[tuple[Tested, Group]] = []
    named: dict[str, list[set[int]]] = {}
    every = [(test, group) for test in tested for group in test.groups]
    for test, group in sorted(every, key=lambda each: (-len(each[1].members), each[1].p)):
        others = named.setdefault(test.test, [])
        if np.isfinite(test.p).any() and any(set(group.members) <= other for other in others):
            continue
        others.append(set(group.members))
        kept.append((test, group))
    return kept


def _group_finding(seen: Observations, test: Tested, group: Group, strength: Strength) -> Finding:
    p = None if np.isnan(group.p) else float(group.p)
    return Finding(
        unit=group.unit,
        unit_name=group.label,
        unit_kind=group.kind,
        columns=test.columns,
        period=group.period,
        test=test.test,
        family=test.family,
        strength=strength,
        statistic=_number(group.statistic),
        effect=_number(group.effect),
        unit_of_effect=test.unit_of_effect,
        p_value=p,
        q_value=p,
        peers=max(seen.size - len(group.members), 0),
        message=group.message,
        innocent=test.innocent,
        members=tuple(seen.units[member] for member in group.members),
    )


def _units(seen: Observations, tested: Sequence[Tested], verdicts: Verdicts) -> list[UnitReport]:
    first: dict[int, Said] = {}
    for said in verdicts.said:
        if verdicts.strength[said.unit] is None:
            continue
        best = first.get(said.unit)
        if best is None or (said.strength, tested[said.test].p[said.unit]) < (
            best.strength,
            tested[best.test].p[said.unit],
        ):
            first[said.unit] = said
    reports = []
    for unit, label in enumerate(seen.units):
        applied = int(verdicts.applied[unit])
        strength = verdicts.strength[unit]
        if strength is not None:
            said = first[unit]
            verdict: Verdict = strength
            reason = tested[said.test].message(unit)
        elif applied:
            verdict, reason = "clean", f"适用的{applied}项检验均未见异常"
        else:
            verdict, reason = "not_applicable", _why(tested, unit)
        reports.append(UnitReport(label, float(verdicts.score[unit]), verdict, applied, reason))
    return reports


def _why(tested: Sequence[Tested], unit: int) -> str:
    """The reasons given most often."""
    reasons = Counter(test.why(unit) for test in tested)
    reasons.pop("", None)
    said = "；".join(reason for reason, _ in reasons.most_common(2))
    return f"没有可适用的检验：{said}" if said else "没有可适用的检验"


def _tests(tested: Sequence[Tested], size: int) -> list[TestReport]:
    """One line a test, over all of its columns."""
    lines = []
    for name in dict.fromkeys(test.test for test in tested):
        same = [test for test in tested if test.test == name]
        applied = np.asarray(np.column_stack([test.applied for test in same]).any(axis=1))
        count = int(applied.sum())
        out = np.flatnonzero(~applied)
        why = Counter(test.why(int(unit)) for test in same for unit in out[:1000])
        why.pop("", None)
        reason = why.most_common(1)[0][0] if why and count < size else ""
        lines.append(TestReport(name, same[0].family, count, size - count, reason, applied))
    return lines
