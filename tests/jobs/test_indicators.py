"""From rows to published numbers: leaves, the way up to county and city, and what may be compared with what."""

import datetime

import pytest

from jobs.indicators.formulas import FORMULAS, _known_until, _month_ends

LEAF = (
    "indicator string, area_code string, period string, numerator double, denominator double, months int, cases double"
)
VALUE = "indicator string, area_code string, period string, value double, months int"


class Given:
    """Inputs of a formula."""

    def __init__(self, today="2018-06-30", first="2018-05-31", last=None, tables=None, **frames):
        self.today, self.last = datetime.date.fromisoformat(today), last
        self.first, self.tables, self.frames = first, tables or {}, frames

    def current(self, name):
        return self.frames.get(name)

    def table(self, name):
        return self.tables[name]

    def first_period(self, _name):
        return self.first

    def last_period(self, _name):
        return self.last


def leaves(name, inputs):
    found = FORMULAS[name](inputs).collect()
    return {(r["area_code"], r["period"]): (r["numerator"], r["denominator"], r["months"]) for r in found}


def test_a_register_says_nothing_of_days_that_it_was_not_delivered_for():
    day = datetime.date
    assert _known_until(Given("2018-07-01", last="2018-06-30"), "resident") == day(2018, 6, 30)
    assert _known_until(Given("2018-06-29", last="2018-06-30"), "resident") == day(2018, 6, 29)
    assert _known_until(Given("2018-07-01"), "resident") == day(2018, 7, 1)


def test_months_end_on_their_last_day_and_the_unfinished_one_today():
    day = datetime.date
    assert _month_ends(day(2018, 2, 10), "2017-12") == [
        ("2017-12", day(2017, 12, 31)),
        ("2018-01", day(2018, 1, 31)),
        ("2018-02", day(2018, 2, 10)),
    ]
    assert _month_ends(day(2020, 2, 29), "2020-02") == [("2020-02", day(2020, 2, 29))]
    assert _month_ends(day(2018, 6, 30), "2018-07") == []


@pytest.mark.spark
def test_townships_add_up_to_counties_and_the_city_and_shares_are_weighted(spark):
    from jobs.indicators.rollup import roll_up

    rows = [
        ("n", "370902001", "2018-06", 1.0, None, 1, 5.0),
        ("n", "370902002", "2018-06", 2.0, None, 1, 5.0),
        ("n", "370911001", "2018-06", 4.0, None, 1, 5.0),
        ("share", "370902001", "2018-06", 100.0, 1.0, 1, 5.0),
        ("share", "370902002", "2018-06", 0.0, 3.0, 1, 5.0),
        ("share", "370911", "2018-06", 0.0, 0.0, 1, 5.0),
    ]
    found = {(r["indicator"], r["area_code"]): r["value"] for r in roll_up(spark.createDataFrame(rows, LEAF)).collect()}
    assert found == {
        ("n", "370902001"): 1,
        ("n", "370902002"): 2,
        ("n", "370911001"): 4,
        ("n", "370902"): 3,
        ("n", "370911"): 4,
        ("n", "370900"): 7,
        ("share", "370902001"): 100,
        ("share", "370902002"): 0,
        ("share", "370902"): 25,
        ("share", "370900"): 25,
        # Without a case a share is unknown, not zero.
        ("share", "370911"): None,
    }


@pytest.mark.spark
def test_only_like_is_compared_with_like(spark):
    from jobs.indicators.rollup import compare

    rows = [
        ("n", "370900", "2017-02", 100.0, 2),
        ("n", "370900", "2017-03", 60.0, 1),
        ("n", "370900", "2018-02", 110.0, 2),
        ("n", "370900", "2018-03", 66.0, 1),
        ("n", "370900", "2018-04", 33.0, 1),
        ("n", "370900", "2018-06", 50.0, 1),
        ("m", "370900", "2017-12", 0.0, 1),
        ("m", "370900", "2018-01", 5.0, 1),
        ("m", "370902", "2018-02", 5.0, 1),
        ("m", "370900", "2018-02", None, 1),
        ("m", "370900", "2018-03", 5.0, 1),
    ]
    found = {
        (r["indicator"], r["area_code"], r["period"]): (r["yoy"], r["mom"])
        for r in compare(spark.createDataFrame(rows, VALUE)).collect()
    }
    assert len(found) == len(rows)
    assert found["n", "370900", "2018-02"] == (pytest.approx(0.1), None)
    # March is one month, February's figure covers two.
    assert found["n", "370900", "2018-03"] == (pytest.approx(0.1), None)
    assert found["n", "370900", "2018-04"] == (None, pytest.approx(-0.5))
    # May is missing, and a year before nothing was published.
    assert found["n", "370900", "2018-06"] == (None, None)
    # Nothing grows from zero, from another area, or from an unknown value.
    assert found["m", "370900", "2018-01"] == (None, None)
    assert found["m", "370902", "2018-02"] == (None, None)
    assert found["m", "370900", "2018-02"] == (None, None)
    assert found["m", "370900", "2018-03"] == (None, None)


@pytest.mark.spark
def test_persons_are_counted_at_the_end_of_each_month_since_the_register_is_known(spark):
    rows = [
        ("1950-06-30", "2010-01-01", None, "h1", True),
        ("1990-01-01", "2010-01-01", "2018-06-15", "h1", True),
        ("1990-01-01", "2018-06-15", None, "h1", False),
        ("2018-06-20", "2018-06-20", None, "h2", True),
    ]
    schema = "birth_date string, valid_from string, valid_to string, household_id string, is_registered boolean"
    persons = spark.createDataFrame(rows, schema).selectExpr(
        "cast(birth_date as date) as birth_date",
        "cast(valid_from as date) as valid_from",
        "cast(valid_to as date) as valid_to",
        "household_id",
        "is_registered",
        "'370902001' as township_code",
    )
    inputs = Given(tables={"base_population__person": persons})
    assert leaves("registered_population", inputs) == {
        ("370902001", "2018-05"): (2, None, 1),
        ("370902001", "2018-06"): (2, None, 1),
    }
    assert leaves("households", inputs) == {
        ("370902001", "2018-05"): (1, None, 1),
        ("370902001", "2018-06"): (2, None, 1),
    }
    assert leaves("share_aged_60", inputs)["370902001", "2018-06"] == (100, 2, 1)


@pytest.mark.spark
def test_calls_count_by_township_and_only_handled_ones_for_their_time(spark):
    rows = [
        ("370902001", "2018-06-01 10:00:00", 2, "2018-06-03 23:00:00"),
        ("370902001", "2018-06-01 10:00:00", 2, "2018-06-04 00:00:00"),
        ("370902001", "2018-06-30 10:00:00", 2, None),
    ]
    calls = spark.createDataFrame(rows, "township_code string, r string, due_days int, h string").selectExpr(
        "township_code", "due_days", "cast(r as timestamp) as received_at", "cast(h as timestamp) as handled_at"
    )
    assert leaves("hotline_calls", Given(hotline_12345=calls)) == {("370902001", "2018-06"): (3, None, 1)}
    assert leaves("hotline_on_time_rate", Given(hotline_12345=calls)) == {("370902001", "2018-06"): (100, 2, 1)}


@pytest.mark.spark
def test_a_days_mean_is_the_delivered_one_or_that_of_its_hours_and_a_gap_is_no_zero(spark):
    rows = [
        ("s1", "day", "2018-06-01", 30.0),
        ("s1", "hour", "2018-06-01", 99.0),
        ("s1", "hour", "2018-06-02", 10.0),
        ("s1", "hour", "2018-06-02", 20.0),
        ("s1", "hour", "2018-06-03", None),
    ]
    air = spark.createDataFrame(rows, "station_code string, grain string, d string, pm25_ug_m3 double").selectExpr(
        "station_code", "'370902' as county_code", "grain", "cast(d as timestamp) as observed_at", "pm25_ug_m3"
    )
    assert leaves("pm25", Given(air_quality=air)) == {("370902", "2018-06"): (45, 2, 1)}


def test_an_indicator_whose_source_never_came_has_no_leaves():
    without = Given()
    names = set(FORMULAS) - {"registered_population", "households", "share_aged_60"}
    assert {name: FORMULAS[name](without) for name in names} == dict.fromkeys(names)


@pytest.mark.spark
def test_a_figure_about_too_few_persons_is_neither_told_nor_compared_with(spark):
    from jobs.indicators.build import _told
    from jobs.indicators.rollup import compare

    rows = [
        ("births", area, f"{year}-06", float(count), 1, float(count), float(count))
        for year, counts in ((2017, (90, 4, 26, 60)), (2018, (99, 9, 30, 60)))
        for area, count in zip(("370900", "370902", "370911", "370921"), counts, strict=True)
    ]
    rows.append(("gdp", "370900", "2018-06", 5.0, 3, None, None))
    schema = f"{VALUE}, numerator double, cases double"
    found = {
        (r["indicator"], r["area_code"], r["period"]): (r["value"], r["yoy"], r["is_withheld"])
        for r in compare(_told(spark.createDataFrame(rows, schema))).collect()
    }
    assert len(found) == len(rows)
    assert found["births", "370900", "2018-06"] == (99, pytest.approx(0.1), False)
    assert found["births", "370902", "2018-06"] == (None, None, True)
    assert found["births", "370911", "2018-06"] == (None, None, True)
    assert found["births", "370921", "2018-06"] == (60, 0, False)
    assert found["gdp", "370900", "2018-06"] == (5, None, False)
