"""The one calendar of working days: decreed holidays and worked weekends of China, for deadlines and for forecasts."""

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
