"""Tallies: rows of one resource counted by area and month as declared, each resource read once."""

import pytest
from pyspark.sql import functions as F

from catalog import load_catalog
from catalog.indicators import Tally
from jobs.indicators.tally import leaves_of, month_of

pytestmark = pytest.mark.spark

ROWS = [
    ("370902001", "2018-06-01 23:59:59", "online", 4),
    ("370902001", "2018-06-02 00:00:00", "window", 6),
    ("370902002", "2018-06-30 12:00:00", "phone", None),
    ("370911001", "2018-05-31 12:00:00", None, 1),
]
DECLARED = {
    "cases": {},
    "windows": {"where": {"channel": "window"}},
    "days": {"sum": "days"},
    "mean_days": {"mean": "days"},
    "online": {"share": {"channel": "online"}},
    "online_of_two": {"where": {"channel": ["online", "window"]}, "share": {"channel": "online"}},
}


@pytest.fixture
def counted(spark):
    rows = spark.createDataFrame(ROWS, "area string, at string, channel string, days int")
    rows = rows.withColumn("at", F.col("at").cast("timestamp"))
    declared = {
        name: Tally.model_validate({"resource": "service_case", "area": "area", "when": "at", **given})
        for name, given in DECLARED.items()
    }
    found = leaves_of(rows, declared, F.substring("area", 1, 6), F.date_format("at", "yyyy-MM")).collect()
    assert {row["months"] for row in found} == {1}
    return {
        (row["indicator"], row["area_code"], row["period"]): (row["numerator"], row["denominator"]) for row in found
    }


def test_rows_sums_means_and_shares_are_counted_by_county_and_month(counted):
    taishan = {name: counted.get((name, "370902", "2018-06")) for name in DECLARED}
    assert taishan == {
        "cases": (3, None),
        "windows": (1, None),
        "days": (10, None),
        "mean_days": (10, 2),
        "online": (100, 3),
        "online_of_two": (100, 2),
    }


def test_what_is_not_known_counts_for_nothing_and_an_area_without_a_row_has_no_figure(counted):
    daiyue = {name: counted.get((name, "370911", "2018-05")) for name in DECLARED}
    assert daiyue == {
        "cases": (1, None),
        "windows": None,
        "days": (1, None),
        "mean_days": (1, 1),
        "online": None,
        "online_of_two": None,
    }


def test_the_month_of_a_row_is_the_delivered_one_or_that_of_its_date(spark):
    catalog = load_catalog()
    row = spark.createDataFrame([("2018-06", "2018-05-31")], "period string, d string").select(
        "period", F.col("d").cast("date").alias("died_on")
    )
    found = row.select(
        month_of(catalog["minimum_living_allowance"].column("period")).alias("period"),
        month_of(catalog["death"].column("died_on")).alias("died_on"),
    ).first()
    assert tuple(found) == ("2018-06", "2018-05")
