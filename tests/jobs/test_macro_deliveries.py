"""What the offices of the macro economy hand in: each planted row is refused with its code, and no other row is."""

import datetime
import json

import pytest

pytestmark = pytest.mark.spark

NIGHT = datetime.date(2018, 6, 30)
RESOURCES = ("investment_project", "county_account", "price_index", "indicator_target")


@pytest.fixture(scope="module")
def delivered(spark, tmp_path_factory, at_home):
    """The four resources after one night: their truth, and where they lie."""
    from catalog import load_catalog
    from jobs.resource import run_resource
    from sample_data import macro, places
    from sample_data.context import City

    with at_home(tmp_path_factory.mktemp("macro")) as home:
        city = City(home, 0.001, 11, NIGHT, places.make_places(11))
        macro.deliver(city)
        catalog = load_catalog()
        for name in RESOURCES:
            run_resource(catalog[name], catalog, NIGHT, "r1")
        yield city, catalog


@pytest.mark.parametrize("name", RESOURCES)
def test_what_was_planted_is_refused_with_its_code_and_nothing_else_is(spark, delivered, name):
    from jobs import lake

    city, _ = delivered
    planted = {
        (p.batch, p.file, p.source_row): set(p.codes.split(";"))
        for p in city.truth.defects
        if p.resource == name and p.codes
    }
    assert planted
    rows = lake.read(spark, f"quarantine__{name}").collect()
    assert {(r["_batch"], r["_file"], r["_source_row"]): set(r["codes"]) for r in rows} == planted


@pytest.mark.parametrize("name", RESOURCES)
def test_every_batch_is_published(delivered, name):
    from jobs import journal

    city, _ = delivered
    expected = {batch: state for (resource, batch), (state, _) in city.truth.batches.items() if resource == name}
    assert {row["batch"]: row["state"] for row in journal.deliveries(name)} == expected


def test_investment_has_no_january_and_its_amounts_are_in_10k_yuan_whatever_was_written(spark, delivered):
    from jobs import lake

    city, _ = delivered
    rows = lake.read(spark, "dwd_macro__investment_project")
    months = {row["period"] for row in rows.select("period").distinct().collect()}
    assert len(months) == 11 + 11 + 5
    assert not any(month.endswith("-01") for month in months)
    odd = {
        (p.batch, p.source_row): p.defect
        for p in city.truth.defects
        if p.resource == "investment_project" and p.defect.startswith("单元格写作")
    }
    assert len(odd) > 10
    stored = {(r["_batch"], r["_source_row"]): r for r in rows.collect()}
    for place in odd:
        row = stored[place]
        assert 0 <= row["month_10k_yuan"] <= row["cumulative_10k_yuan"] <= row["since_start_10k_yuan"]
        assert row["since_start_10k_yuan"] < 2 * row["planned_10k_yuan"]


def test_county_accounts_add_up_in_every_quarter_but_the_planted_one(spark, delivered):
    from jobs import lake

    city, _ = delivered
    (event,) = [event for event in city.truth.events if event["kind"] == "county_sum_exceeds_city"]
    quarters = {}
    for row in lake.read(spark, "dwd_macro__county_account").collect():
        quarters.setdefault(row["period"], {})[row["area_code"]] = int(row["gdp_10k_yuan"])
    whole = {period: areas for period, areas in quarters.items() if len(areas) == 7}
    assert len(quarters) == 34
    assert len(whole) > 25
    gaps = {period: sum(areas.values()) - 2 * areas["370900"] for period, areas in whole.items()}
    assert {period for period, gap in gaps.items() if gap} == {event["period"]} == {"2017Q3"}
    assert gaps["2017Q3"] == event["counties_10k_yuan"] - event["city_10k_yuan"] > 0


def test_price_groups_weigh_up_to_the_total_and_meet_the_published_history(spark, delivered):
    from jobs import lake
    from sample_data.firms import history
    from sample_data.macro.prices import TOTAL, WEIGHTS

    city, _ = delivered
    found = {}
    for row in lake.read(spark, "dwd_macro__price_index").collect():
        found.setdefault(row["period"], {})[row["item"]] = float(row["year_on_year"])
    assert (min(found), max(found), len(found)) == ("2010-01", "2018-06", 102)
    for items in found.values():
        if {TOTAL, *WEIGHTS} <= set(items):
            assert sum(WEIGHTS[name] * items[name] for name in WEIGHTS) == pytest.approx(items[TOTAL], abs=0.11)
    known = dict(zip(map(str, history.MACRO_MONTHS), history.macro_values(city)["prices"], strict=True))
    assert all(items[TOTAL] == pytest.approx(known[p], abs=0.051) for p, items in found.items() if p in known)
    january, february, march = (found[f"2018-{month}"]["食品烟酒"] for month in ("01", "02", "03"))
    assert february > max(january, march) + 4


def test_the_plan_names_the_same_indicators_as_the_code_list(delivered):
    from sample_data.macro.targets import GOALS

    _, catalog = delivered
    assert {goal.code: goal.title for goal in GOALS} == catalog.codelists["plan_indicator"].names
    assert len(GOALS) == 60


def test_the_same_city_is_made_again_byte_for_byte(delivered, tmp_path):
    from sample_data import macro
    from sample_data.context import City

    city, _ = delivered
    again = City(tmp_path, 0.001, 11, NIGHT, city.places)
    macro.deliver(again)
    for manifest in sorted((tmp_path / "landing").glob("*/*/*/manifest.json")):
        first = city.out / manifest.relative_to(tmp_path)
        assert json.loads(first.read_bytes()) == json.loads(manifest.read_bytes())
