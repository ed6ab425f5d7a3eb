"""Several histories of one subject laid side by side: the spans between the days on which any of them changes."""

from functools import reduce

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

MARKS = ("since", "until")


def spans(histories: list[DataFrame], key: str) -> DataFrame:
    """``key, since, until`` (dates, the last span open) of every subject, cut wherever one of its histories changes.

    ``histories`` have ``key``, ``since`` and ``until`` (null while it lasts); gaps between them are spans too.
    """
    days = [
        frame.select(key, F.col(mark).alias("since")).where(F.col(mark).isNotNull())
        for frame in histories
        for mark in MARKS
    ]
    following = F.lead("since").over(Window.partitionBy(key).orderBy("since"))
    return reduce(DataFrame.unionByName, days).distinct().withColumn("until", following)


def during(moments: DataFrame, history: DataFrame, key: str, span: str) -> DataFrame:
    """What ``history`` says of each of ``moments`` (``key``, ``span``, ``at``: a date) of its subject: ``span`` and the
    attributes, no row where it says nothing, the latest of two that overlap.
    """
    said = F.struct(*(name for name in history.columns if name not in (key, *MARKS)))
    lasting = history.select(key, *MARKS, said.alias("_said"))
    covers = (F.col("since") <= F.col("at")) & (F.col("until").isNull() | (F.col("until") > F.col("at")))
    joined = moments.select(key, span, "at").join(lasting, on=key).where(covers)
    latest = joined.groupBy(span).agg(F.max_by("_said", F.struct("since", "_said")).alias("_said"))
    return latest.select(span, "_said.*")
