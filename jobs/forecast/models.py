"""Point forecasts of one complete series by the library's models, and the candidates that a backtest chooses among.

Members are fitted once; candidates are members or medians of members, so judging all candidates costs no more fits.
The median of a few simple models is hard to beat (Petropoulos and Svetunkov 2020, A simple combination of univariate
models, IJF 36).
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from jobs.forecast.series import Floats
from jobs.forecast.step import Step

NAIVE = "seasonal_naive"
DRIFT = "seasonal_drift"
"""Last year and what a year added, for series too short for a seasonal model."""


@dataclass(frozen=True)
class Path:
    """What one model says: ``mean`` of the next periods, ``fitted`` one-step values of the past (NaN where none)."""

    mean: Floats
    fitted: Floats


@dataclass(frozen=True)
class Kind:
    """What series of one step are forecast with: members to fit, candidates to choose among (the first by default)."""

    members: tuple[str, ...]
    candidates: tuple[tuple[str, ...], ...]
    history: int
    """Periods of history that are used at most."""


TRIO = ("AutoETS", "DynamicOptimizedTheta", "AutoCES")
SHORT = Kind(TRIO, (TRIO, ("AutoETS",), ("DynamicOptimizedTheta",), ("AutoCES",), (DRIFT,), (NAIVE,)), 360)
BRIEF = Kind(TRIO, ((DRIFT,), (NAIVE,), TRIO), 360)
"""Of less than two seasons and a period: no model can learn the season, but last year has it."""
WEEKLY = Kind(
    (*TRIO, "MSTL"),
    (
        ("AutoETS", "DynamicOptimizedTheta", "MSTL"),
        TRIO,
        ("DynamicOptimizedTheta", "AutoCES", "MSTL"),
        ("AutoETS",),
        ("DynamicOptimizedTheta",),
        ("AutoCES",),
        ("MSTL",),
        (DRIFT,),
        (NAIVE,),
    ),
    520,
)
DAILY = Kind(
    (*TRIO, "MSTL"),
    (
        ("AutoCES",),
        TRIO,
        ("DynamicOptimizedTheta", "AutoCES", "MSTL"),
        ("AutoETS",),
        ("DynamicOptimizedTheta",),
        ("MSTL",),
        (NAIVE,),
    ),
    1100,
)
HOURLY = Kind(
    ("DynamicOptimizedTheta", "AutoCES", "MSTL", "naive_week"),
    (
        ("DynamicOptimizedTheta", "AutoCES", "MSTL"),
        ("AutoCES", "MSTL", "naive_week"),
        ("MSTL", "naive_week"),
        ("MSTL",),
        ("AutoCES",),
        ("DynamicOptimizedTheta",),
        ("naive_week",),
        (NAIVE,),
    ),
    24 * 7 * 10,
)
FINE = Kind(("MSTL", "naive_week"), (("MSTL",), ("MSTL", "naive_week"), ("naive_week",), (NAIVE,)), 24 * 7 * 60)


def is_brief(step: Step, length: int) -> bool:
    """Whether so many periods are too few for a seasonal model, and enough to know last year's."""
    return step.kind in ("monthly", "quarterly", "weekly") and step.season + 3 <= length <= 2 * step.season


def kind_of(step: Step, *, brief: bool = False) -> Kind:
    """The models for a step."""
    if brief:
        return BRIEF
    if step.kind == "weekly":
        return WEEKLY
    if step.kind == "daily":
        return DAILY
    if step.kind == "fixed" and step.season > 1:
        return HOURLY if step.season <= 24 else FINE
    return SHORT


def named(candidate: tuple[str, ...]) -> str:
    """What stands in the column ``model``."""
    return candidate[0] if len(candidate) == 1 else f"median({', '.join(candidate)})"


def fit(values: Floats, step: Step, horizon: int, members: tuple[str, ...]) -> dict[str, Path]:
    """Paths of all members that could be fitted, and of the seasonal naive. ``values`` is complete (no NaN)."""
    season = step.season if len(values) >= 2 * step.season + 1 else 1
    paths = {NAIVE: naive(values, step.season if len(values) > step.season else 1, horizon)}
    if 1 < step.season <= len(values) - 3:
        paths[DRIFT] = drifting(values, step.season, horizon)
    size = float(np.mean(np.abs(values))) or 1.0
    for name in members:
        path = _one(name, values / size, (season, step.second_season), horizon, step)
        if path is not None:
            paths[name] = Path(path.mean * size, path.fitted * size)
    return paths


def naive(values: Floats, season: int, horizon: int) -> Path:
    """The value one season ago."""
    tail = values[-season:]
    fitted = np.concatenate([np.full(min(season, len(values)), np.nan), values[:-season]])[: len(values)]
    return Path(np.resize(tail, horizon), fitted)


def drifting(values: Floats, season: int, horizon: int) -> Path:
    """The value one season ago and the mean change over a season, that of the last season at most."""
    change = float(np.mean((values[season:] - values[:-season])[-season:]))
    whole = naive(values, season, horizon)
    return Path(whole.mean + change * (1 + np.arange(horizon) // season), whole.fitted + change)


def combined(paths: dict[str, Path], candidate: tuple[str, ...]) -> Path:
    """Median over the candidate's members that were fitted; the seasonal naive when none was."""
    found = [paths[name] for name in candidate if name in paths] or [paths[NAIVE]]
    if len(found) == 1:
        return found[0]
    return Path(np.median([path.mean for path in found], axis=0), np.median([path.fitted for path in found], axis=0))


def _one(name: str, values: Floats, seasons: tuple[int, int], horizon: int, step: Step) -> Path | None:
    season, longer = seasons
    if name == "naive_week":
        return naive(values, longer, horizon) if longer and len(values) > longer else None
    if name == "MSTL" and (season == 1 or np.ptp(values) == 0):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            said = _model(name, values, season, longer, step).forecast(y=values, h=horizon, fitted=True)
    except Exception:
        # The library raises whatever its optimisers raise; a member that cannot be fitted has no say in the median.
        return None
    mean, fitted = np.asarray(said["mean"], float), np.asarray(said["fitted"], float)
    reach = 3 * float(np.ptp(values)) + 1e-9
    wild = np.any(~np.isfinite(mean)) or np.any(mean > values.max() + reach) or np.any(mean < values.min() - reach)
    return None if wild else Path(mean, fitted)


def _model(name: str, values: Floats, season: int, longer: int, step: Step) -> Any:
    from statsforecast import models as library

    if name == "AutoETS":
        # The library ignores seasons above 24.
        return library.AutoETS(season_length=season if season <= 24 else 1)
    if name == "DynamicOptimizedTheta":
        form = "multiplicative" if values.min() > 0 else "additive"
        return library.DynamicOptimizedTheta(season_length=season, decomposition_type=form)
    if name == "AutoCES":
        return library.AutoCES(season_length=season)
    if step.kind == "daily" and len(values) > 2 * 365:
        longer = 365
    seasons = [one for one in (season, longer) if one > 1 and len(values) >= 2 * one + 1]
    return library.MSTL(season_length=seasons, trend_forecaster=library.DynamicOptimizedTheta())
