"""What of a resource's rows the watch counts."""

import pytest

from catalog import load_catalog
from catalog.warnings import declared
from jobs.warning.gather import is_of_level

pytestmark = pytest.mark.spark


def kept(spark, key, column, *codes):
    tally = declared().daily[key].tally
    rows = spark.createDataFrame([(code,) for code in codes], f"{column} string")
    return {row[0] for row in rows.where(is_of_level(load_catalog()[tally.resource], tally)).collect()}


def test_a_county_that_tells_its_own_figure_is_not_added_up_from_its_townships(spark):
    assert kept(spark, "power_daily", "area_code", "370902", "370902001", "370900000") == {"370902"}


def test_a_call_counts_in_the_township_it_came_from(spark):
    assert kept(spark, "hotline_water_daily", "township_code", "370902001", "370902") == {"370902001"}
