"""Indicators of government services: the share that comes in online, and the share done in the promised days."""

import datetime

import duckdb
import pandas as pd
import pytest

from jobs.governance.services import query
from jobs.indicators.formulas import FORMULAS

pytestmark = pytest.mark.spark

CASE = (
    "area_code string, accepted_at timestamp, channel string, promised_days int, finished_at timestamp, actual_days int"
)


class Given:
    """Inputs of a formula: the cases, or nothing."""

    def __init__(self, cases=None):
        self.cases = cases

    def current(self, name):
        return self.cases


def case(area, month, channel, promised, actual):
    accepted = datetime.datetime(2018, month, 3, 9)
    return (area, accepted, channel, promised, None if actual is None else accepted, actual)


CASES = [
    case("370902", 6, "online", 5, 5),
    case("370902", 6, "online", 5, 6),
    case("370902", 6, "window", 5, 0),
    # Still open: it counts as received, and not yet as done or late.
    case("370902", 6, "window", 5, None),
    case("370902", 5, "window", 1, None),
    case("370900", 6, "online", 20, 20),
]


@pytest.fixture
def rates(spark):
    def run(name):
        found = FORMULAS[name](Given(spark.createDataFrame(CASES, CASE))).collect()
        return {(row["area_code"], row["period"]): (row["numerator"], row["denominator"]) for row in found}

    return run


def test_the_online_rate_is_a_share_of_all_cases_received(rates):
    assert rates("service_online_rate") == {
        ("370902", "2018-06"): (200, 4),
        ("370902", "2018-05"): (0, 1),
        ("370900", "2018-06"): (100, 1),
    }


def test_the_on_time_rate_is_a_share_of_the_finished_ones_and_the_last_promised_day_is_in_time(rates):
    assert rates("service_on_time_rate") == {("370902", "2018-06"): (200, 3), ("370900", "2018-06"): (100, 1)}


@pytest.mark.parametrize(
    ("indicator", "part", "whole"),
    [
        ("service_online_rate", "online_cases", "cases"),
        ("service_on_time_rate", "on_time_cases", "finished_cases"),
    ],
)
def test_the_page_of_the_plan_counts_the_same_cases(rates, indicator, part, whole):
    # All cases of one matter in one year: the months and areas of the indicator together.
    item = "SELECT 'A' AS item_code, '' AS title, 'licence' AS kind, '' AS department, '370900' AS area_code, "
    item += "'3' AS online_depth, 1 AS legal_days, 1 AS promised_days, '' AS runs_on, '' AS own_system, "
    item += "NULL::DATE AS docked_on, 'b' AS _batch"
    names = [column.split()[0] for column in CASE.split(", ")]
    with duckdb.connect() as connection:
        connection.register("handled", pd.DataFrame(CASES, columns=names).assign(item_code="A"))
        text = query(item, "SELECT * FROM handled", {"zfbgs": "市政府办公室"}, datetime.date(2018, 6, 30))
        counted = connection.execute(f"SELECT 100 * {part}, {whole} FROM ({text})").fetchone()
    assert counted == tuple(map(sum, zip(*rates(indicator).values(), strict=True)))


def test_without_cases_there_is_no_rate():
    assert FORMULAS["service_online_rate"](Given()) is None
    assert FORMULAS["service_on_time_rate"](Given()) is None
