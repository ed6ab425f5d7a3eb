"""Objections to the yearly evaluation 考核 and what the leading group decides: lines of the hash-chained audit log."""

import json
from dataclasses import dataclass
from typing import Literal

from alerts import audit
from alerts.store import AuditEntry
from taian.errors import ProblemError
from taian.settings import Settings

ACTION = "plan evaluation"
TITLES = {"object": "提出异议", "accept": "异议成立", "reject": "异议不成立"}


@dataclass(frozen=True)
class Said:
    """One line; ``at`` is the moment by the business clock, ISO 8601."""

    department: str
    year: int
    what: Literal["object", "accept", "reject"]
    why: str
    document: str
    who: str
    at: str


def say(config: Settings, said: Said) -> None:
    """Write it down. ProblemError without a reason or a document, and for a decision on what nobody objected to."""
    for name, text in (("why", said.why), ("document", said.document)):
        if not text.strip():
            raise ProblemError(f"--{name} is empty: an objection and its decision need a reason and a document.")
    before = [each for each in history(config, said.year) if each.department == said.department]
    if said.what != "object" and (not before or before[-1].what != "object"):
        raise ProblemError(f"'{said.department}' has no open objection to {said.year}: taian plan object makes one.")
    detail = json.dumps([said.year, said.what, said.why.strip(), said.document.strip()], ensure_ascii=False)
    role = audit.OPERATOR_ROLE
    audit.record(config, actor=said.who, role=role, action=ACTION, object_=said.department, detail=detail)


def history(config: Settings, year: int) -> list[Said]:
    """Every objection to the evaluation of a year and every decision, oldest first."""
    return [each for each in map(_read, audit.of_action(config, ACTION)) if each.year == year]


def _read(line: AuditEntry) -> Said:
    year, what, why, document = json.loads(line.detail)
    return Said(line.object, year, what, why, document, line.actor, line.at)
