import json

import pandas as pd
import pytest

from catalog import load_catalog
from expectations.authenticity.book import examined
from expectations.authenticity.finding import TABLE, to_frame
from jobs.inspection.inspect_hotline import orders_book
from jobs.inspection.inspect_residents import inspect_residents
from jobs.inspection.inspect_returns import firm_electricity, firms_book
from jobs.inspection.inspected_units import naming

pytestmark = pytest.mark.spark

A, B, C = "913799010000000001", "913799010000000002", "913799010000000003"
REGISTRATION = "credit_code string, registration_number string, name string"
PARADATA = ("agency_number", "account", "device", "ip_address", "filed_at")
SCHEMA = "credit_code string, period string, agency_number string, account string, device string, ip_address string, "
SCHEMA += "filed_at timestamp"
METERS = "account_number string, account_name string, credit_code string, period string, electricity_kwh double"


@pytest.fixture
def registration(spark):
    rows = [(A, "379901000000001", "甲公司"), (B, "379901000000002", "乙公司"), (C, None, "乙公司")]
    return spark.createDataFrame(rows, REGISTRATION)


@pytest.fixture
def consumption(spark, registration):
    """What the given meter rows amount to, by firm and period."""

    def run(rows):
        firms = registration.select("credit_code")
        found = firm_electricity(spark.createDataFrame(rows, METERS), registration, firms).collect()
        return {(row["credit_code"], row["period"]): row["electricity_kwh"] for row in found}

    return run


def test_all_meters_of_a_firm_are_summed_by_month(consumption):
    rows = [("1", "甲", A, "2018-05", 10.0), ("2", "甲", A, "2018-05", 5.0), ("1", "甲", A, "2018-06", 7.0)]
    assert consumption(rows) == {(A, "2018-05"): 15.0, (A, "2018-06"): 7.0}


def test_an_old_registration_number_leads_to_the_firm(consumption):
    assert consumption([("1", "甲", "379901000000001", "2018-05", 10.0)]) == {(A, "2018-05"): 10.0}


def test_a_meter_that_lost_its_code_for_a_month_stays_with_its_firm(consumption):
    rows = [("1", "甲", A, "2018-05", 10.0), ("1", "甲", None, "2018-06", 7.0)]
    assert consumption(rows) == {(A, "2018-05"): 10.0, (A, "2018-06"): 7.0}


def test_a_meter_without_a_code_belongs_to_the_one_firm_of_that_name(consumption):
    assert consumption([("1", "甲公司", None, "2018-05", 10.0)]) == {(A, "2018-05"): 10.0}


def test_a_name_that_two_firms_bear_leads_to_neither(consumption):
    assert consumption([("1", "乙公司", None, "2018-05", 10.0)]) == {}


def test_a_meter_of_a_firm_that_does_not_report_stays_out(consumption):
    assert consumption([("1", "丁", "913799010000000009", "2018-05", 10.0)]) == {}


def test_a_planted_shell_firm_comes_out_as_a_row_of_the_table(spark, honest_city):
    city = honest_city(150, 71)
    city.electricity[:2, 15:], city.sales[:2, 15:] = 0.0, 0.0
    renamed = {"unit": "credit_code"}
    returns = city.returns().rename(columns=renamed)
    returns["industry_code"] = returns["credit_code"].map(city.units["industry_code"])
    power, sales = (book.rename(columns=renamed) for book in city.books())
    power["account_number"] = power["account_name"] = power["credit_code"]
    paradata = city.paradata().rename(columns=renamed)[["credit_code", "period", *PARADATA]]
    firms = pd.DataFrame({"credit_code": city.units.index, "name": city.units["name"].to_numpy()})
    firms["county_code"], firms["registration_number"] = "370902", None

    book = firms_book(
        spark.createDataFrame(returns),
        spark.createDataFrame(paradata, SCHEMA),
        spark.createDataFrame(power),
        spark.createDataFrame(sales),
        spark.createDataFrame(firms, "credit_code string, name string, county_code string, registration_number string"),
        counties={"370902": "泰山区"},
        industries={"3011": "水泥制造"},
    )
    found = to_frame(examined(book).findings, "run-1")
    assert list(found.columns) == list(TABLE)
    strong = found[found["strength"] == "strong"]
    assert sorted(strong["unit"]) == sorted(city.units.index[:2])
    assert set(strong["county_name"]) == {"泰山区"}
    assert set(strong["period"]) == {"2017-04/2018-06"}
    assert json.loads(strong["evidence"].iloc[0])["kind"] == "series"


def test_orders_are_counted_by_county_and_day(spark):
    rows = [
        ("370902101", "2018-06-01 23:59:00"),
        ("370902102", "2018-06-01 00:00:01"),
        ("370911001", "2018-06-02 08:00:00"),
    ]
    orders = spark.createDataFrame(rows, "township_code string, received_at string").selectExpr(
        "township_code", "cast(received_at as timestamp) as received_at"
    )
    seen = orders_book(orders, {"370902": "泰山区", "370911": "岱岳区"}).seen
    assert seen.grid("工单数").tolist() == [[0.0, 1.0], [2.0, 0.0]]


def test_refused_identity_numbers_are_told_apart_into_errors_and_inventions(spark):
    schema = "_batch string, _file string, _source_row bigint, codes array<string>, columns array<string>, raw string"
    slip = '"379901196003074212","王一","男","19600307","370902001001"'
    invented = '"123456789012345678","李二","女","19851130","370902001001"'
    rows = [
        ("resident-01", "a.csv", 3, ["R006"], ["id_number"], slip),
        ("resident-01", "a.csv", 9, ["R006"], ["id_number"], invented),
        ("resident-01", "a.csv", 12, ["R003"], ["ethnicity"], invented),
        ("resident-02", "a.csv", 1, ["R006"], ["id_number"], invented),
    ]
    headers = ["公民身份号码", "姓名", "性别", "出生日期", "村居代码"]
    layouts = {"resident-01": {"headers": headers, "codec": "utf-8", "period": "2018-05-31"}}
    resource = load_catalog()["resident"]
    found = inspect_residents(spark.createDataFrame(rows, schema), resource, layouts, {"370902": "泰山区"})
    assert [(f.unit, f.strength) for f in found] == [("resident-01/a.csv#9", "strong"), ("370902", "weak")]


def test_a_unit_is_named_by_its_own_findings_and_by_those_on_its_group(spark):
    group = json.dumps({"kind": "series", "members": [{"unit": A, "name": "甲"}, {"unit": B, "name": "乙"}]})
    rows = [(A, None), ("group", group), (C, json.dumps({"kind": "series", "members": []}))]
    named = naming(spark.createDataFrame(rows, "unit string, evidence string")).collect()
    assert {row["unit"]: row["findings"] for row in named} == {A: 2, B: 1, C: 1, "group": 1}
