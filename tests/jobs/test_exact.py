"""Sums that are the same whichever core or machine takes which rows."""

import pytest
from pyspark.sql import functions as F

from jobs.exact import exact_mean, exact_sum

pytestmark = pytest.mark.spark


@pytest.mark.parametrize("values", [[0.1, 0.2, 0.3], [0.3, 0.2, 0.1]])
def test_a_sum_and_a_mean_do_not_hang_on_the_order_of_the_rows(spark, values):
    rows = spark.createDataFrame([(value,) for value in values], "value double").coalesce(1)
    found = rows.agg(exact_sum(F.col("value")), exact_mean(F.col("value"))).first()
    assert tuple(found) == (0.6, 0.2)


def test_a_group_without_values_has_neither_sum_nor_mean(spark):
    rows = spark.createDataFrame([(None,)], "value double")
    assert tuple(rows.agg(exact_sum(F.col("value")), exact_mean(F.col("value"))).first()) == (None, None)
