"""Somebody must notice when nothing happens: is the night late, or did it never start? Asked from outside of it."""

import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from alerts.casebook import list_cases
from alerts.night import Night
from alerts.notify import Recorded, record_night, send
from taian.settings import Settings

CITY = ZoneInfo("Asia/Shanghai")
DEADLINE = datetime.time(8, 30)
"""Of the morning after the business date; production starts at 02:00."""


def deadline_of(date: datetime.date, night_at: datetime.time) -> datetime.datetime:
    """When the scheduled night of business date ``date`` must be done: the first half past eight after its start."""
    days = 1 if night_at < DEADLINE else 2
    return datetime.datetime.combine(date + datetime.timedelta(days=days), DEADLINE, tzinfo=CITY)


def expected_night(now: datetime.datetime, night_at: datetime.time) -> datetime.date:
    """Business date of the last night whose deadline has passed at ``now`` (aware); one starts every ``night_at``."""
    date = now.astimezone(CITY).date() - datetime.timedelta(days=1)
    while deadline_of(date, night_at) > now:
        date -= datetime.timedelta(days=1)
    return date


def is_told(settings: Settings, date: datetime.date) -> bool:
    """Whether the night of ``date`` already has a case: it failed, was late, or did not happen."""
    return any(case.subject == date.isoformat() for case in list_cases(settings, kind="night"))


def judge(
    now: datetime.datetime, last_success: datetime.date | None, expected: datetime.date, *, has_started: bool
) -> Literal["late", "missing"] | None:
    """Whether the night of business date ``expected`` is overdue at ``now`` (aware); None when it is not."""
    if last_success is not None and last_success >= expected:
        return None
    deadline = datetime.datetime.combine(expected + datetime.timedelta(days=1), DEADLINE, tzinfo=CITY)
    if now < deadline:
        return None
    return "late" if has_started else "missing"


def check_night(
    settings: Settings,
    now: datetime.datetime,
    last_success_business_date: datetime.date | None,
    expected: datetime.date,
    *,
    has_started: bool = False,
) -> Recorded | None:
    """Tell the operator once when the night of ``expected`` is late or did not happen; None when all is well.

    The mail is sent at once, for the night that would send it is the one that is missing; without a mail server it
    waits in the outbox. Asked again, nothing new is written; the night that succeeds after all closes the case.
    """
    verdict = judge(now, last_success_business_date, expected, has_started=has_started)
    if verdict is None:
        return None
    night = Night(run_id="", business_date=expected, state=verdict)
    recorded = record_night(settings, night, last_success_business_date)
    send(settings)
    return recorded
