"""base_macro__observation: every macro series by area and period, in every vintage that was ever known.

The figure as it was known on a day: ``known_from <= day and (known_to is null or known_to > day)``. Recorded time is
the day of delivery. All sources go through one chain: cells of areas, the city's sum, month and cumulative from each
other, what may not be shown, vintages.
"""

from functools import reduce

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from catalog.macro import Macro, macro
from jobs.fuse.cells import AMOUNT, cells_of
from jobs.fuse.cumulative import from_cumulative, position, to_cumulative, year
from jobs.fuse.disclosure import withheld_since, withhold
from jobs.fuse.vintages import vintages
from jobs.indicators.rollup import CITY
from jobs.inputs import Inputs, MissingInputError
from jobs.session import small
from jobs.snapshots import snapshots

SERIES = ["source", "indicator", "area_code"]
FIGURE = [*SERIES, "period", "is_cumulative"]
CONTENT = ["value", "months", "units", "carried", "withheld"]
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}


def build(inputs: Inputs) -> DataFrame:
    """All declared series that have data.

    Everything of the size of the deliveries is one query, summed to cells; what is left is small, and is one task.
    """
    declared = macro()
    found = []
    for name, source in declared.sources.items():
        series = [one for one in declared.series.values() if one.source == name]
        cells = cells_of(inputs, name, source, series)
        if cells is not None:
            found.append(cells)
    if not found:
        raise MissingInputError(next(iter(declared.sources)))
    counties = len(inputs.catalog.codelists["county"].names)
    return observations(small(reduce(DataFrame.unionByName, found)), declared, counties)


def observations(cells: DataFrame, declared: Macro, counties: int) -> DataFrame:
    """Every figure of the cells (see ``cells``) and of the city, for the period itself and since January, in vintages.

    ``counties`` is how many there are: a city without one of them has no sum. Columns: ``indicator, source, area_code,
    period, period_kind, is_cumulative, value, unit, months`` (how many the value covers), ``units`` (that reported),
    ``carried`` (that did not, and count with their last figure), ``withheld`` (why there is no value), ``batches``,
    ``known_from, known_to, is_current``.
    """
    derived = _derived(_with_city(_on_each_day(cells), declared, counties))
    shown = withhold(derived, ["source", "indicator", "period", "day"], CITY)
    shown = withheld_since(shown, [*SERIES, "day"])
    own = _part("own", "months", "withheld")
    whole = _part("cumulative", "position", "withheld_since")
    figures = (
        shown.withColumn("position", position(F.col("period")))
        .select(*SERIES, "period", "day", "next_day", "units", "carried", F.explode(F.array(own, whole)).alias("p"))
        .select("*", "p.*")
        .drop("p")
        .where("value is not null or withheld is not null")
    )
    return _finished(vintages(figures, FIGURE, CONTENT), declared)


def _part(value: str, months: str, withheld: str) -> Col:
    """One of the two figures of a cell; a withheld one has its reason and no value."""
    reason = F.when(F.col(value).isNotNull(), F.col(withheld))
    return F.struct(
        F.lit(value == "cumulative").alias("is_cumulative"),
        F.when(reason.isNull(), F.col(value)).cast(AMOUNT).alias("value"),
        F.col(months).cast("int").alias("months"),
        reason.alias("withheld"),
        F.col(f"{value}_batches").alias("batches"),
    )


def _on_each_day(cells: DataFrame) -> DataFrame:
    """The areas' cells as they stood at the end of every ``day`` on which something of their year changed.

    A month for which no unit has filed is unknown: nobody's last figure stands for it.
    """
    rows = snapshots(cells.withColumn("_year", year(F.col("period"))), ["source", "_year"])
    sums = {name: F.sum(name).cast(AMOUNT) for name in ("own", "cumulative", "magnitude")}
    counts = {name: F.sum(name) for name in ("units", "carried", "filed")}
    of_all = F.sum("filed").over(Window.partitionBy("source", "indicator", "period", "day"))
    days = (F.col("_day").alias("day"), F.col("_next_day").alias("next_day"))
    return (
        rows.groupBy(*SERIES, "leading", "period", *days)
        .agg(*(sum.alias(name) for name, sum in (sums | counts).items()), F.max("largest").alias("largest"), _marks())
        .withColumn("filed", of_all)
        .where("units is null or (filed > 0 and units + carried > 0)")
        .drop("filed")
    )


def _marks() -> Col:
    return F.array_sort(F.array_distinct(F.flatten(F.collect_list("batches")))).alias("batches")


def _with_city(areas: DataFrame, declared: Macro, counties: int) -> DataFrame:
    """Add the city where it is its counties' sum: of delivered figures all must be there, of units who reports."""
    is_summed = F.col("source").isin([name for name, source in declared.sources.items() if source.city == "sum"])
    is_whole = F.col("units").isNotNull() | (F.col("_counties") == counties)

    def total(column: str) -> Col:
        return F.when(F.count(column) == F.count(F.lit(1)), F.sum(column)).cast(AMOUNT).alias(column)

    own = F.array("area_code")
    counted = areas.withColumn("area_code", F.explode(F.when(is_summed, F.array_append(own, CITY)).otherwise(own)))
    return (
        counted.groupBy(*SERIES, "leading", "period", "day", "next_day")
        .agg(
            total("own"),
            total("cumulative"),
            F.sum("units").alias("units"),
            F.sum("carried").alias("carried"),
            F.sum("magnitude").cast(AMOUNT).alias("magnitude"),
            F.max("largest").alias("largest"),
            _marks(),
            F.count(F.lit(1)).alias("_counties"),
        )
        .where(~is_summed | (F.col("area_code") != CITY) | is_whole)
        .drop("_counties")
    )


def _derived(cells: DataFrame) -> DataFrame:
    """Both figures of every cell, the months that the own one covers, and the batches that each came from."""
    keys, this = [*SERIES, "day"], F.col("batches")
    in_year = Window.partitionBy(*keys, year(F.col("period"))).orderBy(position(F.col("period")))
    before = F.coalesce(F.lag("batches").over(in_year), F.array().cast("array<string>"))
    so_far = F.flatten(F.collect_list("batches").over(in_year.rowsBetween(Window.unboundedPreceding, 0)))
    by_sum, by_month = F.col("leading") == "cumulative", F.col("leading") == "month"
    own = from_cumulative(cells, keys, {"cumulative": "_difference"}).withColumns(
        {
            "own": F.when(by_sum, F.col("_difference")).otherwise(F.col("own")),
            "months": F.when(by_sum, F.col("months")).otherwise(_months_of_one(F.col("period"))),
            "own_batches": F.when(by_sum, F.array_sort(F.array_union(this, before))).otherwise(this),
            "cumulative_batches": F.when(by_month, F.array_sort(F.array_distinct(so_far))).otherwise(this),
        }
    )
    both = to_cumulative(own, keys, "own", "_sum")
    summed = F.when(by_month, F.col("_sum")).otherwise(F.col("cumulative"))
    return both.withColumn("cumulative", summed).drop("_difference", "_sum", "batches", "leading")


def _months_of_one(period: Col) -> Col:
    kind = _kind(period)
    return F.coalesce(*(F.when(kind == name, F.lit(months)) for name, months in MONTHS_OF.items()))


def _kind(period: Col) -> Col:
    return F.when(F.length(period) == 4, "year").when(period.contains("Q"), "quarter").otherwise("month")


def _finished(found: DataFrame, declared: Macro) -> DataFrame:
    units = F.create_map(*(F.lit(text) for one in declared.series.values() for text in (one.indicator, one.unit)))
    return found.select(
        "indicator",
        "source",
        "area_code",
        "period",
        _kind(F.col("period")).alias("period_kind"),
        "is_cumulative",
        "value",
        units[F.col("indicator")].alias("unit"),
        "months",
        "units",
        "carried",
        "withheld",
        "batches",
        "known_from",
        "known_to",
        F.col("known_to").isNull().alias("is_current"),
    )
