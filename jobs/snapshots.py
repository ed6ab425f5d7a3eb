"""Recorded time: rows that were known for a while, as they stood on each day on which something changed."""

from collections.abc import Sequence

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F


def snapshots(known: DataFrame, group: Sequence[str]) -> DataFrame:
    """``known`` rows (``_known_from``, ``_known_to``) as they stood at the end of every day of change of their group.

    A row comes once for each such ``_day`` on which it was known; ``_next_day`` is the group's next one (null: none).
    Rows of one group never depend on another's. One pass over a window: what is behind ``known`` is made once.
    """
    beside = Window.partitionBy(*group)
    began, ended = F.col("_known_from"), F.col("_known_to")
    since, until = (F.collect_set(name).over(beside) for name in ("_known_from", "_known_to"))
    each = F.transform("_days", lambda day, at: F.struct(day.alias("_day"), F.get("_days", at + 1).alias("_next_day")))
    then = F.filter(each, lambda one: (began <= one["_day"]) & (ended.isNull() | (ended > one["_day"])))
    made = known.withColumn("_days", F.array_sort(F.array_union(since, until))).select("*", F.inline(then))
    return made.drop("_days", "_known_from", "_known_to")
