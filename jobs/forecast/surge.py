"""Small counts that surge: quasi-Poisson against the recent past, without a trend.

The baseline is the mean of half a year (weeks) or eight weeks (days), two steps or a week before the point, so that
a slow rise does not raise its own baseline; days are compared with the same weekday. Past alarms stay out of it.
After Farrington et al. 1996 (A statistical algorithm for the early detection of outbreaks, JRSS A 159) without its
trend, which raised false alarms, and with the short memory and the lag of EARS C2 (Hutwagner et al. 2003).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from jobs.forecast import step
from jobs.forecast.series import Floats
from jobs.forecast.step import Step

SMALL = 100.0
"""Median above which counts are treated like any other amount."""
LEAST = 3
"""Cases below which nothing surges."""
BUDGET = 0.5
"""False alarms a year that chance alone may raise in one series."""
PERSISTENT = 0.5
"""Share of alarms in a baseline above which they are the new level, and are taken in."""


@dataclass(frozen=True)
class Window:
    """Steps of the baseline and its distance from the point; ``cycle`` compares like with like (weekdays)."""

    length: int
    lag: int
    cycle: int


WINDOWS = {"weekly": Window(26, 2, 1), "daily": Window(56, 7, 7)}


@dataclass(frozen=True)
class Seen:
    """What the baseline says of one point: its mean, the highest count that is no surge, and the probability under
    chance of at least as many as were counted."""

    mean: float
    upper: float
    p: float


def window_of(of: Step, start: Floats) -> Window | None:
    """The window for a series that begins with ``start``; None where its values are no small counts."""
    known = start[~np.isnan(start)]
    is_count = len(known) > 0 and bool(np.all((known >= 0) & (known == np.round(known))))
    return WINDOWS.get(of.kind) if is_count and float(np.median(known)) <= SMALL else None


def limit(of: Step) -> float:
    """The probability below which a count surges: chance gets there BUDGET times a year."""
    return BUDGET / of.per_year


def judge(values: Floats, alarms: npt.NDArray[np.bool_], at: int, window: Window, alpha: float) -> Seen | None:
    """The point at ``at`` against its baseline; None while the baseline is too short."""
    stop = at - window.lag
    start = max(0, stop - window.length)
    if stop - start < min(window.length // 2, 12):
        return None
    past = values[start:stop].copy()
    if np.mean(alarms[start:stop]) <= PERSISTENT:
        past[alarms[start:stop]] = np.nan
    known = past[~np.isnan(past)]
    if len(known) < 8 or known.min() < 0:
        return None
    mean = max(float(np.mean(known)), 0.1)
    phases = (np.arange(start, stop) - at) % window.cycle
    factors = _factors(past, phases, mean, window.cycle)
    expected = mean * factors[phases]
    excess = float(np.nansum((past - expected) ** 2 / expected))
    dispersion = max(1.0, excess / max(len(known) - window.cycle, 1))
    return _seen(values[at], mean * float(factors[0]), dispersion * (1 + 1 / len(known)), alpha)


def _factors(past: Floats, phases: step.Integers, mean: float, cycle: int) -> Floats:
    """Share of each weekday, 1 on average, shrunk towards 1: a factor of few small counts is mostly chance."""
    same = [past[phases == phase] for phase in range(cycle)] if cycle > 1 else []
    factors = [(float(np.nansum(one)) + 2 * mean) / ((np.sum(~np.isnan(one)) + 2) * mean) for one in same]
    return np.array(factors or [1.0])


def _seen(count: float, mean: float, dispersion: float, alpha: float) -> Seen:
    """Counts of this mean and dispersion are negative binomial: skewed, as counts are (Noufaily et al. 2013)."""
    low, high = mean, 2 * mean + 10
    while _more(high, mean, dispersion) > alpha:
        low, high = high, 2 * high
    while high - low > 0.5:
        middle = (low + high) / 2
        low, high = (middle, high) if _more(middle, mean, dispersion) > alpha else (low, middle)
    return Seen(mean, float(np.ceil(low)), _more(count - 1, mean, dispersion))


def _more(count: float, mean: float, dispersion: float) -> float:
    """Probability of more than ``count``; dispersion is variance over mean, 1 for Poisson."""
    whole = float(np.floor(count))
    if whole < 0:
        return 1.0
    if dispersion <= 1.001:
        return float(special.gammainc(whole + 1, mean))
    return float(special.betainc(whole + 1, mean / (dispersion - 1), 1 - 1 / dispersion))
