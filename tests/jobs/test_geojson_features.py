"""Outlines: converted to CGCS2000 at the door, repaired, and said so."""

import csv
import io
import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import mapping, shape

from jobs.ingest.gcj02 import to_cgcs2000, to_gcj02
from jobs.ingest.geojson_features import read_geojson
from jobs.ingest.rejected import RejectedError

COLUMNS = [
    {"name": "code", "title": "代码", "required": True},
    {"name": "geojson", "title": "图形", "header": "geometry", "required": True},
]
SQUARE = shapely.box(117.0, 36.0, 117.1, 36.1)
BOW_TIE = shapely.Polygon([(117, 36), (117.1, 36.1), (117.1, 36), (117, 36.1)])


@pytest.fixture
def read(tmp_path, declared):
    def run(features, crs="CGCS2000"):
        path = tmp_path / "outline.geojson"
        path.write_text(features if isinstance(features, str) else json.dumps({"features": features}), "utf-8")
        resource = declared(form={"kind": "geojson", "crs": crs}, columns=COLUMNS, key=["code"])
        return read_geojson(path, resource)

    return run


def feature(geometry, **properties):
    found = None if geometry is None else mapping(geometry)
    return {"type": "Feature", "properties": {"代码": "370902"} | properties, "geometry": found}


def rows(content):
    return [
        (row["_source_row"], *next(csv.reader(io.StringIO(row["raw"]))), row["_defect"])
        for batch in content.batches
        for row in batch.to_pylist()
    ]


def test_a_valid_outline_stays_as_it_is(read):
    content = read([feature(SQUARE, 备注="x")])
    assert content.headers == ("代码", "geometry")
    assert content.notes == ()
    ((number, code, geometry, defect),) = rows(content)
    assert (number, code, defect) == (1, "370902", None)
    assert shape(json.loads(geometry)).equals(SQUARE)


def test_a_gcj_02_outline_is_converted_and_said_so(read):
    shifted = shapely.transform(SQUARE, to_gcj02)
    assert shifted.distance(shapely.Point(117.0, 36.0)) > 0.001
    content = read([feature(shifted)], "GCJ-02")
    ((_, _, geometry, _),) = rows(content)
    assert shapely.hausdorff_distance(shape(json.loads(geometry)), SQUARE) < 1e-9
    assert [code for code, _ in content.notes] == ["W007"]
    assert "1 个图形已转换为 CGCS2000" in content.notes[0][1]


def test_an_invalid_outline_is_repaired_and_said_so(read):
    content = read([feature(SQUARE), feature(BOW_TIE)])
    assert all(shape(json.loads(geometry)).is_valid for _, _, geometry, _ in rows(content))
    assert [(code, "1 个无效图形" in text) for code, text in content.notes] == [("W006", True)]


def test_a_feature_without_geometry_is_r016_and_the_others_stay(read):
    found = rows(read([feature(None), feature(SQUARE), feature(shapely.Polygon())], "GCJ-02"))
    assert [(number, defect) for number, *_, defect in found] == [(1, "R016"), (2, None), (3, "R016")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"features": [{}]}',
        '{"features": [{"geometry": {"type": "Cube"}}]}',
        '{"features": [{"geometry": {"type": "Point"}}]}',
        '{"features": 3}',
    ],
)
def test_a_file_that_is_no_geojson_is_f012(read, text):
    with pytest.raises(RejectedError) as raised:
        read(text)
    assert raised.value.code == "F012"
    assert "outline.geojson" in raised.value.message


def test_no_feature_is_f009_and_a_missing_property_f006(read):
    with pytest.raises(RejectedError) as empty:
        read([])
    with pytest.raises(RejectedError) as renamed:
        read([{"properties": {"编码": "370902"}, "geometry": mapping(SQUARE)}])
    with pytest.raises(RejectedError) as bare:
        read([{"properties": None, "geometry": mapping(SQUARE)}])
    assert [e.value.code for e in (empty, renamed, bare)] == ["F009", "F006", "F006"]


@given(st.floats(73.5, 135), st.floats(18, 53.5))
def test_gcj_02_and_back_ends_where_it_began_anywhere_in_china(longitude, latitude):
    point = np.array([[longitude, latitude]])
    assert np.abs(to_cgcs2000(to_gcj02(point)) - point).max() < 1e-6


@given(st.floats(116.0, 118.1), st.floats(35.5, 36.6))
def test_in_the_city_the_way_back_is_exact_to_a_millimetre(longitude, latitude):
    # A hundred-millionth of a degree of latitude is 1.1 mm.
    point = np.array([[longitude, latitude]])
    assert np.abs(to_cgcs2000(to_gcj02(point)) - point).max() < 1e-8
    assert np.abs(to_gcj02(to_cgcs2000(point)) - point).max() < 1e-8


def test_the_shift_at_taian_is_a_few_hundred_metres_and_the_published_one():
    # Tai'an's railway station square: WGS84 117.0945, 36.1925 is about 0.0060 east and 0.0004 north in GCJ-02.
    shift = to_gcj02(np.array([[117.0945, 36.1925]]))[0] - np.array([117.0945, 36.1925])
    assert 0.004 < shift[0] < 0.008
    assert abs(shift[1]) < 0.002
    assert to_gcj02(np.array([[116.3975, 39.9087]]))[0] == pytest.approx([116.40374, 39.91010], abs=2e-4)


def test_half_a_character_in_a_property_is_one_that_was_lost(read):
    outline = json.dumps({"features": [feature(SQUARE, 代码="HALF")]}).replace("HALF", "\\ud83d")
    assert rows(read(outline))[0][1] == "\ufffd"


def test_an_outline_nested_beyond_all_reading_is_f012(read):
    with pytest.raises(RejectedError) as raised:
        read('{"features": ' + "[" * 100_000 + "]" * 100_000 + "}")
    assert raised.value.code == "F012"
