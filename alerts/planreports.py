"""What only a person can know of a task of the plan (a training was held): who said so, when, why, by which document.

A report is a line of the hash-chained audit log and nothing else: it cannot be changed, the last one on a task counts.
"""

import datetime
import hashlib
import json
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy.orm import Session

from alerts import audit
from alerts.store import AuditEntry, open_store
from taian.clock import delivery_moment
from taian.errors import ProblemError
from taian.settings import Settings, settings

ACTION = "plan report"
State = Literal["done", "under_way"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True)
class Report:
    """One report on a task; ``at`` is the moment by the business clock, ISO 8601."""

    task: str
    state: State
    why: str
    document: str
    who: str
    at: str


def report(config: Settings, task: str, state: State, why: str, document: str, who: str) -> str:
    """Write a report down and return the digest of its line. ProblemError without a reason or a document."""
    for name, said in (("why", why), ("document", document)):
        if not said.strip():
            raise ProblemError(f"--{name} is empty: a state that no table shows needs a reason and a document.")
    with open_store(config).writing() as session:
        at = delivery_moment(config.home)
        return write(session, at, Report(task, state, why, document, who, ""), audit.OPERATOR_ROLE)


def write(session: Session, at: datetime.datetime, said: Report, role: str) -> str:
    """Add a report to the log within a transaction; the digest of its line."""
    detail = json.dumps([said.state, said.why.strip(), said.document.strip()], ensure_ascii=False)
    return audit.append(session, at, actor=said.who, role=role, action=ACTION, object_=said.task, detail=detail)


def history(config: Settings, until: datetime.date | None = None) -> list[Report]:
    """Every report up to the end of a day, oldest first."""
    lines = audit.of_action(config, ACTION)
    return [of_line(line) for line in lines if until is None or line.at[:10] <= until.isoformat()]


def of_line(line: AuditEntry) -> Report:
    """What a line of the log reports."""
    state, why, document = json.loads(line.detail)
    return Report(line.object, state, why, document, line.actor, line.at)


def standing(config: Settings, until: datetime.date | None = None) -> dict[str, Report]:
    """The last report on each task."""
    return {each.task: each for each in history(config, until)}


def fingerprint(business_date: datetime.date) -> str:
    """Changes when a report that is known on the date does."""
    said = json.dumps([vars(each) for each in history(settings(), business_date)], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
