"""Vintages: a figure made anew for every day on which something behind it changed, kept where it came out otherwise."""

from collections.abc import Sequence

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F


def vintages(figures: DataFrame, keys: Sequence[str], content: Sequence[str]) -> DataFrame:
    """One row for each stretch of days on which a figure stayed the same: ``known_from``, ``known_to`` (null: today).

    ``figures`` has a row for each day of change (``day``, ``next_day``) of what ``keys`` name. Columns that are neither
    keys nor ``content`` are taken from the first day of the stretch: what made the figure known.
    """
    in_time = Window.partitionBy(*keys).orderBy("day")
    same = F.lag("next_day").over(in_time) == F.col("day")
    for name in content:
        same = same & F.lag(name).over(in_time).eqNullSafe(F.col(name))
    marked = figures.withColumn("_stretch", F.sum(F.when(same, 0).otherwise(1)).over(in_time))
    rest = [name for name in figures.columns if name not in (*keys, "day", "next_day")]
    return (
        marked.groupBy(*keys, "_stretch")
        .agg(
            *(F.min_by(name, "day").alias(name) for name in rest),
            F.min("day").alias("known_from"),
            F.max_by("next_day", "day").alias("known_to"),
        )
        .drop("_stretch")
    )
