"""topic_plan__measure: what the platform's tables say of the plan, for the city and for each department or county."""

import datetime
import json
from collections import Counter, defaultdict
from typing import Any

import duckdb
from pyspark.sql import DataFrame

from catalog.plan import Measure, scheme
from jobs.governance import projects, registers, services
from jobs.governance.outlook import outlook
from jobs.indicators.rollup import CITY
from jobs.inputs import Inputs
from jobs.session import spark
from jobs.sqltext import texts

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
    with duckdb.connect() as connection:
        there = _read(connection, inputs)
        rows = [
            row
            for key, measure in scheme().measures.items()
            if measure.table in there
            for row in _of(key, measure, connection, names)
        ]
    return spark().createDataFrame(rows, SCHEMA)


def _read(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> set[str]:
    """Make a view of every table that a measure is about, and tell which there are: small ones, counted beside the
    engine, where each measure would cost a job.
    """
    found = set()
    departments = inputs.catalog.codelists["department"].names
    beside = {registers.TABLE, projects.TABLE, services.TABLE}
    for table in sorted({measure.table for measure in scheme().measures.values()} - beside):
        if files := inputs.files(table):
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet([{texts(files)}])")
            found.add(table)
    records = {name: inputs.few(name) for name in registers.SOURCES}
    records[registers.SYSTEMS] = inputs.columns(registers.SYSTEMS, registers.KNOWN)
    if any(records.values()):
        day = inputs.today_until(registers.changes_on(records, inputs.known_on))
        connection.register(registers.TABLE, registers.rows(records, departments, day))
        found.add(registers.TABLE)
    if filings := inputs.few(projects.FILINGS):
        systems = inputs.columns(projects.SYSTEMS, projects.KNOWN)
        connection.register(projects.TABLE, projects.rows(filings, systems, departments, scheme()))
        found.add(projects.TABLE)
    if items := inputs.query(services.ITEMS, services.ITEM):
        cases = inputs.query(services.CASES, services.CASE)
        # The year of cases moves with the day; without cases nothing does.
        day = inputs.today if cases else inputs.known_on
        connection.execute(f"CREATE TABLE {services.TABLE} AS {services.query(items, cases, departments, day)}")
        found.add(services.TABLE)
    return found


def _of(
    key: str, measure: Measure, connection: duckdb.DuckDBPyConnection, names: dict[str, str]
) -> list[tuple[Any, ...]]:
    month = f"strftime({measure.moved_on}, '%Y-%m')" if measure.moved_on else "NULL"
    counted = connection.execute(
        f"SELECT {measure.by}, {month} AS month, coalesce(sum(({measure.counted})::BIGINT), 0)::BIGINT, "
        f"sum(({measure.weight})::BIGINT)::BIGINT FROM {measure.table} WHERE {measure.among} GROUP BY ALL"
    ).fetchall()
    done: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    moved: dict[str, Counter[str]] = defaultdict(Counter)
    for by, when, counts, count in counted:
        for owner in (CITY, by):
            whole[owner] += count
            done[owner] += counts
            if counts and when:
                moved[owner][when] += counts
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
        if whole[owner]
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
