import json

import pytest
from serving_fixture import HERE

from dashboards.charts import evidence
from dashboards.charts.base import CONFIG
from dashboards.charts.expected import Point, expected
from dashboards.charts.map import Outline, Share, county_map, fill, least_of, limit_of, outline, shade, share_map
from dashboards.charts.quality import Batch, quality
from dashboards.charts.ranking import Bar, ranking
from dashboards.charts.sparkline import sparkline
from dashboards.charts.stages import stage_bars
from dashboards.charts.trend import months, spread, trend
from dashboards.theme import DARK, LIGHT

EXAMPLES = {
    "peers_scatter": {
        "kind": "peers_scatter",
        "x_label": "用电量",
        "y_label": "收入",
        "peers": [[10, 100], [100, 900], [0, 5]],
        "unit": [50, 4000],
        "band": [[10, 50, 200], [100, 500, 2000]],
    },
    "histogram": {"kind": "histogram", "x_label": "增速", "bins": [[0, 1, 4], [1, 2, 50], [2, 3, 3]], "lit": [1, 2]},
    "waterfall": {"kind": "waterfall", "parts": [["甲", 60], ["乙", 30]], "total": ["合计", 100]},
    "timeline": {
        "kind": "timeline",
        "events": [["2018-06-08T14:02:41", "乙厂"], ["2018-06-08T14:02:00", "甲厂"]],
        "device": "设备",
    },
    "series": {
        "kind": "series",
        "x": ["2018-05", "2018-06"],
        "lines": [["本企业", [1, None]], ["同行", [2, 3]]],
        "lit": ["2018-06", "2018-06"],
    },
}


def outlines() -> list[Outline]:
    counties = json.loads((HERE / "county_outlines.json").read_text(encoding="utf-8"))["counties"]
    return [outline(c["code"], c["name"], json.dumps(c["geometry"])) for c in counties]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("kind", EXAMPLES)
def test_each_kind_of_evidence_has_its_picture_in_both_themes(kind: str, colours) -> None:
    figure = evidence.picture(EXAMPLES[kind], colours)
    assert figure is not None
    assert colours.bad in figure.to_json()


def test_evidence_of_an_unknown_kind_becomes_rows() -> None:
    unknown = {"kind": "hologram", "depth": 3}
    assert evidence.picture(unknown, LIGHT) is None
    assert evidence.as_rows(unknown) == [("depth", "3")]


def test_evidence_that_does_not_fit_its_kind_becomes_rows() -> None:
    assert evidence.picture({"kind": "waterfall", "parts": "none"}, LIGHT) is None


def test_a_unit_without_electricity_is_told_beside_the_logarithmic_axes() -> None:
    figure = evidence.picture({**EXAMPLES["peers_scatter"], "unit": [0, 4000]}, LIGHT)
    assert "对数轴上画不出零值" in figure.layout.annotations[0].text


def test_only_the_suspicious_bin_is_lit() -> None:
    colours = evidence.picture(EXAMPLES["histogram"], LIGHT).data[0].marker.color
    assert list(colours) == [LIGHT.peer, LIGHT.bad, LIGHT.peer]


def test_the_difference_of_a_broken_identity_is_printed() -> None:
    assert "+10（11.1%）" in evidence.picture(EXAMPLES["waterfall"], LIGHT).layout.annotations[0].text


def test_the_gap_of_a_broken_identity_is_lit_whichever_side_is_larger() -> None:
    for reported, foot in ((100, 90), (70, 70)):
        figure = evidence.picture({**EXAMPLES["waterfall"], "total": ["合计（累计）", reported]}, LIGHT)
        gap = next(t for t in figure.data if t.type == "bar" and t.marker.line.color == LIGHT.bad)
        assert (gap.base[0], gap.y[0]) == (foot, abs(reported - 90))


def test_parts_that_reach_their_total_have_no_gap() -> None:
    figure = evidence.picture({"kind": "waterfall", "parts": [["甲", 9.0]], "total": ["合计", 9.0]}, LIGHT)
    assert "相差" not in figure.to_json()
    assert list(figure.data[0].x) == ["甲", "合计"]


def test_a_long_label_goes_on_below_itself() -> None:
    figure = evidence.picture({**EXAMPLES["waterfall"], "total": ["工业总产值（2017年12月累计）", 100]}, LIGHT)
    assert figure.data[0].x[-1] == "工业总产值<br>（2017年12<br>月累计）"


def test_the_months_of_a_finding_are_shaded() -> None:
    figure = evidence.picture(EXAMPLES["series"], LIGHT)
    shade = next(shape for shape in figure.layout.shapes if shape.fillcolor == LIGHT.bad_soft)
    assert (shade.x0, shade.x1) == (0.5, 1.5)


def test_many_lines_get_a_panel_each_and_repeated_months_are_thick() -> None:
    lines = [[f"第{i}项", [5.0 * i, 7.0, 7.0, 0.0, 0.0]] for i in range(1, 6)]
    figure = evidence.picture({"kind": "series", "x": list("abcde"), "lines": lines, "lit": ["b", "c"]}, LIGHT)
    assert len({trace.yaxis for trace in figure.data if trace.yaxis}) == 5
    thick = next(trace for trace in figure.data if trace.line.width == 4)
    assert list(thick.y) == [None, 7.0, 7.0, None, None]


def test_the_pace_of_filings_is_said() -> None:
    assert "2 份，41.0 秒之内报完，两份之间通常隔 41 秒" in (
        evidence.picture(EXAMPLES["timeline"], LIGHT).layout.annotations[0].text.replace("\u2009", " ")
    )


def test_the_lit_bin_is_compared_with_the_others() -> None:
    assert evidence.picture(EXAMPLES["histogram"], LIGHT).layout.annotations[0].text == "50 家，其余各档中位数 4 家"


def test_a_name_with_markup_stays_text() -> None:
    events = [["2018-06-08T14:02:00", '<a href="javascript:alert(1)">甲厂</a>'], ["2018-06-08T14:02:41", "乙厂"]]
    figure = evidence.picture({"kind": "timeline", "events": events, "device": "<b>设备</b>"}, LIGHT)
    assert figure.data[0].customdata[0] == '&lt;a href="javascript:alert(1)"&gt;甲厂&lt;/a&gt;'
    assert "&lt;b&gt;设备" in figure.layout.annotations[0].text


def test_filings_are_drawn_in_the_order_of_their_moments() -> None:
    assert list(evidence.picture(EXAMPLES["timeline"], LIGHT).data[0].customdata) == ["甲厂", "乙厂"]


def test_the_map_prints_every_change_and_knows_which_area_was_clicked() -> None:
    areas = outlines()
    changes = {area.code: 0.01 * (i - 2) for i, area in enumerate(areas)}
    figure = county_map(areas, changes, {code: f"{v:+.1%}" for code, v in changes.items()}, "370911", LIGHT)
    assert {trace.customdata[0] for trace in figure.data} == set(changes)
    assert any("岱岳区" in note.text and "%" in note.text for note in figure.layout.annotations)
    assert figure.data[-1].customdata[0] == "370911"


def test_the_scale_diverges_around_zero_and_a_missing_change_has_no_colour() -> None:
    assert fill(0.0, 0.1, LIGHT) == LIGHT.diverge_middle
    assert fill(0.1, 0.1, LIGHT) == LIGHT.diverge_high
    assert fill(-0.2, 0.1, LIGHT) == LIGHT.diverge_low
    assert fill(None, 0.1, LIGHT) == LIGHT.sunken
    assert limit_of({"a": 0.03, "b": -0.07}) == 0.08


def test_a_share_is_darker_the_greater_it_is_and_what_nobody_tells_has_no_colour() -> None:
    areas = outlines()[:3]
    shares = {areas[0].code: Share(0.93, "14/15", "未接入：甲镇"), areas[1].code: Share(1.0, "8/8", "全部接入")}
    figure = share_map(areas, shares, None, LIGHT, 12.5, "county")
    assert [trace.fillcolor for trace in figure.data] == [
        shade(0.93, 0.9, LIGHT), LIGHT.accent, LIGHT.sunken,
    ]  # fmt: skip
    assert figure.data[0].customdata == (areas[0].code, "county") and "未接入：甲镇" in figure.data[0].text
    assert "14/15" in figure.layout.annotations[0].text and "未接入" not in figure.layout.annotations[0].text
    assert least_of({"a": 0.42}) == 0.4 and least_of({"a": 1.0}) == 0.9
    assert shade(0.4, 0.4, LIGHT) == LIGHT.band


def test_labels_stand_inside_their_area() -> None:
    for area in outlines():
        xs = [x for x in area.x if x is not None]
        assert min(xs) < area.label[0] < max(xs)


def test_a_month_without_a_value_is_a_gap_in_the_trend() -> None:
    figure = trend([("2017-11", 1.0), ("2018-01", 3.0)], "亿元", "2018-02", LIGHT, False)
    actual = next(t for t in figure.data if t.name == "实际")
    assert list(actual.x) == ["2017-11", "2017-12", "2018-01", "2018-02", "2018-03"]
    assert list(actual.y) == [1.0, None, 3.0, None, None]
    assert "数据截止 2018-01" in figure.layout.annotations[-1].text


def test_the_trend_carries_the_same_months_of_the_year_before() -> None:
    figure = trend([("2017-06", 5.0), ("2018-06", 6.0)], "亿元", "2018-06", DARK, True)
    before = next(t for t in figure.data if t.name == "上年同期")
    assert before.y[list(before.x).index("2018-06")] == 5.0


def test_a_sum_over_two_months_is_drawn_as_its_monthly_average() -> None:
    assert spread([("2017-12", 4.0, 1), ("2018-02", 6.0, 2)]) == [("2017-12", 4.0), ("2018-01", 3.0), ("2018-02", 3.0)]


def test_months_run_over_the_turn_of_the_year() -> None:
    assert months("2017-11", "2018-02") == ["2017-11", "2017-12", "2018-01", "2018-02"]


def test_a_sparkline_needs_two_points_and_keeps_its_gaps() -> None:
    assert sparkline([1.0, None], LIGHT.accent) == ""
    assert sparkline([1.0, 2.0, None, 3.0], LIGHT.accent).count("M") == 2


def test_bars_share_one_scale_and_lead_to_their_area() -> None:
    bars = [
        Bar("甲镇", "/?area=1", 0.2, "+20%", "1"),
        Bar("乙镇", "/?area=2", -0.1, "−10%", "2"),
        Bar("丙镇", None, None, "—", "3"),
    ]
    text = str(ranking(bars, "排名").to_plotly_json())
    assert "'width': '50.00%'" in text
    assert "'left': '25.00%', 'width': '25.00%'" in text
    assert "/?area=2" in text


def test_stages_of_a_step_add_up_to_its_label() -> None:
    figure = stage_bars([("户籍", {"落地": 1.0, "解析": 2.5}), ("法人", {"解析": 1.0})], LIGHT)
    assert figure.data[-1].text[0].strip() == "3.5 秒"


@pytest.mark.parametrize(("worst", "lowest"), [(0.995, 0.9), (0.0, 0.0), (None, 0.9)])
def test_the_axis_of_quality_names_shares_between_the_worst_and_100_percent_only(worst, lowest) -> None:
    batches = [Batch("2018-05", 0.99996, "published"), Batch("2018-06", worst, "held")]
    figure = quality(batches, LIGHT)
    named = figure.layout.yaxis.tickvals
    assert (round(min(named), 9), max(named)) == (lowest, 1)
    assert figure.data[0].customdata[0][1] == "> 99.9%"


def test_no_chart_offers_to_send_its_data_anywhere() -> None:
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["plotlyServerURL"] == ""
    assert CONFIG["displayModeBar"] is False


def test_a_range_many_times_what_ever_came_leaves_the_picture_and_a_usual_one_does_not() -> None:
    usual = [Point(f"2017-{month:02}", 10.0 + month, 12.0, 5.0, 25.0) for month in range(1, 13)]
    figure = expected([*usual, Point("2018-01", 15.0, 16.0, 1.0, 900.0)], "2018-01", "亿元", LIGHT, False)
    options = figure.layout.yaxis.autorangeoptions
    assert (options.clipmin, options.clipmax) == (11.0 - 1.5 * 11, 22.0 + 1.5 * 11)
    assert options.clipmin < 5.0 and 25.0 < options.clipmax < 900.0
