"""What was and is expected of each series: the past as the watch saw it point by point, the future as forecast.

The engine is that of ``taian watch`` and ``taian forecast``. A series is watched and forecast anew only when its
values, or the code, changed; the others keep their rows, with the day on which these became known.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

from catalog.warnings import declared, numbers
from jobs.forecast import predict, watch
from jobs.forecast.series import Columns, Series, table
from taian.errors import ProblemError

SCHEMA = {
    "indicator": "string",
    "area_code": "string",
    "area_name": "string",
    "area_level": "string",
    "parent_code": "string",
    "period": "string",
    "actual": "double",
    "expected": "double",
    "low": "double",
    "high": "double",
    "yoy": "double",
    "is_forecast": "boolean",
    "score": "double",
    "kind": "string",
    "message": "string",
    "known_on": "string",
    "made_from": "string",
}
"""One row a series and period. Of the past: what was observed, what the watch expected before it was known, 0-1 how
unlike (an alarm from 0.5), and the kind of alarm (empty: none). Of the future: the forecast with its 80 % interval."""

FUTURE = "forecast"

HORIZON = 6
"""Months that are forecast: a leader asks how the half-year will end."""
FITS = 120
"""Backtests a night; the file command takes more, but the night has a tenth of its time for all of this."""
SEPARATOR = "|"
PLACE = ("indicator", "area_code", "area_name", "area_level", "parent_code")


def expected(rows: pd.DataFrame, before: pd.DataFrame, known_on: dt.date, code: str) -> pd.DataFrame:
    """The table of SCHEMA for the long table ``rows``; ``before`` is what the last night made (may be empty).

    A series that the engine refuses (too few values) has its actual values and nothing expected.
    """
    rows = rows.assign(series=rows["indicator"] + SEPARATOR + rows["area_code"])
    made_from = {str(name): _digest(part, code) for name, part in rows.groupby("series", sort=False)}
    old = before.assign(series=before["indicator"] + SEPARATOR + before["area_code"]) if len(before) else before
    known = dict(zip(old["series"], old["made_from"], strict=True)) if len(before) else {}
    same = {name for name, digest in made_from.items() if known.get(name) == digest}
    parts = [old[old["series"].isin(same)][list(SCHEMA)]] if same else []
    fresh = rows[~rows["series"].isin(same)]
    cycles = fresh["indicator"].map({key: one.cycle for key, one in numbers().items()})
    for cycle in ("monthly", "daily"):
        part = fresh[(cycles == cycle).to_numpy()]
        if len(part):
            made = _of_cycle(part, declared().hygiene.watch_periods[cycle], HORIZON if cycle == "monthly" else 0)
            made = made.merge(part[["series", *PLACE]].drop_duplicates("series"), on="series", how="left")
            made = made.merge(part[["series", "period", "yoy"]], on=["series", "period"], how="left")
            made["made_from"] = made["series"].map(made_from)
            parts.append(made.assign(known_on=known_on.isoformat())[list(SCHEMA)])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(SCHEMA))


def _digest(part: pd.DataFrame, code: str) -> str:
    found = hashlib.sha256(code.encode())
    for period, value, yoy in sorted(zip(part["period"], part["value"], part["yoy"], strict=True)):
        found.update(f"{period}={value!r} {yoy!r}\n".encode())
    return found.hexdigest()[:16]


def _of_cycle(rows: pd.DataFrame, kept: int, horizon: int) -> pd.DataFrame:
    """``series, period`` and what is said of each; a daily number (``horizon`` 0) has no forecast."""
    parts = [watched(rows, kept, is_monthly=bool(horizon))]
    if horizon and (series := series_of(rows, is_monthly=True)):
        parts.append(_future(series, horizon))
    made = pd.concat([part for part in parts if len(part)], ignore_index=True)
    made["is_forecast"] = made["kind"] == FUTURE
    return made.assign(kind=made["kind"].replace(FUTURE, ""))


def watched(rows: pd.DataFrame, kept: int, *, is_monthly: bool) -> pd.DataFrame:
    """The last ``kept`` periods of each series as the watch saw them; ``rows`` has series, indicator, period, value."""
    past = _past(watch.watch(series_of(rows, is_monthly=is_monthly, whole=True), holidays=True), rows, kept)
    short = rows[~rows["series"].isin(past["series"])].rename(columns={"value": "actual"})
    short = short.assign(expected=np.nan, low=np.nan, high=np.nan, score=0.0, kind="", message="")
    return pd.concat([part for part in (past, short[list(past.columns)]) if len(part)], ignore_index=True)


def series_of(rows: pd.DataFrame, *, is_monthly: bool, whole: bool = False) -> list[Series]:
    """The series of a long table (``whole``: see ``jobs.forecast.series.table``); none where no series has two periods
    yet."""
    long = pd.DataFrame(
        {
            "series": rows["series"],
            "time": pd.to_datetime(rows["period"] + ("-01" if is_monthly else "")),
            "value": rows["value"].astype(float),
        }
    )
    write = _write_month if is_monthly else _write_day
    try:
        return table(Columns(long, grain="month" if is_monthly else "day", write=write), whole=whole).series
    except ProblemError:
        return []


def _past(watched: pd.DataFrame, rows: pd.DataFrame, kept: int) -> pd.DataFrame:
    """The last periods, up to the last one of the number in any area: that a whole source is late is told apart."""
    named = {"time": "period", "value": "actual", "lower": "low", "upper": "high"}
    last = watched.rename(columns=named)
    ends = rows.groupby("series")["indicator"].first().map(rows.groupby("indicator")["period"].max())
    last = last[(last["period"] <= last["series"].map(ends)).to_numpy(bool)]
    last = last.groupby("series", sort=False).tail(kept)
    last = last.assign(kind=np.where(last["is_alarm"].astype(bool), last["kind"], ""))
    return last[["series", "period", "actual", "expected", "low", "high", "score", "kind", "message"]]


def _future(series: Sequence[Series], horizon: int) -> pd.DataFrame:
    rows = predict.forecast(series, horizon, holidays=True, fits=FITS).rows
    return pd.DataFrame(
        {
            "series": rows["series"],
            "period": rows["time"],
            "actual": np.nan,
            "expected": rows["mean"],
            "low": rows["lower_80"],
            "high": rows["upper_80"],
            "score": 0.0,
            "kind": FUTURE,
            "message": "",
        }
    )


def _write_month(time: pd.Timestamp) -> str:
    return time.strftime("%Y-%m")


def _write_day(time: pd.Timestamp) -> str:
    return time.strftime("%Y-%m-%d")
