"""Sums and means that do not depend on the order in which rows come: the same night gives the same last digit on any
number of cores and machines, which a sum of binary fractions does not.
"""

from pyspark.sql import Column
from pyspark.sql import functions as F

SCALE = 6
"""Decimals that a value keeps: one 分 of an amount in 万元."""
WIDTH = 28
"""Digits in all; a sum has room for ten billion of the largest values."""


def exact_sum(value: Column) -> Column:
    """Sum of a group as a double, null where the group has no value; each value counts to ``SCALE`` decimals."""
    return F.sum(value.cast(f"decimal({WIDTH}, {SCALE})")).cast("double")


def exact_mean(value: Column, scale: int = SCALE) -> Column:
    """Mean of a group as a double, null where the group has no value; each value counts to ``scale`` decimals."""
    return F.avg(value.cast(f"decimal({WIDTH}, {scale})")).cast("double")
