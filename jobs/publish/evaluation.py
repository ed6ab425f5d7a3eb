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
from taian.evaluation import Line, Share, days_of_use, digest_of, evaluate
from taian.settings import settings

SOURCES = ("meta__resource", "meta__delivery", "meta__quality", "topic_plan__measure")
EXCHANGE = "topic_plan__exchange"
"""Read when it is there: a city without an exchange is evaluated for all the rest."""
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


def sources(files: Mapping[str, Any]) -> tuple[str, ...]:
    """The served tables that an evaluation of this night is read from."""
    return (*SOURCES, *(name for name in (EXCHANGE,) if name in files))


def table(files: Mapping[str, str], names: Mapping[str, str], day: date) -> pa.Table:
    """The served table; its digest is on every row."""
    lines = made(files, names, day)
    digest = digest_of(lines)
    return pa.Table.from_pylist([{**asdict(line), "digest": digest} for line in lines], schema=SCHEMA)


def made(files: Mapping[str, str], names: Mapping[str, str], day: date) -> list[Line]:
    """The evaluation of the year of ``day``; ``files`` are the serving files of its sources by table,
    ``names`` those of departments.
    """
    with duckdb.connect() as connection:
        for name in sources(files):
            path = str(settings().serving / files[name]).replace("'", "''")
            connection.execute(f"ATTACH '{path}' AS of_{name} (READ_ONLY)")
            connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM of_{name}.{name}")
        known = {code for code in names if not code.isdigit()}  # digits are counties, which deliver nothing themselves
        facts = _facts(connection, known, evaluation(), has_exchange=EXCHANGE in files)
        return evaluate(facts, names, evaluation(), day.year)


def _facts(
    connection: duckdb.DuckDBPyConnection, known: set[str], rules: Evaluation, *, has_exchange: bool
) -> dict[str, dict[str, Share]]:
    found: dict[str, dict[str, Share]] = defaultdict(dict)
    for name, each in rules.indicators.items():
        shares: dict[str, Share] = {}
        if each.formula == "published_share":
            shares = _published(connection)
        elif each.formula == "quality_mean":
            shares = _quality(connection, each.of)
        elif each.formula == "measure_mean":
            shares = _measures(connection, each.of)
        elif each.formula == "taken_days" and has_exchange:
            shares = _taken_days(connection, known)
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


def _taken_days(connection: duckdb.DuckDBPyConnection, known: set[str]) -> dict[str, Share]:
    """Working days of the last whole month of the log on which a department got rows of others' data, of all of them.

    Who was never on the platform has used nothing: 0, not unknown.
    """
    latest = connection.execute(f"SELECT max(day) FROM {EXCHANGE}").fetchall()[0][0]
    if latest is None:
        return {}
    working = days_of_use(latest)
    rows = connection.execute(
        f"SELECT taker, count(DISTINCT day) FROM {EXCHANGE} "
        "WHERE list_contains($days, day) AND fruitful > 0 GROUP BY taker",
        {"days": working},
    ).fetchall()
    taken: dict[str, int] = dict(rows)
    return {code: Share(taken.get(code, 0) / len(working), taken.get(code, 0), len(working)) for code in sorted(known)}


def _mean(rows: list[tuple[Any, ...]]) -> dict[str, Share]:
    values: dict[str, list[float]] = defaultdict(list)
    for owner, value in rows:
        values[owner].append(value)
    return {
        owner: Share(sum(own) / len(own), sum(value >= 1 for value in own), len(own)) for owner, own in values.items()
    }
