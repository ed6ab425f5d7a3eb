"""Before the city is watched: monthly series of the counties, carried back from 2016 to 2010."""

import numpy as np
from numpy.typing import NDArray

from sample_data.firms import calendar
from sample_data.firms.calendar import Months

Panel = NDArray[np.float64]
"""Areas x months."""

FIRST_MONTH = np.datetime64("2010-01", "M")
BEFORE = np.arange(FIRST_MONTH, calendar.FIRST_MONTH)
"""Every month from 2010-01 to the month before the firms are simulated."""

GROWTH = {2010: 0.135, 2011: 0.125, 2012: 0.10, 2013: 0.095, 2014: 0.085, 2015: 0.075, 2016: 0.07}
"""Growth over the year before: invented, and slowing, as everywhere in those years."""
FESTIVAL = 0.3
"""Log standstill of Spring Festival over all firms."""
NOISE, MEMORY = 0.025, 0.4


def level(months: Months) -> NDArray[np.float64]:
    """The trend of each month relative to the mean of 2016: growth of whole years, smooth between their middles."""
    years = np.array([min(GROWTH) - 1, *GROWTH])
    logs = np.cumsum([0.0, *(np.log1p(rate) for rate in GROWTH.values())])
    middle = 1970 + (months.astype(np.int64) + 0.5) / 12
    return np.asarray(np.exp(np.interp(middle, years + 0.5, logs - logs[-1])))


def season(watched: Panel, months: Months) -> Panel:
    """Areas x 12: how far each calendar month lies from its year's mean, Spring Festival taken out."""
    years = len(months) // 12
    calm = watched[:, : years * 12] * np.exp(FESTIVAL * calendar.spring_festival(months[: years * 12]))
    by_year = calm.reshape(len(watched), years, 12)
    return np.asarray((by_year / by_year.mean(axis=2, keepdims=True)).mean(axis=1))


def carried_back(rng: np.random.Generator, watched: Panel, months: Months) -> Panel:
    """Areas x ``BEFORE``: the mean of 2016 at the trend, season and festival of each earlier month, with noise.

    ``watched`` are the simulated series from 2016-01, of which at least 2016 and 2017 are whole.
    """
    steps = rng.normal(0, NOISE, size=(len(watched), len(BEFORE)))
    for month in range(1, len(BEFORE)):
        steps[:, month] += MEMORY * steps[:, month - 1]
    rhythm = season(watched, months)[:, calendar.month_numbers(BEFORE) - 1]
    festival = np.exp(-FESTIVAL * calendar.spring_festival(BEFORE))
    return np.asarray(watched[:, :12].mean(axis=1, keepdims=True) * level(BEFORE) * rhythm * festival * np.exp(steps))


def by_county(values: Panel, county: NDArray[np.int64], counties: int) -> Panel:
    """Sums of firms x months over the firms of each county."""
    total = np.zeros((counties, values.shape[1]))
    np.add.at(total, county, values)
    return total
