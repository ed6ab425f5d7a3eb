"""Refused rows leave quarantine when their declared time is over; the counts of their batch stay in the journal."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from catalog import Resource
from jobs import killpoints, lake
from jobs.journal import CHINA, CLEARED, DELIVERY, RUN, limit_of, rows, transaction
from jobs.session import spark

LEAP_DAYS = 31
"""Nights further apart than the longest month are no regular sequence."""


def clear_expired(resource: Resource, business_date: date, run_id: str) -> str:
    """Delete the refused rows of batches taken in more than ``quarantine_days`` days ago; one clause for the log.

    Days count from the delivery, or from the night that took the batch in where that was later: a backlog of years has
    its full time too. The clause is empty when nothing was due. A night far ahead of the one before it clears nothing:
    its date may be a slip, and the next night clears what was due. Each batch is cleared once: first its rows, then a
    mark in the journal, so that a kill in between repeats a deletion that finds nothing.
    """
    expired = _expired(resource, business_date)
    if not expired:
        return ""
    lake.delete_batches(spark(), f"quarantine__{resource.resource}", [row["batch"] for row in expired])
    killpoints.here(f"retention.after:{resource.resource}")
    marks = [{**{name: row[name] for name in ("resource", "batch", "folder")}, "run_id": run_id} for row in expired]
    with transaction() as connection:
        connection.execute(sa.insert(CLEARED).prefix_with("OR REPLACE", dialect="sqlite"), marks)
    count = sum(row["rows_quarantined"] or 0 for row in expired)
    return f"；{len(expired)} 个批次的 {count} 行隔离数据已过 {resource.quarantine_days} 天保留期，已清除"


def _is_leap(today: date) -> bool:
    """Whether the last night before this date is more than LEAP_DAYS away."""
    before = sa.select(sa.func.max(RUN.c.business_date).label("day")).where(RUN.c.business_date < today.isoformat())
    last = rows(before)[0]["day"]
    return last is not None and (today - date.fromisoformat(last)).days > LEAP_DAYS


def _expired(resource: Resource, business_date: date) -> list[dict[str, Any]]:
    """Batches whose time is over and whose rows may still be there, oldest delivery first."""
    # The business clock, but never ahead of the calendar: a mistyped year must not clear what is still due.
    today = min(business_date, datetime.now(CHINA).date())
    if _is_leap(today):
        return []
    last_day = today - timedelta(days=resource.quarantine_days + 1)
    # A batch that was given up half-way (jobs.unfinished) has no counts, but may have left rows.
    has_rows = sa.or_(
        DELIVERY.c.rows_quarantined > 0, sa.and_(DELIVERY.c.state == "rejected", DELIVERY.c.code == "F003")
    )
    known = sa.and_(*(CLEARED.c[name] == DELIVERY.c[name] for name in ("resource", "batch", "folder")))
    query = (
        sa.select(DELIVERY.c.resource, DELIVERY.c.batch, DELIVERY.c.folder, DELIVERY.c.rows_quarantined)
        .outerjoin(CLEARED, known)
        .outerjoin(RUN, RUN.c.run_id == DELIVERY.c.run_id)
        .where(
            DELIVERY.c.resource == resource.resource,
            DELIVERY.c.delivered_at < limit_of(last_day),
            sa.func.coalesce(RUN.c.business_date, "") <= last_day.isoformat(),
            has_rows,
            CLEARED.c.run_id.is_(None),
        )
        .order_by(DELIVERY.c.delivered_at, DELIVERY.c.batch)
    )
    return rows(query)
