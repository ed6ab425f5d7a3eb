"""What was delivered, decided and committed: the memory that makes every step safe to run again.

The journal is SQLite beside the lake (any SQLAlchemy database would do). A resource's commit is written down before the
lake is touched and closed in the same transaction as the verdicts. A process killed between the two leaves it open: the
next one takes back what the tables hold of it (``txnAppId``/``txnVersion``) and does it again under a new number.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from taian.settings import settings

CHINA = ZoneInfo("Asia/Shanghai")
META = sa.MetaData()

RUN = sa.Table(
    "run",
    META,
    sa.Column("run_id", sa.String, primary_key=True),
    sa.Column("business_date", sa.String, nullable=False),
    sa.Column("started_at", sa.String, nullable=False),
    sa.Column("ended_at", sa.String),
    sa.Column("state", sa.String, nullable=False),
)
STEP = sa.Table(
    "step",
    META,
    sa.Column("run_id", sa.String, primary_key=True),
    sa.Column("step", sa.String, primary_key=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("message", sa.String),
)
STAGE = sa.Table(
    "stage",
    META,
    sa.Column("run_id", sa.String, primary_key=True),
    sa.Column("step", sa.String, primary_key=True),
    sa.Column("stage", sa.String, primary_key=True),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("rows", sa.BigInteger),
)
DELIVERY = sa.Table(
    "delivery",
    META,
    sa.Column("resource", sa.String, primary_key=True),
    sa.Column("batch", sa.String, primary_key=True),
    sa.Column("folder", sa.String, primary_key=True),
    sa.Column("provider", sa.String),
    sa.Column("period", sa.String),
    sa.Column("digest", sa.String),
    sa.Column("replaces", sa.String),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("code", sa.String),
    sa.Column("message", sa.String),
    sa.Column("rows_delivered", sa.BigInteger),
    sa.Column("rows_accepted", sa.BigInteger),
    sa.Column("rows_quarantined", sa.BigInteger),
    sa.Column("codes", sa.JSON),
    sa.Column("headers", sa.JSON),
    sa.Column("codec", sa.String),
    sa.Column("profile", sa.Text),
    sa.Column("delivered_at", sa.String, nullable=False),
    sa.Column("finished_at", sa.String, nullable=False),
    sa.Column("run_id", sa.String, nullable=False),
)
CHECK = sa.Table(
    "check",
    META,
    sa.Column("resource", sa.String, primary_key=True),
    sa.Column("batch", sa.String, primary_key=True),
    sa.Column("check", sa.String, primary_key=True),
    sa.Column("run_id", sa.String, nullable=False),
    sa.Column("dimension", sa.String, nullable=False),
    sa.Column("severity", sa.String, nullable=False),
    sa.Column("observed", sa.String, nullable=False),
    sa.Column("expected", sa.String, nullable=False),
    sa.Column("success", sa.Boolean),
)
COMMIT = sa.Table(
    "commit",
    META,
    sa.Column("resource", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("folders", sa.JSON, nullable=False),
    sa.Column("is_open", sa.Boolean, nullable=False),
)
RELEASE = sa.Table(
    "release",
    META,
    sa.Column("resource", sa.String, primary_key=True),
    sa.Column("batch", sa.String, primary_key=True),
    sa.Column("folder", sa.String, primary_key=True),
    sa.Column("who", sa.String, nullable=False),
    sa.Column("why", sa.String, nullable=False),
    sa.Column("asked_at", sa.String, nullable=False),
    sa.Column("run_id", sa.String),
)
CLEARED = sa.Table(
    "cleared",
    META,
    sa.Column("resource", sa.String, primary_key=True),
    sa.Column("batch", sa.String, primary_key=True),
    sa.Column("folder", sa.String, primary_key=True),
    sa.Column("run_id", sa.String, nullable=False),
)
LINK_DECISION = sa.Table(
    "link_decision",
    META,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("record_id", sa.String, nullable=False),
    sa.Column("entity_id", sa.String, nullable=False),
    sa.Column("verdict", sa.String, nullable=False),
    sa.Column("who", sa.String, nullable=False),
    sa.Column("why", sa.String, nullable=False),
    sa.Column("decided_at", sa.String, nullable=False),
)
PRODUCT = sa.Table(
    "product",
    META,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("business_date", sa.String, nullable=False),
    sa.Column("inputs", sa.JSON, nullable=False),
    sa.Column("run_id", sa.String, nullable=False),
    sa.Column("rows", sa.BigInteger),
)
TASK_STATE = sa.Table(
    "task_state",
    META,
    sa.Column("task_id", sa.String, primary_key=True),
    sa.Column("since", sa.String, primary_key=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("digest", sa.String, nullable=False),
)

VISIBLE = ("published", "published_flagged")


@dataclass(frozen=True)
class Delivery:
    """The outcome of one batch (a row of ``meta__delivery``); row counts are None for a rejected file."""

    resource: str
    batch: str
    folder: str
    state: str
    delivered_at: datetime
    run_id: str
    provider: str | None = None
    period: str | None = None
    digest: str | None = None
    replaces: str | None = None
    code: str | None = None
    message: str | None = None
    rows_delivered: int | None = None
    rows_accepted: int | None = None
    rows_quarantined: int | None = None
    codes: dict[str, int] = field(default_factory=dict)
    profile: str | None = None
    headers: tuple[str, ...] = ()
    codec: str | None = None


def now() -> str:
    """Wall time in China, for technical logs only."""
    return datetime.now(CHINA).isoformat(timespec="milliseconds")


def stamp(moment: datetime) -> str:
    """A delivery's moment in China time; its text sorts like the moment."""
    return moment.astimezone(CHINA).isoformat(timespec="seconds")


@cache
def _engine(url: str) -> sa.Engine:
    engine = sa.create_engine(url)

    @sa.event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA busy_timeout=60000")

    META.create_all(engine)
    return engine


def engine() -> sa.Engine:
    """The journal's database, made on first use."""
    path = settings().journal
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _engine(f"sqlite:///{path}")


@contextmanager
def transaction() -> Iterator[sa.Connection]:
    """All or nothing."""
    with engine().begin() as connection:
        yield connection


def rows(query: sa.Select[Any]) -> list[dict[str, Any]]:
    """The query's rows as dictionaries."""
    with engine().connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _put(connection: sa.Connection, table: sa.Table, *values: dict[str, Any]) -> None:
    if values:
        connection.execute(sa.insert(table).prefix_with("OR REPLACE", dialect="sqlite"), list(values))


def begin_run(run_id: str, business_date: date) -> None:
    """Write the night down; a night that is run again keeps its first start."""
    with transaction() as connection:
        known = connection.execute(sa.select(RUN.c.started_at).where(RUN.c.run_id == run_id)).scalar()
        _put(
            connection,
            RUN,
            {
                "run_id": run_id,
                "business_date": business_date.isoformat(),
                "started_at": known or now(),
                "ended_at": None,
                "state": "running",
            },
        )


def end_run(run_id: str, state: str) -> None:
    """The night ended: ``success`` or ``failed``."""
    with transaction() as connection:
        connection.execute(sa.update(RUN).where(RUN.c.run_id == run_id).values(state=state, ended_at=now()))


def record_step(run_id: str, step: str, state: str, message: str) -> None:
    """How a step of the night ended."""
    with transaction() as connection:
        _put(connection, STEP, {"run_id": run_id, "step": step, "state": state, "message": message})


def record_stages(run_id: str, step: str, stages: Iterable[tuple[str, float, int | None]]) -> None:
    """Seconds and rows of the stages inside a step."""
    with transaction() as connection:
        _put(
            connection,
            STAGE,
            *(
                {"run_id": run_id, "step": step, "stage": name, "seconds": seconds, "rows": count}
                for name, seconds, count in stages
            ),
        )


def _delivery_row(delivery: Delivery) -> dict[str, Any]:
    return {
        **{name: getattr(delivery, name) for name in Delivery.__dataclass_fields__},
        "delivered_at": stamp(delivery.delivered_at),
        "finished_at": now(),
    }


def record_deliveries(deliveries: Iterable[Delivery]) -> None:
    """Outcomes that need no commit: rejected and duplicate batches."""
    with transaction() as connection:
        _put(connection, DELIVERY, *(_delivery_row(delivery) for delivery in deliveries))


def known_folders(resource: str) -> set[str]:
    """Folders of all batches that have an outcome."""
    return {row["folder"] for row in rows(sa.select(DELIVERY.c.folder).where(DELIVERY.c.resource == resource))}


def deliveries(resource: str | None = None) -> list[dict[str, Any]]:
    """Outcomes of all batches (of one resource), oldest delivery first."""
    query = sa.select(DELIVERY).order_by(DELIVERY.c.delivered_at, DELIVERY.c.resource, DELIVERY.c.batch)
    if resource is not None:
        query = query.where(DELIVERY.c.resource == resource)
    return rows(query)


def last_business_date() -> date | None:
    """The latest date that any run was begun for."""
    found = rows(sa.select(sa.func.max(RUN.c.business_date).label("day")))[0]["day"]
    return date.fromisoformat(found) if found else None


def runs_for(business_date: date) -> set[str]:
    """All runs that were begun for a business date."""
    query = sa.select(RUN.c.run_id).where(RUN.c.business_date == business_date.isoformat())
    return {row["run_id"] for row in rows(query)}


def checks(resource: str, batch: str) -> list[dict[str, Any]]:
    """What the gate checked of a batch, in the order of their names."""
    same = sa.and_(CHECK.c.resource == resource, CHECK.c.batch == batch)
    return rows(sa.select(CHECK).where(same).order_by(CHECK.c.check))


def finished_for(business_date: date) -> list[dict[str, Any]]:
    """Outcomes given by any run of a business date, and the batches that those replaced, oldest delivery first."""
    runs, known = runs_for(business_date), deliveries()
    new = [row for row in known if row["run_id"] in runs]
    replaced = {(row["resource"], row["replaces"]) for row in new if row["state"] in VISIBLE}
    return [
        row
        for row in known
        if row["run_id"] in runs or (row["state"] == "replaced" and (row["resource"], row["batch"]) in replaced)
    ]


def limit_of(business_date: date | None) -> str:
    """What a business date knows was delivered before this (a text that sorts like the moments)."""
    return f"{business_date.isoformat()}T24" if business_date else "9999"


def published(resource: str, business_date: date | None = None) -> list[dict[str, Any]]:
    """Batches whose rows base may read, as they were known at the end of a business date, oldest delivery first."""
    limit = limit_of(business_date)
    return [row for row, until in believed(resource, business_date) if until is None or until >= limit]


def published_batches(resource: str, business_date: date | None = None) -> list[str]:
    """Their numbers."""
    return [row["batch"] for row in published(resource, business_date)]


def believed(resource: str, business_date: date | None = None) -> list[tuple[dict[str, Any], str | None]]:
    """Batches that base could ever read, oldest delivery first, each with the moment at which it gave way.

    A batch is believed from its own delivery to that of the correction that replaced it (None: to this day). What was
    held until it gave way, or was delivered after the business date, was never believed.
    """
    limit, known = limit_of(business_date), deliveries(resource)
    gone = [row for row in known if row["state"] == "replaced"]
    held = _never_published(resource) if gone else set()
    moments: dict[str, str] = {}
    for row in known:
        if row["replaces"] and _was_visible(row, held):
            moments.setdefault(row["replaces"], row["delivered_at"])
    return [
        (row, moments.get(row["batch"]) if row["state"] == "replaced" else None)
        for row in known
        if _was_visible(row, held) and row["delivered_at"] < limit
    ]


def _was_visible(row: dict[str, Any], held: set[str]) -> bool:
    return row["state"] in VISIBLE or (row["state"] == "replaced" and row["batch"] not in held)


def _never_published(resource: str) -> set[str]:
    """Batches that the gate held and nobody let through, whatever became of them since."""
    failed = sa.select(CHECK.c.batch).where(
        CHECK.c.resource == resource, CHECK.c.severity == "critical", CHECK.c.success.is_(False)
    )
    let_through = sa.select(RELEASE.c.batch).where(RELEASE.c.resource == resource, RELEASE.c.run_id.is_not(None))
    return {row["batch"] for row in rows(failed)} - {row["batch"] for row in rows(let_through)}


def open_commit(resource: str) -> tuple[int, dict[str, str]] | None:
    """A commit that was begun and not closed: its number, and each batch's folder with the manifest as it was then."""
    found = rows(sa.select(COMMIT).where(COMMIT.c.resource == resource, COMMIT.c.is_open))
    return (found[0]["number"], found[0]["folders"]) if found else None


def _next_number(connection: sa.Connection, resource: str) -> int:
    last = connection.execute(sa.select(sa.func.max(COMMIT.c.number)).where(COMMIT.c.resource == resource)).scalar()
    return int(last or 0) + 1


def begin_commit(resource: str, folders: dict[str, str]) -> int:
    """Write down which batches the next commit takes, folder to manifest; returns its number (``txnVersion``)."""
    with transaction() as connection:
        number = _next_number(connection, resource)
        _put(connection, COMMIT, {"resource": resource, "number": number, "folders": folders, "is_open": True})
    return number


def renumber_commit(resource: str, number: int) -> int:
    """The same open commit under the next number, which no table has seen; returns it."""
    with transaction() as connection:
        following = _next_number(connection, resource)
        this = sa.and_(COMMIT.c.resource == resource, COMMIT.c.number == number)
        connection.execute(sa.update(COMMIT).where(this).values(number=following))
    return following


def drop_from_commit(resource: str, number: int, outcome: Delivery) -> None:
    """A batch of an open commit is given up: its outcome, and the commit without it, in one transaction."""
    this = sa.and_(COMMIT.c.resource == resource, COMMIT.c.number == number)
    with transaction() as connection:
        folders = connection.execute(sa.select(COMMIT.c.folders).where(this)).scalar_one()
        kept = {folder: manifest for folder, manifest in folders.items() if folder != outcome.folder}
        _put(connection, DELIVERY, _delivery_row(outcome))
        connection.execute(sa.update(COMMIT).where(this).values(folders=kept))


def mark_replaced(connection: sa.Connection, resource: str, batches: list[str]) -> None:
    """These batches gave way to published corrections; a rejected one had nothing to give."""
    connection.execute(
        sa.update(DELIVERY)
        .where(
            DELIVERY.c.resource == resource,
            DELIVERY.c.batch.in_(batches),
            DELIVERY.c.state.in_((*VISIBLE, "held")),
        )
        .values(state="replaced")
    )


def close_commit(resource: str, number: int, outcomes: list[Delivery], checks: list[dict[str, Any]]) -> None:
    """Verdicts, checks, replaced batches and the end of the commit, in one transaction."""
    with transaction() as connection:
        _put(connection, DELIVERY, *(_delivery_row(outcome) for outcome in outcomes))
        _put(connection, CHECK, *checks)
        mark_replaced(connection, resource, [o.replaces for o in outcomes if o.replaces and o.state in VISIBLE])
        connection.execute(
            sa.update(COMMIT).where(COMMIT.c.resource == resource, COMMIT.c.number == number).values(is_open=False)
        )


def product(name: str) -> dict[str, Any] | None:
    """What a product was last made from, or None."""
    found = rows(sa.select(PRODUCT).where(PRODUCT.c.name == name))
    return found[0] if found else None


def record_product(name: str, business_date: date, inputs: dict[str, Any], run_id: str, count: int | None) -> None:
    """A product was made from these inputs."""
    with transaction() as connection:
        _put(
            connection,
            PRODUCT,
            {
                "name": name,
                "business_date": business_date.isoformat(),
                "inputs": inputs,
                "run_id": run_id,
                "rows": count,
            },
        )
