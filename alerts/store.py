"""The alert store: cases with their append-only history, the audit log, and the outbox. SQLite beside the lake.

Writers are few and short, so each takes the whole store for its transaction (``BEGIN IMMEDIATE``): lead numbers and
mail versions are then counted without a race.
"""

import contextlib
import datetime
import fcntl
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    Index,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    create_engine,
    event,
    inspect,
    make_url,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import NullPool

from taian.settings import Settings

BUSY_MILLISECONDS = 30_000


def utc_now() -> datetime.datetime:
    """Wall time, for the technical columns; ages and deadlines follow the business date."""
    return datetime.datetime.now(datetime.UTC)


class UtcTime(TypeDecorator[datetime.datetime]):
    """A moment, always UTC and always aware: SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        """Into UTC; a moment without a zone is a programming mistake."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"time '{value}' has no zone; pass an aware datetime")
        return None if value is None else value.astimezone(datetime.UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime.datetime | None:
        """Out of the store as UTC."""
        if value is None:
            return None
        moment: datetime.datetime = value
        return moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment.astimezone(datetime.UTC)


class Base(DeclarativeBase):
    """Tables of the alert store."""

    type_annotation_map = {datetime.datetime: UtcTime, datetime.date: Date, str: Text}  # noqa: RUF012 (SQLAlchemy's own name)


class Case(Base):
    """Something a person has to look at; its number (``XS-2018-0001``) is its only name in mail. Never deleted."""

    __tablename__ = "alert_case"
    __table_args__ = (UniqueConstraint("kind", "subject"), Index("case_by_audience", "audience", "state"))

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """finding, hand, drawn, delivery, night, warning or duty."""
    subject: Mapped[str]
    """What it is about: a finding_id, ``resource/batch``, the business date of a night, a draw and its unit; of a case
    by hand its own number."""
    audience: Mapped[str]
    """statistics, owner:<provider> or operator: who may read it."""
    title: Mapped[str]
    message: Mapped[str]
    state: Mapped[str]
    assignee: Mapped[str | None]
    closed_by: Mapped[str | None]
    strength: Mapped[str]
    family: Mapped[str | None]
    county_name: Mapped[str | None]
    url_path: Mapped[str]
    opened_on: Mapped[datetime.date]
    """Business date of the night that opened it."""
    opened_at: Mapped[datetime.datetime]
    last_seen: Mapped[datetime.date]
    """Business date of the last night that saw it."""
    unit: Mapped[str | None]
    """Whom it is about, as the reports call it: the credit code of a firm."""
    unit_name: Mapped[str | None]
    test: Mapped[str | None]
    """The test behind a finding."""
    due_on: Mapped[datetime.date | None]
    """By when the next step is to be taken."""
    due_at: Mapped[datetime.datetime | None]
    """The moment, where the step is due within hours: of a warning."""
    quiet_until: Mapped[datetime.date | None]
    """Until when its number raises no warning: a person silenced it."""
    asked_until: Mapped[datetime.date | None]
    """The day to which an extension was last asked for: of a duty."""
    verdict: Mapped[str | None]
    """confirmed or dismissed (of a warning: 属实 or 排除), until the case is opened again."""
    handed_to: Mapped[str | None]
    """The authority that a confirmed case was transferred to."""
    facts: Mapped[str | None]
    """The finding as it was when the case was opened, as JSON: data that are corrected later do not take it away."""
    is_past: Mapped[bool | None]
    """Of a warning: whether a person opened it afterwards 补立, on a signal of the past, to look back or practise."""


class CaseFinding(Base):
    """A further finding on a unit that was being worked on when it came: part of that case, not one of its own."""

    __tablename__ = "alert_case_finding"

    finding_id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("alert_case.id"), index=True)
    joined_on: Mapped[datetime.date]
    strength: Mapped[str]
    family: Mapped[str]
    test: Mapped[str]
    facts: Mapped[str]
    """The finding as it was when it joined, as JSON."""


class CaseEvent(Base):
    """One step in the life of a case. Append-only: the database itself refuses a change."""

    __tablename__ = "alert_case_event"
    __table_args__ = (Index("case_event_by_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("alert_case.id"))
    at: Mapped[datetime.datetime]
    business_date: Mapped[datetime.date | None]
    """The night that caused it; null when a person did."""
    who: Mapped[str]
    what: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    why: Mapped[str]


class Draw(Base):
    """One random draw 双随机 with all that decides it (``alerts.draws``). Append-only, like the history."""

    __tablename__ = "alert_draw"

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime.datetime]
    business_date: Mapped[datetime.date]
    """The night whose inspected units it was drawn from."""
    who: Mapped[str]
    seed: Mapped[str] = mapped_column(unique=True)
    wanted: Mapped[int]
    stratified_by: Mapped[str]
    """Nothing, county or industry."""
    frame: Mapped[str]
    """Who could have been drawn: a JSON list of unit and stratum, by unit."""
    inspectors: Mapped[str]
    """Among whom the cases were dealt, a JSON list."""


class AuditEntry(Base):
    """One line of the audit log, chained to the one before (``alerts.audit``). Append-only, like the history.

    Numbers, links and digests are unique, so two writers that saw the same end of the chain cannot both add to it.
    """

    __tablename__ = "audit_entry"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, 3 … without a gap."""
    at: Mapped[str]
    """When, by the business clock, as ISO 8601 text: what was hashed is what is kept."""
    actor: Mapped[str]
    role: Mapped[str]
    action: Mapped[str]
    object: Mapped[str]
    detail: Mapped[str]
    """In words, with identifiers struck out."""
    previous: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[str] = mapped_column(unique=True)


class Mail(Base):
    """The outbox: one message to one recipient, written with the cases it tells of, kept after it was sent."""

    __tablename__ = "alert_outbox"
    __table_args__ = (
        UniqueConstraint("recipient", "kind", "business_date", "version"),
        Index("outbox_waiting", "sent_at", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    recipient: Mapped[str]
    kind: Mapped[str]
    business_date: Mapped[datetime.date]
    version: Mapped[int]
    """1 for the first mail of that night, 2 when a later run of the same night had something else to say."""
    content_key: Mapped[str]
    """Digest of the facts it tells: the same facts are never told twice."""
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    attached: Mapped[str | None]
    """The table that goes with it, as CSV."""
    attached_as: Mapped[str | None]
    """The name of that file."""
    document: Mapped[bytes | None]
    """What goes with it where that is no table but a document, as PDF."""
    created_at: Mapped[datetime.datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime.datetime]
    sent_at: Mapped[datetime.datetime | None]
    last_error: Mapped[str | None]


@event.listens_for(CaseEvent.__table__, "after_create")
@event.listens_for(AuditEntry.__table__, "after_create")
@event.listens_for(Draw.__table__, "after_create")
def _append_only(table: Table, connection: Connection, **_options: object) -> None:
    for verb in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table.name}_no_{verb.lower()} BEFORE {verb} ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, '{table.name} is append-only'); END"
        )


def _add_columns(connection: Connection) -> None:
    """Columns that came after the store was made; all of them may be empty."""
    for table in (Case, Mail):
        known = {column["name"] for column in inspect(connection).get_columns(table.__tablename__)}
        for column in table.__table__.columns:
            if column.name not in known:
                kind = column.type.compile(connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {table.__tablename__} ADD COLUMN {column.name} {kind}")


class Store:
    """One store, by default of alerts. ``reading`` and ``writing`` are its transactions; ``only_sender`` keeps two
    senders apart.
    """

    def __init__(self, url: str, tables: MetaData = Base.metadata) -> None:
        self.url = make_url(url)
        self.engine = _engine(url)
        # While one turns a new file's journal to WAL, SQLite tells a second one at once that it is locked, whatever
        # ``busy_timeout`` says.
        with _alone_with(Path(self.url.database or "").parent), self._transaction(is_writing=True) as connection:
            tables.create_all(connection)
            if tables is Base.metadata:
                _add_columns(connection)

    @contextlib.contextmanager
    def _transaction(self, *, is_writing: bool) -> Iterator[Connection]:
        engine = self.engine.execution_options(is_writing=is_writing)
        with engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent look at the store; readers never wait for a writer."""
        with self._transaction(is_writing=False) as connection, Session(connection) as session:
            yield session

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """The one writer of the moment: all of it is committed at the end, or nothing when it raises."""
        with self._transaction(is_writing=True) as connection, Session(connection, expire_on_commit=False) as session:
            yield session
            session.flush()

    def state(self) -> tuple[tuple[int, int, int] | None, ...]:
        """What the files of the store are now: whatever is written changes it, and reading does not."""
        return tuple(_state_of(Path(f"{self.url.database}{part}")) for part in ("", "-wal"))

    @contextlib.contextmanager
    def only_sender(self) -> Iterator[None]:
        """Wait until no other process sends mail, then keep them out."""
        lock = Path(f"{self.url.database}.sending")
        lock.touch(mode=0o600, exist_ok=True)
        with _alone_with(lock):
            yield


def _state_of(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    # A reader makes an empty journal and takes it away again.
    return (found.st_ino, found.st_size, found.st_mtime_ns) if found.st_size else None


@contextlib.contextmanager
def _alone_with(path: Path) -> Iterator[None]:
    """Wait until no other process is here with this file or folder; a killed holder lets go by dying."""
    opened = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # SQLAlchemy's "begin" event below opens the transactions; the driver must not open its own.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later could be refused in the middle; a writer says so at once.
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _engine(url: str) -> Engine:
    address = make_url(url)
    path = Path(address.database or "")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Created here and not by SQLite, for the mode; its -wal and -shm files take the same.
    path.touch(mode=0o600, exist_ok=True)
    # No pool: connections do not survive the forks of gunicorn and Airflow.
    engine = create_engine(address, poolclass=NullPool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@cache
def store_at(url: str, tables: MetaData = Base.metadata) -> Store:
    """The store of these tables at a SQLAlchemy address (``sqlite:///…``), made when it is not there."""
    return Store(url, tables)


def open_store(settings: Settings) -> Store:
    """The store of this installation."""
    return store_at(f"sqlite:///{settings.alerts_db}")
