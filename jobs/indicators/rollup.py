"""Leaves to every level: townships to counties, counties to the city, numerators and denominators apart."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.exact import exact_sum

CITY = "370900"


def roll_up(leaves: DataFrame) -> DataFrame:
    """Values of every area above and at the leaves: ``indicator, area_code, period, value, months``; for the rule of
    small cells, ``numerator`` and ``cases``.
    """
    own, county, city = F.col("area_code"), F.substring("area_code", 1, 6), F.lit(CITY)
    areas = F.array_distinct(F.array(own, county, city))
    spread = leaves.withColumn("area_code", F.explode(areas))
    totals = spread.groupBy("indicator", "area_code", "period").agg(
        exact_sum(F.col("numerator")).alias("numerator"),
        exact_sum(F.col("denominator")).alias("denominator"),
        F.max("months").alias("months"),
        exact_sum(F.col("cases")).alias("cases"),
    )
    # A ratio without cases is unknown, not zero.
    ratio = F.when(F.col("denominator") > 0, F.col("numerator") / F.col("denominator"))
    value = F.when(F.col("denominator").isNull(), F.col("numerator")).otherwise(ratio)
    return totals.select("indicator", "area_code", "period", value.alias("value"), "months", "numerator", "cases")


def compare(values: DataFrame) -> DataFrame:
    """Add ``yoy`` (against the same month of last year) and ``mom`` (against the month before), ratios less one.

    Two values are compared only when they cover the same number of months and the earlier one is above zero.
    """
    month = F.to_date(F.concat("period", F.lit("-01")))
    keyed = values.withColumn("_month", month)
    for name, back in (("yoy", 12), ("mom", 1)):
        earlier = values.select(
            "indicator",
            "area_code",
            F.add_months(month, back).alias("_month"),
            F.col("value").alias("_earlier"),
            F.col("months").alias("_months"),
        )
        change = F.when(
            (F.col("_months") == F.col("months")) & (F.col("_earlier") > 0), F.col("value") / F.col("_earlier") - 1
        )
        keyed = (
            keyed.join(earlier, on=["indicator", "area_code", "_month"], how="left")
            .withColumn(name, change)
            .drop("_earlier", "_months")
        )
    return keyed.drop("_month")
