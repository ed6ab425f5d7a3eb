"""Aggregates of units: what few units or one unit would be seen in is withheld, and cannot be worked out either."""

from decimal import Decimal

import pytest

pytestmark = pytest.mark.spark

CITY = "370900"
CELL = "period string, area_code string, units int, magnitude decimal(24,4), largest decimal(24,4)"


@pytest.fixture(scope="module")
def judged(spark):
    """Counties as (area, values of their units) by group to the reasons; the city is their sum."""

    def run(**groups):
        from jobs.fuse.disclosure import withhold

        rows = []
        for period, counties in groups.items():
            everyone = [value for values in counties.values() for value in values]
            for area, values in (*counties.items(), (CITY, everyone)):
                sizes = [abs(value) for value in values]
                rows.append((period, area, len(values), Decimal(sum(sizes)), Decimal(max(sizes))))
        found = withhold(spark.createDataFrame(rows, CELL), ["period"], CITY).collect()
        return {p: {r["area_code"]: r["withheld"] for r in found if r["period"] == p} for p in groups}

    return run


EVEN, BROAD = [10, 10, 10], [50] * 10


def test_many_even_units_are_shown(judged):
    assert set(judged(g={"a": EVEN, "b": BROAD})["g"].values()) == {None}


def test_fewer_than_three_units_or_one_that_holds_most_are_withheld_and_a_second_county_with_them(judged):
    found = judged(
        few={"a": [10, 10], "b": EVEN, "c": BROAD},
        most={"a": [800, 100, 50], "b": EVEN, "c": BROAD},
        loss={"a": [-800, 100, 50], "b": EVEN, "c": BROAD},
    )
    assert found["few"] == {"a": "few_units", "b": "complement", "c": None, CITY: None}
    # The margin of b (12.5) does not outweigh what dominates a (87.5); that of c (325) does.
    assert found["most"] == {"a": "dominated", "b": None, "c": "complement", CITY: None}
    assert found["loss"] == found["most"]


def test_where_no_county_can_hide_the_unsafe_one_the_city_is_withheld(judged):
    found = judged(alone={"a": [400, 10, 10], "b": EVEN}, only={"a": [10, 10], "b": [20, 30]})
    assert found["alone"] == {"a": "dominated", "b": None, CITY: "dominated"}
    assert found["only"] == {"a": "few_units", "b": "few_units", CITY: "complement"}


def test_what_no_unit_reported_is_always_shown(spark):
    from jobs.fuse.disclosure import withhold

    frame = spark.createDataFrame([("g", "a", None, None, None), ("g", CITY, None, None, None)], CELL)
    assert [row["withheld"] for row in withhold(frame, ["period"], CITY).collect()] == [None, None]


def test_sums_since_january_are_withheld_from_a_withheld_month_on_and_free_again_in_the_next_year(spark):
    from jobs.fuse.disclosure import withheld_since

    months = [("2017-10", None), ("2017-11", "dominated"), ("2017-12", None), ("2018-02", None)]
    frame = spark.createDataFrame([("a", *row) for row in months], "area_code string, period string, withheld string")
    found = {row["period"]: row["withheld_since"] for row in withheld_since(frame, ["area_code"]).collect()}
    expected = {"2017-10": None, "2017-11": "since_withheld", "2017-12": "since_withheld", "2018-02": None}
    assert found == expected
