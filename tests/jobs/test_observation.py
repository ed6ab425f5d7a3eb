"""The macro-economic library: month and cumulative, counties and city, what is withheld, and every vintage."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from catalog import load_catalog
from catalog.macro import macro
from jobs.inputs import MissingInputError

pytestmark = pytest.mark.spark

FIRST, LATER, TODAY = datetime.date(2018, 6, 1), datetime.date(2018, 6, 20), datetime.date(2018, 6, 30)
MEASURES = [one.cumulative or one.month for one in macro().series.values() if one.source == "enterprise_return"]
MONEY = "decimal(20,4)"
DAYS = "_batch string, _known_from date, _known_to date"
RETURN = f"credit_code string, period string, {', '.join(f'{name} {MONEY}' for name in MEASURES)}, {DAYS}"
REGISTER = (
    "credit_code string, county_code string, updated_at date, _delivered_at timestamp, _batch string, _source_row int"
)
FISCAL = f"county_code string, period string, item string, month_10k_yuan {MONEY}, cumulative_10k_yuan {MONEY}, {DAYS}"
INVOICE = f"credit_code string, period string, sales_yuan {MONEY}, tax_yuan {MONEY}, {DAYS}"
PRICE = f"item string, period string, month_on_month {MONEY}, year_on_year {MONEY}, year_to_date {MONEY}, {DAYS}"
PARTS = [one.cumulative for one in macro().series.values() if one.source == "county_account"]
ACCOUNT = f"area_code string, period string, {', '.join(f'{name} {MONEY}' for name in PARTS)}, {DAYS}"
COUNTIES = ("370902", "370911", "370921", "370923", "370982", "370983")
A, B, CITY = "370902", "370911", "370900"


def filed(firm, period, amount, batch="r1", since=FIRST, until=None):
    """A return in which every column holds the same figure."""
    return (firm, period, *([Decimal(amount)] * len(MEASURES)), batch, since, until)


def home(firm, county, since=datetime.date(2016, 1, 1), told=1):
    return (firm, county, since, datetime.datetime(2018, 6, told, 6), "q1", 2)


def item(county, period, month, cumulative, batch="f1", name="一般公共预算收入"):
    return (county, period, name, Decimal(month), Decimal(cumulative), batch, FIRST, None)


def figures(rows, indicator, area, *, is_cumulative, day=TODAY):
    """Period to value of one series as it was known on a day."""
    wanted = (indicator, area, is_cumulative)
    return {
        row["period"]: row["value"]
        for row in rows
        if (row["indicator"], row["area_code"], row["is_cumulative"]) == wanted
        and row["known_from"] <= day
        and (row["known_to"] is None or row["known_to"] > day)
    }


def returned():
    """Four firms of one county and three of another; firm a corrects March on the 20th, firm d never files April. In
    2015 only two of the second county file; in 2016 nobody files March; in 2013 and 2014 firm m moves, and the register
    learns late of another.
    """
    rows = [filed(firm, "2017-12", 99) for firm in "abcdxyz"] + [filed(firm, "2018-02", 20) for firm in "abcdxyz"]
    rows += [filed("a", "2018-03", 95, until=LATER), filed("a", "2018-03", 35, "r2", LATER)]
    rows += [filed(firm, "2018-03", 35) for firm in "bcd"] + [filed(firm, "2018-03", 30) for firm in "xyz"]
    rows += [filed(firm, "2018-04", 50) for firm in "abc"] + [filed(firm, "2018-04", 40) for firm in "xyz"]
    rows += [filed(firm, f"2015-{m:02d}", 10 * m) for firm in "abcdxy" for m in (2, 3)]
    rows += [filed(firm, f"2016-{m:02d}", 10 * m) for firm in "abcdxyz" for m in (2, 4)]
    return rows + [filed(firm, f"{y}-04", 10) for firm in (*"abcxyz", "m", "late") for y in (2013, 2014)]


def homes():
    moved, back = datetime.date(2013, 3, 15), datetime.date(2014, 2, 1)
    settled = [home(firm, A) for firm in "abcd"] + [home(firm, B) for firm in "xyz"]
    moving = [home("m", A, datetime.date(2012, 5, 9)), home("m", B, moved), home("m", A, back)]
    return [*settled, *moving, home("late", A, told=25)]


def taken():
    rows = [item(county, "2018-01", 10, 10) for county in COUNTIES]
    rows += [item(county, "2018-02", 12, 23) for county in COUNTIES[:5]]
    return rows + [item(county, "2018-01", 99, 99, name="别的项目") for county in COUNTIES]


def accounted():
    amounts = ((A, "2017Q1", 10), (A, "2017Q2", 24), (CITY, "2017Q1", 11), (CITY, "2017Q2", 27))
    return [(area, quarter, *([Decimal(n)] * len(PARTS)), "g1", FIRST, None) for area, quarter, n in amounts]


def invoiced():
    sums = (Decimal(30_000), Decimal(10))
    return [(firm, f"2018-{month:02d}", *sums, "v1", FIRST, None) for firm in "abcd" for month in (1, 2, 4)]


def priced():
    indices = (Decimal(100), Decimal(102), Decimal(101))
    return [("居民消费价格总指数", f"2018-0{month}", *indices, "p1", FIRST, None) for month in (1, 2)]


@pytest.fixture(scope="module")
def library(spark):
    """The library's rows, made once of all of these deliveries."""
    from jobs.fuse.observation import build

    resources = {
        "enterprise_return": (returned(), RETURN),
        "enterprise_registration": (homes(), REGISTER),
        "fiscal": (taken(), FISCAL),
        "county_account": (accounted(), ACCOUNT),
        "vat_invoice": (invoiced(), INVOICE),
        "price_index": (priced(), PRICE),
    }

    class Inputs:
        catalog = load_catalog()

        @staticmethod
        def known(name):
            return spark.createDataFrame(*resources[name]) if name in resources else None

        rows = known

    return build(Inputs()).collect()


def test_units_are_summed_by_county_and_city_and_a_unit_that_does_not_file_counts_with_its_last_sum(library):
    def of(area, *, is_cumulative):
        found = figures(library, "industrial_output", area, is_cumulative=is_cumulative)
        return {period: value for period, value in found.items() if period >= "2017-12"}

    assert of(CITY, is_cumulative=True) == {"2017-12": 693, "2018-02": 140, "2018-03": 230, "2018-04": 305}
    assert of(CITY, is_cumulative=False) == {"2017-12": 693, "2018-02": 140, "2018-03": 90, "2018-04": 75}
    assert of(A, is_cumulative=False)["2018-04"] == 45
    counted = {
        r["period"]: (r["units"], r["carried"])
        for r in library
        if (r["indicator"], r["area_code"], r["is_current"]) == ("industrial_output", A, True)
    }
    assert (counted["2018-03"], counted["2018-04"]) == ((4, 0), (3, 1))


def test_a_figure_says_how_many_months_it_covers(library):
    months = {
        (r["period"], r["is_cumulative"]): r["months"]
        for r in library
        if (r["indicator"], r["area_code"]) == ("industrial_output", CITY)
    }
    assert months["2018-02", False] == months["2018-02", True] == 2
    assert (months["2018-03", False], months["2018-03", True]) == (1, 3)
    kinds = {(r["period_kind"], r["unit"]) for r in library if r["indicator"] == "industrial_output"}
    assert kinds == {("month", "10k_yuan")}


def test_a_month_for_which_nobody_filed_is_unknown_and_the_next_covers_two(library):
    found = [r for r in library if (r["indicator"], r["area_code"]) == ("industrial_output", CITY)]
    own = {r["period"]: (r["value"], r["months"]) for r in found if r["period"] < "2017" and not r["is_cumulative"]}
    assert {period: own[period] for period in own if period > "2016"} == {"2016-02": (140, 2), "2016-04": (140, 2)}


def test_a_level_is_not_summed_over_months_and_nobody_is_carried(library):
    assert figures(library, "industrial_headcount", A, is_cumulative=True) == {}
    assert figures(library, "industrial_headcount", A, is_cumulative=False)["2018-04"] == 150


def test_a_correction_changes_the_figures_that_depend_on_it_and_both_vintages_can_be_asked(library):
    def on(day, *, is_cumulative):
        found = figures(library, "industrial_output", CITY, is_cumulative=is_cumulative, day=day)
        return {period: value for period, value in found.items() if period >= "2017-12"}

    before = datetime.date(2018, 6, 19)
    assert on(before, is_cumulative=True) == on(LATER, is_cumulative=True) | {"2018-03": 290}
    assert on(before, is_cumulative=False) == on(LATER, is_cumulative=False) | {"2018-03": 150, "2018-04": 15}
    again = {
        (r["area_code"], r["period"], r["is_cumulative"])
        for r in library
        if (r["indicator"], r["known_from"]) == ("industrial_output", LATER)
    }
    # Nothing of the other county, of February, of last year, or of April's sum.
    flows = {("2018-03", True), ("2018-03", False), ("2018-04", False)}
    assert again == {(area, *figure) for area in (A, CITY) for figure in flows}


def test_a_figure_names_the_batches_it_came_from(library):
    def batches(period, is_cumulative, area=A):
        wanted = (area, period, is_cumulative, "industrial_output", True)
        keys = ("area_code", "period", "is_cumulative", "indicator", "is_current")
        return next(r["batches"] for r in library if tuple(r[key] for key in keys) == wanted)

    both = ["enterprise_return@r1", "enterprise_return@r2"]
    assert batches("2018-03", True) == batches("2018-03", False) == batches("2018-04", False) == both
    assert batches("2018-04", True) == batches("2018-03", True, B) == ["enterprise_return@r1"]


def test_figures_in_which_a_unit_would_be_seen_have_a_reason_and_no_value(library):
    told = {
        (r["area_code"], r["is_cumulative"]): (r["withheld"], r["value"])
        for r in library
        if (r["indicator"], r["period"]) == ("industrial_output", "2015-03")
    }
    assert told == {
        (B, False): ("few_units", None),
        (B, True): ("since_withheld", None),
        # The only other county hides the two units.
        (A, False): ("complement", None),
        (A, True): ("since_withheld", None),
        (CITY, False): (None, 60),
        (CITY, True): (None, 180),
    }


def test_a_unit_counts_a_whole_year_in_the_county_where_it_began_and_once_the_register_knows_it(library):
    def units(area, day):
        found = figures(library, "industrial_headcount", area, is_cumulative=False, day=datetime.date(2018, 6, day))
        return [found["2013-04"], found["2014-04"]]

    assert (units(A, 24), units(B, 24)) == ([40, 30], [30, 40])
    assert (units(A, 25), units(B, 25)) == ([50, 40], [30, 40])


def test_what_is_delivered_both_ways_stays_as_it_is_and_a_city_without_one_of_its_counties_has_no_sum(library):
    assert figures(library, "fiscal_revenue", A, is_cumulative=False) == {"2018-01": 10, "2018-02": 12}
    assert figures(library, "fiscal_revenue", A, is_cumulative=True) == {"2018-01": 10, "2018-02": 23}
    assert figures(library, "fiscal_revenue", CITY, is_cumulative=True) == {"2018-01": 60}
    found = [r for r in library if r["source"] == "fiscal"]
    assert {r["indicator"] for r in found} == {"fiscal_revenue"}
    assert {(r["months"], r["is_cumulative"]) for r in found if r["period"] == "2018-02"} == {(1, False), (2, True)}
    assert {r["units"] for r in found} == {None}


def test_a_city_that_is_accounted_apart_is_not_the_sum_and_quarters_come_from_sums_since_january(library):
    assert figures(library, "gdp", CITY, is_cumulative=True) == {"2017Q1": 11, "2017Q2": 27}
    assert figures(library, "gdp_tertiary", CITY, is_cumulative=False) == {"2017Q1": 11, "2017Q2": 16}
    quarters = {(r["period_kind"], r["months"]) for r in library if r["indicator"] == "gdp" and not r["is_cumulative"]}
    assert quarters == {("quarter", 3)}


def test_monthly_figures_are_summed_since_january_and_an_index_never_is(library):
    assert figures(library, "vat_sales", A, is_cumulative=False) == {"2018-01": 12, "2018-02": 12, "2018-04": 12}
    # Nobody knows March, so nobody knows the sum to April.
    assert figures(library, "vat_sales", CITY, is_cumulative=True) == {"2018-01": 12, "2018-02": 24}
    assert figures(library, "consumer_prices", CITY, is_cumulative=False) == {"2018-01": 102, "2018-02": 102}
    assert figures(library, "consumer_prices", CITY, is_cumulative=True) == {"2018-01": 101, "2018-02": 101}
    assert figures(library, "consumer_prices_mom", CITY, is_cumulative=True) == {}


def test_a_library_without_any_source_says_what_to_deliver():
    from jobs.fuse.observation import build

    nothing = SimpleNamespace(catalog=load_catalog(), known=lambda name: None, rows=lambda name: None)
    with pytest.raises(MissingInputError, match="enterprise_return has no published data yet"):
        build(nothing)
