"""Utilities and how the city runs: what their offices deliver, and the events that must be seen in it."""

import csv
import datetime
import io
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from catalog import load_catalog
from sample_data import society
from sample_data.calls import SURGES
from sample_data.context import City
from sample_data.places import make_places

RESOURCES = ("water", "mobile_presence", "infectious_disease", "safety_accident", "food_price")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    city = City(tmp_path_factory.mktemp("city"), 0.001, 3, datetime.date(2018, 6, 30), make_places(3))
    society.deliver(city)
    return city


def folder_of(city: City, batch: str) -> Path:
    (folder,) = (city.out / "landing").glob(f"*/*/{batch}")
    return folder


def csv_rows(folder: Path) -> list[dict[str, str]]:
    (path,) = folder.glob("*.csv")
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def clean(city: City, folder: Path, rows: list[dict[str, str]], first: int) -> list[dict[str, str]]:
    """Rows that nothing was done to; the first of them has the source row ``first``."""
    dirty = {planted.source_row for planted in city.truth.defects if planted.batch == folder.name}
    return [row for number, row in enumerate(rows, start=first) if number not in dirty]


def headers_of(folder: Path) -> list[str]:
    (path,) = (path for path in folder.iterdir() if path.name != "manifest.json")
    if path.suffix == ".parquet":
        return list(pq.read_schema(path).names)
    if path.suffix == ".xlsx":
        book = CalamineWorkbook.from_path(str(path))
        return [*map(str, book.get_sheet_by_index(0).to_python()[2]), "统计期"]
    return path.read_text(encoding="utf-8-sig").splitlines()[0].split(",")


@pytest.mark.parametrize("name", RESOURCES)
def test_headers_and_providers_are_the_declared_ones(city: City, name: str) -> None:
    declared = load_catalog()[name]
    for (resource, batch), (state, code) in city.truth.batches.items():
        if resource != name:
            continue
        folder = folder_of(city, batch)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        assert (manifest["provider"] == declared.provider.code) == (code != "F008"), batch
        if state != "rejected" or code == "F003":
            assert sorted(headers_of(folder)) == sorted(column.delivered_as for column in declared.columns), batch


def test_each_accident_of_june_is_in_the_truth(city: City) -> None:
    outcomes = defaultdict(set)
    for (resource, _), outcome in city.truth.batches.items():
        outcomes[resource].add(outcome)
    assert outcomes["water"] == {("published", ""), ("rejected", "F004")}
    assert outcomes["mobile_presence"] == {
        ("published", ""),
        ("published_flagged", "W004"),
        ("held", "W102"),
        ("rejected", "F012"),
        ("duplicate", ""),
    }
    assert outcomes["infectious_disease"] == {
        ("published", ""),
        ("published_flagged", "W004"),
        ("rejected", "F008"),
        ("rejected", "F009"),
        ("duplicate", ""),
    }
    assert outcomes["safety_accident"] == {
        ("published", ""),
        ("published_flagged", "W004"),
        ("rejected", "F003"),
        ("duplicate", ""),
    }
    assert outcomes["food_price"] == {
        ("published", ""),
        ("published_flagged", "W004"),
        ("rejected", "F006"),
        ("rejected", "F010"),
        ("duplicate", ""),
    }


@pytest.mark.parametrize("name", RESOURCES)
def test_about_one_row_in_a_hundred_of_the_past_is_dirty_or_odd(city: City, name: str) -> None:
    (folder,) = (city.out / "landing" / name).glob("2018-05*/*")
    rows = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["rows"]
    planted = [planted for planted in city.truth.defects if planted.batch == folder.name]
    assert 0.008 < len(planted) / rows < 0.015
    assert {planted.codes for planted in planted} >= {"", "R001", "R003", "R008"}


def test_the_influenza_season_of_2018_stands_out_against_the_winter_before(city: City) -> None:
    (event,) = [event for event in city.truth.events if event["kind"] == "influenza_season"]
    folder = folder_of(city, "infectious_disease-2018-05-31-01")
    cases: dict[str, int] = defaultdict(int)
    for row in clean(city, folder, csv_rows(folder), 2):
        if row["病种"] == event["disease"] and row["粒度"] == "日":
            cases[row["起始日期"][:7]] += int(row["发病数"])
    assert cases["2018-01"] > 2.5 * cases["2017-01"]
    assert cases["2018-02"] > 2 * cases["2017-02"]
    assert cases["2018-04"] < 1.5 * cases["2017-04"]


def test_months_of_the_past_and_days_of_the_present_do_not_overlap(city: City) -> None:
    folder = folder_of(city, "infectious_disease-2018-05-31-01")
    starts = defaultdict(set)
    for row in clean(city, folder, csv_rows(folder), 2):
        starts[row["粒度"]].add(row["起始日期"])
    assert (min(starts["月"]), max(starts["月"])) == ("2010-01-01", "2016-12-01")
    assert (min(starts["日"]), max(starts["日"])) == ("2017-01-01", "2018-05-31")


def test_two_townships_without_water_use_less_in_may_and_the_others_do_not(city: City) -> None:
    towns = {str(event["township"]) for event in city.truth.events if event["kind"] == "water_outage"}
    assert towns == {surge.town for surge in SURGES if surge.name == "water_outage"}
    folder = folder_of(city, "water-2018-05-01")
    (path,) = folder.glob("*.xlsx")
    book, used = CalamineWorkbook.from_path(str(path)), {}
    for month in ("2018年4月", "2018年5月"):
        rows = book.get_sheet_by_name(month).to_python()[3:]
        used[month] = {number: (town, amount) for number, _, _, town, _, _, amount in rows if isinstance(amount, float)}
    change = defaultdict(list)
    for account, (town, amount) in used["2018年4月"].items():
        if amount > 50 and account in used["2018年5月"]:
            change[town in towns].append(used["2018年5月"][account][1] / amount)
    assert np.median(change[True]) < 0.93
    assert np.median(change[False]) > 1.0


def test_readings_of_a_meter_follow_one_another(city: City) -> None:
    folder = folder_of(city, "water-2018-05-01")
    (path,) = folder.glob("*.xlsx")
    book = CalamineWorkbook.from_path(str(path))
    # Sheets of these months are clean.
    first, second = (book.get_sheet_by_name(name).to_python()[3:] for name in ("2017年2月", "2017年3月"))
    assert [row[5] for row in first] == [row[4] for row in second]
    assert all(row[5] - row[4] == row[6] >= 0 for row in second)


def test_operators_give_no_number_of_fewer_than_twenty_persons(city: City) -> None:
    folder = folder_of(city, "mobile_presence-2018-05-31-01")
    table = pq.read_table(folder / "mobile_presence.parquet").to_pandas()
    dirty = {planted.source_row - 1 for planted in city.truth.defects if planted.batch == folder.name}
    kept = table.drop(index=[row for row in dirty if row in table.index])
    assert kept["外省来访人数"].min() == 20
    assert 0.005 < kept["外省来访人数"].isna().mean() < 0.3
    assert (kept["驻留人数"] > kept["外省来访人数"].fillna(0)).all()


def test_spring_festival_brings_people_home_to_the_country(city: City) -> None:
    folder = folder_of(city, "mobile_presence-2018-05-31-01")
    table = pq.read_table(folder / "mobile_presence.parquet").to_pandas()
    country = table[(table["乡镇代码"] == "370921206") & (table["粒度"] == "日")]
    by_day = country.groupby("起始日期")["驻留人数"].mean()
    assert by_day["2018-02-17"] > 1.1 * by_day["2018-03-17"]


def test_a_day_without_accidents_is_delivered_with_no_rows(city: City) -> None:
    days = [folder_of(city, f"safety_accident-2018-06-{day:02d}-01") for day in range(1, 31)]
    rows = [json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["rows"] for folder in days]
    assert min(rows) == 0
    assert 0 < np.mean(rows) < 3
    assert [len(csv_rows(folder)) for folder in days] == rows


def test_a_toll_rises_under_the_number_of_its_accident(city: City) -> None:
    (event,) = [event for event in city.truth.events if event["kind"] == "toll_rises"]
    found = [
        int(row["死亡人数"])
        for folder in sorted((city.out / "landing/safety_accident").glob("*/*"))
        for row in csv_rows(folder)
        if row["事故编号"] == event["accident_id"]
    ]
    assert found[-1] == found[0] + 1 == event["deaths"]


def test_food_prices_jump_in_february_2018_and_come_back(city: City) -> None:
    folder = folder_of(city, "food_price-2018-05-31-01")
    prices = defaultdict(list)
    for row in clean(city, folder, csv_rows(folder), 2):
        prices[row["品种"], row["粒度"], row["起始日期"][:7]].append(float(row["零售价格"]))

    def rise(item: str) -> float:
        return float(np.mean(prices[item, "日", "2018-02"]) / np.mean(prices[item, "日", "2017-02"]))

    vegetables = [rise(item) for item in ("大白菜", "黄瓜", "西红柿", "土豆", "芹菜", "豆角", "大葱")]
    assert np.mean(vegetables) > 1.3
    assert rise("面粉") < 1.15
    april = [
        np.mean(prices[item, "日", "2018-04"]) / np.mean(prices[item, "日", "2018-02"]) for item in ("黄瓜", "豆角")
    ]
    assert max(april) < 0.85


def features_of(city: City, batch: str) -> list[dict[str, object]]:
    (path,) = folder_of(city, batch).glob("*.geojson")
    return list(json.loads(path.read_text(encoding="utf-8"))["features"])


def test_facilities_are_as_many_at_every_scale_and_have_the_declared_properties(city: City) -> None:
    declared = load_catalog()["public_facility"]
    providers = {provider.code for provider in declared.providers}
    batches = [batch for resource, batch in city.truth.batches if resource == "public_facility"]
    assert {
        json.loads((folder_of(city, b) / "manifest.json").read_text("utf-8"))["provider"] for b in batches
    } == providers
    found = [feature for number in range(1, 5) for feature in features_of(city, f"public_facility-2018Q1-{number:02d}")]
    assert 9_000 <= len(found) < 9_100
    wanted = {column.delivered_as for column in declared.columns} - {"geometry"}
    assert all(set(feature["properties"]) == wanted for feature in found)


def test_a_civil_affairs_code_is_called_statistical_where_it_means_another_town(city: City) -> None:
    (event,) = [event for event in city.truth.events if event["kind"] == "wrong_code_system"]
    assert len(event["facility_ids"]) == 6
    systems = load_catalog().codelists
    for feature in features_of(city, "public_facility-2018Q1-03"):
        record = feature["properties"]
        if record["设施编号"] in event["facility_ids"] and record["乡镇代码"].isascii():
            code = record["乡镇代码"]
            assert systems["township_nbs"].names.get(code) != systems["township_mca"].names[code]


def test_each_dirty_facility_is_in_the_truth_with_its_code(city: City) -> None:
    codes = {planted.codes for planted in city.truth.defects if planted.resource == "public_facility"}
    assert codes == {"", "R001", "R003", "R004", "R005", "R008", "R015", "R016", "R104"}
    (planted,) = [
        planted
        for planted in city.truth.defects
        if planted.batch == "public_facility-2018Q1-02" and planted.defect == "没有位置"
    ][:1]
    assert features_of(city, planted.batch)[planted.source_row - 1]["geometry"] is None


def test_the_same_seed_gives_the_same_bytes(city: City, tmp_path: Path) -> None:
    again = City(tmp_path, 0.001, 3, datetime.date(2018, 6, 1), make_places(3))
    society.deliver(again)
    names = [path.relative_to(tmp_path) for path in sorted(tmp_path.rglob("*-2018-06-01-*/*.*"))]
    assert len(names) > 7
    for name in names:
        assert (tmp_path / name).read_bytes() == (city.out / name).read_bytes(), name
