"""Objections to the yearly evaluation 考核 and what the leading group decides: lines of the hash-chained audit log."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from alerts import audit
from alerts.store import AuditEntry, open_store
from alerts.words import one_line
from taian.clock import delivery_moment
from taian.errors import ProblemError
from taian.settings import Settings

ACTION = "plan evaluation"
TITLES = {"object": "提出异议", "accept": "异议成立", "reject": "异议不成立"}

What = Literal["object", "accept", "reject"]


@dataclass(frozen=True)
class Said:
    """One line; ``at`` is the moment by the business clock, ISO 8601."""

    department: str
    year: int
    what: What
    why: str
    document: str
    who: str
    at: str = ""


def say(config: Settings, said: Said, role: str = audit.OPERATOR_ROLE) -> None:
    """Write it down. ProblemError without a reason or a document, for a decision on what nobody objected to, and for a
    second objection while one waits: each is decided once, however many try at the same time.
    """
    for title, text in (("理由", said.why), ("文件（文号或名称）", said.document)):
        if not text.strip():
            raise ProblemError(f"{said.year} 年考核的异议和裁定必须写明{title}；请填写后再试。")
    detail = json.dumps([said.year, said.what, one_line(said.why), one_line(said.document)], ensure_ascii=False)
    with open_store(config).writing() as session:
        # What is there is read by whoever writes next, so nobody comes in between.
        is_open = said.department in waiting(map(of_line, audit.lines_of(session, ACTION)), said.year)
        if said.what == "object" and is_open:
            raise ProblemError(f"这个部门对 {said.year} 年考核的异议还没有裁定；裁定以后才能再提。")
        if said.what != "object" and not is_open:
            raise ProblemError(f"对 {said.year} 年的考核没有待裁定的异议：没有提过，或已经裁定；请看异议和裁定的经过。")
        at = delivery_moment(config.home)
        audit.append(session, at, actor=said.who, role=role, action=ACTION, object_=said.department, detail=detail)


def waiting(lines: Iterable[Said], year: int) -> set[str]:
    """The departments whose objection to the evaluation of a year is not decided."""
    last = {each.department: each.what for each in lines if each.year == year}
    return {department for department, what in last.items() if what == "object"}


def history(config: Settings) -> list[Said]:
    """Every objection and every decision, oldest first."""
    return [of_line(line) for line in audit.of_action(config, ACTION)]


def of_line(line: AuditEntry) -> Said:
    """What a line of the log says of an evaluation."""
    year, what, why, document = json.loads(line.detail)
    return Said(line.object, year, what, why, document, line.actor, line.at)
