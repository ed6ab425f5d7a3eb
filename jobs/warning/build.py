"""The night's two tables of early warning: what was expected, and what is not so."""

import datetime as dt
from collections.abc import Collection
from typing import Any

import pandas as pd
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog.warnings import numbers
from expectations.profile import period_of
from jobs import lake
from jobs.build import code_version
from jobs.inputs import Inputs
from jobs.quality import KINDS, period_name
from jobs.session import spark
from jobs.warning import expected, signals
from jobs.warning.gather import gather
from jobs.warning.signals import Silent

FORECAST = "topic_warning__forecast"
FINDINGS = "topic_authenticity__finding"
OF_AREAS = ("county", "group")
"""Kinds of units on which a finding speaks of a county's figures, or of several firms that make them up."""

_ARROW = {"string": pa.string(), "double": pa.float64(), "boolean": pa.bool_()}


def forecast(inputs: Inputs) -> DataFrame:
    """topic_warning__forecast: series without new data keep their rows of the last night. Empty where nothing that is
    watched was ever published."""
    rows = gather(inputs)
    before = lake.read(spark(), FORECAST).toPandas() if lake.exists(FORECAST) else pd.DataFrame()
    if not set(expected.SCHEMA) <= set(before.columns):
        before = pd.DataFrame()
    return _table(expected.expected(rows, before, inputs.known_on, code_version()), expected.SCHEMA)


def signal(inputs: Inputs) -> DataFrame:
    """topic_warning__signal: made anew every night, for what has not come by tonight is a matter of the date."""
    seen = inputs.table(FORECAST).toPandas()
    return _table(signals.signals(seen, silent(inputs, inputs.today), _doubted(inputs), inputs.today), signals.SCHEMA)


def silent(inputs: Inputs, today: dt.date) -> list[Silent]:
    """Sources of the numbers under watch whose last due period has not come; what never came is not expected."""
    sources = sorted({source for one in numbers().values() for source in one.sources})
    found = []
    for name in sources:
        last = inputs.last_period(name) if name in inputs.catalog.resources else None
        if last is None:
            continue
        resource = inputs.resource(name)
        kind = KINDS.get(resource.cycle)
        end = _last_due(kind, today - dt.timedelta(days=resource.due_days)) if kind else None
        if kind and end and period_of(last)[1] < end and end.month not in resource.exempt_months:
            due = _first_missing(kind, last, resource.exempt_months) + dt.timedelta(days=resource.due_days)
            found.append(Silent(name, resource.title, resource.provider.name, last, due))
    return found


def _first_missing(kind: str, last: str, exempt: Collection[int]) -> dt.date:
    """Last day of the first period of a kind after ``last`` that should have come: since when a source is silent."""
    end = period_of(last)[1]
    while True:
        end = period_of(period_name(kind, end + dt.timedelta(days=1)))[1]
        if end.month not in exempt:
            return end


def _last_due(kind: str, day: dt.date) -> dt.date:
    """Last day of the last period of a kind that had ended by ``day``."""
    end = period_of(period_name(kind, day))[1]
    while end > day:
        day = day.replace(day=1) - dt.timedelta(days=1) if kind != "day" else day - dt.timedelta(days=1)
        end = period_of(period_name(kind, day))[1]
    return end


def _doubted(inputs: Inputs) -> set[tuple[str, str]]:
    if not lake.exists(FINDINGS):
        return set()
    strong = inputs.table(FINDINGS).where((F.col("strength") == "strong") & F.col("unit_kind").isin(*OF_AREAS))
    rows = strong.select("resource", "county_name").distinct().collect()
    return {(row["resource"], row["county_name"]) for row in rows if row["county_name"]}


def _table(rows: pd.DataFrame, schema: dict[str, Any]) -> DataFrame:
    """The rows as a Spark frame of these columns, through Arrow, where a missing number is null and not NaN."""
    arrow = pa.schema([(name, _ARROW[kind]) for name, kind in schema.items()])
    return spark().createDataFrame(pa.Table.from_pandas(rows[list(schema)], schema=arrow, preserve_index=False))
