"""Which village a point is in, as far as standard addresses tell.

No outline of a village is published, so that nothing can say it for certain. The nearest addresses are asked: the
village that most of them belong to is named, with its distance and the share of them that agree. How often that is
right is measured on the addresses themselves, each asked about by its neighbours (docs/libraries.md).
"""

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

NEAREST = 5
"""Addresses that are asked."""
CELL_METRES = 500.0
"""Addresses are looked for in the point's square of this size and in the eight around it."""

SCHEMA = ("near_village_code", "near_distance_m", "near_share", "near_townships")


def nearest_village(points: DataFrame, key: str, addresses: DataFrame) -> DataFrame:
    """The village that most of the ``NEAREST`` addresses around each point belong to; of several, the nearest one.

    ``points`` have ``key``, ``easting_m``, ``northing_m``; ``addresses`` the same position and ``village_code``. Added
    are ``near_village_code``, ``near_distance_m`` (of its nearest address), ``near_share`` (0..1, of those asked) and
    ``near_townships`` (codes of the townships of all asked). A point without any address around has no row.
    """
    around = points.select(
        key,
        F.col("easting_m").alias("_x"),
        F.col("northing_m").alias("_y"),
        F.explode(_squares_around("easting_m")).alias("_column"),
        F.col("northing_m"),
    ).select(key, "_x", "_y", "_column", F.explode(_squares_around("northing_m")).alias("_row"))
    known = addresses.select(
        "village_code",
        "easting_m",
        "northing_m",
        _square("easting_m").alias("_column"),
        _square("northing_m").alias("_row"),
    )
    metres = F.sqrt(F.pow(F.col("easting_m") - F.col("_x"), 2) + F.pow(F.col("northing_m") - F.col("_y"), 2))
    by_distance = Window.partitionBy(key).orderBy("_metres", "village_code")
    asked = (
        around.join(known, on=["_column", "_row"], how="inner")
        .select(key, "village_code", metres.alias("_metres"))
        .withColumn("_rank", F.row_number().over(by_distance))
        .where(F.col("_rank") <= NEAREST)
    )
    votes = asked.groupBy(key, "village_code").agg(F.count(F.lit(1)).alias("_votes"), F.min("_metres").alias("_metres"))
    best = F.struct(F.col("_votes"), (-F.col("_metres")).alias("_near"), F.col("village_code"))
    return votes.groupBy(key).agg(
        F.max(best)["village_code"].alias("near_village_code"),
        F.round(-F.max(best)["_near"], 1).alias("near_distance_m"),
        (F.max(best)["_votes"] / F.sum("_votes")).alias("near_share"),
        F.array_sort(F.collect_set(F.substring("village_code", 1, 9))).alias("near_townships"),
    )


def _square(axis: str) -> Col:
    return F.floor(F.col(axis) / CELL_METRES)


def _squares_around(axis: str) -> Col:
    return F.sequence(_square(axis) - 1, _square(axis) + 1)
