"""A held batch that a person lets through: asked for by a command, done by the next night.

The night does it, and not the command, so that the pages, the products and the mails that follow change together.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from catalog import all_codes
from jobs.journal import DELIVERY, RELEASE, last_business_date, limit_of, mark_replaced, now, rows, transaction

SAME = sa.and_(*(RELEASE.c[name] == DELIVERY.c[name] for name in ("resource", "batch", "folder")))
"""A release belongs to one delivery."""


@dataclass(frozen=True)
class Release:
    """Who let a batch through, why and when (wall time); ``run_id`` is the run that published it, None before."""

    who: str
    why: str
    asked_at: str
    run_id: str | None


def ask(delivery: dict[str, Any], who: str, why: str) -> bool:
    """Write down that a held batch may be published; False when it is held no more or was asked for before."""
    key = {name: delivery[name] for name in ("resource", "batch", "folder")}
    held = sa.select(
        *(sa.literal(value) for value in (*key.values(), who, why, now())),
    ).where(*(DELIVERY.c[name] == value for name, value in key.items()), DELIVERY.c.state == "held")
    # One statement: what it asks and what it writes cannot be separated by a night or by another person.
    statement = sa.insert(RELEASE).prefix_with("OR IGNORE", dialect="sqlite")
    with transaction() as connection:
        return connection.execute(statement.from_select([*key, "who", "why", "asked_at"], held)).rowcount == 1


def releases() -> dict[tuple[str, str, str], Release]:
    """Every release by resource, batch and folder."""
    return {
        (row["resource"], row["batch"], row["folder"]): Release(row["who"], row["why"], row["asked_at"], row["run_id"])
        for row in rows(sa.select(RELEASE))
    }


def _waiting(business_date: date) -> sa.Select[Any]:
    return (
        sa.select(DELIVERY, RELEASE.c.why)
        .join(RELEASE, SAME)
        .where(DELIVERY.c.state == "held", DELIVERY.c.delivered_at < limit_of(business_date))
        .order_by(DELIVERY.c.delivered_at, DELIVERY.c.batch)
    )


def waiting(business_date: date) -> list[str]:
    """Resources with a released batch that a night of this date would publish."""
    return sorted({row["resource"] for row in rows(_waiting(business_date))})


def publishing_day(delivery: dict[str, Any]) -> str:
    """The first business date whose night publishes a released batch, and no older one than the nights before."""
    last = last_business_date()
    return max(str(delivery["delivered_at"])[:10], last.isoformat() if last else "")


def publish_released(resource: str, business_date: date, run_id: str) -> list[str]:
    """Publish the resource's held batches that were let through, with the code they were held for as their flag.

    One transaction. A batch that was replaced in the meantime stays replaced, one delivered after the business date
    waits. Returns the batches that were published.
    """
    due = _waiting(business_date).where(DELIVERY.c.resource == resource)
    with transaction() as connection:
        found = list(connection.execute(due).mappings())
        for row in found:
            outcome = {"state": "published_flagged", "message": _message(row), "run_id": run_id, "finished_at": now()}
            for table, values in ((DELIVERY, outcome), (RELEASE, {"run_id": run_id})):
                same = (table.c[name] == row[name] for name in ("resource", "batch", "folder"))
                connection.execute(sa.update(table).where(*same).values(**values))
        mark_replaced(connection, resource, [row["replaces"] for row in found if row["replaces"]])
    return [row["batch"] for row in found]


def _message(row: Any) -> str:
    """One sentence for the owner; who let it through stands beside it, since sentences go into mails."""
    code = all_codes().get(row["code"] or "")
    flag = f"，保留提示 {code.code} {code.title}" if code else ""
    return f"批次 {row['batch']} 经核实放行，已发布{flag}；放行理由：{row['why']}。当时的判定：{row['message']}"
