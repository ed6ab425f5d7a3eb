"""The geospatial library: where points lie, what their neighbours say, what squares may tell."""

import datetime
import json

import numpy as np
import pytest
import shapely
from pyproj import Geod, Proj
from shapely.geometry import mapping

from jobs.fuse.places import Gazetteer, Listed, histories
from jobs.inputs import MissingInputError

pytestmark = pytest.mark.spark

DAY = datetime.date(2018, 6, 30)
OUTLINES = {
    "370902": json.dumps(mapping(shapely.box(117.0, 36.0, 117.1, 36.1))),
    "370911": json.dumps(mapping(shapely.box(117.1, 36.0, 117.2, 36.1))),
}
A, B, C = "370902001001", "370902001002", "370902002001"
ADDRESS = (
    "address_id string, address string, village_code string, kind string, longitude double, latitude double, "
    "easting_m double, northing_m double, is_in_county boolean"
)


class Given:
    """Inputs of a builder: frames by resource or table."""

    business_date = DAY

    def __init__(self, **frames):
        self.frames = frames

    def current(self, name):
        return self.frames.get(name)

    def table(self, name):
        return self.frames[name]


def address(spark, *rows):
    """Addresses at places in metres: (id, village, easting, northing), and where needed kind and text."""
    full = [
        (key, rest[1] if len(rest) > 1 else f"{key}号", village, rest[0] if rest else "dwelling", 0.0, 0.0, x, y, True)
        for key, village, x, y, *rest in rows
    ]
    return spark.createDataFrame(full, ADDRESS)


def test_metres_are_those_of_the_standard_projection_and_the_county_that_of_the_outline(spark):
    from jobs.fuse.locate import in_degrees, located

    points = spark.createDataFrame(
        [("a", 117.05, 36.05), ("b", 117.15, 36.05), ("c", 118.0, 36.05)],
        "id string, longitude double, latitude double",
    )
    found = {row["id"]: row for row in located(points, "id", OUTLINES).collect()}
    assert [found[key]["located_county_code"] for key in "abc"] == ["370902", "370911", None]
    geodesic = Geod(ellps="GRS80").inv(117.05, 36.05, 117.15, 36.05)[2]
    assert found["b"]["easting_m"] - found["a"]["easting_m"] == pytest.approx(geodesic, rel=1e-4)
    back = {row["id"]: row for row in in_degrees(located(points, "id", OUTLINES), "id").collect()}
    assert (back["a"]["longitude"], back["a"]["latitude"]) == pytest.approx((117.05, 36.05), abs=1e-9)


def test_lengths_in_the_city_are_at_most_one_in_ten_thousand_too_long():
    scale = Proj(4548).get_factors(np.array([116.04, 117.0, 117.995]), np.array([35.8, 36.2, 35.8])).meridional_scale
    assert 1 <= scale.min() <= scale.max() < 1.0001


def test_the_nearest_five_addresses_vote_and_the_nearest_breaks_a_tie(spark):
    from jobs.fuse.nearest import nearest_village

    points = spark.createDataFrame(
        [("in_a", 1000.0, 1000.0), ("between", 3000.0, 1000.0), ("nowhere", 90_000.0, 1000.0)],
        "id string, easting_m double, northing_m double",
    )
    addresses = address(
        spark,
        ("1", B, 1001.0, 1000.0),
        *((str(10 + i), A, 1010.0 + i, 1000.0) for i in range(4)),
        # Farther away and many: not asked.
        *((str(20 + i), C, 1100.0 + i, 1000.0) for i in range(9)),
        ("31", A, 3005.0, 1000.0),
        ("32", C, 3003.0, 1000.0),
    )
    found = {row["id"]: row for row in nearest_village(points, "id", addresses).collect()}
    assert set(found) == {"in_a", "between"}
    row = found["in_a"]
    assert (row["near_village_code"], row["near_distance_m"], row["near_share"]) == (A, 10.0, 0.8)
    assert row["near_townships"] == ["370902001"]
    row = found["between"]
    assert (row["near_village_code"], row["near_distance_m"], row["near_share"]) == (C, 3.0, 0.5)
    assert row["near_townships"] == ["370902001", "370902002"]


FACILITY = (
    "facility_id string, name string, kind string, address string, code_system string, township_code string, "
    "village_code string, capacity bigint, opened_on date, status string, geojson string, _batch string"
)


def gazetteer():
    day = datetime.date(2023, 6, 30)
    towns = [
        ("nbs", "370902001", "甲镇"),
        ("nbs", "370902002", "乙镇"),
        ("mca", "370902002", "甲镇"),
        ("mca", "370902003", "乙镇"),
    ]
    return Gazetteer(histories(Listed(s, "2023", day, "township", code, name, "370902") for s, code, name in towns))


def facility(key, system, town, lon, village=None):
    point = json.dumps({"type": "Point", "coordinates": [lon, 36.05]})
    return (key, "小学", "primary_school", "路1号", system, town, village, 100, DAY, "open", point, "b1")


def test_a_facility_has_the_place_its_code_means_in_its_system_and_a_flag_where_its_position_disagrees(spark):
    from jobs.fuse.address import addresses
    from jobs.fuse.facility import facilities

    rows = [(f"a{i}", f"{i}号", A, "dwelling", 117.05 + i * 1e-4, 36.05, DAY, "b0") for i in range(6)]
    known = spark.createDataFrame(
        rows,
        "address_id string, address string, village_code string, kind string, longitude double, latitude double, "
        "registered_on date, _batch string",
    )
    found = [
        facility("right", "nbs", "370902001", 117.05),
        facility("civil", "mca", "370902002", 117.05, B),
        # The same bare code means another town here: neither of the five addresses lies in it.
        facility("wrong_system", "nbs", "370902002", 117.05),
        facility("unknown", "mca", "370902001", 117.05),
        facility("misplaced", "nbs", "370902001", 117.15),
    ]
    built = facilities(spark.createDataFrame(found, FACILITY), gazetteer(), addresses(known, OUTLINES), OUTLINES, DAY)
    told = {row["facility_id"]: row for row in built.collect()}
    names = ("township_code", "village_code", "village_by", "is_in_county", "is_in_township")
    assert {key: tuple(row[name] for name in names) for key, row in told.items()} == {
        "right": ("370902001", A, "nearest_addresses", True, True),
        "civil": ("370902001", B, "declared", True, True),
        "wrong_system": ("370902002", A, "nearest_addresses", True, False),
        "unknown": (None, A, "nearest_addresses", None, None),
        "misplaced": ("370902001", None, None, False, None),
    }
    row = told["right"]
    assert (row["located_county_code"], row["near_village_code"], row["near_share"]) == ("370902", A, 1.0)
    assert row["near_distance_m"] == 0
    assert row["sources"] == {"register": "public_facility@b1"}
    assert told["misplaced"]["located_county_code"] == "370911"


def test_a_ray_crosses_an_outline_with_a_hole_as_often_as_the_polygon_says(spark):
    from jobs.fuse.outline import build

    ring = shapely.box(117.0, 36.0, 117.1, 36.1).difference(shapely.box(117.04, 36.04, 117.06, 36.06))
    shape = shapely.MultiPolygon([ring, shapely.box(117.2, 36.0, 117.3, 36.1)])
    boundary = spark.createDataFrame(
        [("370902", "甲", json.dumps(mapping(shape)))], "code string, name string, geojson string"
    )
    rows = [row.asDict() for row in build(Given(boundary=boundary)).collect()]
    assert {row["part"] for row in rows} == {1, 2, 3}
    for x, y in np.random.default_rng(1).uniform((116.95, 35.95), (117.35, 36.15), (300, 2)):
        crossed = [r for r in rows if (r["y1"] > y) != (r["y2"] > y)]
        crossed = [r for r in crossed if x < r["x1"] + (y - r["y1"]) / (r["y2"] - r["y1"]) * (r["x2"] - r["x1"])]
        assert len(crossed) % 2 == shapely.contains_xy(shape, x, y)


PERSON = "village_code string, address string, is_current boolean, is_registered boolean"
E0, N0 = 500_000.0, 3_990_000.0
"""South-western corner of a square of 1 km, on the meridian near the southern outline."""


def squares(spark, persons, addresses, facilities=()):
    """The grid's rows by size and place within the large square."""
    from jobs.fuse.grid import grid

    people = spark.createDataFrame(
        [(village, text, True, True) for village, text, n in persons for _ in range(n)], PERSON
    )
    places = spark.createDataFrame(list(facilities), "easting_m double, northing_m double")
    outlines = {"370902": json.dumps(mapping(shapely.box(116.0, 35.0, 118.0, 37.0)))}
    rows = grid(people, address(spark, *addresses), places, outlines, lambda frame: frame).collect()
    return {(row["cell_m"], int(row["easting_m"] - E0), int(row["northing_m"] - N0)): row for row in rows}


def test_a_person_is_counted_at_the_own_address_or_spread_as_the_villages_dwellings_are(spark):
    found = squares(
        spark,
        [(A, "1号", 30), (A, "查无此号", 40)],
        [
            ("1", A, E0 + 10, N0 + 10),
            ("2", A, E0 + 20, N0 + 10),
            ("3", A, E0 + 20, N0 + 20),
            ("4", A, E0 + 510, N0 + 10),
            ("5", A, E0 + 520, N0 + 10, "shop"),
            ("6", A, E0 + 2500, N0 + 10, "shop"),
        ],
        [(E0 + 600, N0 + 100)],
    )
    told = {key: (row["persons"], row["addresses"], row["dwellings"], row["facilities"]) for key, row in found.items()}
    assert told == {
        (500, 0, 0): (60, 3, 3, 0),
        (500, 500, 0): (10, 2, 1, 1),
        (500, 2500, 0): (0, 1, 0, 0),
        (1000, 0, 0): (70, 5, 4, 1),
        (1000, 2000, 0): (0, 1, 0, 0),
    }
    assert found[500, 0, 0]["exact_share"] == 0.5
    assert found[1000, 0, 0]["exact_share"] == 0.43
    assert found[1000, 0, 0]["county_code"] == "370902"
    assert found[1000, 0, 0]["cell_id"] == "1000m-500-3990"
    assert not any(row["is_suppressed"] for row in found.values())


def at(number, x, y):
    """An address in the square at (x, y) and the persons who live there."""
    return (str(number), A, E0 + x + 1.0, N0 + y + 1.0)


def people(counts):
    return [(A, f"{number}号", n) for number, n in counts.items()]


def test_few_persons_in_a_square_are_not_told_and_cannot_be_had_by_subtraction(spark):
    places = [at(1, 0, 0), at(2, 500, 0), at(3, 0, 500), at(4, 500, 500), at(5, 1000, 0)]
    found = squares(spark, people({1: 4, 2: 30, 3: 25, 4: 50, 5: 80}), places)
    # The square of 4 is secret, and so is the next larger one: 109 - 30 - 50 would else tell it.
    assert {key: row["persons"] for key, row in found.items()} == {
        (500, 0, 0): None,
        (500, 0, 500): None,
        (500, 500, 0): 30,
        (500, 500, 500): 50,
        (500, 1000, 0): 80,
        (1000, 0, 0): 109,
        (1000, 1000, 0): 80,
    }


def test_two_secret_squares_that_are_few_together_take_a_third_with_them(spark):
    places = [at(1, 0, 0), at(2, 500, 0), at(3, 0, 500), at(4, 500, 500)]
    found = squares(spark, people({1: 2, 2: 3, 3: 25, 4: 50}), places)
    assert [found[500, x, y]["persons"] for x, y in ((0, 0), (500, 0), (0, 500), (500, 500))] == [None, None, None, 50]


def test_a_large_square_that_is_secret_keeps_its_small_ones_secret(spark):
    places = [at(1, 0, 0), at(2, 1000, 0), at(3, 1500, 500), at(4, 2000, 0)]
    found = squares(spark, people({1: 6, 2: 20, 3: 11, 4: 90}), places)
    # 6 is secret; its neighbour of 31 is, or the county less the others would tell 6; so are the parts of the 31.
    assert {key: row["persons"] for key, row in found.items() if key[0] == 1000} == {
        (1000, 0, 0): None,
        (1000, 1000, 0): None,
        (1000, 2000, 0): 90,
    }
    assert found[500, 1000, 0]["persons"] is None
    assert found[500, 1500, 500]["persons"] is None
    assert found[500, 2000, 0]["persons"] == 90
    assert all(row["is_suppressed"] == (row["persons"] is None) for row in found.values())


@pytest.mark.parametrize(("module", "missing"), [("facility", "public_facility"), ("outline", "boundary")])
def test_an_input_that_never_came_is_named(module, missing):
    import importlib

    with pytest.raises(MissingInputError, match=f"{missing} has no published data yet"):
        importlib.import_module(f"jobs.fuse.{module}").build(Given())
