"""Working days: when a step is due, and how late it is. Decreed holidays and worked weekends of China count."""

import datetime

from taian.workdays import is_workday, workdays_after


def after(start: datetime.date, working_days: int) -> datetime.date:
    """The day that lies so many working days after ``start``."""
    date = start
    while working_days > 0:
        date += datetime.timedelta(days=1)
        working_days -= is_workday(date)
    return date


OFFICE_HOURS = ((datetime.time(8, 30), datetime.time(12)), (datetime.time(14), datetime.time(17, 30)))
"""When offices of the city work on a working day: seven hours."""


def after_hours(start: datetime.datetime, hours: float) -> datetime.datetime:
    """The moment that lies so many working hours after ``start``, both by the clock of ``start``'s zone."""
    left, date = datetime.timedelta(hours=hours), start.date()
    while True:
        for opens, closes in OFFICE_HOURS if is_workday(date) else ():
            begin = max(start, datetime.datetime.combine(date, opens, start.tzinfo))
            end = datetime.datetime.combine(date, closes, start.tzinfo)
            if begin + left <= end:
                return begin + left
            left -= max(end - begin, datetime.timedelta())
        date += datetime.timedelta(days=1)


def late(due: datetime.date | None, today: datetime.date) -> int:
    """Working days by which ``due`` has passed; 0 while it has not, or when there is no deadline."""
    return 0 if due is None else workdays_after(due, today)
