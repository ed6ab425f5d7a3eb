"""Keys that repeat inside one batch: the first row is kept, the later ones are R008."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog import Resource
from jobs.standardize.project import is_valid


def repeated_rows(staged: DataFrame, resource: Resource) -> DataFrame:
    """``_batch, _file, _source_row`` of every valid row whose key an earlier row of its batch has.

    One group-by over the key columns finds the few keys that repeat; only their rows are looked at again.
    """
    key = ["_batch", *resource.key]
    place = F.struct("_file", "_source_row")
    valid = staged.where(is_valid())
    twice = (
        valid.groupBy(*key)
        .agg(F.count(F.lit(1)).alias("_count"), F.min(place).alias("_first"))
        .where(F.col("_count") > 1)
        .drop("_count")
    )
    return (
        valid.select(*key, "_file", "_source_row")
        .join(F.broadcast(twice), on=key, how="inner")
        .where(F.struct("_file", "_source_row") > F.col("_first"))
        .select("_batch", "_file", "_source_row")
    )
