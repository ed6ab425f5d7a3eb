"""交叉表: what stands in it, what it withholds, and its files."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from page_text import words

from dashboards.export import cross_of
from dashboards.pages.topics import render
from dashboards.serving import Snapshot, open_snapshot
from dashboards.view import View

BASE = "http://127.0.0.1:8050"


@pytest.fixture(scope="module")
def snapshot(published: Path) -> Snapshot:
    return open_snapshot(published)


def page(snapshot: Snapshot, **params: str) -> str:
    return words(render(snapshot, View("/topics/cross", params)))


def file(snapshot: Snapshot, **params: str):
    found = cross_of(snapshot, View("/topics/cross", params), "李华（lihua）")
    assert found is not None
    return found


def test_counties_stand_against_months_and_the_city_comes_first(snapshot: Snapshot) -> None:
    found = file(snapshot, topic="appeals", indicator="hotline_calls")
    assert found.headers == ("区划", "2018-06", "2018-05", "2018-04", "2018-03", "2018-02", "2018-01")
    assert [row[0] for row in found.rows][:2] == ["泰安市", "泰山区"]
    assert len(found.rows) == 7
    assert "区划 × 时间" in page(snapshot, topic="appeals")


def test_any_two_axes_cross_and_the_third_is_held(snapshot: Snapshot) -> None:
    assert file(snapshot, rows="indicator", columns="area", topic="population").headers[:3] == (
        "指标",
        "泰安市",
        "泰山区",
    )
    assert file(snapshot, rows="time", columns="indicator", area="370902", topic="economy").headers[0] == "时间"
    assert "区划：泰山区" in page(snapshot, rows="time", columns="indicator", area="370902")
    twice = file(snapshot, rows="time", columns="time")
    assert twice.headers[1] == "泰安市"


def test_a_change_is_told_as_the_pages_tell_it(snapshot: Snapshot) -> None:
    text = page(snapshot, measure="yoy", topic="economy", rows="area", columns="indicator")
    assert "百分点" in text
    assert "%" in text


def test_what_is_withheld_is_withheld_here_and_in_the_file(one_withheld: Path) -> None:
    snapshot = open_snapshot(one_withheld)
    given = {"topic": "appeals", "indicator": "hotline_calls"}
    for measure in ("value", "yoy"):
        assert "不足 10 人" in page(snapshot, **given, measure=measure)
        assert file(snapshot, **given, measure=measure).rows[1][:2] == ("泰山区", "不公布")


def test_an_address_that_names_nothing_says_so(snapshot: Snapshot, client: FlaskClient) -> None:
    assert "没有这个区划" in page(snapshot, area="999999")
    assert client.get("/export/cross.csv?area=999999", base_url=BASE).status_code == 404
    assert client.get("/export/cross.csv", base_url=BASE).data.startswith(b"\xef\xbb\xbf")
    assert client.get("/export/cross.exe", base_url=BASE).status_code == 404
