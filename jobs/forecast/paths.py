"""Where every model sees one series going from a moment on: gaps filled, the calendar taken out before and put back."""

import numpy as np

from jobs.forecast import calendars, models
from jobs.forecast.models import Kind
from jobs.forecast.series import Floats, Series


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


def known_from(series: Series, until: int, history: int) -> int:
    """Position of the first value that is used when what came before ``until`` is known."""
    return max(int(np.flatnonzero(~np.isnan(series.values[:until]))[0]), until - history)


def calendar_effect(series: Series, until: int, history: int) -> Floats | None:
    """What the calendar does to the logarithm of a series; None of one that is not always above 0."""
    start = known_from(series, until, history)
    values = complete(series.values[start:until], series.step.season)
    moved = calendars.regressors(series, start, until)
    return calendars.effect(np.log(values), moved, _lag(series)) if moved is not None and values.min() > 0 else None


def _lag(series: Series) -> int:
    return series.step.second_season or series.step.season if series.step.kind != "weekly" else 1


def own_paths(
    series: Series, until: int, horizon: int, *, holidays: bool, kind: Kind, effect: Floats | None = None
) -> tuple[Floats, dict[str, models.Path]]:
    """What is known up to position ``until`` (exclusive), gaps filled, and every member's path from there.

    ``effect`` is what the calendar does to the logarithm, where it is known better than from this series."""
    start = known_from(series, until, kind.history)
    values = complete(series.values[start:until], series.step.season)
    moved = calendars.regressors(series, start, until + horizon) if holidays else None
    if moved is None:
        return values, models.fit(values, series.step, horizon, kind.members)
    logs = bool(values.min() > 0)
    base = np.log(values) if logs else values
    own = calendars.effect(base, moved[: len(values)], _lag(series)) if effect is None or not logs else effect
    push = moved @ own
    past, future = push[: len(values)], push[len(values) :]
    found = models.fit(np.exp(base - past) if logs else base - past, series.step, horizon, kind.members)
    if logs:
        return values, {n: models.Path(p.mean * np.exp(future), p.fitted * np.exp(past)) for n, p in found.items()}
    return values, {n: models.Path(p.mean + future, p.fitted + past) for n, p in found.items()}
