"""What moves with the Chinese calendar: Spring Festival among the months, holidays and worked weekends among the days.

Spring Festival falls between 21 January and 20 February, so its standstill moves between calendar months; the two
regressors are the shares of the 14 days before and the 10 days after the festival that fall into a period
(Lin and Liu 2003, Modeling and analysis of holiday effects in monthly series, use the same three-piece idea).
Each regressor is centred by its long-run mean per season, so that the season itself stays with the model.
"""

import datetime as dt
from functools import cache

import numpy as np
import pandas as pd

from jobs.forecast.series import Floats, Series
from taian.workdays import is_workday

BEFORE, AFTER = 14, 10
"""Days before and after the festival within which work and trade are unlike an ordinary day, as measured."""

FIRST_YEAR, LAST_YEAR = 1901, 2099
HOLIDAYS_FROM, HOLIDAYS_TO = 2004, 2026
"""Years whose days off and worked weekends were decreed and are known to the calendar library."""

CENTRE = 19
"""Years after which the festival comes back to nearly the same day (the Metonic cycle)."""


@cache
def spring_festival(year: int) -> dt.date:
    """First day of the lunar year that begins in ``year`` (1901 to 2099)."""
    from borax.calendars.lunardate import LunarDate

    first: dt.date = LunarDate(year, 1, 1).to_solar_date()
    return first


def regressors(series: Series, start: int, stop: int) -> Floats | None:
    """One row a grid position from ``start`` to ``stop``; None where the calendar says nothing about this step."""
    kind = series.step.kind
    if kind in ("monthly", "quarterly"):
        return _by_period(series, start, stop)
    if kind in ("daily", "weekly") or (kind == "fixed" and series.step.season > 1):
        return _by_day(series, start, stop)
    return None


def _by_period(series: Series, start: int, stop: int) -> Floats:
    """Shares of the days before and after the festival in each month or quarter, centred per season."""
    times = series.times(start, stop)
    ends = series.times(start + 1, stop + 1)
    shares = np.array([_shares(begin, end) for begin, end in zip(times, ends, strict=True)])
    if len(series.step.active) == 11:
        # February's period begins with January.
        february = times.month == 2
        shares[february] += np.array([_shares(t - pd.offsets.MonthBegin(1), t) for t in times[february]]).reshape(-1, 2)
    usual = np.array([_usual(time.month, (end - time).days) for time, end in zip(times, ends, strict=True)])
    if len(series.step.active) == 11:
        usual[times.month == 2] = np.array([1.0, _usual(1, 31)[1] + _usual(2, 28)[1]])
    return np.asarray(shares - usual)


def _shares(begin: pd.Timestamp, end: pd.Timestamp) -> tuple[float, float]:
    first, last = begin.date(), end.date()
    before = after = 0
    for year in {first.year, last.year}:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            continue
        festival = spring_festival(year)
        before += _overlap(first, last, festival - dt.timedelta(BEFORE), festival)
        after += _overlap(first, last, festival, festival + dt.timedelta(AFTER))
    return before / BEFORE, after / AFTER


def _overlap(first: dt.date, last: dt.date, start: dt.date, stop: dt.date) -> int:
    return max(0, (min(last, stop) - max(first, start)).days)


@cache
def _usual(month: int, days: int) -> tuple[float, float]:
    """Long-run mean of the shares of the period that begins in ``month`` and lasts some ``days`` days."""
    months = round(days / 30.4)
    begins = [pd.Timestamp(year, month, 1) for year in range(2000, 2000 + CENTRE)]
    found = np.array([_shares(begin, begin + pd.DateOffset(months=months)) for begin in begins])
    return float(found[:, 0].mean()), float(found[:, 1].mean())


GROUPS = ("before", "festival", "after", "day off", "worked weekend")


def _by_day(series: Series, start: int, stop: int) -> Floats:
    """Group membership of each day (for weeks: the share of its days)."""
    times = series.times(start, stop)
    if series.step.kind == "weekly":
        days = np.array(
            [np.mean([day_groups((t + pd.Timedelta(days=d)).date()) for d in range(7)], axis=0) for t in times]
        )
        return days.reshape(len(times), len(GROUPS))
    dates = times.date
    known = {date: day_groups(date) for date in set(dates)}
    return np.array([known[date] for date in dates]).reshape(len(times), len(GROUPS))


@cache
def day_groups(date: dt.date) -> tuple[float, ...]:
    """Which of GROUPS a day belongs to: 1 or 0 each; days off on weekdays only, for weekends belong to the week."""
    away = (date - spring_festival(date.year)).days if FIRST_YEAR <= date.year <= LAST_YEAR else -99
    near = (-BEFORE <= away < -1, -1 <= away < 7, 7 <= away < 16)
    off, worked = _decreed(date)
    return (*map(float, near), float(off and not any(near)), float(worked))


def _decreed(date: dt.date) -> tuple[bool, bool]:
    """Whether a weekday is off, and whether a weekend is worked; (False, False) for years without a decree."""
    if not HOLIDAYS_FROM <= date.year <= HOLIDAYS_TO:
        return False, False
    weekend, work = date.weekday() >= 5, is_workday(date)
    return (not weekend and not work), (weekend and work)


def effect(values: Floats, regressor: Floats, season: int) -> Floats:
    """Coefficients of the regressors on a complete series, shrunk towards 0 as far as the data do not support them.

    Seasonal differences remove level, trend and season from both sides (a level shift is one outlier then); Huber
    weights bound the outliers; the positive-part James-Stein factor 1 - k / (k F) pulls an unsupported effect to 0.
    """
    lag = max(season, 1)
    if len(values) < 2 * lag + 8:
        return np.zeros(regressor.shape[1])
    left, right = values[lag:] - values[:-lag], regressor[lag:] - regressor[:-lag]
    used = np.abs(right).sum(axis=0) > 0
    if not used.any():
        return np.zeros(regressor.shape[1])
    x = np.column_stack([right[:, used], np.ones(len(right))])
    weight = np.ones(len(left))
    beta = np.zeros(x.shape[1])
    for _ in range(5):
        beta = np.linalg.lstsq(x * weight[:, None], left * weight, rcond=None)[0]
        rest = left - x @ beta
        scale = 1.4826 * float(np.median(np.abs(rest - np.median(rest)))) or 1e-12
        weight = np.sqrt(np.minimum(1.0, 1.5 * scale / np.maximum(np.abs(rest), 1e-12)))
    explained = x[:, :-1] @ beta[:-1]
    count = int(used.sum())
    freedom = max(len(left) - count - 1, 1)
    rest = (left - x @ beta) * weight
    strength = float(np.sum((explained * weight) ** 2)) / count / max(float(np.sum(rest**2)) / freedom, 1e-300)
    found = np.zeros(regressor.shape[1])
    # Differencing doubles the noise of neighbours and correlates it: twice the usual F is asked for.
    found[used] = beta[:-1] * max(0.0, 1.0 - 2.0 / max(strength, 1e-9))
    return found
