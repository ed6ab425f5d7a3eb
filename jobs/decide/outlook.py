"""Where the year's targets will end, and how probable it is that each is reached.

Two ways, the first that the data allow. *Completion*: what the year has come to now, moved on as the same months of up
to three years before did; its errors are those of the same reckoning in past years, of all areas together, and the
probability is the share of them that would end on the right side (a predictive distribution of split conformal kind:
Vovk et al., Machine Learning 2019). *Forecast*: the months still to come as the watch expects them, their 80 % ranges
added as if all months erred the same way, which is the widest they can be together; the sum is taken as normal.
"""

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from catalog.targets import Measure

COLUMNS = {
    "year": "int64",
    "area_code": "string",
    "code": "string",
    "title": "string",
    "unit": "string",
    "kind": "string",
    "indicator": "string",
    "target": "double",
    "actual": "double",
    "as_of": "string",
    "state": "string",
    "expected": "double",
    "low": "double",
    "high": "double",
    "probability": "double",
    "basis": "string",
    "years": "int64",
    "errors": "int64",
}
"""One row a measured target of the year. ``expected`` at the end of the year with its 80 % range; ``basis`` is
completion, forecast, ended (the year is over), reached (a sum that is there) or
none; ``years`` and ``errors`` are what the first stands on."""

MONTHS = 12
LOOK_BACK = 3
FEWEST_YEARS = 3
"""Past years whose errors are known, below which they say too little about this one."""
INSIDE, NORMAL_80 = 0.8, 1.2815515655446004
"""The range that is told, and the normal deviate that bounds it."""


class End(NamedTuple):
    """Where a year ends: centre, 80 % range and the probability of being at or above the target."""

    expected: float
    low: float
    high: float
    above: float
    basis: str
    years: int = 0
    errors: int = 0


def month_of(period: str) -> int:
    """The month up to which a period reaches: 2018-06 and 2018Q2 to June."""
    return int(period[-1]) * 3 if "Q" in period else int(period[5:7])


def progress(numbers: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """What each year had come to by each month, in the unit of the plan: rows area_code, year, month, value."""
    own = numbers[(numbers["indicator"] == measure.indicator).to_numpy(bool)]
    is_sum = measure.to_date in ("cumulative", "growth", "rise")
    own = own[(own["is_cumulative"] == is_sum).to_numpy(bool)]
    if own.empty:
        return pd.DataFrame(columns=["area_code", "year", "month", "value"])
    found = pd.DataFrame(
        {
            "area_code": own["area_code"],
            "year": own["period"].str[:4].astype(int),
            "month": [month_of(period) for period in own["period"]],
            "value": 100 * own["yoy"].astype(float) if measure.to_date == "growth" else own["value"].astype(float),
        }
    ).sort_values(["area_code", "year", "month"])
    by_year = found.groupby(["area_code", "year"])["value"]
    if measure.to_date == "sum":
        found["value"] = by_year.cumsum()
    elif measure.to_date == "mean":
        found["value"] = by_year.transform(lambda values: values.expanding().mean())
    elif measure.to_date == "rise":
        found["value"] -= 100
    elif measure.per is not None:
        base = progress(numbers, Measure(code="", indicator=measure.per, to_date="cumulative", unit=""))
        both = found.merge(base, on=["area_code", "year", "month"], suffixes=("", "_of"))
        found = both.assign(value=100 * both["value"] / both["value_of"])[list(found.columns)]
    elif measure.to_date == "cumulative":
        found["value"] *= float(measure.scale)
    return found.dropna(subset=["value"])


def moves(done: pd.DataFrame, month: int, *, is_ratio: bool) -> pd.DataFrame:
    """How each past year moved from ``month`` to its end, by area (rows) and year (columns): the logarithm of the
    ratio, or the difference of percentages."""
    now, end = (
        done[(done["month"] == at).to_numpy(bool)].set_index(["area_code", "year"])["value"] for at in (month, MONTHS)
    )
    both = pd.concat([now, end], axis=1, keys=["now", "end"]).dropna()
    if is_ratio:
        both = both[(both > 0).all(axis=1)]
        both = both.transform(np.log)
    moved: pd.DataFrame = (both["end"] - both["now"]).unstack("year")
    return moved


class Past(NamedTuple):
    """How past years moved from one month to their end (area by year), and by how much this reckoning was wrong."""

    moved: pd.DataFrame
    errors: np.ndarray
    years: int


def past_of(done: pd.DataFrame, year: int, month: int, *, is_ratio: bool) -> Past:
    """What the years before ``year`` say of the way from ``month`` to the end; an area is reckoned by its own up to
    three years before."""
    moved = moves(done[(done["year"] < year).to_numpy(bool)], month, is_ratio=is_ratio)
    before = moved.T.shift(1).rolling(LOOK_BACK, min_periods=1).mean().T
    wrong = (moved - before).stack().dropna()
    years = int(wrong.index.get_level_values("year").nunique()) if len(wrong) else 0
    return Past(moved, np.sort(wrong.to_numpy(float)), years)


def completed(past: Past, area: str, now: float, target: float, *, is_ratio: bool) -> End | None:
    """The end of the year by completion; None where the past is too short."""
    if area not in past.moved.index or past.years < FEWEST_YEARS:
        return None
    last = past.moved.loc[area].dropna().tail(LOOK_BACK)
    if last.empty:
        return None
    centre = float(last.to_numpy(float).mean())
    ends = now * np.exp(centre + past.errors) if is_ratio else now + centre + past.errors
    expected = now * float(np.exp(centre)) if is_ratio else now + centre
    tail = (1 - INSIDE) / 2
    low, high = (float(found) for found in np.quantile(ends, [tail, 1 - tail]))
    above = (int((ends >= target).sum()) + 0.5) / (len(ends) + 1)
    return End(expected, low, high, above, "completion", past.years, len(ends))


def forecast_end(row: Mapping[Any, Any], measure: Measure, own: pd.DataFrame, ahead: pd.DataFrame) -> End | None:
    """The end of the year from the watch's forecast of its months; None unless there is one for all of them."""
    area, year, month = str(row["area_code"]), int(row["year"]), month_of(str(row["as_of"]))
    now, target, scale = float(row["actual"]), float(row["target"]), float(measure.scale)
    here = ahead[((ahead["indicator"] == measure.indicator) & (ahead["area_code"] == area)).to_numpy(bool)]
    wanted = [f"{year}-{at:02d}" for at in range(month + 1, MONTHS + 1)]
    here = here.set_index("period")[["expected", "low", "high"]].astype(float).reindex(wanted)
    if measure.per is not None or here.isna().any(axis=None):
        return None
    wide = (here["high"] - here["low"]) / (2 * NORMAL_80)
    rest, spread = float(here["expected"].sum()), float(wide.sum())
    if measure.to_date == "last":
        return _normal(float(here["expected"].iloc[-1]), float(wide.iloc[-1]), target)
    if measure.to_date == "mean":
        return _normal((now * month + rest) / MONTHS, spread / MONTHS, target)
    if measure.to_date in ("cumulative", "sum"):
        return _normal(now + rest * scale, spread * scale, target)
    sums = own[((own["area_code"] == area) & own["is_cumulative"].astype(bool)).to_numpy(bool)]
    by_period = sums.set_index("period")["value"].astype(float)
    before, so_far = (by_period.get(period) for period in (f"{year - 1}-12", f"{year}-{month:02d}"))
    if measure.to_date != "growth" or not before or not so_far or before < 0:
        return None
    return _normal(100 * ((so_far + rest) / before - 1), 100 * spread / before, target)


def _normal(expected: float, deviation: float, target: float) -> End:
    width = NORMAL_80 * deviation
    above = 1 - NormalDist(expected, deviation).cdf(target) if deviation > 0 else float(expected >= target)
    return End(expected, expected - width, expected + width, above, "forecast")


def outlook(
    targets: pd.DataFrame, numbers: pd.DataFrame, ahead: pd.DataFrame, measures: Mapping[str, Measure]
) -> pd.DataFrame:
    """The table of COLUMNS: ``targets`` as base_decision__target has them for one year, ``numbers`` of
    base_decision__indicator, ``ahead`` the monthly forecast of topic_warning__forecast."""
    known = targets[targets["indicator_code"].isin(list(measures)) & targets["actual"].notna()]
    rows = []
    for (code, as_of), part in known.groupby(["indicator_code", "as_of"]):
        measure, month, year = measures[str(code)], month_of(str(as_of)), int(part["year"].iloc[0])
        own = numbers[numbers["indicator"].isin([measure.indicator, measure.per])]
        past = past_of(progress(own, measure), year, month, is_ratio=measure.unit != "%")
        for row in part.to_dict("records"):
            rows.append(_told(row, measure, _end(row, measure, past, own, ahead, month)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _end(
    row: Mapping[Any, Any], measure: Measure, past: Past, own: pd.DataFrame, ahead: pd.DataFrame, month: int
) -> End | None:
    area, now, target = str(row["area_code"]), float(row["actual"]), float(row["target"])
    if month >= MONTHS:
        return End(now, now, now, float(now >= target), "ended")
    return completed(past, area, now, target, is_ratio=measure.unit != "%") or forecast_end(row, measure, own, ahead)


def _told(row: Mapping[Any, Any], measure: Measure, end: End | None) -> dict[str, Any]:
    found: dict[str, Any] = {"basis": "none", "years": 0, "errors": 0}
    if end is not None:
        found = {**end._asdict(), "probability": 1 - end.above if row["kind"] == "at_most" else end.above}
    if row["kind"] == "level" and row["state"] == "reached":
        found = {**found, "probability": 1.0, "basis": "reached"}  # a sum that is there stays
    known = {name: row[name] for name in ("year", "area_code", "unit", "kind", "as_of", "state")}
    figures = {name: float(row[name]) for name in ("target", "actual")}
    given = {"code": measure.code, "title": row["indicator_title"], "indicator": measure.indicator}
    return {**known, **figures, **given, **found}
