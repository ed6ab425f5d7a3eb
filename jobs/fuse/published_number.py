"""base_decision__indicator: every published number as it stands, with its definition, its batches and its rows."""

from collections.abc import Iterator

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog import Catalog
from catalog.indicators import all_indicators
from catalog.macro import REGISTERED, Macro, Series, definition_id, macro
from jobs.fuse.cumulative import position, year
from jobs.indicators.rollup import CITY
from jobs.inputs import Inputs
from jobs.session import spark

OBSERVATION, TOPIC = "base_macro__observation", "topic_city__indicator"
KEYS = ["indicator", "source", "area_code", "is_cumulative"]
COLUMNS = (
    "indicator",
    "title",
    "area_code",
    "area_name",
    "period",
    "period_kind",
    "is_cumulative",
    "value",
    "unit",
    "months",
    "yoy",
    "definition_id",
    "definition",
    "owner",
    "source",
    "batches",
    "rows_query",
    "from_table",
)
MEANING = "indicator string, title string, definition_id string, definition string, owner string"
PLACE = (
    "is_index boolean, leading string, from_rows string, period_column string, area_column string, city_is_sum boolean"
)


def build(inputs: Inputs) -> DataFrame:
    """The current figures of the macro library, and the city's indicators that are not among them."""
    declared = macro()
    observed = _observed(inputs.table(OBSERVATION).where("is_current"), declared, inputs.catalog)
    return observed.select(*COLUMNS).unionByName(_indicators(inputs, declared).select(*COLUMNS))


def _observed(current: DataFrame, declared: Macro, catalog: Catalog) -> DataFrame:
    """Macro figures with their change against the same months a year ago and the query that shows their rows."""
    described = spark().createDataFrame(list(_series(declared, catalog)), f"{MEANING}, {PLACE}")
    named = compared(current).join(F.broadcast(described), on="indicator", how="inner")
    return _with_area(named, catalog).withColumns(
        {
            # An index is a comparison already.
            "yoy": F.when(~F.col("is_index"), F.col("yoy")),
            "rows_query": _rows_query(),
            "from_table": F.lit(OBSERVATION),
        }
    )


def compared(figures: DataFrame) -> DataFrame:
    """Add ``yoy``: the change against a year ago, where that figure covers as many months and is above zero."""
    earlier = figures.select(
        *KEYS,
        "months",
        F.concat((year(F.col("period")).cast("int") + 1).cast("string"), F.substring("period", 5, 3)).alias("period"),
        F.col("value").alias("_earlier"),
    )
    change = F.when(F.col("_earlier") > 0, F.col("value").cast("double") / F.col("_earlier").cast("double") - 1)
    joined = figures.join(earlier, on=[*KEYS, "months", "period"], how="left")
    return joined.withColumn("yoy", change).drop("_earlier")


def _series(declared: Macro, catalog: Catalog) -> Iterator[tuple[object, ...]]:
    for one in declared.series.values():
        if one.source not in catalog.resources:
            continue
        resource, source = catalog[one.source], declared.sources[one.source]
        area = None if source.is_fixed else source.area
        yield (
            *(one.indicator, one.title, one.definition_id, one.definition, resource.provider.name),
            *(one.kind == "index", one.leading, f"SELECT * FROM dwd_{resource.table} WHERE {_where(one)}"),
            *(source.period, area, source.city == "sum"),
        )


def _where(one: Series) -> str:
    return "".join(f"{column} = '{value}' AND " for column, value in one.where.items())


def _rows_query() -> Col:
    """A query for ``taian query`` whose rows are those behind the figure, superseded ones of its batches included."""
    batches = F.array_join(F.transform("batches", lambda mark: F.substring_index(mark, "@", -1)), "', '")
    period, months = F.col("period"), F.col("months")
    before = position(period) - months
    previous = F.when(F.col("period_kind") == "quarter", F.concat(year(period), F.lit("Q"), (before / 3).cast("int")))
    previous = F.coalesce(previous, F.concat(year(period), F.lit("-"), F.lpad(before.cast("string"), 2, "0")))
    is_difference = (F.col("leading") == "cumulative") & ~F.col("is_cumulative") & (before > 0)
    is_sum = (F.col("leading") == "month") & F.col("is_cumulative")
    first = F.when(is_sum, F.concat(year(period), F.lit("-01"))).when(is_difference, previous).otherwise(period)
    area, column = F.col("area_code"), F.col("area_column")
    inside = F.when(column.isNull() | (F.col("city_is_sum") & (area == CITY)), F.lit("")).otherwise(
        F.when(
            column == REGISTERED,
            F.concat(
                F.lit(" AND credit_code IN (SELECT credit_code FROM dwd_legal__enterprise_registration"),
                F.concat(F.lit(" WHERE county_code = '"), area, F.lit("')")),
            ),
        ).otherwise(F.concat(F.lit(" AND "), column, F.lit(" = '"), area, F.lit("'")))
    )
    between = F.concat(F.lit(" BETWEEN '"), first, F.lit("' AND '"), period, F.lit("'"))
    chosen = F.concat(F.lit(" AND _batch IN ('"), batches, F.lit("')"))
    return F.concat("from_rows", "period_column", between, inside, chosen)


def _with_area(figures: DataFrame, catalog: Catalog) -> DataFrame:
    """Add ``area_name``."""
    names = list(catalog.codelists["area_nbs"].names.items())
    areas = spark().createDataFrame([*names, ("CHN", "中国")], "area_code string, area_name string")
    return figures.join(F.broadcast(areas), on="area_code", how="left")


def _indicators(inputs: Inputs, declared: Macro) -> DataFrame:
    """Figures of the city's topic: their batches are all that were published of the resources they are made from."""
    described = [
        (
            *(name, one.title, definition_id(name, one), one.definition, one.owner, one.unit, "、".join(one.sources)),
            sorted(mark for source in one.sources for mark in inputs.batches(source)),
        )
        for name, one in all_indicators().items()
        if name not in declared.series
    ]
    schema = f"{MEANING}, unit string, source string, batches array<string>"
    meant = spark().createDataFrame(described, schema)
    figures = inputs.table(TOPIC).drop("source").where("value is not null")
    return figures.join(F.broadcast(meant), on="indicator", how="inner").withColumns(
        {
            "period_kind": F.lit("month"),
            "is_cumulative": F.lit(False),
            "value": F.col("value").cast("decimal(24,4)"),
            "rows_query": F.lit(None).cast("string"),
            "from_table": F.lit(TOPIC),
        }
    )
