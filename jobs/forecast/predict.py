"""Forecasts of all series of a table: backtest a sample of each kind, choose its model, forecast, and say how sure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from jobs.forecast import backtest, models
from jobs.forecast.backtest import LEAST, Origin
from jobs.forecast.intervals import Pool, pool
from jobs.forecast.models import Kind
from jobs.forecast.scale import scale_of, spread
from jobs.forecast.series import Series
from jobs.forecast.step import Step
from jobs.forecast.workers import each

COLUMNS = ["series", "time", "mean", "lower_80", "upper_80", "lower_95", "upper_95", "model"]
"""Columns of the answer; one row a series and future period."""

MOST_MISSING = 0.5
Told = Callable[[float, float, str], None]


@dataclass(frozen=True)
class Forecasts:
    """The table of COLUMNS, one sentence a series that was refused, and what the backtest said of each kind."""

    rows: pd.DataFrame
    refused: dict[str, str]
    backtests: list[str]


@dataclass(frozen=True)
class Task:
    """One fit: a series from a position on."""

    index: int
    until: int


def refusal(series: Series) -> str | None:
    """Why a series cannot be forecast, as one sentence; None when it can."""
    shown = f"Series '{series.name}'" if series.name else "The series"
    known = int(np.sum(~np.isnan(series.values)))
    if known < LEAST:
        return f"{shown} has {known} observations: a forecast takes at least {LEAST}."
    seen = np.flatnonzero(~np.isnan(series.values))
    span = int(seen[-1] - seen[0]) + 1
    if known < (1 - MOST_MISSING) * span:
        return f"{shown} has values for only {known} of {span} periods: fill the gaps or hand in a coarser step."
    return None


def forecast(
    series: Sequence[Series],
    horizon: int,
    *,
    holidays: bool = False,
    told: Told | None = None,
    fits: int = backtest.FITS,
) -> Forecasts:
    """Forecast ``horizon`` periods beyond the last observation of each series; ``fits`` backtests a kind are enough.

    ``holidays`` takes out what the Chinese calendar moves. ``told`` is given (done, all, what) as it goes. Series of
    one step are one kind, those too short for a seasonal model another: they share the choice of the model and the
    pool of errors.
    """
    refused = {one.name: reason for one in series if (reason := refusal(one))}
    groups: dict[tuple[str, int, bool], list[Series]] = {}
    for one in series:
        if one.name not in refused:
            groups.setdefault((one.step.kind, one.step.season, _is_brief(one)), []).append(one)
    rows: list[pd.DataFrame] = []
    said: list[str] = []
    signed = any(np.nanmin(one.values) < 0 for group in groups.values() for one in group)
    for group in groups.values():
        frame, sentence = _forecast_kind(group, horizon, holidays=holidays, signed=signed, told=told, fits=fits)
        rows.append(frame)
        said.append(sentence)
    table = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=COLUMNS)
    return Forecasts(table, refused, said)


def _forecast_kind(
    group: list[Series], horizon: int, *, holidays: bool, signed: bool, told: Told | None, fits: int
) -> tuple[pd.DataFrame, str]:
    kind = models.kind_of(group[0].step, brief=_is_brief(group[0]))
    plan = _plan(group, horizon, fits)
    ends = [Task(at, int(np.flatnonzero(~np.isnan(one.values))[-1]) + 1) for at, one in enumerate(group)]
    work = len(plan) + len(ends)
    report = partial(_report, told, work)
    judge = partial(_judge, group, horizon, holidays, kind)
    found = [one for one in each(judge, plan, partial(report, 0, "backtest")) if one is not None]
    chosen = backtest.choose(found, kind)
    learned = pool(backtest.trials(found, chosen), horizon)
    last = partial(_last, group, horizon, holidays, kind, chosen, learned, signed)
    frames = list(each(last, ends, partial(report, len(plan), "forecast")))
    return pd.concat(frames, ignore_index=True), sentence(group[0].step, len(group), found, chosen)


def _is_brief(one: Series) -> bool:
    seen = np.flatnonzero(~np.isnan(one.values))
    return models.is_brief(one.step, int(seen[-1] - seen[0]) + 1)


def sentence(step: Step, count: int, found: Sequence[Origin], chosen: tuple[str, ...]) -> str:
    """What the backtest said of one kind, for people."""
    errors = backtest._by_origin(found, chosen) if found else np.array([])
    naive = backtest._by_origin(found, (models.NAIVE,)) if found else np.array([])
    both = np.isfinite(errors) & np.isfinite(naive)
    told = f"{count} {step.kind} series: {models.named(chosen)}"
    if not both.any() or np.mean(naive[both]) == 0:
        return f"{told}, without a backtest (the series are too short)"
    ratio = float(np.mean(errors[both]) / np.mean(naive[both]))
    return f"{told}; {int(both.sum())} backtests missed by {ratio:.2f} of what the seasonal naive missed by"


def _plan(group: list[Series], horizon: int, fits: int) -> list[Task]:
    """Which series are tried at which origins: all of them where that is cheap, an even sample of them otherwise."""
    most_tried = min(len(group), backtest.SAMPLE, max(1, fits // 3))
    sample = np.unique(np.linspace(0, len(group) - 1, most_tried).astype(int))
    most = int(np.clip(fits // len(sample), 3, backtest.MOST_ORIGINS))
    return [Task(int(at), until) for at in sample for until in backtest.origins(group[at], horizon, most)]


def _judge(group: list[Series], horizon: int, holidays: bool, kind: Kind, task: Task) -> Origin | None:
    return backtest.look_back(task.index, group[task.index], task.until, horizon, holidays, kind)


def _last(  # noqa: PLR0913, PLR0917 - all but the task is bound once for a kind
    group: list[Series],
    horizon: int,
    holidays: bool,
    kind: Kind,
    chosen: tuple[str, ...],
    learned: Pool,
    signed: bool,
    task: Task,
) -> pd.DataFrame:
    """The forecast of one series from its end."""
    one = group[task.index]
    # Only members of the chosen candidate are fitted now.
    small = Kind(tuple(name for name in kind.members if name in chosen), (chosen,), kind.history)
    values, found = backtest.paths(one, task.until, horizon, holidays=holidays, kind=small)
    path = models.combined(found, chosen)
    lowest = -np.inf if signed else 0.0
    mean = np.maximum(path.mean, lowest)
    scale = scale_of(values, path.fitted)
    size = spread(values, path.fitted, scale, one.step.season)
    columns: dict[str, object] = {
        "series": one.name,
        "time": one.labels(task.until, task.until + horizon),
        "mean": mean,
    }
    for percent in (80, 95):
        reach = learned.reach(percent / 100, task.index) * size
        columns[f"lower_{percent}"] = np.clip(scale.back(scale.forth(mean) - reach), lowest, mean)
        columns[f"upper_{percent}"] = np.maximum(scale.back(scale.forth(mean) + reach), mean)
    used = tuple(name for name in chosen if name in found) or (models.NAIVE,)
    columns["model"] = models.named(used)
    return pd.DataFrame(columns)[COLUMNS]


def _report(told: Told | None, work: int, before: int, what: str, done: int) -> None:
    if told is not None:
        told(before + done, work, what)
