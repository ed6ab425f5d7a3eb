"""The one calendar of working days: decreed holidays and worked weekends of China, for deadlines and for forecasts."""

import datetime
import warnings
from functools import cache
from itertools import accumulate


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


def workdays_after(start: datetime.date, end: datetime.date) -> int:
    """Working days after ``start`` up to and with ``end``; 0 when ``end`` is not later. Counted by the year and not by
    the day: a deadline that passed years ago costs no more than yesterday's."""
    if end <= start:
        return 0
    whole = sum(_counted(year)[-1] for year in range(start.year, end.year))
    return whole + _until(end) - _until(start)


def _until(date: datetime.date) -> int:
    """Working days of the year up to and with ``date``."""
    return _counted(date.year)[date.timetuple().tm_yday - 1]


@cache
def _counted(year: int) -> tuple[int, ...]:
    """Of each day of a year, how many working days there were up to and with it."""
    first = datetime.date(year, 1, 1)
    length = (datetime.date(year, 12, 31) - first).days + 1
    return tuple(accumulate(is_workday(first + datetime.timedelta(days=day)) for day in range(length)))
