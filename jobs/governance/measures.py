"""topic_plan__measure: what the platform's tables say of the plan, for the city and for each department or county."""

import datetime
import json
from collections import Counter, defaultdict
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog.plan import Measure, scheme
from jobs import lake
from jobs.governance.outlook import outlook
from jobs.indicators.rollup import CITY
from jobs.inputs import Inputs
from jobs.session import spark

END = datetime.date(2018, 12, 31)
"""The plan ends with 2018."""
SCHEMA = (
    "measure string, title string, definition string, owner string, owner_name string, numerator bigint, "
    "denominator bigint, value double, curve string, low double, expected double, high double, page string, "
    "as_of string, source string"
)


def build(inputs: Inputs) -> DataFrame:
    """One row a measure and owner; the city is an owner too. ``value`` in percent, null where nothing is counted."""
    names = {CITY: "全市", **inputs.catalog.codelists["department"].names, **inputs.catalog.codelists["county"].names}
    rows = [
        row
        for key, measure in scheme().measures.items()
        if lake.exists(measure.table)
        for row in _of(key, measure, inputs, names)
    ]
    return spark().createDataFrame(rows, SCHEMA)


def _of(key: str, measure: Measure, inputs: Inputs, names: dict[str, str]) -> list[tuple[Any, ...]]:
    month = F.date_format(measure.moved_on, "yyyy-MM") if measure.moved_on else F.lit(None).cast("string")
    counted = (
        inputs.table(measure.table)
        .where(F.expr(measure.among))
        .groupBy(F.col(measure.by).alias("owner"), F.expr(measure.counted).alias("is_done"), month.alias("month"))
        .count()
        .collect()
    )
    done: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    moved: dict[str, Counter[str]] = defaultdict(Counter)
    for row in counted:
        for owner in (CITY, row["owner"]):
            whole[owner] += row["count"]
            done[owner] += row["count"] if row["is_done"] else 0
            if row["is_done"] and row["month"]:
                moved[owner][row["month"]] += row["count"]
    now = max(moved[CITY], default=None)
    return [
        (
            *(key, measure.title, measure.definition, owner, names.get(owner, owner), done[owner], whole[owner]),
            100 * done[owner] / whole[owner],
            _curve(moved[owner], done[owner], whole[owner]),
            *_ahead(moved[owner], done[owner], whole[owner], now),
            *(measure.page, now, measure.table),
        )
        for owner in sorted(whole)
    ]


def _curve(moved: Counter[str], done: int, whole: int) -> str | None:
    """The share after each month, as JSON: [[month, percent], …]; what was done before the first counts from it on."""
    if not moved:
        return None
    total, points = done - sum(moved.values()), []
    for month in sorted(moved):
        total += moved[month]
        points.append([month, round(100 * total / whole, 2)])
    return json.dumps(points)


def _ahead(moved: Counter[str], done: int, whole: int, now: str | None) -> tuple[float | None, ...]:
    found = outlook(moved, done, whole, now, END) if now else None
    return (found.low, found.mean, found.high) if found else (None, None, None)
