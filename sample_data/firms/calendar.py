"""Months of the sample city and what the calendar does to industry: Spring Festival, heat."""

import datetime

import numpy as np
from numpy.typing import NDArray

FIRST_MONTH = np.datetime64("2016-01", "M")
SPRING_FESTIVALS = (
    datetime.date(2010, 2, 14),
    datetime.date(2011, 2, 3),
    datetime.date(2012, 1, 23),
    datetime.date(2013, 2, 10),
    datetime.date(2014, 1, 31),
    datetime.date(2015, 2, 19),
    datetime.date(2016, 2, 8),
    datetime.date(2017, 1, 28),
    datetime.date(2018, 2, 16),
)
HEAT = {"2016-06": 0.3, "2016-07": 0.6, "2016-08": 0.8, "2017-06": 0.4, "2017-07": 2.5, "2017-08": 0.6, "2018-06": 0.4}
"""Cooling weather by month, 1 = a hot month; July 2017 is the heat wave."""

Months = NDArray[np.datetime64]


def months_until(until: datetime.date) -> Months:
    """Every month from 2016-01 to the month of ``until``."""
    return np.arange(FIRST_MONTH, np.datetime64(until, "M") + 1)


def month_numbers(months: Months) -> NDArray[np.int64]:
    """1..12 of each month."""
    return months.astype(np.int64) % 12 + 1


def spring_festival(months: Months) -> NDArray[np.float64]:
    """Share of the festival's standstill (8 days before it to 16 days after) that falls into each month."""
    weights = np.zeros(len(months))
    for festival in SPRING_FESTIVALS:
        days = np.array([festival + datetime.timedelta(days=k) for k in range(-8, 17)], dtype="datetime64[D]")
        weights += np.array([(days.astype("datetime64[M]") == month).mean() for month in months])
    return weights


def heat(months: Months) -> NDArray[np.float64]:
    """How hot each month is, 0 where nobody cools."""
    return np.array([HEAT.get(str(month), 0.0) for month in months])


def month_index(months: Months, month: str) -> int:
    """Place of ``2017-03`` in ``months``; months outside are clipped to the nearer end."""
    place = int((np.datetime64(month, "M") - months[0]).astype(np.int64))
    return min(max(place, 0), len(months) - 1)
