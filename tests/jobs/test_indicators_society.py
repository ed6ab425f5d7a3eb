"""Indicators of utilities and public life: months of the past beside days of the present, never both."""

import pytest

from jobs.indicators.formulas import FORMULAS
from jobs.indicators.society import diseases

pytestmark = pytest.mark.spark


class Given:
    """Inputs of a formula: one resource."""

    def __init__(self, **frames):
        self.frames = frames

    def current(self, name):
        return self.frames.get(name)


def leaves(name, inputs):
    found = FORMULAS[name](inputs).collect()
    return {(row["area_code"], row["period"]): row["numerator"] for row in found}


def dated(spark, schema, rows):
    frame = spark.createDataFrame(rows, f"{schema}, d string")
    return frame.withColumn("started_on", frame["d"].cast("date"))


def test_water_is_summed_by_township_and_month(spark):
    rows = [("370902001", "2018-05", 10.0), ("370902001", "2018-05", 5.0), ("370902001", "2018-06", 1.0)]
    water = spark.createDataFrame(rows, "township_code string, period string, used_m3 double")
    assert leaves("water_use", Given(water=water)) == {("370902001", "2018-05"): 15, ("370902001", "2018-06"): 1}


def test_persons_present_are_a_mean_of_days_each_of_which_is_a_mean_of_its_bands(spark):
    rows = [
        ("370902001", "day", 100, "2018-06-01"),
        ("370902001", "day", 200, "2018-06-01"),
        ("370902001", "day", 250, "2018-06-02"),
        # A month's own figure counts only where there are no days.
        ("370902001", "month", 999, "2018-06-01"),
        ("370902001", "month", 70, "2017-05-01"),
        ("370902001", "month", 90, "2017-05-01"),
    ]
    found = dated(spark, "township_code string, grain string, persons int", rows)
    assert leaves("persons_present", Given(mobile_presence=found)) == {
        ("370902001", "2018-06"): 200,
        ("370902001", "2017-05"): 80,
    }


def test_cases_are_counted_by_county_and_influenza_apart(spark):
    rows = [
        ("370902", "influenza", "day", 3, "2018-06-01"),
        ("370902", "influenza", "day", 4, "2018-06-02"),
        ("370902", "mumps", "day", 5, "2018-06-02"),
        ("370902", "influenza", "month", 50, "2016-12-01"),
        ("370902", "mumps", "month", 9, "2016-12-01"),
        ("370902", "mumps", "month", 999, "2018-06-01"),
    ]
    found = Given(infectious_disease=dated(spark, "county_code string, disease string, grain string, cases int", rows))
    counted = {(row["indicator"], row["period"]): row["numerator"] for row in diseases(found).collect()}
    assert counted == {
        ("infectious_cases", "2018-06"): 12,
        ("infectious_cases", "2016-12"): 59,
        ("influenza_cases", "2018-06"): 7,
        ("influenza_cases", "2016-12"): 50,
    }


def test_accidents_and_their_deaths_belong_to_the_month_in_which_they_happened(spark):
    rows = [
        ("370902001", "2018-05-31 23:00:00", 1),
        ("370902001", "2018-06-01 00:10:00", 2),
        ("370902002", "2018-06-02", 0),
    ]
    happened = spark.createDataFrame(rows, "township_code string, d string, deaths int").selectExpr(
        "township_code", "cast(d as timestamp) as occurred_at", "deaths"
    )
    inputs = Given(safety_accident=happened)
    assert leaves("accidents", inputs) == {
        ("370902001", "2018-05"): 1,
        ("370902001", "2018-06"): 1,
        ("370902002", "2018-06"): 1,
    }
    assert leaves("accident_deaths", inputs)["370902001", "2018-06"] == 2


def test_the_food_index_is_a_geometric_mean_against_the_countys_own_2016(spark):
    rows = [
        ("370902", "egg", "month", 4.0, "2016-01-01"),
        ("370902", "egg", "month", 6.0, "2016-02-01"),
        ("370902", "pork", "month", 10.0, "2016-01-01"),
        # Eggs twice as dear, pork half: together nothing has changed.
        ("370902", "egg", "day", 9.0, "2018-06-01"),
        ("370902", "egg", "day", 11.0, "2018-06-02"),
        ("370902", "pork", "day", 5.0, "2018-06-01"),
        # Without a price of 2016 an item has nothing to be compared with.
        ("370902", "apple", "day", 99.0, "2018-06-01"),
        ("370911", "egg", "day", 99.0, "2018-06-01"),
    ]
    watched = dated(spark, "county_code string, item string, grain string, price_yuan double", rows)
    found = leaves("food_prices", Given(food_price=watched))
    assert found["370902", "2018-06"] == pytest.approx(100)
    assert found["370902", "2016-01"] == pytest.approx(100 * 0.8**0.5)
    assert {area for area, _ in found} == {"370902"}
