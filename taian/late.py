"""Called by Airflow when a night has passed its deadline: the operator gets one mail."""

import datetime as dt
import json
from typing import Any

from taian.clock import business_date
from taian.settings import settings


def last_published() -> dt.date | None:
    """Business date of the last night that was published, None before the first."""
    current = settings().serving / "CURRENT.json"
    if not current.exists():
        return None
    return dt.date.fromisoformat(json.loads(current.read_text(encoding="utf-8"))["business_date"])


def tell_operator(context: dict[str, Any], **_: Any) -> None:
    """A deadline callback: ``context`` holds the late run as Airflow's API describes it."""
    from alerts.watch import check_night

    run = context["dag_run"]
    logical = run.get("logical_date")
    moment = dt.datetime.fromisoformat(str(logical).replace("Z", "+00:00")) if logical else None
    date = business_date((run.get("conf") or {}).get("business_date"), moment)
    check_night(settings(), dt.datetime.now(dt.UTC), last_published(), date, has_started=True)
