"""Keys that occur more than once."""

import pytest

pytestmark = pytest.mark.spark


def test_rows_of_a_repeated_key_are_found_and_no_others_whatever_is_null(spark):
    from expectations.keys import may_repeat

    rows = [("b1", "A", 1), ("b1", "A", 2), ("b2", "A", 3), ("b1", None, 4), ("b1", None, 5), ("b1", "B", 6)]
    frame = spark.createDataFrame(rows, "batch string, id string, n int")
    found = may_repeat(frame, ["batch", "id"])
    assert found.columns == frame.columns
    assert sorted(row["n"] for row in found.collect()) == [1, 2, 4, 5]
