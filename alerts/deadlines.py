"""Working days: when a step is due, and how late it is. Decreed holidays and worked weekends of China count."""

import datetime
import warnings
from functools import cache


@cache
def is_workday(date: datetime.date) -> bool:
    """Whether offices work; in a year whose holidays are not decreed yet, Monday to Friday."""
    with warnings.catch_warnings():
        # The library warns about its own future years on import.
        warnings.simplefilter("ignore")
        import chinese_calendar
    try:
        return bool(chinese_calendar.is_workday(date))
    except NotImplementedError:
        return date.weekday() < 5


def after(start: datetime.date, working_days: int) -> datetime.date:
    """The day that lies so many working days after ``start``."""
    date = start
    while working_days > 0:
        date += datetime.timedelta(days=1)
        working_days -= is_workday(date)
    return date


def late(due: datetime.date | None, today: datetime.date) -> int:
    """Working days by which ``due`` has passed; 0 while it has not, or when there is no deadline."""
    if due is None or today <= due:
        return 0
    days = (today - due).days
    return sum(is_workday(due + datetime.timedelta(days=day)) for day in range(1, days + 1))
