"""The series under watch as one long table, from the published indicators and from the rows of single days."""

import datetime as dt
from itertools import groupby

import numpy as np
import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from catalog import Resource
from catalog.indicators import Tally, tallies
from catalog.warnings import Daily, declared, numbers, order_of_derived
from expectations.profile import period_of
from jobs.indicators.rollup import roll_up
from jobs.indicators.tally import DIGITS, leaves_of
from jobs.inputs import Inputs

INDICATORS = "topic_city__indicator"
AREA = ["area_code", "area_name", "area_level", "parent_code"]
COLUMNS = ["indicator", *AREA, "period", "value", "yoy"]
"""Columns of the long table; ``period`` is yyyy-MM or yyyy-MM-dd."""

EVERY_LEVEL = "area_nbs"
"""The code list of columns in which an area of any level may stand."""

DAYS_KEPT = 400
"""Days of single-day numbers that are read: their season is the week, and one Spring Festival is among them."""


def gather(inputs: Inputs) -> pd.DataFrame:
    """All numbers under watch by area and period, as known at the end of the business date: only whole months, and
    only areas of the levels that are watched."""
    everything = inputs.table(INDICATORS).select(*COLUMNS, "as_of", "is_withheld").toPandas()
    areas = everything[AREA].drop_duplicates("area_code")
    watched = everything[everything["indicator"].isin(list(declared().watched))]
    monthly = with_nothing(whole_months(without_withheld(watched)))
    found = [monthly, quotients(monthly), daily(inputs, areas)]
    known = [part[COLUMNS] for part in found if len(part)]
    together = pd.concat(known, ignore_index=True) if known else pd.DataFrame(columns=COLUMNS)
    kept = {(key, level) for key, one in numbers().items() for level in one.levels}
    is_kept = [pair in kept for pair in zip(together["indicator"], together["area_level"], strict=True)]
    return together[np.array(is_kept, bool)].reset_index(drop=True)


def without_withheld(rows: pd.DataFrame) -> pd.DataFrame:
    """Without numbers of areas of which a month is withheld, for being about too few persons: a gap in the middle looks
    like data that did not come. They are watched in the area above."""
    is_open = ~rows.groupby(["indicator", "area_code"])["is_withheld"].transform("max").astype(bool)
    return rows[is_open.to_numpy(bool)].drop(columns="is_withheld")


def whole_months(rows: pd.DataFrame) -> pd.DataFrame:
    """Without months that the oldest source does not reach the end of: a month that is half told looks like a fall."""
    as_of = {period: pd.Timestamp(period_of(period)[1]) for period in rows["as_of"].dropna().unique()}
    reached = pd.to_datetime(rows["as_of"].map(as_of))
    ends = pd.to_datetime(rows["period"] + "-01") + pd.offsets.MonthEnd(0)
    return rows[(reached >= ends).to_numpy()]


def with_nothing(monthly: pd.DataFrame) -> pd.DataFrame:
    """With 0 for an area in which a counted thing did not happen in a month in which it did elsewhere: no row of the
    resource is no row of the indicator, and would look like data that did not come.
    """
    counted = [key for key in declared().watched if key in tallies() and numbers()[key].additive]
    parts = [monthly]
    for key, rows in monthly[monthly["indicator"].isin(counted)].groupby("indicator"):
        every = rows[AREA].drop_duplicates("area_code").merge(rows[["period"]].drop_duplicates(), how="cross")
        there = every.merge(rows[["area_code", "period"]], on=["area_code", "period"], how="left", indicator=True)
        parts.append(there[there.pop("_merge") == "left_only"].assign(indicator=key, value=0.0, yoy=np.nan))
    return pd.concat(parts, ignore_index=True)


def quotients(monthly: pd.DataFrame) -> pd.DataFrame:
    """The derived numbers of the same area and month; where the divisor is 0 or missing there is none."""
    known = {str(key): part for key, part in monthly.groupby("indicator")}
    for key in order_of_derived(declared()):
        one = declared().derived[key]
        if one.of not in known or one.per not in known:
            continue
        below = known[one.per][["area_code", "period", "value"]].rename(columns={"value": "_below"})
        both = known[one.of].merge(below, on=["area_code", "period"])
        both = both[both["_below"] > 0]
        known[key] = both.assign(indicator=key, value=both["value"] / both["_below"], yoy=np.nan)
    made = [known[key] for key in declared().derived if key in known]
    return pd.concat(made, ignore_index=True) if made else monthly.iloc[:0]


def daily(inputs: Inputs, areas: pd.DataFrame) -> pd.DataFrame:
    """The numbers of single days; where a count has no row, nothing happened: the days are those on which any row of
    the resource came."""
    parts = [
        part
        for place, entries in groupby(sorted(declared().daily.items(), key=_place), key=_place)
        if (part := _of_resource(inputs, place[0], dict(entries), areas)) is not None
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def _place(entry: tuple[str, Daily]) -> tuple[str, str, str, str]:
    """What numbers have to share to be counted in one pass over the rows."""
    one = entry[1].tally
    return one.resource, one.area, one.level, one.when


def _of_resource(inputs: Inputs, resource: str, entries: dict[str, Daily], areas: pd.DataFrame) -> pd.DataFrame | None:
    rows, last = inputs.current(resource), inputs.last_period(resource)
    if rows is None or last is None:
        return None
    first = next(iter(entries.values())).tally
    rows = recent(rows, first.when, last)
    rows = rows.where(is_of_level(inputs.resource(resource), first))
    day = F.date_format(first.when, "yyyy-MM-dd")
    leaves = leaves_of(
        rows, {key: one.tally for key, one in entries.items()}, F.substring(first.area, 1, DIGITS[first.level]), day
    )
    found: pd.DataFrame = _rolled(leaves).toPandas()
    counts = [key for key, one in entries.items() if one.tally.sum is None and one.additive]
    days: list[str] = []
    if len(found):
        days = list(pd.date_range(found["period"].min(), found["period"].max()).strftime("%Y-%m-%d"))
    filled = [_filled(found[found["indicator"] == key], key, days, areas) for key in counts]
    other = found[~found["indicator"].isin(counts)]
    return pd.concat([*filled, other.merge(areas, on="area_code")], ignore_index=True).assign(yoy=np.nan)[COLUMNS]


def recent(rows: DataFrame, when: str, last: str) -> DataFrame:
    """The rows of the last ``DAYS_KEPT`` days up to the end of the period that was delivered last. Counted from the
    business date, a night without a delivery would drop the oldest day, expect other values of days that were judged
    already, and warn of one that nothing new is known about."""
    return rows.where(F.col(when) >= period_of(last)[1] - dt.timedelta(days=DAYS_KEPT))


def is_of_level(resource: Resource, one: Tally) -> Column:
    """Rows that are counted. Where a table tells areas of several levels, each tells its own figure and only those of
    the level count: added up from its townships, a county would fall on each day on which a row of one was refused.
    """
    code = next((column.codelist for column in resource.columns if column.name == one.area), None)
    length = F.length(one.area)
    return length == DIGITS[one.level] if code == EVERY_LEVEL else length >= DIGITS[one.level]


def _rolled(leaves: DataFrame) -> DataFrame:
    return roll_up(leaves).select("indicator", "area_code", "period", "value")


def _filled(found: pd.DataFrame, key: str, days: list[str], areas: pd.DataFrame) -> pd.DataFrame:
    """A count on each day in each area of its levels, 0 where no row was."""
    codes = areas.loc[areas["area_level"].isin(declared().daily[key].levels), "area_code"]
    grid = pd.MultiIndex.from_product([codes, days], names=["area_code", "period"])
    values = found.set_index(["area_code", "period"])["value"].reindex(grid, fill_value=0.0)
    return values.reset_index().assign(indicator=key).merge(areas, on="area_code")
