"""What of a resource's rows the watch counts."""

import datetime

import pytest

from catalog import load_catalog
from catalog.warnings import declared
from jobs.warning.gather import DAYS_KEPT, is_of_level, recent

pytestmark = pytest.mark.spark


def kept(spark, key, column, *codes):
    tally = declared().daily[key].tally
    rows = spark.createDataFrame([(code,) for code in codes], f"{column} string")
    return {row[0] for row in rows.where(is_of_level(load_catalog()[tally.resource], tally)).collect()}


def test_a_county_that_tells_its_own_figure_is_not_added_up_from_its_townships(spark):
    assert kept(spark, "power_daily", "area_code", "370902", "370902001", "370900000") == {"370902"}


def test_a_call_counts_in_the_township_it_came_from(spark):
    assert kept(spark, "hotline_water_daily", "township_code", "370902001", "370902") == {"370902001"}


def test_what_was_delivered_last_decides_which_days_are_watched(spark):
    last = datetime.date(2018, 6, 30)
    days = [(last - datetime.timedelta(days=ago),) for ago in range(DAYS_KEPT + 20)]
    rows = spark.createDataFrame(days, "on date")
    for period in ("2018-06-30", "2018-06"):
        oldest, number = recent(rows, "on", period).selectExpr("min(on)", "count(*)").first()
        assert (oldest, number) == (last - datetime.timedelta(days=DAYS_KEPT), DAYS_KEPT + 1)
