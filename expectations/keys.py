"""Keys that occur more than once, found by the hash of the key.

Grouping 5 million rows by a key of text columns moves and compares the texts; grouping them by a 64-bit hash moves 8
bytes a row. Rows that share a hash are few, and only they are compared by the key itself, so a collision costs nothing.
"""

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

HASH = "_key_hash"


def may_repeat(frame: DataFrame, key: Sequence[str]) -> DataFrame:
    """The rows whose key may occur more than once in the frame: all that do, and rarely one that does not."""
    hashed = frame.withColumn(HASH, F.xxhash64(*key))
    twice = hashed.groupBy(HASH).agg(F.count(F.lit(1)).alias("_rows")).where(F.col("_rows") > 1).select(HASH)
    return hashed.join(F.broadcast(twice), on=HASH, how="left_semi").drop(HASH)
