"""A few refused rows of each batch and code, masked by the grade of their columns, for the owner to recognise."""

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from catalog import Catalog, Resource, all_codes
from catalog.masking import masked
from jobs import journal
from jobs.beside import rows_of
from jobs.ingest.cells import csv_cells, json_cells

SAMPLES = 20
WHOLE_ROW = ("R009", "R010", "R011", "R012", "R013", "R014")
SCHEMA = pa.schema(
    [
        (name, pa.string() if name != "source_row" else pa.int64())
        for name in (
            "resource",
            "batch",
            "file",
            "source_row",
            "code",
            "code_title",
            "column_title",
            "remedy",
            "row_masked",
        )
    ]
)


def samples(catalog: Catalog) -> pa.Table:
    """At most SAMPLES rows of each resource, batch and code, the first by place: the same night shows the same ones."""
    rows = [row | {"resource": name} for name in catalog.resources for row in _first(f"quarantine__{name}")]
    return pa.Table.from_pylist(_shown(catalog, rows, journal.deliveries()), schema=SCHEMA)


def _first(table: str) -> list[dict[str, Any]]:
    """The first refused rows of each batch and code; none where there is no table."""
    return rows_of(
        table,
        ("_batch", "_file", "_source_row", "raw", "codes[1] AS code", '"columns"[1] AS "column"'),
        f"QUALIFY row_number() OVER (PARTITION BY _batch, codes[1] ORDER BY _file, _source_row) <= {SAMPLES}",
    )


def _shown(
    catalog: Catalog, rows: Sequence[dict[str, Any]], deliveries: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Each row by the headers of its own batch: two resources may number their batches alike."""
    layouts = {(row["resource"], row["batch"]): row for row in deliveries if row["headers"]}
    found = ((row, layouts.get((row["resource"], row["_batch"]))) for row in rows)
    return [_row(catalog[row["resource"]], row, layout) for row, layout in found if layout]


def _row(resource: Resource, row: dict[str, Any], layout: dict[str, Any]) -> dict[str, Any]:
    code = all_codes()[row["code"]]
    titles = {column.name: column.title for column in resource.columns}
    return {
        "resource": resource.resource,
        "batch": row["_batch"],
        "file": row["_file"],
        "source_row": row["_source_row"],
        "code": code.code,
        "code_title": code.title,
        "column_title": titles.get(row["column"], "整行"),
        "remedy": code.remedy,
        "row_masked": json.dumps(_masked_cells(resource, row, layout), ensure_ascii=False),
    }


def _masked_cells(resource: Resource, row: dict[str, Any], layout: dict[str, Any]) -> dict[str, str | None]:
    """Cells by title; a row that is no record has no columns to mask by, so nothing of it is shown."""
    if row["code"] in WHOLE_ROW:
        return {"整行": "不能按列读取，内容不展示"}
    cells = delivered_cells(row["raw"], layout["headers"], layout["codec"], resource.form.delimiter)
    return {
        column.title: masked(cells.get(column.delivered_as), column.mask)
        for column in resource.columns
        if column.delivered_as in cells
    }


def delivered_cells(raw: str, headers: list[str], codec: str, delimiter: str) -> dict[str, str | None]:
    """A raw row's cells by delivered header."""
    if codec == "json":
        return json_cells(raw) or {}
    return dict(zip(headers, csv_cells(raw, len(headers), delimiter), strict=False))
