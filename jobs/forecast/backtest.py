"""Rolling-origin backtest: what each candidate would have said in the past, from what was known then."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jobs.forecast import calendars, models
from jobs.forecast.intervals import Trial
from jobs.forecast.models import Kind
from jobs.forecast.scale import scale_of, spread
from jobs.forecast.series import Floats, Series

LEAST = 4
"""Observations below which a series is refused."""

FITS = 600
"""Fits of a whole backtest at most: with many series a sample of them is tried, at fewer origins each."""
MOST_ORIGINS, SAMPLE = 16, 250


@dataclass(frozen=True)
class Outcome:
    """One candidate at one origin: error over the horizon in units of the seasonal naive's own error in the past, and
    for intervals, on the series' scale in units of the fit's spread."""

    scaled: Floats
    normal: Floats


@dataclass(frozen=True)
class Origin:
    """One series at one origin."""

    series: int
    outcomes: dict[tuple[str, ...], Outcome]


def complete(values: Floats, season: int) -> Floats:
    """The values with gaps filled: a straight line through what is left when the season's usual shape is taken out.

    NaN at the ends are cut off by the caller.
    """
    missing = np.isnan(values)
    if not missing.any():
        return values
    at = np.arange(len(values))
    shape = np.zeros(len(values))
    if season > 1 and np.sum(~missing) >= 2 * season:
        middle = float(np.nanmedian(values))
        phases = np.array([_median(values[phase::season]) for phase in range(season)])
        shape = np.where(np.isnan(phases), 0.0, phases - middle)[at % season]
    flat = values - shape
    return np.interp(at, at[~missing], flat[~missing]) + shape


def _median(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else np.nan


def paths(
    series: Series, until: int, horizon: int, *, holidays: bool, kind: Kind
) -> tuple[Floats, dict[str, models.Path]]:
    """What is known up to position ``until`` (exclusive), gaps filled, and every member's path from there."""
    known = np.flatnonzero(~np.isnan(series.values[:until]))
    start = max(int(known[0]), until - kind.history)
    values = complete(series.values[start:until], series.step.season)
    moved = calendars.regressors(series, start, until + horizon) if holidays else None
    if moved is None:
        return values, models.fit(values, series.step, horizon, kind.members)
    logs = bool(values.min() > 0)
    base = np.log(values) if logs else values
    lag = series.step.second_season or series.step.season if series.step.kind != "weekly" else 1
    push = moved @ calendars.effect(base, moved[: len(values)], lag)
    past, future = push[: len(values)], push[len(values) :]
    found = models.fit(np.exp(base - past) if logs else base - past, series.step, horizon, kind.members)
    if logs:
        return values, {n: models.Path(p.mean * np.exp(future), p.fitted * np.exp(past)) for n, p in found.items()}
    return values, {n: models.Path(p.mean + future, p.fitted + past) for n, p in found.items()}


def origins(series: Series, horizon: int, most: int) -> list[int]:
    """Positions from which to look ahead: evenly spread over the later part of the series, the last ones included."""
    known = np.flatnonzero(~np.isnan(series.values))
    first, end = int(known[0]), int(known[-1]) + 1
    length = end - first
    season = series.step.season
    least = first + max(min(2 * season + 2, length * 2 // 3), 6, length // 2 if season > 24 else length // 3)
    ahead = max(1, min(horizon, (end - least) // 2))
    latest = end - ahead
    if latest < least:
        return []
    count = max(1, min(most, latest - least + 1))
    return [int(at) for at in np.unique(np.round(np.linspace(latest, least, count)).astype(int))]


def look_back(index: int, series: Series, until: int, horizon: int, holidays: bool, kind: Kind) -> Origin | None:
    """Judge every candidate at one origin; None where nothing was observed after it."""
    if np.sum(~np.isnan(series.values[:until])) < LEAST:
        return None
    actual = series.values[until : until + horizon]
    if np.isnan(actual).all():
        return None
    values, found = paths(series, until, horizon, holidays=holidays, kind=kind)
    lag = series.step.season if len(values) > series.step.season else 1
    unit = float(np.mean(np.abs(values[lag:] - values[:-lag])))
    outcomes = {}
    for candidate in kind.candidates:
        path = models.combined(found, candidate)
        scale = scale_of(values, path.fitted)
        error = scale.forth(actual) - scale.forth(_possible(path.mean[: len(actual)], values))
        outcomes[candidate] = Outcome(
            np.abs(actual - path.mean[: len(actual)]) / unit if unit > 0 else np.full(len(actual), np.nan),
            error / spread(values, path.fitted, scale, series.step.season),
        )
    return Origin(index, outcomes)


def _possible(mean: Floats, values: Floats) -> Floats:
    return np.maximum(mean, 0.0) if values.min() >= 0 else mean


def choose(found: Sequence[Origin], kind: Kind) -> tuple[str, ...]:
    """The kind's default, unless another candidate was better by more than one standard error of the difference.

    Errors are first averaged over the origins of a series: its origins are not independent evidence.
    """
    mine = _by_series(found, kind.candidates[0])
    best, gain = kind.candidates[0], 0.0
    for candidate in kind.candidates[1:]:
        other = _by_series(found, candidate)
        pairs = [(mine[key], other[key]) for key in mine if key in other]
        difference = np.array([a - b for a, b in pairs])
        if len(difference) < 2:
            # One series: its origins are all there is.
            difference = _by_origin(found, kind.candidates[0]) - _by_origin(found, candidate)
        difference = difference[np.isfinite(difference)]
        if len(difference) < 3:
            continue
        ahead = float(np.mean(difference)) - float(np.std(difference, ddof=1) / np.sqrt(len(difference)))
        if ahead > 0 and np.mean(difference) > gain:
            best, gain = candidate, float(np.mean(difference))
    return best


def _by_origin(found: Sequence[Origin], candidate: tuple[str, ...]) -> Floats:
    return np.array([_mean(origin.outcomes[candidate].scaled) for origin in found])


def _by_series(found: Sequence[Origin], candidate: tuple[str, ...]) -> dict[int, float]:
    sums: dict[int, list[float]] = {}
    for origin, error in zip(found, _by_origin(found, candidate), strict=True):
        if np.isfinite(error):
            sums.setdefault(origin.series, []).append(float(error))
    return {key: float(np.mean(errors)) for key, errors in sums.items()}


def _mean(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.mean(known)) if len(known) else np.nan


def trials(found: Sequence[Origin], candidate: tuple[str, ...]) -> list[Trial]:
    """Normalised errors of the chosen candidate, for the intervals."""
    return [Trial(origin.series, origin.outcomes[candidate].normal) for origin in found]
