"""Every query of the guide's section on the geospatial library runs, on small tables, and answers what it says."""

import datetime
import json
import re

import pytest
import shapely
from shapely.geometry import mapping

from jobs.fuse.places import Gazetteer, Listed, histories
from sample_data import division
from taian.settings import ROOT
from taian.sqlguard import tables_of

pytestmark = pytest.mark.spark

DAY = datetime.date(2018, 6, 30)
SYSTEMS = {"统计": "nbs", "民政": "mca"}
LEVELS = {"地": "city", "县": "county", "乡": "township", "村": "village"}
OUTLINES = {
    "370902": json.dumps(mapping(shapely.box(117.05, 36.09, 117.33, 36.35))),
    "370911": json.dumps(mapping(shapely.box(116.84, 35.87, 117.04, 36.08))),
}
NEAR, FAR = "370902001001", "370902002001"


def queries():
    """The queries of the section, in order."""
    text = (ROOT / "docs" / "libraries.md").read_text(encoding="utf-8")
    section = re.search(r"^## 空间地理库\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section
    return re.findall(r"```sql\n(.*?)```", section[1], re.DOTALL)


def listed():
    def day(text):
        return datetime.date.fromisoformat(text) if text else None

    rows = [*division.statistical(), *division.civil_affairs(), *division.earlier("nbs"), *division.earlier("mca")]
    for system, edition, on, level, code, name, parent, ended, successor in rows:
        if LEVELS[level] != "village" or code.startswith("370902") or ended:
            yield Listed(
                SYSTEMS[system], edition, day(on), LEVELS[level], code, name, parent, day(ended), successor or None
            )


@pytest.fixture(scope="module")
def tables(spark):
    """Small tables of the library, made by the builders."""
    from dataclasses import astuple

    from jobs.fuse.address import addresses
    from jobs.fuse.division import SCHEMA
    from jobs.fuse.facility import facilities
    from jobs.fuse.grid import grid
    from jobs.fuse.outline import SCHEMA as SEGMENT
    from jobs.fuse.outline import segments

    places = histories(listed())
    rows = [(f"a{i}", f"{i}号", NEAR, "dwelling", 117.12 + i * 1e-4, 36.19, DAY, "b") for i in range(4)]
    rows += [(f"b{i}", f"{i}号", FAR, "dwelling", 117.12 - i * 1e-3, 36.19, DAY, "b") for i in range(1, 7)]
    known = addresses(
        spark.createDataFrame(
            rows,
            "address_id string, address string, village_code string, kind string, longitude double, latitude double, "
            "registered_on date, _batch string",
        ),
        OUTLINES,
    ).persist()
    point = [json.dumps({"type": "Point", "coordinates": [lon, lat]}) for lon, lat in ((117.12, 36.19), (117.0, 36.0))]
    found = [
        ("JY1", "甲幼儿园", "kindergarten", "路", "nbs", "370902001", NEAR, 9, DAY, "open", point[0], "b"),
        ("JY2", "乙小学", "primary_school", "路", "nbs", "370902001", None, 9, DAY, "open", point[1], "b"),
    ]
    placed = facilities(
        spark.createDataFrame(
            found,
            "facility_id string, name string, kind string, address string, code_system string, township_code string, "
            "village_code string, capacity bigint, opened_on date, status string, geojson string, _batch string",
        ),
        Gazetteer(places),
        known,
        OUTLINES,
        DAY,
    ).persist()
    people = spark.createDataFrame([(NEAR, "1号")] * 30 + [(FAR, "1号")] * 4, "village_code string, address string")
    frames = {
        "base_geo__division": spark.createDataFrame([astuple(place) for place in places], SCHEMA).selectExpr(
            "*", "valid_to is null as is_current"
        ),
        "base_geo__address": known,
        "base_geo__outline": spark.createDataFrame(
            [row for code, text in OUTLINES.items() for row in segments(code, f"县{code}", text)], SEGMENT
        ),
        "base_geo__facility": placed,
        "base_geo__grid": grid(
            people, known, placed.where("coalesce(is_in_county, true)"), OUTLINES, lambda frame: frame
        ),
    }
    for name, frame in frames.items():
        # Computed once, as the night stores it; each query would build the grid anew.
        frame.localCheckpoint().createOrReplaceTempView(name)
    yield list(frames)
    for name in frames:
        spark.catalog.dropTempView(name)


@pytest.fixture(scope="module")
def answers(spark, tables):
    """What each query answers, by its first words after SELECT or WITH."""
    found = []
    for sql in queries():
        assert tables_of(sql, tables), sql
        found.append([row.asDict() for row in spark.sql(sql).collect()])
    return found


def test_a_code_of_2005_is_answered_by_its_system_and_day(answers):
    (row,) = answers[0]
    assert (row["name"], row["level"], row["is_documented"], row["successor_code"]) == (
        "岱岳区",
        "county",
        True,
        "370911",
    )
    assert row["valid_to"] == datetime.date(2007, 12, 31)


def test_twelve_codes_mean_two_towns(answers):
    assert len(answers[1]) == 12
    assert ("370911106", "满庄镇", "夏张镇") in {tuple(row.values()) for row in answers[1]}


def test_a_merged_village_leads_to_the_one_it_became(answers):
    ended = {row["code"]: row["successor_code"] for row in answers[2] if row["system"] == "nbs"}
    assert ended["370982001399"] == "370982001010"
    assert ended["370903"] == "370911"


def test_a_point_is_in_the_county_of_its_outline(answers):
    assert [row["code"] for row in answers[3]] == ["370902"]


def test_a_point_is_likeliest_in_the_village_of_most_near_addresses(answers):
    first, second = answers[4]
    assert (first["village_code"], first["addresses"], first["nearest_m"], first["township"]) == (
        NEAR,
        4,
        0,
        "岱庙街道",
    )
    assert (second["village_code"], second["addresses"]) == (FAR, 1)


def test_the_precision_is_counted_over_all_addresses_that_have_a_neighbour(answers):
    assert sum(row["points"] for row in answers[5]) == 10
    assert all(0 <= row["right_village"] <= row["right_township"] <= 1 for row in answers[5])


def test_the_grid_tells_its_squares_and_hides_the_few(answers):
    # One square of a kilometre holds 30 and 4 persons, or two of them hold one each: 4 alone are never told.
    assert all(row["persons"] != 4 for row in answers[6])
    assert [row["cell_m"] for row in answers[7]] == [500, 1000]
    assert all(row["addresses"] == 10 and row["facilities"] == 1 for row in answers[7])


def test_a_facility_on_the_map_of_another_county_is_listed(answers):
    assert [(row["facility_id"], row["located_county_code"]) for row in answers[8]] == [("JY2", "370911")]
    assert {(row["township"], row["kind"], row["facilities"]) for row in answers[9]} == {
        ("岱庙街道", "kindergarten", 1),
        ("岱庙街道", "primary_school", 1),
    }
