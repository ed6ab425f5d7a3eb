"""topic_plan__evaluation: the departments' evaluation 考核 from what the night serves, and the same made again."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from catalog.evaluation import Evaluation, evaluation
from catalog.plan import scheme
from jobs.journal import VISIBLE
from taian.evaluation import Line, Share, digest_of, evaluate
from taian.settings import settings

SOURCES = ("meta__resource", "meta__delivery", "meta__quality", "topic_plan__measure")
TYPES: dict[object, pa.DataType] = {
    int: pa.int64(),
    int | None: pa.int64(),
    str: pa.string(),
    float: pa.float64(),
    float | None: pa.float64(),
}
SCHEMA = pa.schema([*((each.name, TYPES[each.type]) for each in fields(Line)), ("digest", pa.string())])


def is_there(files: Mapping[str, Any]) -> bool:
    """Whether this night serves everything that the evaluation is read from."""
    return all(table in files for table in SOURCES)


def table(files: Mapping[str, str], names: Mapping[str, str], day: date) -> pa.Table:
    """The served table; its digest is on every row."""
    lines = made(files, names, day)
    digest = digest_of(lines)
    return pa.Table.from_pylist([{**asdict(line), "digest": digest} for line in lines], schema=SCHEMA)


def made(files: Mapping[str, str], names: Mapping[str, str], day: date) -> list[Line]:
    """The evaluation of the year of ``day``; ``files`` are the serving files of SOURCES, ``names`` of departments."""
    with duckdb.connect() as connection:
        for name in SOURCES:
            path = str(settings().serving / files[name]).replace("'", "''")
            connection.execute(f"ATTACH '{path}' AS of_{name} (READ_ONLY)")
            connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM of_{name}.{name}")
        known = {code for code in names if not code.isdigit()}  # digits are counties, which deliver nothing themselves
        return evaluate(_facts(connection, known, evaluation()), names, evaluation(), day.year)


def _facts(connection: duckdb.DuckDBPyConnection, known: set[str], rules: Evaluation) -> dict[str, dict[str, Share]]:
    found: dict[str, dict[str, Share]] = defaultdict(dict)
    for name, each in rules.indicators.items():
        shares: dict[str, Share] = {}
        if each.formula == "published_share":
            shares = _published(connection)
        elif each.formula == "quality_mean":
            shares = _quality(connection, each.of)
        elif each.formula == "measure_mean":
            shares = _measures(connection, each.of)
        for department, share in shares.items():
            if department in known:
                found[department][name] = share
    return found


def _published(connection: duckdb.DuckDBPyConnection) -> dict[str, Share]:
    states = ", ".join(f"'{state}'" for state in VISIBLE)
    rows = connection.execute(f"""
        WITH declared AS (
            SELECT provider AS owner, resource FROM meta__resource UNION SELECT owner, resource FROM meta__quality
        )
        SELECT owner, count(*) FILTER (EXISTS (
            SELECT 1 FROM meta__delivery AS d WHERE d.resource = declared.resource AND d.state IN ({states})
        )), count(*) FROM declared GROUP BY owner
    """).fetchall()
    return {owner: Share(done / whole, done, whole) for owner, done, whole in rows}


def _quality(connection: duckdb.DuckDBPyConnection, dimensions: tuple[str, ...]) -> dict[str, Share]:
    """The mean of the newest shares; ``counted`` and ``among`` are shares that are whole, and all of them."""
    rows = connection.execute(
        """
        SELECT owner, value FROM meta__quality WHERE list_contains($dimensions, dimension) AND value IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY owner, resource, dimension ORDER BY business_date DESC) = 1
        ORDER BY owner, resource, dimension
        """,
        {"dimensions": list(dimensions)},
    ).fetchall()
    return _mean(rows)


def _measures(connection: duckdb.DuckDBPyConnection, measures: tuple[str, ...]) -> dict[str, Share]:
    """Each measure in parts of the most that a task asks of it."""
    asked = {name: max(t.at_least for t in scheme().tasks.values() if t.measure == name) for name in measures}
    rows = connection.execute(
        "SELECT owner, measure, value FROM topic_plan__measure WHERE list_contains($names, measure) "
        "AND value IS NOT NULL ORDER BY owner, measure",
        {"names": list(measures)},
    ).fetchall()
    return _mean([(owner, min(1.0, value / asked[measure])) for owner, measure, value in rows])


def _mean(rows: list[tuple[Any, ...]]) -> dict[str, Share]:
    values: dict[str, list[float]] = defaultdict(list)
    for owner, value in rows:
        values[owner].append(value)
    return {
        owner: Share(sum(own) / len(own), sum(value >= 1 for value in own), len(own)) for owner, own in values.items()
    }
