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
from jobs.session import spark

SERIES = ["source", "indicator", "area_code"]
FIGURE = [*SERIES, "period", "is_cumulative"]
CONTENT = ["value", "months", "units", "carried", "withheld"]
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}


def build(inputs: Inputs) -> DataFrame:
    """All declared series that have data."""
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
    return observations(reduce(DataFrame.unionByName, found), declared, counties)


def observations(cells: DataFrame, declared: Macro, counties: int) -> DataFrame:
    """Every figure of the cells (see ``cells``) and of the city, for the period itself and since January, in vintages.

    ``counties`` is how many there are: a city without one of them has no sum. Columns: ``indicator, source, area_code,
    period, period_kind, is_cumulative, value, unit, months`` (how many the value covers), ``units`` (that reported),
    ``carried`` (that did not, and count with their last figure), ``withheld`` (why there is no value), ``batches``,
    ``known_from, known_to, is_current``.
    """
    # Kept, because the city's sums and the areas' own figures both stand on it and it is small; what is behind is not.
    areas = cells.persist()
    derived = _derived(areas.unionByName(_city_sums(areas, declared, counties)))
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


def _city_sums(areas: DataFrame, declared: Macro, counties: int) -> DataFrame:
    """The city where its counties are summed: of delivered figures all must be there, of units those that report."""
    summed = [name for name, source in declared.sources.items() if source.city == "sum"]
    is_whole = F.col("units").isNotNull() | (F.col("_counties") == counties)

    def total(column: str) -> Col:
        return F.when(F.count(column) == F.count(F.lit(1)), F.sum(column)).cast(AMOUNT).alias(column)

    sums = areas.where(F.col("source").isin(summed)).groupBy(
        "source", "indicator", "leading", "period", "day", "next_day"
    )
    return (
        sums.agg(
            F.lit(CITY).alias("area_code"),
            total("own"),
            total("cumulative"),
            F.sum("units").alias("units"),
            F.sum("carried").alias("carried"),
            F.sum("magnitude").cast(AMOUNT).alias("magnitude"),
            F.max("largest").alias("largest"),
            F.array_sort(F.array_distinct(F.flatten(F.collect_list("batches")))).alias("batches"),
            F.count(F.lit(1)).alias("_counties"),
        )
        .where(is_whole)
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
    units = [(one.indicator, one.unit) for one in declared.series.values()]
    named = F.broadcast(spark().createDataFrame(units, "indicator string, unit string"))
    return found.join(named, on="indicator", how="inner").select(
        "indicator",
        "source",
        "area_code",
        "period",
        _kind(F.col("period")).alias("period_kind"),
        "is_cumulative",
        "value",
        "unit",
        "months",
        "units",
        "carried",
        "withheld",
        "batches",
        "known_from",
        "known_to",
        F.col("known_to").isNull().alias("is_current"),
    )
