"""A few published rows of each resource for its page in the catalogue, masked by the grade of their columns."""

import datetime as dt
import json
from datetime import date
from typing import Any

import pyarrow as pa

from catalog import Catalog, Column, Resource
from catalog.masking import masked
from jobs import journal
from jobs.beside import stored_rows
from jobs.sqltext import texts

ROWS = 5
LONGEST = 80
"""Characters of a cell: an outline has ten thousand."""

SCHEMA = pa.schema(
    [("resource", pa.string()), ("batch", pa.string()), ("source_row", pa.int64()), ("row_masked", pa.string())]
)


def samples(catalog: Catalog, business_date: date) -> pa.Table:
    """The first ROWS rows of the last published batch of each resource that is shared without condition.

    Others show none. A condition (residents: 仅核验不落地) is not met by whoever opens the page, and a mask cannot
    stand in for it: half an identity number beside a birth date and a sex is a person again. Rows of single firms
    serve statistics only (统计法 art. 25).
    """
    shown = [resource for resource in catalog.resources.values() if resource.share == "unconditional"]
    rows = [_masked(resource, row) for resource in shown for row in _rows(resource, business_date)]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _rows(resource: Resource, business_date: date) -> list[dict[str, Any]]:
    """The first rows of the last published batch."""
    batches = [row for row in journal.published(resource.resource, business_date) if row["rows_accepted"]]
    if not batches:
        return []
    batch = max(batches, key=lambda row: (row["delivered_at"], row["batch"]))["batch"]
    return stored_rows(resource, f"WHERE _batch = {texts([batch])} ORDER BY _file, _source_row LIMIT {ROWS}")


def _masked(resource: Resource, row: dict[str, Any]) -> dict[str, Any]:
    """A row as the catalogue shows it: cells by title, personal ones masked."""
    shown = {column.title: masked(said(column, _text(row[column.name])), column.mask) for column in resource.columns}
    return {
        "resource": resource.resource,
        "batch": row["_batch"],
        "source_row": row["_source_row"],
        "row_masked": json.dumps(shown, ensure_ascii=False),
    }


def _text(value: Any) -> str | None:
    """A stored value as the engine writes it out, cut where it is long; a moment by the city's clock."""
    if isinstance(value, dt.datetime):
        value = value.astimezone(journal.CHINA).replace(tzinfo=None)
    return None if value is None else str(value)[:LONGEST]


def said(column: Column, value: str | None) -> str | None:
    """A stored word of ours as the department says it; codes of a standard stay codes."""
    if column.codelist:
        return value
    return next((label for label, stored in column.labels.items() if stored == value), value)
