"""The history of cases held against the audit log: every step of a case is a row of the one and a line of the other,
written together, so that a row that was altered, added or taken away has no line that says the same.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.cases import RECORDED, VERDICTS
from alerts.store import AuditEntry, Case, CaseEvent
from alerts.words import EVENT_TITLES, without_identifiers
from taian.clock import SHANGHAI

PREFIX = "case."
"""Begins the action of a line that tells of a step on a case."""

Told = tuple[str, str, str, str]
"""When, who, what, and in which words."""

_LINE = (AuditEntry.sequence, AuditEntry.object, AuditEntry.at, AuditEntry.actor, AuditEntry.action, AuditEntry.detail)


class Step(NamedTuple):
    """One row of a case's history, as columns: the page of the log follows all of them at each look."""

    case_id: str
    at: datetime
    who: str
    what: str
    from_state: str | None
    to_state: str
    why: str


_STEP = tuple(getattr(CaseEvent, name) for name in Step._fields)


class Standing(NamedTuple):
    """Where a case stands by its own row."""

    state: str
    verdict: str | None
    is_past: bool | None


def detail(from_state: str | None, to_state: str, why: str) -> str:
    """What the log says of a step beside who took it and when."""
    return without_identifiers(f"{from_state or '-'} > {to_state}" + (f"：{why}" if why else ""))


def judge(session: Session) -> str:
    """The first history that does not say what the log says, in one sentence; nothing when all do.

    Steps from before the log began (those before the first that it tells of) have no lines in it, and are passed over;
    that a log was emptied shows only against its head. Call it on a log that is whole.
    """
    lines: dict[str, list[Any]] = defaultdict(list)
    logged = select(*_LINE).where(AuditEntry.action.startswith(PREFIX, autoescape=True))
    for line in session.execute(logged.order_by(AuditEntry.sequence).execution_options(yield_per=1000)):
        lines[line.object].append((line.sequence, (line.at, line.actor, line.action, line.detail)))
    rows: dict[str, list[tuple[Step, bool]]] = defaultdict(list)
    has_begun = False
    steps = session.execute(select(*_STEP).order_by(CaseEvent.id).execution_options(yield_per=1000))
    for row in map(Step._make, steps):
        has_begun = has_begun or any(told == _told(row) for _, told in lines[row.case_id])
        rows[row.case_id].append((row, has_begun))
    stand = session.execute(select(Case.id, *(getattr(Case, name) for name in Standing._fields)))
    cases = {number: Standing(*rest) for number, *rest in stand}
    for number in sorted({*lines, *rows, *cases}):
        wrong = _steps(number, rows[number], lines[number]) or _standing(number, cases.get(number), rows[number])
        if wrong:
            return wrong
    return ""


def _told(row: Step) -> Told:
    at = row.at.astimezone(SHANGHAI).isoformat(timespec="seconds")
    return at, without_identifiers(row.who), f"{PREFIX}{row.what}", detail(row.from_state, row.to_state, row.why)


def _steps(number: str, rows: Sequence[tuple[Step, bool]], lines: Sequence[tuple[int, Told]]) -> str:
    """Where rows and lines of one case part; a row comes with whether the log had begun."""
    later = [(place, row) for place, (row, is_logged) in enumerate(rows, start=1) if is_logged]
    for row, line in zip_longest(later, lines):
        if row is None:
            return f"案件 {number} 的经过缺少审计日志第 {line[0]} 条所记的一步：记录被删除"
        place, step = row
        told = _told(step)
        if line is not None and told == line[1]:
            continue
        said = f"案件 {number} 的经过第 {place} 条（{told[0]} {step.who}{EVENT_TITLES.get(step.what, step.what)}）"
        if line is None:
            return f"{said}在审计日志中没有：记录是后加的"
        return f"{said}与审计日志第 {line[0]} 条不符：内容被改动、插入或删除"
    return ""


def _standing(number: str, case: Standing | None, rows: Sequence[tuple[Step, bool]]) -> str:
    """Whether the case stands where its history has left it."""
    if case is None or not rows:
        return f"案件 {number} {'不见了' if case is None else '没有经过'}：记录被删除"
    verdict = None
    for row, _ in rows:
        if row.what in VERDICTS or row.what in ("reopen", "reopened"):
            verdict = VERDICTS.get(row.what)
    was_recorded = rows[0][0].what == RECORDED
    if (case.state, case.verdict, bool(case.is_past)) != (rows[-1][0].to_state, verdict, was_recorded):
        return f"案件 {number} 的状态或结论与它的经过不符：内容被改动"
    return ""
