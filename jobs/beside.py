"""A register of some thousand rows as it stands, read from its files: a query of the engine costs a second."""

from datetime import date
from typing import Any

import duckdb

from catalog import Resource
from jobs import journal, lake
from jobs.read import order_of


def rows_of(table: str, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Some columns of a small product of the lake; empty when there is none or it has no rows."""
    if not lake.exists(table) or not (files := lake.files(table)):
        return []
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT {', '.join(columns)} FROM read_parquet($files)", {"files": files})
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def current_rows(resource: Resource, business_date: date) -> list[dict[str, Any]]:
    """The last published version of each key, as ``jobs.read.current`` has it: the declared columns and ``_batch``, in
    the order of the keys; empty before the first publication.
    """
    batches = journal.published_batches(resource.resource, business_date)
    table = f"dwd_{resource.table}"
    files = lake.files(table) if batches and lake.exists(table) else []
    if not files:
        return []
    newest = ", ".join(f'"{name}" DESC NULLS LAST' for name in order_of(resource))
    shown = ", ".join(f'"{name}"' for name in (*(column.name for column in resource.columns), "_batch"))
    key = ", ".join(f'"{name}"' for name in resource.key)
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT {shown} FROM read_parquet($files) WHERE list_contains($batches, _batch) "
            f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {newest}) = 1 ORDER BY {key}",
            {"files": files, "batches": batches},
        )
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
