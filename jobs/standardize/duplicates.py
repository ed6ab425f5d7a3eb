"""Keys that repeat inside one batch: the first row is kept, the later ones are R008."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog import Resource
from expectations.keys import may_repeat
from jobs.standardize.project import is_valid


def repeated_rows(staged: DataFrame, resource: Resource) -> DataFrame:
    """``_batch, _file, _source_row`` of every valid row whose key an earlier row of its batch has."""
    key = ["_batch", *resource.key]
    place = F.struct("_file", "_source_row")
    valid = staged.where(is_valid()).select(*key, "_file", "_source_row")
    candidates = may_repeat(valid, key)
    # Few rows are left: their first one is found by the key itself.
    first = candidates.groupBy(*key).agg(F.min(place).alias("_first"))
    return (
        candidates.join(F.broadcast(first), on=key, how="inner")
        .where(place > F.col("_first"))
        .select("_batch", "_file", "_source_row")
    )
