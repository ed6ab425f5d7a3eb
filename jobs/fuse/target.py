"""base_decision__target: every yearly target with what has been reached so far, and whether the year is on its way."""

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog.targets import all_measures
from jobs.fuse.cumulative import MONTHS_A_YEAR, position, year
from jobs.fuse.sources import source
from jobs.inputs import Inputs, MissingInputError
from jobs.session import spark

NUMBERS = "base_decision__indicator"
MEASURE = (
    "indicator_code string, indicator string, to_date string, measured_unit string, per string, scale decimal(18,8)"
)


def build(inputs: Inputs) -> DataFrame:
    """Targets as they stand against the published numbers."""
    targets = inputs.current("indicator_target")
    if targets is None:
        raise MissingInputError("indicator_target")
    return targets_reached(targets, inputs.table(NUMBERS))


def targets_reached(targets: DataFrame, numbers: DataFrame) -> DataFrame:
    """One row a target: ``actual`` and the period it reaches to (``as_of``), ``share_reached`` and ``time_share``
    (shares of the target and of the year), and ``state``.

    ``state``: ``reached``, ``on_track``, ``behind``; ``not_measured`` where no number of the platform stands for the
    target, ``no_figure`` where there is none yet, ``unit_differs`` where the plan counts in another unit. A sum is on
    track while its share is no smaller than the year's (序时进度); a growth, a rate or a limit while it holds.
    """
    measures = [(m.code, m.indicator, m.to_date, m.unit, m.per, m.scale) for m in all_measures().values()]
    measured = F.broadcast(spark().createDataFrame(measures, MEASURE))
    facts = _facts(numbers)
    base = facts.select("indicator", "area_code", "year", F.col("sum_to_date").alias("base"))
    joined = (
        targets.join(measured, on="indicator_code", how="left")
        .join(facts, on=["indicator", "area_code", "year"], how="left")
        .join(base.withColumnRenamed("indicator", "per"), on=["per", "area_code", "year"], how="left")
    )
    own = F.col("to_date").isin("last", "sum", "mean")
    known = joined.withColumns(
        {
            "actual": F.when(F.col("unit") == F.col("measured_unit"), F.round(_actual(), 4)),
            "as_of": F.when(own, F.col("own_as_of")).otherwise(F.col("as_of")),
        }
    ).withColumn("time_share", position(F.col("as_of")) / MONTHS_A_YEAR)
    is_limit = F.col("kind") == "at_most"
    share = F.when((F.col("target") > 0) & ~is_limit, F.col("actual") / F.col("target").cast("double"))
    known = known.withColumn("share_reached", share)
    return known.select(
        "year",
        "area_code",
        "category",
        "indicator_code",
        "indicator_title",
        "unit",
        "kind",
        "target",
        "actual",
        "as_of",
        "share_reached",
        "time_share",
        _state().alias("state"),
        "indicator",
        "definition_id",
        source("indicator_target", F.col("_batch")).alias("source"),
    )


def _facts(numbers: DataFrame) -> DataFrame:
    """What a year has come to, by indicator and area: sums since January, and the year's own figures."""
    valued = numbers.where("value is not null").withColumn("year", year(F.col("period")))
    amount, is_sum = F.col("value").cast("double"), F.col("is_cumulative")

    def latest(column: Col, which: Col) -> Col:
        return F.max_by(F.when(which, column), F.when(which, F.col("period")))

    return valued.groupBy("indicator", "area_code", "year").agg(
        latest(amount, is_sum).alias("sum_to_date"),
        latest(F.col("yoy"), is_sum).alias("growth"),
        F.max(F.when(is_sum, F.col("period"))).alias("as_of"),
        latest(amount, ~is_sum).alias("last"),
        F.sum(F.when(~is_sum, amount)).alias("total"),
        F.avg(F.when(~is_sum, amount)).alias("mean"),
        F.max(F.when(~is_sum, F.col("period"))).alias("own_as_of"),
        F.first("definition_id").alias("definition_id"),
    )


def _actual() -> Col:
    scaled = F.col("sum_to_date") * F.col("scale").cast("double")
    share = 100 * F.col("sum_to_date") / F.when(F.col("base") != 0, F.col("base"))
    ways = {
        "cumulative": F.when(F.col("per").isNotNull(), share).otherwise(scaled),
        "growth": 100 * F.col("growth"),
        "rise": F.col("sum_to_date") - 100,
        "last": F.col("last"),
        "sum": F.col("total"),
        "mean": F.col("mean"),
    }
    return F.coalesce(*(F.when(F.col("to_date") == name, way) for name, way in ways.items()))


def _state() -> Col:
    target, is_over = F.col("target").cast("double"), F.col("time_share") >= 1
    holds = F.when(F.col("kind") == "at_most", F.col("actual") <= target).otherwise(F.col("actual") >= target)
    # A sum that is there is there; what a year comes to otherwise shows at its end.
    is_done = holds & (is_over | (F.col("kind") == "level"))
    in_time = F.when(F.col("kind") == "level", F.col("share_reached") >= F.col("time_share")).otherwise(holds)
    return (
        F.when(F.col("indicator").isNull(), "not_measured")
        .when(F.col("unit") != F.col("measured_unit"), "unit_differs")
        .when(F.col("actual").isNull(), "no_figure")
        .when(is_done, "reached")
        .when(in_time, "on_track")
        .otherwise("behind")
    )
