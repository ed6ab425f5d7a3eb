"""Weekly counts of counties with planted onsets, for the benchmark of surges. Knows nothing of any detector.

A county's quiet weeks are negative binomial around a level with a season and a slow trend (after the scenarios of
Noufaily et al. 2013, Statistics in Medicine 32). On them some winters carry an epidemic that doubles, and more, the
counts within weeks, and some years an outbreak at any season. Forms and sizes stand here and were set before any
detector saw a panel.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

YEAR = 52
YEARS, PAST = 8, 5
"""Years of a panel, and those at its beginning that only teach: Farrington's baseline takes five."""
LEVELS = (2.0, 20.0)
"""Cases a week in a quiet county, drawn evenly on the logarithm."""
DISPERSION = (1.0, 2.5)
SEASON = (0.1, 0.5)
TREND = (-0.05, 0.05)
EPIDEMIC, OUTBREAK = 0.5, 0.5
"""Share of years with each."""
PEAK = (3.0, 8.0)
"""Times the quiet level at the peak."""
LEAST = 6.0
"""Cases a week on top at the peak at least: less is nobody's outbreak."""


@dataclass(frozen=True)
class Onset:
    """A planted surge: its first week and the first week after it."""

    county: int
    first: int
    end: int


@dataclass(frozen=True)
class CountPanel:
    """Counties x weeks, and what was planted."""

    counts: npt.NDArray[np.int64]
    onsets: tuple[Onset, ...]

    @property
    def judged_from(self) -> int:
        """The first week in which a detector is judged: Farrington's baseline reaches three weeks further back."""
        return PAST * YEAR + 3


def count_panel(counties: int, seed: int) -> CountPanel:
    """A panel; the same arguments give the same counts."""
    rng = np.random.default_rng([seed, 12])
    weeks = np.arange(YEARS * YEAR)
    level = np.exp(rng.uniform(float(np.log(LEVELS[0])), float(np.log(LEVELS[1])), counties))[:, None]
    season = rng.uniform(*SEASON, counties)[:, None] * np.cos(2 * np.pi * weeks / YEAR)
    trend = rng.uniform(*TREND, counties)[:, None] * weeks / YEAR
    quiet = level * np.exp(season + trend)
    onsets = [onset for county in range(counties) for onset in _planted(rng, county)]
    rate = quiet.copy()
    for onset in onsets:
        rate[onset.county, onset.first : onset.end] += _extra(rng, quiet[onset.county], onset)
    return CountPanel(_drawn(rng, rate, rng.uniform(*DISPERSION, counties)[:, None]), tuple(onsets))


def _planted(rng: np.random.Generator, county: int) -> list[Onset]:
    """Onsets of one county: epidemics about the turn of a year, outbreaks about its middle, never two at once."""
    found = []
    for year in range(1, YEARS):
        if rng.random() < EPIDEMIC:
            found.append(_of(rng, county, year * YEAR + int(rng.integers(-5, 6)), (8, 12)))
        if rng.random() < OUTBREAK:
            found.append(_of(rng, county, year * YEAR + int(rng.integers(18, 34)), (5, 9)))
    return [onset for onset in found if onset.end <= YEARS * YEAR]


def _of(rng: np.random.Generator, county: int, first: int, length: tuple[int, int]) -> Onset:
    return Onset(county, first, first + int(rng.integers(*length)))


def _extra(rng: np.random.Generator, quiet: npt.NDArray[np.float64], onset: Onset) -> npt.NDArray[np.float64]:
    """Cases on top: a rise over a third of the length (two weeks at least), then a slower fall."""
    length = onset.end - onset.first
    rise = max(2, length // 3)
    shape = np.concatenate([np.arange(1, rise + 1) / rise, np.arange(length - rise, 0, -1) / (length - rise + 1)])
    peak = max(LEAST, (rng.uniform(*PEAK) - 1) * float(quiet[onset.first]))
    return np.asarray(peak * shape[:length])


def _drawn(
    rng: np.random.Generator, rate: npt.NDArray[np.float64], dispersion: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Negative binomial around ``rate`` with this ratio of variance to mean; Poisson at 1."""
    size = rate / np.maximum(dispersion - 1, 1e-6)
    return rng.poisson(rng.gamma(size, rate / size)).astype(np.int64)
