"""Nights not done when the offices open: told by Airflow's deadline, and by the sender, which is outside of it."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from taian.clock import business_date
from taian.settings import Settings, settings


def last_published(serving: Path) -> dt.date | None:
    """Business date of the last night that was published, None before the first."""
    current = serving / "CURRENT.json"
    if not current.exists():
        return None
    return dt.date.fromisoformat(json.loads(current.read_text(encoding="utf-8"))["business_date"])


def tell_operator(context: dict[str, Any], **_: Any) -> None:
    """Airflow's deadline callback: one mail; ``context`` holds the late run as its API describes it."""
    from alerts.watch import check_night

    run = context["dag_run"]
    logical = run.get("logical_date")
    moment = dt.datetime.fromisoformat(str(logical).replace("Z", "+00:00")) if logical else None
    date = business_date((run.get("conf") or {}).get("business_date"), moment)
    here = settings()
    check_night(here, dt.datetime.now(dt.UTC), last_published(here.serving), date, has_started=True)


def has_started(here: Settings, date: dt.date) -> bool:
    """Whether a run of that business date was ever written into the journal."""
    if not here.journal.exists():
        return False
    from jobs import journal

    return bool(journal.runs_for(date))


def watch_for_night(here: Settings, now: dt.datetime, since: dt.datetime) -> None:
    """Tell the operator once of the last night that should be done by ``now`` and is not; nothing without a schedule.

    ``since``: when the watch began. Before the first published night a deadline older than that was nobody's.
    """
    if here.night_at is None:
        return
    from alerts.watch import check_night, deadline_of, expected_night, is_told

    expected, last = expected_night(now, here.night_at), last_published(here.serving)
    is_done = last is not None and last >= expected
    is_new_here = last is None and deadline_of(expected, here.night_at) < since
    if is_done or is_new_here or is_told(here, expected):
        return
    check_night(here, now, last, expected, has_started=has_started(here, expected))
