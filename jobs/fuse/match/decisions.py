"""What a person decided about a record and a legal person: the same, or not. Kept for good, the last word counts.

Decisions stand in the journal, keyed on the record and the registry's entity: neither a new delivery, nor a new model,
nor a rebuilt lake touches them.
"""

import hashlib
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

import pyarrow as pa
import sqlalchemy as sa

from jobs import journal
from jobs.fuse.match.desk import DECISION
from jobs.journal import LINK_DECISION

Verdict = Literal["same", "different"]


@dataclass(frozen=True)
class Decision:
    """Who decided what about a pair, why, and when (wall time)."""

    record_id: str
    entity_id: str
    verdict: Verdict
    who: str
    why: str
    decided_at: str


def decide(record_id: str, entity_id: str, verdict: Verdict, who: str, why: str) -> None:
    """Write a decision down; earlier ones of the same pair stay in the history and count no more."""
    values = Decision(record_id, entity_id, verdict, who, why, journal.now())
    with journal.transaction() as connection:
        connection.execute(sa.insert(LINK_DECISION).values(**asdict(values)))


def history() -> list[Decision]:
    """Every decision ever taken, oldest first."""
    columns = [column for column in LINK_DECISION.c if column.name != "number"]
    found = journal.rows(sa.select(*columns).order_by(LINK_DECISION.c.number))
    return [Decision(**row) for row in found]


def standing() -> list[Decision]:
    """The decisions that count: the last of each pair. Of two records decided to be the same legal person as the same
    record, the last holds as well: a record is one legal person's.
    """
    last: dict[tuple[str, str], Decision] = {}
    for decision in history():
        pair = (decision.record_id, decision.entity_id)
        if decision.verdict == "same":
            for other in [key for key in last if key[0] == decision.record_id and last[key].verdict == "same"]:
                del last[other]
        last.pop(pair, None)
        last[pair] = decision
    return list(last.values())


def as_table(decisions: list[Decision]) -> pa.Table:
    """Decisions as the desk takes them."""
    return pa.Table.from_pylist([{name: getattr(d, name) for name in DECISION.names} for d in decisions], DECISION)


def fingerprint(_: date) -> str:
    """Changes when a decision that counts does; one counts from the moment it is made, for every date."""
    pairs = sorted(f"{d.record_id} {d.entity_id} {d.verdict}" for d in standing())
    return hashlib.sha256("\n".join(pairs).encode()).hexdigest()[:16]
