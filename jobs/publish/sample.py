"""A few published rows of each resource for its page in the catalogue, masked by the grade of their columns."""

import json
from datetime import date
from functools import reduce

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog import Catalog, Column, Resource
from catalog.masking import masked
from jobs import journal, lake
from jobs.session import spark

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
    found = [frame for resource in shown if (frame := _rows(resource, business_date)) is not None]
    if not found:
        return pa.Table.from_pylist([], schema=SCHEMA)
    rows = reduce(DataFrame.unionByName, found).toArrow().to_pylist()
    return pa.Table.from_pylist([_masked(catalog[row["resource"]], row) for row in rows], schema=SCHEMA)


def _rows(resource: Resource, business_date: date) -> DataFrame | None:
    """The first rows of the last published batch, their cells as JSON text."""
    batches = [row for row in journal.published(resource.resource, business_date) if row["rows_accepted"]]
    table = f"dwd_{resource.table}"
    if not batches or not lake.exists(table):
        return None
    batch = max(batches, key=lambda row: (row["delivered_at"], row["batch"]))["batch"]
    cells = [
        F.substring(F.col(column.name).cast("string"), 1, LONGEST).alias(column.name) for column in resource.columns
    ]
    return (
        lake.read(spark(), table)
        .where(F.col("_batch") == batch)
        .orderBy("_file", "_source_row")
        .limit(ROWS)
        .select(
            F.lit(resource.resource).alias("resource"),
            F.lit(batch).alias("batch"),
            F.col("_source_row").cast("bigint").alias("source_row"),
            F.to_json(F.struct(*cells), {"ignoreNullFields": "false"}).alias("cells"),
        )
    )


def _masked(resource: Resource, row: dict[str, str]) -> dict[str, str]:
    """A row as the catalogue shows it: cells by title, personal ones masked."""
    cells = json.loads(row["cells"])
    shown = {column.title: masked(said(column, cells[column.name]), column.mask) for column in resource.columns}
    return {
        "resource": row["resource"],
        "batch": row["batch"],
        "source_row": row["source_row"],
        "row_masked": json.dumps(shown, ensure_ascii=False),
    }


def said(column: Column, value: str | None) -> str | None:
    """A stored word of ours as the department says it; codes of a standard stay codes."""
    if column.codelist:
        return value
    return next((label for label, stored in column.labels.items() if stored == value), value)
