"""整合共享: what the page says, where its numbers lead, and what a department sees of it."""

import csv
import datetime as dt
import io
import json
import re
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest
from page_text import words
from planned import DEAD

from alerts import auditsamples
from alerts.planreports import Report
from catalog.evaluation import evaluation
from dashboards import planned
from dashboards.charts.burnup import steps
from dashboards.charts.gantt import Milestone, gantt
from dashboards.charts.promised import Kept, promised
from dashboards.charts.sensitivity import Place, sensitivity
from dashboards.export import plan_of
from dashboards.pages.network_cards import coverage
from dashboards.pages.plan import render
from dashboards.pages.plan_words import PROGRESS, STATES, rows_of
from dashboards.pages.progress_cards import done_dates, known_done
from dashboards.serving import Snapshot, open_snapshot
from dashboards.sight import Sight, sight_of
from dashboards.theme import LIGHT
from dashboards.view import View, address
from taian.access.roles import Reader, Role
from taian.settings import Settings


@pytest.fixture(scope="module")
def snapshot(published: Path) -> Snapshot:
    return open_snapshot(published)


@pytest.fixture(scope="module")
def police(published: Path) -> Snapshot:
    sight: Sight = sight_of(Reader("li", "李", frozenset({"owner"}), frozenset({"gonganju"})))
    return open_snapshot(published, sight)


def text_of(snapshot: Snapshot, **params: str) -> str:
    return words(render(snapshot, View("/plan", params)))


def test_every_state_is_counted_and_a_passed_day_without_evidence_is_not_called_overdue(snapshot: Snapshot) -> None:
    text = text_of(snapshot)
    assert "3 条 3 项任务" in text
    assert "1.0" not in text
    assert "待举证" in text
    listed = text_of(snapshot, state="overdue")
    assert "基本完成“僵尸”系统" in listed
    assert "16-1" not in listed


def test_the_dead_come_first_and_one_of_them_shows_its_five_scores(snapshot: Snapshot) -> None:
    assert "tab=systems&verdict=zombie" in json.dumps(render(snapshot, View("/plan", {})).to_plotly_json(), default=str)
    text = text_of(snapshot, tab="systems", verdict="zombie")
    assert "旅馆业治安查询系统" in text
    assert "学籍管理系统" not in text
    assert "全市 50.0%（2/4）；03-2 要求 100%" in text
    assert "学籍管理系统" in text_of(snapshot, tab="systems")
    assert "停止更新服务的依据" in text_of(snapshot, tab="systems", system=DEAD)
    assert "TAJIAOYU70001" in text_of(snapshot, tab="systems", verdict="unlisted")


def test_what_has_not_moved_says_why_and_what_comes_next(snapshot: Snapshot) -> None:
    text = text_of(snapshot, tab="cloud")
    assert "学籍管理系统" in text
    assert "列入下半年预算" in text
    assert "旅馆业治安查询系统" not in text
    assert "62%（40–80%）" in text
    assert "省庄镇" in text_of(snapshot, tab="network")


def test_a_department_sees_its_own_obligations_and_nobody_elses(police: Snapshot) -> None:
    assert "16-1" not in text_of(police)
    everything = " ".join(
        text_of(police, tab=tab, verdict="", department="") for tab in ("systems", "cloud", "network")
    )
    assert "教育局" not in everything
    assert "1/7" not in everything
    assert "省庄镇" not in everything
    assert "公安局" in everything


def test_a_departments_tasks_are_those_it_leads_and_those_it_works_on(published: Path, police: Snapshot) -> None:
    office = open_snapshot(published, sight_of(Reader("wu", "吴", frozenset({"owner"}), frozenset({"zfbgs"}))))
    assert "我的任务" in text_of(police) and "我牵头的 0 项 我配合的 2 项" in text_of(police)
    assert "我牵头的 3 项 我配合的 0 项" in text_of(office)
    assert "03-2 基本完成" in text_of(police, share="cooperate")
    assert "没有符合条件的行" in text_of(police, share="lead")
    both = sight_of(Reader("li", "李", frozenset({"owner", "analyst"}), frozenset({"gonganju"})))
    text = text_of(open_snapshot(published, both), share="cooperate")
    assert "我配合的 2 项" in text and "16-1" not in text and "方案任务" in text


def test_the_plan_over_time_shows_what_was_due_and_what_is_done_by_department(snapshot: Snapshot) -> None:
    text = text_of(snapshot, tab="progress")
    assert "3 项有时限的任务" in text
    assert "到 2018-06-30 应完成 3 项，已完成 0 项" in text
    assert "市政府办公室" in text
    assert "应完成 3 项" not in text_of(snapshot, tab="progress", lead_department="市统计局")


def test_each_number_of_a_department_leads_to_the_tasks_that_it_counts(snapshot: Snapshot) -> None:
    rows = rows_of(snapshot, View("/plan", {"tab": "progress"})).to_dict("records")
    node = str(render(snapshot, View("/plan", {"tab": "progress"})).to_plotly_json())
    links = set(re.findall(r"href(?:=|': )'([^']+)'", node))
    for row in rows:
        for name, listed in PROGRESS.items():
            filters = {"tab": "tasks", "lead_department": row["lead_department"], **listed}
            assert len(rows_of(snapshot, View("/plan", filters))) == row[name]
            assert (address("/plan", **filters) in links) == (row[name] > 0), (row["lead_department"], name)


def test_what_was_done_when_is_told_by_the_measures_curve_or_the_report() -> None:
    tasks = pd.DataFrame(
        [("08-2", "cloud", "done"), ("17-1", None, "done"), ("16-1", None, "unproven")],
        columns=["task_id", "measure", "state"],
    )
    curve = json.dumps([["2018-03", 60.0], ["2018-04", 71.0], ["2018-05", 80.0]])
    measures = pd.DataFrame([{"measure": "cloud", "owner": "370900", "curve": curve}])
    said = {"17-1": Report("17-1", "done", "x", "y", "z", "2018-05-03T12:00:00+08:00")}
    found = done_dates(tasks, measures, said, dt.date(2018, 6, 29))
    assert found == {"08-2": dt.date(2018, 4, 30), "17-1": dt.date(2018, 5, 3)}
    start, end = dt.date(2017, 12, 4), dt.date(2018, 6, 29)
    assert steps(list(found.values()), start, end)[1:] == [
        (dt.date(2018, 4, 30), 1), (dt.date(2018, 5, 3), 2), (end, 2),
    ]  # fmt: skip


def test_what_is_done_is_what_each_night_knew_and_may_come_undone(snapshot: Snapshot, police: Snapshot) -> None:
    text = text_of(snapshot, tab="progress")
    assert "2018-05-15 起是各夜当时的判定" in text
    assert "2018-05-15 2 1 2018-06-20 2 0" in text, "16-1 was called done for five weeks"
    assert set(planned.states(police)["task_id"]) == {"03-2", "08-2"}, "of other departments' tasks it knows nothing"
    kept = planned.states(snapshot)
    day = dt.date.fromisoformat
    line = known_done([day("2018-03-31"), day("2018-06-01")], kept, day("2018-06-30"))
    assert line[1:] == [
        (day("2018-03-31"), 1), (day("2018-05-15"), 1), (day("2018-06-20"), 0), (day("2018-06-30"), 0),
    ]  # fmt: skip
    assert known_done([day("2018-03-31")], kept.iloc[:0], day("2018-06-30"))[-1] == (day("2018-06-30"), 1)


def test_a_gantt_has_a_mark_for_each_milestone_and_none_hides_another() -> None:
    due = dt.date(2018, 6, 30)
    found = [Milestone(7, "07-2", "甲", due, "done"), Milestone(7, "07-3", "乙<b>", due, "overdue")]
    figure = gantt(found, dt.date(2017, 12, 4), due, {key: title for key, (title, _) in STATES.items()}, LIGHT)
    marks = {trace.name: trace.y[0] for trace in figure.data if trace.mode == "markers"}
    assert set(marks) == {"已完成", "逾期"}
    assert marks["已完成"] != marks["逾期"]
    assert "&lt;b&gt;" in figure.to_json().replace("\\u003c", "<").replace("\\u003e", ">").replace("\\u0026", "&")


def test_a_county_sees_its_own_measures_and_is_not_evaluated(published: Path) -> None:
    county = sight_of(Reader("sun", "孙", frozenset({"owner"}), frozenset({"370902"})))
    text = text_of(open_snapshot(published, county), tab="network")
    assert "泰山区" in text and "读不到" not in text
    assert "公安局" not in text_of(open_snapshot(published, county), tab="evaluation")


def test_the_evaluation_ranks_leads_to_its_rows_and_shows_how_the_ranking_holds(
    snapshot: Snapshot, police: Snapshot
) -> None:
    text = text_of(snapshot, tab="evaluation")
    assert "公安局 1 82.14" in text and "教育局 2 78.57" in text and "林业局 不排名 100.00" in text
    assert "任一指标的权重上下变动 20% 时" in text and "没有异议" in text
    own = str(render(snapshot, View("/plan", {"tab": "evaluation", "department": "gonganju"})).to_plotly_json())
    assert "/my-data?provider=gonganju" in own and "第 1 名" in own and "不适用" in own
    forests = str(render(snapshot, View("/plan", {"tab": "evaluation", "department": "linyeju"})).to_plotly_json())
    for rows in ("tab=cloud&department", "tab=registers&register=mail&department", "tab=exchange&party"):
        assert f"/plan?{rows}=linyeju" in forests
    assert "教育局" not in text_of(police, tab="evaluation")
    figure = sensitivity([Place("公安局", 1, 1, 2), Place("教育局", 2, 1, 2)], LIGHT)
    assert [list(trace.x) for trace in figure.data] == [[1, 2], [1, 2], [1, 2]]
    found = plan_of(snapshot, View("/plan", {"tab": "evaluation"}), "王工（wang）")
    assert found.rows[0][:3] == ("公安局", "1", "82.14")
    notes = dict(found.notes)
    assert notes["办法版本"] == evaluation().version and notes["结果摘要（SHA-256）"] in text


def test_who_takes_and_never_gives_stands_first_and_leads_to_what_it_took(snapshot: Snapshot, police: Snapshot) -> None:
    text = text_of(snapshot, tab="exchange")
    assert "1 个单位只用不供" in text
    assert "跨层级 120 58.3%" in text and "合计 328" in text
    assert "泰山区政府 岱岳区政府 征地补偿信息 跨地区 8 0.0%" in text
    own = text_of(snapshot, tab="exchange", party="jiaoyuju")
    assert "教育局 公安局 户籍信息 跨部门 200 98.0% 10,000 0.40 秒" in own and "征地补偿" not in own
    assert "征地补偿" not in text_of(police, tab="exchange")
    assert "逐日取用 · 教育局" in own and "20 个工作日中 2 天取到至少一行" in own
    assert "2018-06-04 100 98 5,000 算使用 2018-06-05 100 98 5,000 算使用 2018-06-06 0 0 0 不算" in own
    assert "20 个工作日中 2 天" in text_of(police, tab="exchange", party="gonganju")
    assert "逐日取用" not in text_of(police, tab="exchange", party="jiaoyuju"), "a part of its calls tells too little"
    assert list(planned.parties(police)["unit"]) == ["gonganju"]
    assert list(planned.parties(snapshot)[["unit", "takes_only"]].itertuples(index=False, name=None)) == [
        ("jiaoyuju", True), ("370902", False), ("gonganju", False), ("370911", False),
    ]  # fmt: skip


def test_the_map_says_how_many_townships_each_county_has_and_which_are_missing(snapshot: Snapshot) -> None:
    drawn = render(snapshot, View("/plan", {"tab": "network", "county_code": "370902"})).to_plotly_json()
    text = text_of(snapshot, tab="network")
    assert "已接入/全部乡镇（街道）" in text and "读不到" not in text
    page = json.dumps(drawn, default=lambda node: node.to_plotly_json(), ensure_ascii=False)
    assert "地图：泰山区 1/2" in page and "已接入 1/2（50.0%）<br>未接入：省庄镇" in page
    assert '["370902", "county_code"]' in page, "a click is written where the list of townships is filtered by"
    towns = pd.DataFrame(
        [("370911", "岱岳区", f"<b>{n}镇", n == 0) for n in range(9)],
        columns=["county_code", "county_name", "name", "is_connected"],
    )
    found = coverage(towns)["370911"]
    assert (found.counted, found.share) == ("1/9", 1 / 9)
    assert found.missing.endswith("<b>6镇等 8 个") and found.missing.count("、") == 5


def test_a_township_filter_leaves_the_county_and_nothing_else(snapshot: Snapshot, published: Path) -> None:
    assert "没有符合条件的行" in text_of(snapshot, tab="network", county_code="370983")
    assert "省庄镇" in text_of(snapshot, tab="network", county_code="370902")
    other = sight_of(Reader("sun", "孙", frozenset({"owner"}), frozenset({"370983"})))
    text = text_of(open_snapshot(published, other), tab="network")
    assert "泰山区" not in text and "省庄镇" not in text and "您的部门没有乡镇（街道）" in text


def test_whose_exits_are_merged_stands_below_the_map_and_leads_to_the_rows(
    snapshot: Snapshot, police: Snapshot
) -> None:
    text = text_of(snapshot, tab="network")
    assert "全市 — — 1/2 50.0%" in text and "11-2 100%；12-2 100%" in text
    page = str(render(police, View("/plan", {"tab": "network"})).to_plotly_json())
    assert "/plan?tab=registers&register=internet_exit&department=gonganju" in page
    assert "全市" not in text_of(police, tab="network").split("专网和互联网出口整合")[1].split("乡镇（街道）")[0]


def test_what_is_done_on_paper_only_is_not_done_and_leads_to_its_rows(snapshot: Snapshot, police: Snapshot) -> None:
    text = text_of(snapshot, tab="registers")
    assert "互联网出口 1/2 50.0% 1" in text and "恢复演练 0/1 0.0% —" in text
    chosen = text_of(snapshot, tab="registers", register="internet_exit")
    assert "互联网出口归并率" in chosen and "12-2 要求 100%" in chosen and "学籍管理系统" not in chosen
    assert "报称完成，未见完成 — — 本月仍有流量 12.0 GB" in chosen
    assert "/plan?tab=registers&register=internet_exit&department=gonganju" in str(
        render(snapshot, View("/plan", {"tab": "registers", "register": "internet_exit"})).to_plotly_json()
    )
    assert "学籍" not in text_of(police, tab="registers")


def test_what_is_not_docked_or_later_than_promised_leads_to_its_matters(
    snapshot: Snapshot, police: Snapshot, published: Path
) -> None:
    text = text_of(snapshot, tab="services")
    assert "4 个事项，50.0% 可以在网上申请" in text and "公安局 2 50.0% 100.0% — 0.0% — —" in text
    assert "1 个自建系统没有与政务服务平台对接" in text and "执法办案系统 公安局 处罚 1 未对接" in text
    assert "超时偏多：水利局" in text and "水利局 10.0 4.0 40.0%" in text
    assert "24-1 要求 100%" in text and "全市 0.0%（0/1）" in text
    assert "1 个责任单位，方案没有写比例" in text, "no goal is made up where the plan has none"
    page = unquote(str(render(snapshot, View("/plan", {"tab": "services"})).to_plotly_json()))
    assert "/plan?tab=services&office=公安局&kind=处罚" in page
    assert "/plan?tab=services&office=公安局&state=undocked" in page
    listed = text_of(snapshot, tab="services", kind="其他")
    assert "教师资格确认 行政确认 教育局 泰山区政府 自建系统，已对接（学籍系统） 四级" in listed
    assert "四级 10 4.0 9.0 40 50.0% 100.0%" in listed
    assert "取水核发" not in listed
    assert "治安处罚" in text_of(police, tab="services") and "泰山区" not in text_of(police, tab="services")
    county = open_snapshot(published, sight_of(Reader("sun", "孙", frozenset({"owner"}), frozenset({"370902"}))))
    assert set(planned.services(county)["item_code"]) == {"B1", "B2"}
    found = plan_of(snapshot, View("/plan", {"tab": "services", "state": "offline"}), "王工（wang）")
    assert [row[0] for row in found.rows] == ["取水核发"]


def test_promised_and_actual_days_stand_on_one_line_and_who_is_late_has_another_mark() -> None:
    found = [Kept("水利局", 10, 11, 40, is_late=True), Kept("公安<b>局", 12, 5, 2)]
    figure = promised(found, LIGHT)
    marks = {trace.name: list(trace.x) for trace in figure.data if trace.mode == "markers"}
    assert marks == {"承诺": [10, 12], "实际": [5], "实际（超时偏多）": [11]}
    assert [list(trace.x) for trace in figure.data if trace.mode == "lines"] == [[11, 10], [5, 12]]
    assert list(figure.layout.yaxis.categoryarray) == ["水利局", "公安&lt;b&gt;局"]


def test_what_was_shut_or_joined_and_what_was_not_is_listed_by_department(snapshot: Snapshot, police: Snapshot) -> None:
    assert "网络会议和视频监控 1/2 50.0% 1" in text_of(snapshot, tab="registers")
    text = text_of(snapshot, tab="registers", register="video")
    assert "07-4 要求 100%" in text and "已停用、此后不再有人登录" in text
    assert "公安局网络会议系统 公安局 报称完成，未见完成" in text and "已接入统一系统" in text
    own = text_of(police, tab="registers", register="video", state="done")
    assert "没有符合条件的行" in own and "教育局" not in own


def test_a_project_shows_what_is_wrong_and_only_an_auditor_sees_what_was_drawn(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, police: Snapshot
) -> None:
    def seen_by(role: Role) -> str:
        return text_of(open_snapshot(published, sight_of(Reader("x", "某", frozenset({role})))), tab="projects")

    config = Settings(home=tmp_path)
    monkeypatch.setattr("dashboards.pages.projects_cards.settings", lambda: config)
    auditsamples.sample(config, {"DZ2017001": 8.0, "DZ2017003": 4.0}, 1, "审2018-1", "周")
    audited = seen_by("auditor")
    assert "备案项目 3 个，已拨付 79.4" in audited and "未批先付 1 60.0" in audited
    assert "机房改造" not in audited, "what is sound is not in the way"
    assert "SJ-001" in audited and "审2018-1 1/2" in audited
    assert "SJ-2018-05 2018-05-20 审计201805 1/1 3/3 重做一致 不在平台抽取" in audited
    assert "SJ-001 2018-06-20 审2018-1 1/1 3/3 重做不一致 不一致" in audited, "the log has another project"
    assert "审计抽样" not in seen_by("leader")
    leader = open_snapshot(published, sight_of(Reader("x", "某", frozenset({"leader"}))))
    assert planned.audited(leader).empty and planned.audited(police).empty, "no page could ask for it either"
    own = text_of(police, tab="projects", problem="all")
    assert "机房改造" in own and "学籍" not in own and "SJ-001" not in own


def test_a_file_has_the_rows_of_the_page(snapshot: Snapshot) -> None:
    found = plan_of(snapshot, View("/plan", {"tab": "cloud", "department": "jiaoyuju"}), "王工（wang）")
    lines = list(csv.reader(io.StringIO(found.csv().decode("utf-8-sig"))))
    assert lines[-1] == ["学籍管理系统", "教育局", "未启动", "预算未下达", "列入下半年预算", "2018-10-28"]
    assert ["导出人", "王工（wang）"] in lines
