"""What decisions are made on, for the pages: targets with their outlook, what drives the numbers, what moves with what.

Small tables, made from what the night has: no fit but least squares over some thousand rows.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import duckdb
import pandas as pd
import pyarrow as pa
from pyspark.sql import functions as F

from catalog import Catalog
from catalog.indicators import all_indicators
from catalog.targets import all_measures
from jobs import journal, lake
from jobs.decide import elasticity, outlook, shifts, together
from jobs.read import current
from jobs.sqltext import texts

TARGETS, NUMBERS = "base_decision__target", "base_decision__indicator"
FIGURES, FORECAST = "topic_city__indicator", "topic_warning__forecast"
POWER, WATER = "electricity_area", "water"
COUNTY_DIGITS, TOWNSHIP_DIGITS = 6, 9
NO_FORECAST = ("indicator", "area_code", "period", "expected", "low", "high")


class Decided(NamedTuple):
    """A table to serve: its order, what decides its content, and how it is made."""

    table: str
    order: list[str]
    decided_by: list[object]
    make: Callable[[], pa.Table]


def decided(catalog: Catalog, business_date: date) -> Iterator[Decided]:
    """The tables for which there are numbers."""
    if not lake.exists(FIGURES):
        return
    of_figures: list[object] = [lake.state(FIGURES)]

    @cache
    def figures() -> pd.DataFrame:
        return _rows(FIGURES, "*")

    @cache
    def names() -> dict[str, str]:
        return dict(zip(figures()["area_code"], figures()["area_name"], strict=True))

    if lake.exists(TARGETS) and lake.exists(NUMBERS):
        known: list[object] = [lake.state(name) for name in (TARGETS, NUMBERS, FORECAST) if lake.exists(name)]
        yield Decided(
            "topic_decision__target",
            ["code", "area_code"],
            [*known, *of_figures, business_date.year],
            lambda: _arrow(_targets(business_date.year, names())),
        )
    yield Decided(
        "topic_decision__driver", [], of_figures, lambda: _arrow(shifts.drivers(figures(), names(), _titles()))
    )
    yield Decided("topic_decision__shift", [], of_figures, lambda: _arrow(shifts.shift_share(figures(), names())))
    yield Decided("topic_decision__elasticity", [], of_figures, lambda: _arrow(_elasticities(figures())))
    if all(name in catalog.resources and journal.published(name, business_date) for name in (POWER, WATER)):
        batches = [journal.published_batches(name, business_date) for name in (POWER, WATER)]
        yield Decided(
            "topic_decision__township",
            ["area_code"],
            [*of_figures, batches],
            lambda: _arrow(_townships(catalog, business_date, figures(), names())),
        )


def _rows(table: str, columns: str, rest: str = "") -> pd.DataFrame:
    """Rows of a product from its files: it is small, and what reads it stands beside the engine."""
    if not (files := lake.files(table)):
        return pd.DataFrame(columns=lake.schema(table).names)
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT {columns} FROM read_parquet([{texts(files)}]) {rest}").df()


def _arrow(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)


def _titles() -> dict[str, str]:
    return {name: one.title for name, one in all_indicators().items()}


def _targets(year: int, names: dict[str, str]) -> pd.DataFrame:
    measured = {one.indicator for one in all_measures().values()} | {one.per for one in all_measures().values()}
    asked = ", ".join(f"'{name}'" for name in sorted(filter(None, measured)))
    numbers = _rows(
        NUMBERS,
        "indicator, area_code, period, is_cumulative, CAST(value AS DOUBLE) AS value, yoy",
        f"WHERE indicator IN ({asked}) AND length(area_code) = {COUNTY_DIGITS}",
    )
    targets = _rows(TARGETS, "*", f"WHERE CAST(year AS INTEGER) = {year}")
    ahead = pd.DataFrame(columns=list(NO_FORECAST))
    if lake.exists(FORECAST):
        ahead = _rows(FORECAST, ", ".join(NO_FORECAST), "WHERE is_forecast")
    found = outlook.outlook(targets, numbers, ahead, all_measures())
    found.insert(2, "area_name", [names.get(code, code) for code in found["area_code"]])
    return found


def _elasticities(figures: pd.DataFrame) -> pd.DataFrame:
    found, titles = elasticity.elasticities(figures), _titles()
    for name in ("driver", "outcome"):
        found[f"{name}_title"] = [titles.get(one, one) for one in found[name]]
    return found


def _townships(catalog: Catalog, business_date: date, figures: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    power, water = (current(catalog[name], business_date) for name in (POWER, WATER))
    assert power is not None and water is not None
    here = figures[(figures["area_level"] == "township").to_numpy(bool)]
    sources = {"persons_present": "present", "water_use": "water"}
    wide = here[here["indicator"].isin(list(sources))].pivot(
        index=["area_code", "period"], columns="indicator", values="value"
    )
    by_month = (
        power.where((F.col("grain") == "day") & (F.length("area_code") == TOWNSHIP_DIGITS))
        .groupBy("area_code", F.date_format("started_on", "yyyy-MM").alias("period"))
        .agg(F.sum("electricity_kwh").cast("double").alias("power"))
        .toPandas()
    )
    if set(wide.columns) != set(sources) or by_month.empty:
        return together.together(pd.DataFrame(), {}).assign(area_name=[])
    months = wide.rename(columns=sources).reset_index().merge(by_month, on=["area_code", "period"]).dropna()
    accounts = (
        water.groupBy("period", "township_code").agg(F.countDistinct("account_number").alias("accounts")).toPandas()
    )
    accounts = accounts[(accounts["period"] == accounts["period"].max()).to_numpy(bool)]
    counted: dict[Any, Any] = dict(zip(accounts["township_code"], accounts["accounts"], strict=True))
    found = together.together(months, counted)
    found.insert(1, "area_name", [names.get(code, code) for code in found["area_code"]])
    return found
