"""How far forecasts miss and how often their intervals hold: from origins in the past, by what was known there.

Every series is cut off at an origin and all of them are handed to the engine as a file would be; what came afterwards
is compared. Beside it the seasonal naive and the library's AutoETS as it is (gaps filled, for it refuses them), its own
intervals, and on a few series the library's ConformalIntervals. Errors are scaled by what the seasonal naive missed
by within what was known (MASE; Hyndman and Koehler, International Journal of Forecasting 22, 2006).
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from jobs.forecast import backtest, models, predict
from jobs.forecast.series import Floats, Series
from jobs.forecast.workers import each
from jobs.warning.expected import FITS, SEPARATOR
from taian.bench.report import Goal, Measure, measure, share

LEVEL = 95
WINDOWS = 8
"""Windows of the library's ConformalIntervals, as in its documentation's examples of short series."""
CONFORMAL = 12
"""Series on which ConformalIntervals are tried: each costs as many fits as there are windows."""
HORIZONS = {"monthly": 6, "daily": 14, "yearly": 2}
ORIGINS = 5
"""Origins of each series, one period more than a horizon apart: half a year apart, a horizon of months would meet the
same two months of the year each time, and a fortnight apart, one of days the same day of the week. Seven months and
fifteen days have no such common season, and what two origins are asked for never overlaps."""
BETTER = {"monthly": Goal(">=", 35.0), "daily": Goal(">=", 20.0)}
"""Per cent less than the seasonal naive missed."""
NO_WORSE = Goal("<=", 1.0)
LEAST_COVER, MOST_COVER = Goal(">=", 0.93), Goal("<=", 0.97)
ENOUGH, NINE_IN_TEN = 0.85, Goal(">=", 0.9)


@dataclass(frozen=True)
class Band:
    """A path with the interval that should hold 95 % of what comes."""

    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Shot:
    """One series from one origin: what came, what was said of it, and the series' scale."""

    series: str
    actual: Floats
    scale: float
    said: dict[str, Band]

    def mase(self, who: str) -> float:
        """Mean absolute scaled error over the horizon; NaN where ``who`` said nothing."""
        if who not in self.said or self.scale <= 0:
            return np.nan
        away = np.abs(self.actual - self.said[who].mean)
        return float(np.nanmean(away)) / self.scale

    def holds(self, who: str) -> Floats:
        """1 where the interval held what came, 0 where not, NaN where nothing came or was said."""
        if who not in self.said:
            return np.full(len(self.actual), np.nan)
        band = self.said[who]
        inside = (self.actual >= band.low) & (self.actual <= band.high)
        return np.where(np.isnan(self.actual), np.nan, inside.astype(float))


def hindcast(series: Sequence[Series], horizon: int, origins: int) -> list[Shot]:
    """All series of one kind from ``origins`` origins, the last one ``horizon`` periods before their ends and each
    other one period more than a horizon before the next. Only what was before an origin is handed to the engine.
    """
    shots: list[Shot] = []
    for back in range(origins):
        cut = [one for one in (_cut(each_one, horizon, back) for each_one in series) if one is not None]
        if not cut:
            break
        known = [one for one, _ in cut]
        rows = predict.forecast(known, horizon, holidays=True, fits=FITS).rows
        ours = {str(name): _ours(part) for name, part in rows.groupby("series", sort=False)}
        library = list(each(partial(_library, horizon, CONFORMAL if back == 0 else 0, len(cut)), _numbered(known), _no))
        shots += [
            Shot(one.name, actual, _scale(one), {**beside, **({"ours": ours[one.name]} if one.name in ours else {})})
            for (one, actual), beside in zip(cut, library, strict=True)
        ]
    return [shot for shot in shots if "ours" in shot.said and not np.isnan(shot.actual).all()]


def _numbered(known: Sequence[Series]) -> list[tuple[int, Series]]:
    return list(enumerate(known))


def _no(_done: int) -> None:
    """No progress is wanted of a part."""


def _cut(one: Series, horizon: int, back: int) -> tuple[Series, Floats] | None:
    """What was known at an origin, and what came; None where too little was known for a season and a half."""
    seen = np.flatnonzero(~np.isnan(one.values))
    until = int(seen[-1]) + 1 - horizon - (horizon + 1) * back
    if until - int(seen[0]) < max(8, one.step.season * 3 // 2) or predict.refusal(_until(one, until)):
        return None
    return _until(one, until), one.values[until : until + horizon]


def _until(one: Series, until: int) -> Series:
    return replace(one, values=one.values[: max(until, 0)])


def _complete(one: Series) -> Floats:
    seen = np.flatnonzero(~np.isnan(one.values))
    return backtest.complete(one.values[int(seen[0]) : int(seen[-1]) + 1], one.step.season)


def _scale(one: Series) -> float:
    values, season = _complete(one), one.step.season
    lag = season if len(values) > season else 1
    return float(np.mean(np.abs(values[lag:] - values[:-lag])))


def _ours(rows: pd.DataFrame) -> Band:
    return Band(*(rows[name].to_numpy(float) for name in ("mean", f"lower_{LEVEL}", f"upper_{LEVEL}")))


def _library(horizon: int, conformal: int, count: int, task: tuple[int, Series]) -> dict[str, Band]:
    """The seasonal naive, AutoETS, and every so often AutoETS with conformal intervals."""
    number, one = task
    values = _complete(one)
    # What the series did not say at its end is part of what is forecast, as it is for the engine.
    ahead = horizon + len(one.values) - (int(np.flatnonzero(~np.isnan(one.values))[-1]) + 1)
    season = one.step.season if len(values) > one.step.season else 1
    path = models.naive(values, season, ahead).mean[-horizon:]
    found = {"naive": Band(path, path, path)}
    if (band := _ets(values, season, ahead, windows=0)) is not None:
        found["ets"] = _tail(band, horizon)
    is_tried = conformal and number % max(1, count // conformal) == 0
    if is_tried and (band := _ets(values, season, ahead, windows=WINDOWS)) is not None:
        found["conformal"] = _tail(band, horizon)
    return found


def _tail(band: Band, horizon: int) -> Band:
    return Band(band.mean[-horizon:], band.low[-horizon:], band.high[-horizon:])


def _ets(values: Floats, season: int, horizon: int, *, windows: int) -> Band | None:
    """The library's AutoETS as it is; None where it raises."""
    from statsforecast.models import AutoETS
    from statsforecast.utils import ConformalIntervals

    intervals = ConformalIntervals(h=horizon, n_windows=windows) if windows else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = AutoETS(season_length=season, prediction_intervals=intervals)
            said = model.forecast(y=values, h=horizon, level=[LEVEL])
    except Exception:
        # The library raises whatever its optimisers raise; it has said nothing then.
        return None
    return Band(*(np.asarray(said[name], float) for name in ("mean", f"lo-{LEVEL}", f"hi-{LEVEL}")))


def accuracy(name: str, shots: Sequence[Shot], kind: str) -> list[Measure]:
    """How far the engine missed, beside the seasonal naive and AutoETS, on the same series and origins."""
    found = [measure(f"forecast.{name}.series", len({shot.series for shot in shots}), "series")]
    found.append(measure(f"forecast.{name}.mase", _mean(shots, "ours", "ours")[0], "MASE"))
    mine, theirs = _mean(shots, "ours", "naive")
    if theirs > 0:
        found.append(measure(f"forecast.{name}.below_naive", 100 * (1 - mine / theirs), "%", BETTER.get(kind)))
    mine, theirs = _mean(shots, "ours", "ets")
    if theirs > 0:
        found.append(measure(f"forecast.{name}.against_ets", mine / theirs, "x", NO_WORSE))
    return found


def by_number(name: str, shots: Sequence[Shot]) -> list[Measure]:
    """How much less than the seasonal naive the engine missed, for each number apart: what is forecast of it, not how
    many areas it has, says what a model can know. The first word of the series' name is taken for the number.
    """
    found: dict[str, list[Shot]] = {}
    for shot in shots:
        found.setdefault(shot.series.partition(SEPARATOR)[0].split()[0], []).append(shot)
    measures = []
    for number, own in sorted(found.items()):
        mine, theirs = _mean(own, "ours", "naive")
        if theirs > 0 and len(found) > 1:
            measures.append(measure(f"forecast.{name}.{number}.below_naive", 100 * (1 - mine / theirs), "%"))
    return measures


def _mean(shots: Sequence[Shot], one: str, other: str) -> tuple[float, float]:
    """Mean errors of two over the shots in which both said something."""
    pairs = np.array([(shot.mase(one), shot.mase(other)) for shot in shots]).reshape(-1, 2)
    pairs = pairs[np.isfinite(pairs).all(axis=1)]
    return (float(pairs[:, 0].mean()), float(pairs[:, 1].mean())) if len(pairs) else (0.0, 0.0)


def coverage(name: str, shots: Sequence[Shot]) -> list[Measure]:
    """How often 95 % intervals held what came: by horizon, by series, and beside those of the library."""
    if not shots:
        return []
    held = np.array([shot.holds("ours") for shot in shots])
    by_horizon = [_share(held[:, at]) for at in range(held.shape[1])]
    found = [share(f"interval.{name}.{at + 1}", *counts) for at, counts in enumerate(by_horizon)]
    shares = [hits / cases for hits, cases in by_horizon if cases]
    found.append(measure(f"interval.{name}.least_horizon", min(shares), "share", LEAST_COVER))
    found.append(measure(f"interval.{name}.most_horizon", max(shares), "share", MOST_COVER))
    told = pd.DataFrame({"series": [shot.series for shot in shots], "share": np.nanmean(held, axis=1)})
    by_series = told.groupby("series")["share"].mean()
    found.append(
        share(f"interval.{name}.series_above_85", int((by_series >= ENOUGH).sum()), len(by_series), NINE_IN_TEN)
    )
    for who in ("ours", "ets", "conformal"):
        some = [shot.holds(who) for shot in shots if who in shot.said]
        if some:
            found.append(share(f"interval.{name}.all.{who}", *_share(np.concatenate(some))))
    return found


def _share(held: Floats) -> tuple[int, int]:
    known = held[~np.isnan(held)]
    return int(known.sum()), len(known)
