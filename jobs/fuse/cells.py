"""What each resource says of the economy, area by area, and the days on which it was known.

Columns of a cell: ``source, indicator, leading, area_code, period``; ``own`` and ``cumulative``, the figure of the
period itself and since January, as far as delivered; for aggregates of units ``units`` (that reported), ``carried``
(whose last figure of the year goes on counting), ``filed`` (returns, whatever is in them), ``magnitude`` and
``largest`` (see ``disclosure``), else null; ``batches``, the marks of the batches behind it; ``_known_from`` and
``_known_to``. Cells of units are parts: what was known on a day is the sum of the parts known then, so that a unit is
read once however often another one is corrected.
"""

from collections.abc import Mapping, Sequence

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from catalog.macro import REGISTERED, Series, Source
from jobs.fuse.cumulative import MONTHS_A_YEAR, from_cumulative, position, year
from jobs.fuse.sources import source
from jobs.inputs import Inputs
from jobs.read import order_of
from jobs.snapshots import snapshots

AMOUNT = "decimal(24,4)"
REGISTER = "enterprise_registration"


def cells_of(inputs: Inputs, name: str, declared: Source, series: Sequence[Series]) -> DataFrame | None:
    """The cells of one resource, or None while it has never been published."""
    known = inputs.known(name)
    if known is None:
        return None
    known = known.withColumn("period", F.col(declared.period))
    if declared.reporter is None:
        return _delivered(_in_area(known, declared), name, series)
    reported = _in_registered_county(known, inputs) if declared.area == REGISTERED else _in_area(known, declared)
    if reported is None:
        return None
    return _aggregated(reported.withColumn("_reporter", F.col(declared.reporter)), name, series)


def _in_area(known: DataFrame, declared: Source) -> DataFrame:
    area = F.lit(declared.area) if declared.is_fixed else F.col(declared.area)
    return known.withColumn("area_code", area)


def _in_registered_county(known: DataFrame, inputs: Inputs) -> DataFrame | None:
    """Units in the county where they were registered as the year began, known once the register knew them too.

    One county a year: what a unit that moves had produced would otherwise leave one county's sums and enter another's.
    """
    rows = inputs.rows(REGISTER)
    if rows is None:
        return None
    register = inputs.catalog[REGISTER]
    since = F.to_date(str(register.version)).alias("since")
    homes = rows.groupBy("credit_code").agg(
        F.sort_array(F.collect_list(F.struct(since, *order_of(register), "county_code"))).alias("_homes"),
        F.min(F.to_date("_delivered_at")).alias("_registered"),
    )
    start = F.to_date(F.concat(year(F.col("period")), F.lit("-01-01")))
    before = F.filter("_homes", lambda home: home["since"] <= start)
    # What the register says first holds for the time before it too.
    lived = F.coalesce(F.get(before, F.size(before) - 1), F.get("_homes", F.lit(0)))
    joined = known.join(homes, on="credit_code", how="inner").withColumns(
        {"area_code": lived["county_code"], "_known_from": F.greatest("_known_from", "_registered")}
    )
    return joined.where(F.col("_known_to").isNull() | (F.col("_known_to") > F.col("_known_from")))


def _amount(column: str | None, scale: object) -> Col:
    if column is None:
        return F.lit(None).cast(AMOUNT)
    return (F.col(column).cast(AMOUNT) * F.lit(scale)).cast(AMOUNT)


def _delivered(known: DataFrame, name: str, series: Sequence[Series]) -> DataFrame:
    """Cells of a resource that delivers the areas' figures themselves."""
    nothing = {"units": "bigint", "carried": "bigint", "filed": "bigint", "magnitude": AMOUNT, "largest": AMOUNT}
    figures = F.array(*(F.when(_applies(one), _figure(one)) for one in series))
    return known.select(
        F.lit(name).alias("source"),
        "area_code",
        "period",
        "_known_from",
        "_known_to",
        F.array(source(name, F.col("_batch"))).alias("batches"),
        *(F.lit(None).cast(kind).alias(column) for column, kind in nothing.items()),
        F.inline(F.filter(figures, lambda figure: figure.isNotNull())),
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
    rows = known.select(
        "_reporter",
        "area_code",
        "period",
        year(F.col("period")).alias("_year"),
        "_known_from",
        "_known_to",
        "_batch",
        *(column.alias(indicator) for indicator, column in columns.items()),
    )
    summed = sorted(one.indicator for one in series if one.cumulative)
    # One return holds sums since January beside levels; what was not filed goes on counting in the sums alone.
    rows = _summed_up(rows, summed) if summed else rows.withColumn("_is_reported", F.lit(True))
    levels = {f"own__{name}": F.when(F.col("_is_reported"), F.col(name)) for name in columns if name not in summed}
    if levels:
        rows = rows.withColumns(levels)
    totals = rows.groupBy("area_code", "period", "_known_from", "_known_to").agg(
        F.array_sort(F.collect_set(source(name, F.col("_batch")))).alias("batches"),
        F.count_if("_is_reported").alias("filed"),
        *(_total(indicator).alias(indicator) for indicator in columns),
    )
    sums = F.array(*(_summed(one, is_summed=one.indicator in summed) for one in series))
    return totals.select(
        F.lit(name).alias("source"),
        *("area_code", "period", "_known_from", "_known_to", "batches", "filed"),
        F.inline(sums),
    )


def _summed_up(rows: DataFrame, columns: Sequence[str]) -> DataFrame:
    """Each unit's year as it stood on every day on which it changed, with the months that it skipped and ``own__*``."""
    carried = _carried(snapshots(rows, ["_reporter", "_year"]), columns)
    own = from_cumulative(carried, ["_reporter", "_day"], {name: f"own__{name}" for name in columns})
    return own.withColumnsRenamed({"_day": "_known_from", "_next_day": "_known_to"})


def _carried(rows: DataFrame, columns: Sequence[str]) -> DataFrame:
    """Add the months of the year that a unit skipped or no longer files, with its last sums since January.

    A unit that is late, refused or closed has still produced what it had reported. ``_is_reported`` tells them apart.
    Months for which nobody has filed are among them.
    """
    in_year = Window.partitionBy("_reporter", "_year", "_day").orderBy("_position")
    so_far = in_year.rowsBetween(Window.unboundedPreceding, 0)
    until = F.coalesce(F.lead("_position").over(in_year) - 1, F.lit(MONTHS_A_YEAR))
    filled: Mapping[str, Col] = {name: F.last(name, ignorenulls=True).over(so_far) for name in columns}
    return (
        rows.withColumn("_position", position(F.col("period")))
        .withColumns({**filled, "_until": until})
        .withColumn("_at", F.explode(F.sequence("_position", "_until")))
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
