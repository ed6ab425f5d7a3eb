"""The audit log: who did what, when, in what role; each line carries the SHA-256 of the one before.

A change, a deletion or an insertion breaks the chain at that line. Lines missing at the end leave it whole, and so does
a log written anew; therefore its head (the digest of the last line) leaves the platform every night, in the mail to the
audit office and the statistics bureau, and ``verify`` asks for it again. It also holds the cases against the log.
"""

import datetime
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import history
from alerts.store import AuditEntry, Store, open_store
from alerts.words import one_line, without_identifiers
from taian.clock import SHANGHAI, delivery_moment
from taian.settings import Settings

BEGINNING = "0" * 64
"""What the first line is chained to."""

DIGEST = re.compile(r"[0-9a-f]{64}")

PLATFORM_ROLE, OPERATOR_ROLE = "platform", "operator"
"""Roles of what the platform does itself, and of whoever may run its commands on the machine."""


class Line(NamedTuple):
    """One line of the log as it is followed: columns, since objects of the mapper cost as much again as the digests."""

    sequence: int
    at: str
    actor: str
    role: str
    action: str
    object: str
    detail: str
    previous: str
    hash: str


@dataclass(frozen=True)
class Verdict:
    """Whether the log is whole: how many lines were read, the digest of the last, and what is wrong in one sentence."""

    entries: int
    head: str
    broken: str = ""


def digest(entry: AuditEntry | Line) -> str:
    """SHA-256 over the canonical form of a line (a JSON list in UTF-8), which includes the digest before it."""
    told = [entry.sequence, entry.at, entry.actor, entry.role, entry.action, entry.object, entry.detail, entry.previous]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def head_of(session: Session) -> tuple[int, str]:
    """Number and digest of the last line; (0, BEGINNING) of an empty log."""
    last = session.execute(
        select(AuditEntry.sequence, AuditEntry.hash).order_by(AuditEntry.sequence.desc()).limit(1)
    ).first()
    return (0, BEGINNING) if last is None else (last.sequence, last.hash)


def append(
    session: Session, at: datetime.datetime, *, actor: str, role: str, action: str, object_: str, detail: str = ""
) -> str:
    """Add one line within the transaction of what it tells of, and return its digest.

    ``at`` is the moment by the business clock. Writers hold the whole store (``Store.writing``), so the end of the
    chain cannot move meanwhile.
    """
    sequence, previous = head_of(session)
    entry = AuditEntry(
        sequence=sequence + 1,
        at=at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        actor=without_identifiers(actor),
        role=one_line(role),
        action=one_line(action),
        object=without_identifiers(object_),
        detail=without_identifiers(detail),
        previous=previous,
    )
    entry.hash = digest(entry)
    session.add(entry)
    session.flush()
    return entry.hash


def record(settings: Settings, *, actor: str, role: str, action: str, object_: str, detail: str = "") -> str:
    """Add one line in a transaction of its own, for what leaves no other trace in the store (a sign-in)."""
    with open_store(settings).writing() as session:
        at = delivery_moment(settings.home)
        return append(session, at, actor=actor, role=role, action=action, object_=object_, detail=detail)


def judge(entries: Iterable[AuditEntry | Line], head: str | None = None) -> Verdict:
    """Follow the chain from its beginning; ``head`` is a digest that must be in it, kept outside of the platform."""
    number, last, has_head = 0, BEGINNING, head is None
    for number, entry in enumerate(entries, start=1):
        if broken := _broken(entry, number, last):
            return Verdict(number, last, broken)
        last = entry.hash
        has_head = has_head or last == head
    if not has_head:
        return Verdict(
            number, last, f"审计日志共 {number} 条，其中没有摘要为 {head} 的一条：日志末尾被删除，或日志被整个改写"
        )
    return Verdict(number, last)


def _broken(entry: AuditEntry | Line, number: int, last: str) -> str:
    """What is wrong with the line that stands at place ``number`` after the digest ``last``, or nothing."""
    line = f"审计日志第 {number} 条（{entry.at} {entry.action} {entry.object}）"
    if entry.sequence != number:
        return f"审计日志缺少第 {number} 条（其后是第 {entry.sequence} 条）：记录被删除"
    if digest(entry) != entry.hash:
        return f"{line}与其摘要不符：内容被改动"
    if entry.previous != last:
        return f"{line}没有接在前一条之后：前面的记录被改动、删除或插入"
    return ""


def verify(settings: Settings, head: str | None = None) -> Verdict:
    """Whether the log of this installation is whole and the cases say what it says; without a store it is empty."""
    return _follow(open_store(settings), head) if settings.alerts_db.exists() else judge([], head)


def standing(settings: Settings) -> Verdict:
    """The same, not followed again while nothing was written: for the page that says it at each look."""
    if not settings.alerts_db.exists():
        return judge([])
    store = open_store(settings)
    with _ALONE:  # readers who come together wait for one to follow it, instead of each following it more slowly
        return _followed(store, store.state())


_ALONE = Lock()


@lru_cache(maxsize=1)
def _followed(store: Store, _state: object) -> Verdict:
    return _follow(store, None)


def _follow(store: Store, head: str | None) -> Verdict:
    columns = select(*(getattr(AuditEntry, name) for name in Line._fields)).order_by(AuditEntry.sequence)
    with store.reading() as session:
        lines = session.execute(columns.execution_options(yield_per=1000))
        found = judge(map(Line._make, lines), head)
        return found if found.broken else replace(found, broken=history.judge(session))


def of_action(settings: Settings, action: str) -> list[AuditEntry]:
    """Every line that says ``action``, oldest first."""
    if not settings.alerts_db.exists():
        return []
    with open_store(settings).reading() as session:
        found = lines_of(session, action)
        session.expunge_all()
        return found


def lines_of(session: Session, action: str) -> list[AuditEntry]:
    """The same within a transaction."""
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.sequence)))


def entries(settings: Settings, *, object_: str | None = None, most: int = 100, skip: int = 0) -> list[AuditEntry]:
    """The last lines of the log but the newest ``skip``, newest first; ``object_`` narrows them to a case or person."""
    if not settings.alerts_db.exists():
        return []
    query = select(AuditEntry).order_by(AuditEntry.sequence.desc()).offset(skip).limit(most)
    if object_ is not None:
        query = query.where(AuditEntry.object == object_)
    with open_store(settings).reading() as session:
        found = list(session.scalars(query))
        session.expunge_all()
        return found
