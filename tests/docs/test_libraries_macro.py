"""docs/libraries.md, 宏观经济库 and 决策支持库: every query may run as `taian query`, and answers what is promised."""

import datetime
import re
from decimal import Decimal

import pytest

from catalog import load_catalog
from catalog.macro import macro
from taian.settings import ROOT
from taian.sqlguard import tables_of

pytestmark = pytest.mark.spark

TABLES = ("base_macro__observation", "base_decision__indicator", "base_decision__target", "dwd_macro__fiscal")
FIRST, LATER = datetime.date(2018, 6, 1), datetime.date(2018, 6, 20)
COUNTIES = ("370902", "370911", "370921", "370923", "370982", "370983")
CITY = "370900"
MONEY = "decimal(20,4)"
AMOUNTS = f"month_10k_yuan {MONEY}, cumulative_10k_yuan {MONEY}"
DAYS = "_batch string, _known_from date, _known_to date"


def columns_of(source):
    return [one.cumulative or one.month for one in macro().series.values() if one.source == source]


def blocks(section):
    """The section's queries by the question above each."""
    text = (ROOT / "docs" / "libraries.md").read_text(encoding="utf-8")
    (body,) = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return dict(re.findall(r"^### (.+?)\n.*?^```sql\n(.*?)^```$", body, re.MULTILINE | re.DOTALL))


def returned(firm, period, amount, batch="r1", since=FIRST, until=None):
    return (firm, period, *([Decimal(amount)] * len(columns_of("enterprise_return"))), batch, since, until)


def deliveries():
    """Four firms in each of two counties, one corrected month, fiscal reports and two quarters of accounts."""
    firms = {f"{county}{n}": county for county in COUNTIES[:2] for n in range(4)}
    months = {"2016": (2, 3, 4, 5, 6), "2017": (2, 3, 5, 6), "2018": (2, 3, 4, 5)}
    whole = [
        returned(firm, f"{year}-{month:02d}", int(year) * month)
        for firm in firms
        for year, found in months.items()
        for month in found
        if (firm, year, month) != ("3709020", "2016", 5)
    ]
    whole += [returned("3709020", "2016-05", 15_000, until=LATER), returned("3709020", "2016-05", 10_080, "r2", LATER)]
    names = ", ".join(f"{name} {MONEY}" for name in columns_of("enterprise_return"))
    homes = [
        (firm, county, datetime.date(2010, 1, 1), datetime.datetime(2018, 6, 1), "q1", 2)
        for firm, county in firms.items()
    ]
    money = [
        (county, f"{year}-{month:02d}", item, Decimal(n * factor), Decimal(n * month * factor), "f1", FIRST, None)
        for year, n in ((2017, 100), (2018, 110))
        for month in (1, 2)
        for item, factor in (("一般公共预算收入", 1), ("教育支出", 2))
        for county in COUNTIES
    ]
    parts = columns_of("county_account")
    accounts = [
        (
            area,
            quarter,
            *([Decimal(6 * n if area == CITY else n + (area == "370921") * more)] * len(parts)),
            "g1",
            FIRST,
            None,
        )
        for quarter, n, more in (("2017Q2", 200_000, 0), ("2017Q3", 300_000, 50_000), ("2018Q2", 220_000, 0))
        for area in (CITY, *COUNTIES)
    ]
    return {
        "enterprise_return": (whole, f"credit_code string, period string, {names}, {DAYS}"),
        "enterprise_registration": (
            homes,
            "credit_code string, county_code string, updated_at date, _delivered_at timestamp, _batch string, "
            "_source_row int",
        ),
        "fiscal": (
            money,
            f"county_code string, period string, item string, {AMOUNTS}, {DAYS}",
        ),
        "county_account": (
            accounts,
            f"area_code string, period string, {', '.join(f'{name} {MONEY}' for name in parts)}, {DAYS}",
        ),
    }


NAMED = ("'泰安市' as area_name", "cast(null as double) as yoy", "'x' as source")
"""What the topic's figures have besides."""
TARGETS = [
    ("A01", "地区生产总值", "亿元", "level", 240),
    ("A02", "地区生产总值增速", "%", "growth", 12),
    ("A07", "社会消费品零售总额增速", "%", "growth", 9),
    ("A08", "一般公共预算收入", "万元", "level", 12_000),
    ("A09", "税收收入占一般公共预算收入比重", "%", "at_least", 75),
    ("C06", "教育支出", "亿元", "level", 1),
    ("D01", "细颗粒物平均浓度", "微克/立方米", "at_most", 60),
]


@pytest.fixture(scope="module")
def ask(spark):
    """Run one query over the libraries made of these deliveries."""
    from jobs.fuse import observation, published_number, target

    given, catalog = deliveries(), load_catalog()
    figures = [("pm25", CITY, f"2018-0{n}", float(v), 1) for n, v in ((1, 90), (2, 60))]
    topic = spark.createDataFrame(
        figures, "indicator string, area_code string, period string, value double, months int"
    )
    rows = [("2018", CITY, "经济增长", *row[:4], Decimal(row[4]), "t1") for row in TARGETS]
    goals = (
        "year string, area_code string, category string, indicator_code string, indicator_title string, unit string, "
        "kind string, target decimal(20,4), _batch string"
    )

    class Inputs:
        def __init__(self):
            self.catalog, self.tables = catalog, {}

        def known(self, name):
            return spark.createDataFrame(*given[name]) if name in given else None

        rows = known

        def current(self, _name):
            return spark.createDataFrame(rows, goals)

        def table(self, name):
            return self.tables[name]

        def batches(self, name):
            return [f"{name}@b1"]

    inputs = Inputs()
    inputs.tables["topic_city__indicator"] = topic.selectExpr("*", *NAMED)
    inputs.tables["base_macro__observation"] = observation.build(inputs).persist()
    inputs.tables["base_decision__indicator"] = published_number.build(inputs).persist()
    inputs.tables["base_decision__target"] = target.build(inputs)
    inputs.tables["dwd_macro__fiscal"] = inputs.known("fiscal")
    for name, frame in inputs.tables.items():
        frame.createOrReplaceTempView(name)
    yield lambda query: (tables_of(query, TABLES), [row.asDict() for row in spark.sql(query).collect()])[1]
    for name in inputs.tables:
        spark.catalog.dropTempView(name)


MACRO, DECISION = blocks("宏观经济库"), blocks("决策支持库")


def test_every_query_of_the_two_sections_is_tried_here():
    text = (ROOT / "docs" / "libraries.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    counted = {name: body.count("```sql") for name, body in sections}
    assert (len(MACRO), len(DECISION)) == (counted["宏观经济库"], counted["决策支持库"]) == (6, 3)


def test_the_figure_as_it_was_known_on_a_day(ask):
    query = MACRO["某一天知道的数是多少"]
    then = ask(query)
    assert [(r["is_cumulative"], r["value"], r["known_to"]) for r in then] == [
        (False, 2016 * 8 + 15_000 - 10_080, LATER),
        (True, 2016 * 40 + 15_000 - 10_080, LATER),
    ]
    now = ask(query.replace("2018-06-19", "2018-06-20"))
    assert [(r["is_cumulative"], r["value"], r["known_from"]) for r in now] == [
        (False, 2016 * 8, LATER),
        (True, 2016 * 40, LATER),
    ]


def test_what_a_correction_changed(ask):
    found = ask(MACRO["更正改了哪些数"])
    changed = [(r["area_code"], r["period"], r["is_cumulative"]) for r in found]
    figures = [("2016-05", False), ("2016-05", True), ("2016-06", False)]
    assert changed == [(area, *figure) for area in (CITY, "370902") for figure in figures]
    assert all(r["batches"] == ["enterprise_return@r1", "enterprise_return@r2"] for r in found)


def test_comparisons_with_the_same_months_a_year_ago(ask):
    found = {(r["period"], r["is_cumulative"]): r for r in ask(MACRO["可比的同比"])}
    assert found["2018-02", False]["months"] == found["2017-02", False]["months"] == 2
    assert found["2018-02", False]["yoy_percent"] == pytest.approx(100 * (2018 / 2017 - 1), abs=0.05)
    # April 2017 is missing: nobody's April compares with it, and the May after it covers two months.
    assert ("2018-04", False) not in found
    assert ("2018-05", False) not in found
    assert ("2018-05", True) in found


def test_months_and_sums_since_january(ask):
    found = ask(MACRO["本月数和累计数"])
    assert [(r["period"], r["own"], r["months"], r["since_january"]) for r in found] == [
        ("2018-02", 2018 * 16, 2, 2018 * 16),
        ("2018-03", 2018 * 8, 1, 2018 * 24),
        ("2018-04", 2018 * 8, 1, 2018 * 32),
        ("2018-05", 2018 * 8, 1, 2018 * 40),
    ]


def test_the_quarter_in_which_the_counties_say_more_than_the_city(ask):
    assert ask(MACRO["县级之和超过全市的季度"]) == [{"period": "2017Q3", "counties": 1_850_000, "city": 1_800_000}]


def test_what_is_withheld_and_why(ask):
    assert ask(MACRO["哪些数不公布，为什么"]) == []


def test_where_a_number_comes_from_down_to_its_rows(ask):
    (found,) = ask(DECISION["这个数从哪里来"])
    assert (found["value"], found["unit"], found["owner"]) == (220, "10k_yuan", "财政局")
    assert found["yoy"] == pytest.approx(0.1)
    assert found["batches"] == ["fiscal@f1"]
    assert found["definition_id"].startswith("fiscal_revenue:")
    assert "不含市本级" in found["definition"]
    (row,) = ask(found["rows_query"])
    assert (row["county_code"], row["period"], row["item"]) == ("370902", "2018-02", "一般公共预算收入")
    assert row["cumulative_10k_yuan"] == found["value"]


def test_targets_beside_what_was_reached(ask):
    found = {r["indicator_title"]: r for r in ask(DECISION["目标完成得怎样"])}
    product = found["地区生产总值"]
    assert (float(product["actual"]), product["as_of"], product["state"]) == (132, "2018Q2", "on_track")
    assert (float(product["percent_reached"]), float(product["percent_of_year"])) == (55, 50)
    assert (found["地区生产总值增速"]["actual"], found["地区生产总值增速"]["state"]) == (pytest.approx(10), "behind")
    revenue = found["一般公共预算收入"]
    assert (float(revenue["actual"]), revenue["as_of"], revenue["state"]) == (1320, "2018-02", "behind")
    particles = found["细颗粒物平均浓度"]
    assert (float(particles["actual"]), particles["state"], particles["percent_reached"]) == (75, "behind", None)


def test_targets_that_nothing_can_be_held_against(ask):
    counted = {r["state"]: r["targets"] for r in ask(DECISION["还有多少目标没有数可以对照"])}
    assert counted == {"behind": 3, "on_track": 1, "not_measured": 1, "no_figure": 1, "unit_differs": 1}
