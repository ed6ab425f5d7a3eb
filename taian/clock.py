"""The business clock: ages, vintages and deadlines follow it; wall time belongs in technical logs only.

In production it is the wall clock in Asia/Shanghai. For the sample city, which lives in 2018, it stands at the business
date of the last night that was published.
"""

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
SAMPLE_MARK = "truth"
"""Only a home that holds the sample city has this folder."""


def business_date(asked: str | None, logical_date: dt.datetime | None) -> dt.date:
    """The day a night works for: the one asked for, else the day before the run's own moment in China.

    The night of 02:00 closes the day that ended two hours before. Raises ValueError when there is neither.
    """
    if asked:
        return dt.date.fromisoformat(asked)
    if logical_date is None:
        raise ValueError("the run has neither a business_date nor a logical date: trigger it with a business_date")
    return logical_date.astimezone(SHANGHAI).date() - dt.timedelta(days=1)


def delivery_moment(home: Path, now: dt.datetime | None = None) -> dt.datetime:
    """Now, by the business clock: when a delivery handed in arrives, and when a step on a case is taken."""
    moment = (now or dt.datetime.now(SHANGHAI)).astimezone(SHANGHAI).replace(microsecond=0)
    current = home / "serving" / "CURRENT.json"
    if not (home / SAMPLE_MARK).is_dir() or not current.exists():
        return moment
    last_night = dt.date.fromisoformat(json.loads(current.read_text(encoding="utf-8"))["business_date"])
    return dt.datetime.combine(last_night, moment.time(), tzinfo=SHANGHAI)
