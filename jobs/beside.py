"""A register of some thousand rows as it stands, read from its files: a query of the engine costs a second."""

from datetime import date
from typing import Any

import duckdb

from catalog import Resource
from jobs import journal, lake
from jobs.read import latest, order_of
from jobs.sqltext import texts
from jobs.standardize.values import TYPES


def rows_of(table: str, columns: tuple[str, ...], rest: str = "") -> list[dict[str, Any]]:
    """Some columns of a small product of the lake, or expressions with a name (``codes[1] AS code``); empty when there
    is none or it has no rows. ``rest`` is what the query says after the table.
    """
    if not lake.exists(table) or not (files := lake.files(table)):
        return []
    return _asked(f"SELECT {', '.join(columns)} FROM read_parquet([{texts(files)}]) {rest}")


def stored_rows(resource: Resource, rest: str) -> list[dict[str, Any]]:
    """Accepted rows of a resource, published or not: the declared columns with ``_batch`` and ``_source_row``; empty
    when none was stored. ``rest`` is what the query says after the table.
    """
    table = f"dwd_{resource.table}"
    if not lake.exists(table) or not (files := lake.files(table)):
        return []
    source = f"read_parquet([{texts(files)}], union_by_name = true)"
    columns = tuple(column.name for column in resource.columns)
    return _asked(f"SELECT _batch, _source_row, {_shown(resource, source, columns)} FROM {source} {rest}")


def current_query(resource: Resource, business_date: date, columns: tuple[str, ...]) -> str | None:
    """Some columns and ``_batch`` of a resource as it stands, as ``jobs.read.current`` has it, for DuckDB; None before
    the first publication.
    """
    published = journal.published(resource.resource, business_date)
    table = f"dwd_{resource.table}"
    files = lake.files(table) if published and lake.exists(table) else []
    if not files:
        return None
    counting = [latest(published)] if resource.load == "replace" else published
    source = f"read_parquet([{texts(files)}], union_by_name = true)"
    rows = (
        f"SELECT {_shown(resource, source, columns)}, _batch FROM {source} WHERE _batch IN "
        f"({texts([row['batch'] for row in counting])})"
    )
    if resource.load != "upsert":
        return rows
    newest = ", ".join(f'"{name}" DESC NULLS LAST' for name in order_of(resource))
    key = ", ".join(f'"{name}"' for name in resource.key)
    return f"{rows} QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {newest}) = 1"


def _shown(resource: Resource, source: str, columns: tuple[str, ...]) -> str:
    """Columns of a source; one that was declared after all of its files were written is empty."""
    with duckdb.connect() as connection:
        there = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    empty = {column.name: f"NULL::{TYPES[column.type]} AS" for column in resource.columns if column.name not in there}
    return ", ".join(f'{empty.get(name, "")} "{name}"'.strip() for name in columns)


def current_rows(resource: Resource, business_date: date) -> list[dict[str, Any]]:
    """The current records of a resource: the declared columns and ``_batch``, in the order of the keys; empty before
    the first publication.
    """
    query = current_query(resource, business_date, tuple(column.name for column in resource.columns))
    if query is None:
        return []
    key = ", ".join(f'"{name}"' for name in resource.key)
    return _asked(f"{query} ORDER BY {key}")


def _asked(query: str) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        found = connection.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
