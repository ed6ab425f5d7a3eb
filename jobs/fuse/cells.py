"""What each resource says of the economy, area by area, as it stood on every day on which that changed.

Columns of a cell: ``source, indicator, leading, area_code, period, day, next_day``; ``own`` and ``cumulative``, the
figure of the period itself and since January, as far as delivered; for aggregates of units ``units`` (that reported),
``carried`` (whose last figure of the year goes on counting), ``magnitude`` and ``largest`` (see ``disclosure``), else
null; ``batches``, the marks of the batches behind it.
"""

from collections.abc import Mapping, Sequence

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from catalog.macro import REGISTERED, Series, Source
from jobs.fuse.cumulative import MONTHS_A_YEAR, from_cumulative, position, year
from jobs.fuse.sources import source
from jobs.fuse.vintages import snapshots
from jobs.inputs import Inputs

AMOUNT = "decimal(24,4)"


def cells_of(inputs: Inputs, name: str, declared: Source, series: Sequence[Series]) -> DataFrame | None:
    """The cells of one resource, or None while it has never been published."""
    known = inputs.known(name)
    if known is None:
        return None
    known = known.withColumn("period", F.col(declared.period))
    if declared.reporter is None:
        return _delivered(_in_area(known, declared), name, series)
    reported = _in_registered_county(known, inputs, declared) if declared.area == REGISTERED else known
    if reported is None:
        return None
    return _aggregated(_in_area(reported, declared).withColumn("_reporter", F.col(declared.reporter)), name, series)


def _in_area(known: DataFrame, declared: Source) -> DataFrame:
    if declared.area == REGISTERED:
        return known
    area = F.lit(declared.area) if declared.is_fixed else F.col(declared.area)
    return known.withColumn("area_code", area)


def _in_registered_county(known: DataFrame, inputs: Inputs, declared: Source) -> DataFrame | None:
    """Units in the county where they were registered as the year began, known once the register knew them too.

    One county a year: what a unit that moves had produced would otherwise leave one county's sums and enter another's.
    """
    versions = inputs.versions("enterprise_registration")
    if versions is None:
        return None
    reporter = str(declared.reporter)
    own = Window.partitionBy("credit_code")
    is_first = F.lag("_valid_from").over(own.orderBy("_valid_from")).isNull()
    homes = versions.join(known.select(reporter).distinct(), on=reporter, how="left_semi").select(
        "credit_code",
        F.col("county_code").alias("area_code"),
        # What the register says first holds for the time before it too.
        F.when(~is_first, F.col("_valid_from")).alias("_since"),
        F.col("_valid_to").alias("_until"),
        F.min(F.to_date("_delivered_at")).over(own).alias("_registered"),
    )
    start = F.to_date(F.concat(year(F.col("period")), F.lit("-01-01")))
    came = F.col("_since").isNull() | (F.col("_since") <= start)
    lived = came & (F.col("_until").isNull() | (F.col("_until") > start))
    joined = known.join(homes, on="credit_code", how="inner").where(lived)
    joined = joined.withColumn("_known_from", F.greatest("_known_from", "_registered"))
    return joined.where(F.col("_known_to").isNull() | (F.col("_known_to") > F.col("_known_from")))


def _amount(column: str | None, scale: object) -> Col:
    if column is None:
        return F.lit(None).cast(AMOUNT)
    return (F.col(column).cast(AMOUNT) * F.lit(scale)).cast(AMOUNT)


def _delivered(known: DataFrame, name: str, series: Sequence[Series]) -> DataFrame:
    """Cells of a resource that delivers the areas' figures themselves."""
    nothing = {"units": "bigint", "carried": "bigint", "magnitude": AMOUNT, "largest": AMOUNT}
    figures = F.array(*(F.when(_applies(one), _figure(one)) for one in series))
    rows = snapshots(known.withColumn("_year", year(F.col("period"))), "_year")
    return (
        rows.select(
            F.lit(name).alias("source"),
            "area_code",
            "period",
            "day",
            "next_day",
            F.array(source(name, F.col("_batch"))).alias("batches"),
            *(F.lit(None).cast(kind).alias(column) for column, kind in nothing.items()),
            F.explode(F.filter(figures, lambda figure: figure.isNotNull())).alias("_figure"),
        )
        .select("*", "_figure.*")
        .drop("_figure")
    )


def _applies(one: Series) -> Col:
    condition = F.lit(True)
    for column, value in one.where.items():
        condition = condition & (F.col(column) == value)
    return condition


def _figure(one: Series) -> Col:
    return F.struct(
        F.lit(one.indicator).alias("indicator"),
        F.lit(one.leading).alias("leading"),
        _amount(one.month, one.scale).alias("own"),
        _amount(one.cumulative, one.scale).alias("cumulative"),
    )


def _aggregated(known: DataFrame, name: str, series: Sequence[Series]) -> DataFrame:
    """Cells of a resource that delivers units' figures: sums by county, with what disclosure asks of them."""
    columns = {one.indicator: _amount(one.cumulative or one.month, one.scale) for one in series}
    narrow = known.select(
        "_reporter",
        "area_code",
        "period",
        year(F.col("period")).alias("_year"),
        "_known_from",
        "_known_to",
        "_batch",
        *(column.alias(indicator) for indicator, column in columns.items()),
    )
    rows = snapshots(narrow, "_year")
    summed = {one.indicator for one in series if one.cumulative}
    # One return holds sums since January beside levels; what was not filed goes on counting in the sums alone.
    rows = _carried(rows, sorted(summed)) if summed else rows.withColumn("_is_reported", F.lit(True))
    if summed:
        rows = from_cumulative(rows, ["_reporter", "day"], {name: f"own__{name}" for name in sorted(summed)})
    levels = {f"own__{name}": F.when(F.col("_is_reported"), F.col(name)) for name in columns if name not in summed}
    if levels:
        rows = rows.withColumns(levels)
    totals = rows.groupBy("area_code", "period", "day", "next_day").agg(
        F.array_sort(F.collect_set(source(name, F.col("_batch")))).alias("batches"),
        *(_total(indicator).alias(indicator) for indicator in columns),
    )
    sums = F.array(*(_summed(one, is_summed=one.indicator in summed) for one in series))
    return (
        totals.select(
            F.lit(name).alias("source"), "area_code", "period", "day", "next_day", "batches", F.explode(sums).alias("s")
        )
        .select("*", "s.*")
        .drop("s")
        .where("units + carried > 0")
    )


def _carried(rows: DataFrame, columns: Sequence[str]) -> DataFrame:
    """Add the months of the year that a unit skipped or no longer files, with its last sums since January.

    A unit that is late, refused or closed has still produced what it had reported. ``_is_reported`` tells them apart.
    A month for which nobody filed stays unknown.
    """
    in_year = Window.partitionBy("_reporter", "_year", "day").orderBy("_position")
    so_far = in_year.rowsBetween(Window.unboundedPreceding, 0)
    rows = rows.withColumn("_position", position(F.col("period")))
    filed = rows.select("_year", "day", F.col("_position").alias("_at")).distinct()
    until = F.coalesce(F.lead("_position").over(in_year) - 1, F.lit(MONTHS_A_YEAR))
    filled: Mapping[str, Col] = {name: F.last(name, ignorenulls=True).over(so_far) for name in columns}
    return (
        rows.withColumns({**filled, "_until": until})
        .withColumn("_at", F.explode(F.sequence("_position", "_until")))
        .join(F.broadcast(filed), on=["_year", "day", "_at"], how="inner")
        .withColumns(
            {
                "_is_reported": F.col("_at") == F.col("_position"),
                "period": F.concat("_year", F.lit("-"), F.lpad(F.col("_at").cast("string"), 2, "0")),
            }
        )
        .drop("_position", "_until", "_at")
    )


def _total(indicator: str) -> Col:
    own, is_there = F.col(f"own__{indicator}"), F.col(indicator).isNotNull()
    return F.struct(
        F.sum(indicator).cast(AMOUNT).alias("sum"),
        F.sum(own).cast(AMOUNT).alias("own"),
        F.count_if(is_there & F.col("_is_reported")).alias("units"),
        F.count_if(is_there & ~F.col("_is_reported")).alias("carried"),
        F.sum(F.abs(own)).cast(AMOUNT).alias("magnitude"),
        F.max(F.abs(own)).cast(AMOUNT).alias("largest"),
    )


def _summed(one: Series, *, is_summed: bool) -> Col:
    total = F.col(one.indicator)
    nothing = F.lit(None).cast(AMOUNT)
    return F.struct(
        F.lit(one.indicator).alias("indicator"),
        F.lit(one.leading).alias("leading"),
        (nothing if is_summed else total["own"]).alias("own"),
        (total["sum"] if is_summed else nothing).alias("cumulative"),
        total["units"].alias("units"),
        (total["carried"] if is_summed else F.lit(0).cast("bigint")).alias("carried"),
        total["magnitude"].alias("magnitude"),
        total["largest"].alias("largest"),
    )
