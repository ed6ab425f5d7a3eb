"""The fused projection: raw rows in, typed rows with their broken rules out, in one pass and one plan."""

from collections.abc import Sequence
from datetime import date

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog import CodeList, Column, Resource
from jobs.standardize.rules import cell_rules, row_rules, structural
from jobs.standardize.values import present, succeeded, typed

SOURCE = ("_batch", "_file", "_source_row", "_delivered_at")
VIOLATIONS = "_violations"
"""``code:column`` of every rule a row breaks, joined by ``;`` in the order of the declaration; empty for a valid row.

A text, not an array: building an array of marks and dropping its nulls cost 2.8 times as much CPU on 160,000 rows.
"""


def parse(raw: DataFrame, resource: Resource, headers: Sequence[str], codec: str) -> DataFrame:
    """Split each raw row into its declared cells, as text; extra cells of the delivery are left behind."""
    if codec == "csv":
        names = {header: f"h{index}" for index, header in enumerate(headers)}
        schema = ", ".join(f"h{index} string" for index in range(len(headers)))
        options = {"sep": resource.form.delimiter, "quote": '"', "escape": '"', "mode": "PERMISSIVE"}
        record = F.from_csv("raw", schema, options)
        cells = {c.name: record[names[c.delivered_as]] for c in resource.columns if c.delivered_as in names}
    else:
        schema = ", ".join(f"`{header}` string" for header in headers)
        record = F.from_json("raw", schema, {"primitivesAsString": "true"})
        cells = {c.name: record[c.delivered_as] for c in resource.columns if c.delivered_as in headers}
    # One struct, evaluated once: naming its fields in separate columns would parse the row again for each.
    kept = F.struct(
        *(present(cells[c.name]).alias(c.name) if c.name in cells else _missing(c.name) for c in resource.columns)
    )
    return raw.withColumn("_cells", kept)


def _missing(name: str) -> Col:
    return F.lit(None).cast("string").alias(name)


def project(parsed: DataFrame, resource: Resource, codelists: dict[str, CodeList], business_date: date) -> DataFrame:
    """Typed columns, ``_violations``, and the raw row."""
    cells = {column.name: F.col(f"_cells.{column.name}") for column in resource.columns}
    values = parsed.select(
        *SOURCE,
        "raw",
        "_cells",
        structural(resource, cells, F.col("_defect")).alias("_structural"),
        *(_stored(column, cells, resource, codelists).alias(column.name) for column in resource.columns),
    )
    found = [
        violation
        for column in resource.columns
        for violation in cell_rules(column, cells[column.name], F.col(column.name), codelists, business_date)
    ]
    found += row_rules(resource, {column.name: F.col(column.name) for column in resource.columns})
    marks = F.concat_ws(";", *(F.when(v.broken, F.lit(f"{v.code}:{v.column}")) for v in found))
    alone = F.concat(F.col("_structural"), F.lit(":"))
    return values.withColumn(VIOLATIONS, F.when(F.col("_structural").isNotNull(), alone).otherwise(marks)).select(
        *SOURCE,
        *(column.name for column in resource.columns),
        VIOLATIONS,
        "raw",
    )


def _stored(column: Column, cells: dict[str, Col], resource: Resource, codelists: dict[str, CodeList]) -> Col:
    """The typed value of a cell, codes of an earlier edition as their successors."""
    value = typed(cells[column.name], column)
    earlier = column.earlier
    if earlier is None:
        return value
    applies = F.lit(True)
    if earlier.by is not None:
        # Periods are stored so that their text sorts in time (2017-09 before 2017-10).
        applies = F.coalesce(
            typed(cells[earlier.by], resource.column(earlier.by)) <= F.lit(earlier.until), F.lit(False)
        )
    return succeeded(value, codelists[earlier.codelist].successors, applies)


def check_references(projected: DataFrame, resource: Resource, targets: dict[str, DataFrame]) -> DataFrame:
    """Add R015 where a value is not in the published column it references (``targets``: column name to its values)."""
    result = projected
    for column in resource.columns:
        if column.name not in targets:
            continue
        known = targets[column.name].select(F.col("value").alias("_known")).distinct()
        mark = F.lit(f"R015:{column.name}")
        is_unknown = F.col(column.name).isNotNull() & F.col("_known").isNull()
        result = (
            result.join(F.broadcast(known), F.col(column.name) == F.col("_known"), how="left")
            .withColumn(
                VIOLATIONS,
                F.when(is_unknown & ~F.col(VIOLATIONS).endswith(":"), _joined(mark)).otherwise(F.col(VIOLATIONS)),
            )
            .drop("_known")
        )
    return result


def _joined(mark: Col) -> Col:
    return F.concat_ws(";", F.nullif(F.col(VIOLATIONS), F.lit("")), mark)


def is_valid() -> Col:
    """True for a projected row that breaks no rule."""
    return F.col(VIOLATIONS) == ""


def violated(part: int) -> Col:
    """Of every rule a row breaks, its code (part 0) or its column (part 1), as an array."""
    return F.transform(F.split(VIOLATIONS, ";"), lambda mark: F.split(mark, ":")[part])


def keep_refused_raw(projected: DataFrame) -> DataFrame:
    """Forget the raw text of valid rows: ods has it, and only a refused row is shown again as delivered."""
    return projected.withColumn("raw", F.when(~is_valid(), F.col("raw")))
