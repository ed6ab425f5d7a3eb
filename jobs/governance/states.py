"""topic_plan__state: since which night each task of the plan is in which state, as the nights knew it.

Kept in the journal and not in the lake: everything in the lake can be made again from what was delivered, and this
cannot, for a delivery that came later (or a measure that was defined later) would tell of a past night what nobody knew
then. A row is written when a state changes, so a night without news costs a query. A night that is run again puts its
own rows again; a night older than the last one changes nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from jobs import journal
from jobs.journal import TASK_STATE

TABLE, TASKS = "topic_plan__state", "topic_plan__task"
EVIDENCE = ("evidence", "value", "target", "basis", "source")
"""What a state stands on: the sentence, the figure against what is asked, which kind of evidence, from which batch."""
COLUMNS = ("task_id", "state", *EVIDENCE)
SCHEMA = pa.schema([(column.name, pa.string()) for column in TASK_STATE.columns])


def record(day: str, tasks: Iterable[Mapping[str, Any]]) -> None:
    """Write down the states of the night of ``day`` (ISO) where they are not those of the night before."""
    table = TASK_STATE.c
    with journal.transaction() as connection:
        newest = connection.execute(sa.select(sa.func.max(table.since))).scalar()
        if newest is not None and newest > day:
            return
        connection.execute(sa.delete(TASK_STATE).where(table.since == day))
        before = connection.execute(sa.select(table.task_id, table.state).order_by(table.since)).all()
        known: dict[str, str] = {task: state for task, state in before}  # noqa: C416 (rows of two, typed)
        changed = [
            {"task_id": row["task_id"], "since": day, "state": row["state"], "evidence": row["evidence"]}
            | {"digest": digest_of(row)}
            for row in tasks
            if known.get(row["task_id"]) != row["state"]
        ]
        if changed:
            connection.execute(sa.insert(TASK_STATE), changed)


def digest_of(row: Mapping[str, Any]) -> str:
    """SHA-256, shortened, of the evidence that a state stood on when it began."""
    told = json.dumps([row["task_id"], row["state"], *(row[name] for name in EVIDENCE)], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def table() -> pa.Table:
    """Every change of a state that the nights saw, by task and day."""
    found = journal.rows(sa.select(TASK_STATE).order_by(TASK_STATE.c.task_id, TASK_STATE.c.since))
    return pa.Table.from_pylist(found, schema=SCHEMA)
