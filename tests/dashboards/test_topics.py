"""专题: what a topic page says, what it leads to, and what its files hold."""

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from page_text import words
from python_calamine import CalamineWorkbook

from dashboards import queries
from dashboards.export import Export, export_of
from dashboards.pages import area, overview
from dashboards.pages.drivers_card import contributions
from dashboards.pages.figures import Chosen, figures
from dashboards.pages.indicator import definitions
from dashboards.pages.topics import TOPICS, render
from dashboards.serving import Snapshot, open_snapshot
from dashboards.view import View

OUTPUT = "industrial_output"


@pytest.fixture(scope="module")
def snapshot(published: Path) -> Snapshot:
    return open_snapshot(published)


def text_of(snapshot: Snapshot, topic: str, **params: str) -> str:
    return words(render(snapshot, View(path=f"/topics/{topic}", params=params)))


def test_every_topic_with_indicators_has_a_page_and_names_its_figures(snapshot: Snapshot) -> None:
    known = definitions(snapshot).values()
    for name, title in TOPICS.items():
        text = text_of(snapshot, name)
        mine = [one.title for one in known if one.topic == title]
        assert all(each in text for each in mine), name
        assert bool(mine) != ("还没有已发布的指标" in text), name


def test_a_topic_or_area_that_is_none_is_said(snapshot: Snapshot) -> None:
    assert "没有名为 weather 的专题" in text_of(snapshot, "weather")
    assert "没有区划代码为 999999 的已发布指标" in text_of(snapshot, "economy", area="999999")


def test_the_counties_parts_add_up_to_the_citys_change(snapshot: Snapshot) -> None:
    below = queries.children(snapshot, "vat_sales", queries.CITY)
    whole = {name: float(below[name].sum()) for name in ("value", "year_ago")}
    parts = contributions(below, whole)
    assert parts is not None
    assert parts.sum() == pytest.approx((whole["value"] / whole["year_ago"] - 1) * 100)


BELOW = {"value": [2.0, 4.0], "year_ago": [1.0, 4.0]}


@pytest.mark.parametrize(
    ("below", "whole"),
    [
        (BELOW, None),
        (BELOW, {"value": 7.0, "year_ago": 5.0}),
        (BELOW, {"value": 6.0, "year_ago": 4.0}),
        (BELOW | {"year_ago": [1.0, None]}, {"value": 6.0, "year_ago": 1.0}),
        ({"value": [2.0, 4.0], "year_ago": [0.0, 0.0]}, {"value": 6.0, "year_ago": 0.0}),
    ],
)
def test_what_does_not_add_up_is_not_decomposed(below: dict[str, Any], whole: dict[str, float] | None) -> None:
    assert contributions(pd.DataFrame(BELOW), {"value": 6.0, "year_ago": 5.0}) is not None
    assert contributions(pd.DataFrame(below), whole) is None


def test_a_figure_can_be_seen_as_it_was_known_and_its_revision_is_named(snapshot: Snapshot) -> None:
    output = definitions(snapshot)[OUTPUT]

    def last(chosen: Chosen) -> tuple[str, float]:
        row = figures(snapshot, output, queries.CITY, chosen).iloc[-1]
        return str(row["period"]), float(row["value"])

    may = float(figures(snapshot, output, queries.CITY, Chosen()).set_index("period")["value"]["2018-05"])
    assert last(Chosen(known="2018-06-19")) == ("2018-05", pytest.approx(may * 0.9))
    assert last(Chosen(known="2018-06-20")) == ("2018-05", pytest.approx(may))
    assert last(Chosen(known="2018-06-09")) == ("2018-04", pytest.approx(last(Chosen(known="2018-05-31"))[1]))
    assert "1 个统计期修订过" in text_of(snapshot, "economy", indicator=OUTPUT)


def test_a_cumulative_figure_is_compared_with_the_same_months_of_last_year(snapshot: Snapshot) -> None:
    frame = figures(snapshot, definitions(snapshot)[OUTPUT], queries.CITY, Chosen(is_cumulative=True))
    by_period = frame.set_index("period")
    assert by_period["months"]["2018-06"] == 6
    growth = by_period["value"]["2018-06"] / by_period["value"]["2017-06"] - 1
    assert by_period["yoy"]["2018-06"] == pytest.approx(growth)
    assert by_period["mom"].isna().all()


@pytest.mark.parametrize("known", ["yesterday", "2018-13-45", "' OR 1=1 --"])
def test_a_day_that_is_none_has_no_figures(snapshot: Snapshot, known: str) -> None:
    assert "时所知的数" in text_of(snapshot, "economy", indicator=OUTPUT, known=known)


def test_the_files_hold_what_the_page_shows_with_date_filters_and_who(snapshot: Snapshot) -> None:
    view = View(params={"indicator": OUTPUT, "basis": "cumulative"})
    found = export_of(snapshot, view, "王工（wang）")
    assert found is not None
    lines = list(csv.reader(io.StringIO(found.csv().decode("utf-8-sig"))))
    notes = dict(line for line in lines if len(line) == 2)
    assert (notes["所取数值"], notes["数据截止"], notes["导出人"]) == ("1-本月累计", "2018-06-30", "王工（wang）")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(found.xlsx())).get_sheet_by_index(0).to_python()
    shown = figures(snapshot, definitions(snapshot)[OUTPUT], queries.CITY, Chosen(is_cumulative=True))
    assert float(lines[-1][2]) == sheet[-1][2] == shown["value"].iloc[-1]
    assert len(lines) == len(found.notes) + 1 + len(shown)
    assert export_of(snapshot, View(params={"indicator": "no_such"}), "x") is None


def test_no_text_becomes_a_formula_in_a_spreadsheet() -> None:
    made = Export("x", [("指标", "=1+1")], [("@SUM(A1)", 1, -2.5, None, None)])
    text = made.csv().decode("utf-8-sig")
    assert '"\'=1+1"' in text
    assert '"\'@SUM(A1)","1","-2.5","",""' in text
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(made.xlsx())).get_sheet_by_index(0).to_python()
    assert sheet[0][1] == "=1+1"
    assert sheet[2][0] == "@SUM(A1)"


def test_a_figure_about_a_few_persons_is_withheld_on_every_page_and_in_files(one_withheld: Path) -> None:
    snapshot = open_snapshot(one_withheld)
    given = {"area": "370902", "indicator": "hotline_calls"}
    for page, path in ((render, "/topics/appeals"), (overview.render, "/"), (area.render, "/entity/place/370902")):
        text = words(page(snapshot, View(path, given)))
        assert "不公布" in text, path
    assert "不足 10 人" in words(overview.render(snapshot, View("/", {"indicator": "hotline_calls"})))
    found = export_of(snapshot, View("/topics/appeals", given), "李华")
    assert found is not None
    assert found.rows[-1] == ("2018-06", 1, "不公布", None, None)
    assert "不公布" in found.csv().decode("utf-8-sig")
