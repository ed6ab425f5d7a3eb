import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from dash.development.base_component import Component
from page_text import words
from python_calamine import CalamineWorkbook
from serving_fixture import RELEASED, write_serving

from dashboards import queries, report
from dashboards.pages import (
    authenticity,
    batch,
    catalogue,
    deliveries_card,
    finding,
    findings_card,
    indicator,
    my_data,
    night,
    night_cards,
    overview,
    quality_card,
    resource,
    runs,
    todo_card,
)
from dashboards.pages.grid import narrowed
from dashboards.router import BEFORE_ANY_NIGHT, PAGES, body_of
from dashboards.serving import Serving, Snapshot, open_snapshot
from dashboards.sight import EVERYTHING
from dashboards.view import View, address


@pytest.fixture(scope="module")
def snapshot(published: Path) -> Snapshot:
    return open_snapshot(published)


def nested(node: object) -> Iterator[str]:
    """Where a list stands among the children of a component: the browser takes components and text only."""
    children = getattr(node, "children", None)
    for child in children if isinstance(children, list | tuple) else [children]:
        if isinstance(child, list | tuple | dict):
            yield f"{type(node).__name__}: {words(child)}"
        yield from nested(child) if isinstance(child, Component) else ()


@pytest.mark.parametrize("path", [*PAGES, "/catalogue/resident", "/nowhere"])
def test_no_component_has_a_list_among_its_children(published: Path, path: str) -> None:
    body, _, _ = body_of(Serving(published), View(path=path), EVERYTHING)
    assert list(nested(body)) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("is_phone", [False, True])
@pytest.mark.parametrize("path", [path for path, (_, render) in PAGES.items() if render not in BEFORE_ANY_NIGHT])
def test_every_page_says_until_when_its_data_goes(snapshot: Snapshot, path: str, theme: str, is_phone: bool) -> None:
    title, render = PAGES[path]
    text = words(render(snapshot, View(path=path, theme=theme, is_phone=is_phone)))
    assert (my_data.EVERY if path == "/my-data" else title) in text
    assert "截至 2018-06" in text
    assert "读不到数据" not in text


@pytest.mark.parametrize("missing", ["topic_authenticity__finding", "open_geo__boundary", "meta__delivery"])
def test_a_lost_file_takes_its_cards_and_no_other(serving_copy: Path, missing: str) -> None:
    (serving_copy / f"{missing}-v1.duckdb").unlink()
    text = words(overview.render(open_snapshot(serving_copy), View()))
    assert f"{missing}-v1.duckdb 不见了" in text
    assert "规上工业总产值" in text


def test_without_the_catalogue_a_source_keeps_its_bare_name(serving_copy: Path) -> None:
    (serving_copy / "meta__resource-v1.duckdb").unlink()
    text = words(overview.render(open_snapshot(serving_copy), View()))
    assert "enterprise_return" in text
    assert "读不到数据" not in text


def test_a_page_without_its_definitions_says_why_and_lives(serving_copy: Path) -> None:
    (serving_copy / "meta__indicator-v1.duckdb").unlink()
    body, snapshot, title = body_of(Serving(serving_copy), View(), EVERYTHING)
    assert "meta__indicator-v1.duckdb 不见了" in words(body)
    assert snapshot is not None
    assert title == "态势总览"


def test_a_page_is_made_once_a_night_for_each_address_and_theme(serving_copy: Path) -> None:
    source = Serving(serving_copy)
    first, _, _ = body_of(source, View("/catalogue"), EVERYTHING)
    assert body_of(source, View("/catalogue"), EVERYTHING)[0] is first
    assert body_of(source, View("/catalogue", theme="dark"), EVERYTHING)[0] is not first
    assert (
        body_of(source, View("/authenticity"), EVERYTHING)[0]
        is not body_of(source, View("/authenticity"), EVERYTHING)[0]
    )
    write_serving(serving_copy, "nightly__2018-07-01", "2018-07-01", version=2)
    assert body_of(source, View("/catalogue"), EVERYTHING)[0] is not first


def test_a_rise_of_complaints_is_bad_and_a_rise_of_output_good(snapshot: Snapshot) -> None:
    known = indicator.definitions(snapshot)
    assert known["hotline_calls"].tone(0.02) == "bad"
    assert known["industrial_output"].tone(0.02) == "good"
    assert known["registered_population"].tone(0.02) == "plain"
    assert known["industrial_output"].tone(None) == "plain"


def test_a_change_that_rounds_to_nothing_is_neither_good_nor_bad(snapshot: Snapshot) -> None:
    output = indicator.definitions(snapshot)["industrial_output"]
    assert output.is_level(-0.0003)
    assert output.tone(-0.0003) == "plain"
    assert not output.is_level(-0.0006)


def test_percentages_are_compared_in_percentage_points(snapshot: Snapshot) -> None:
    rate = indicator.definitions(snapshot)["hotline_on_time_rate"]
    assert indicator.change_of({"value": 95.0, "year_ago": 93.5, "yoy": 0.016}, rate) == 1.5
    assert indicator.change_of({"value": 95.0, "year_ago": None, "yoy": None}, rate) is None


def test_a_county_shows_its_townships_and_the_way_back(snapshot: Snapshot) -> None:
    text = words(overview.render(snapshot, View(params={"area": "370911"})))
    assert "岱岳区 · 乡镇（街道）排名" in text
    assert "山口镇" in text
    assert "泰安市" in text


def test_a_township_stands_among_its_neighbours(snapshot: Snapshot) -> None:
    text = words(overview.render(snapshot, View(params={"area": "370911100"})))
    assert "山口镇 · 规上工业总产值" in text
    assert "岱岳区 · 乡镇（街道）排名" in text


def test_late_data_says_by_how_many_days(snapshot: Snapshot) -> None:
    text = words(overview.render(snapshot, View(params={"indicator": "fiscal_revenue"})))
    assert "迟 15 天" in text
    assert "截至 2018-05" in text


def test_an_area_nobody_knows_is_explained(snapshot: Snapshot) -> None:
    assert "没有区划代码为 000000" in words(overview.render(snapshot, View(params={"area": "000000"})))


def test_an_indicator_without_townships_says_why_the_ranking_is_empty(snapshot: Snapshot) -> None:
    text = words(overview.render(snapshot, View(params={"area": "370911", "indicator": "pm25"})))
    assert "PM2.5不发布到乡镇（街道）" in text


def test_a_finding_brings_its_sentence_four_facts_and_innocent_reasons(snapshot: Snapshot) -> None:
    text = words(finding.evidence(snapshot, "f0000cro", View()))
    for expected in (
        "是同行业同等用电水平的 4.6 倍",
        "统计量",
        "< 0.0001",
        "同行数",
        "影响",
        "自备光伏",
        "疑点不是结论",
    ):
        assert expected in text


def test_an_exact_identity_has_no_probability(snapshot: Snapshot) -> None:
    assert "q 值（不是概率）" in words(finding.evidence(snapshot, "f0001ide", View()))


def test_a_finding_names_its_columns_and_members_in_words(snapshot: Snapshot) -> None:
    text = words(finding.evidence(snapshot, "f0003sam", View()))
    assert "成员 2 家，其中 1 家另有自己的疑点" in text
    assert "营业收入" in text
    assert "revenue_10k_yuan" not in text


@pytest.mark.parametrize("broken", ["[1, 2]", "{", '{"kind": "timeline", "members": [7]}', "null"])
def test_evidence_that_cannot_be_read_costs_the_picture_only(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    found = queries.finding(snapshot, "f0003sam")
    monkeypatch.setattr(queries, "finding", lambda *_: {**(found or {}), "evidence": broken, "innocent": "[oops"})
    assert "先排除这些正常原因" in words(finding.evidence(snapshot, "f0003sam", View()))


def test_a_finding_that_is_gone_is_explained(snapshot: Snapshot) -> None:
    assert "没有编号为 f9999" in words(finding.evidence(snapshot, "f9999", View()))


def test_the_grid_has_at_most_six_columns_and_a_phone_three() -> None:
    assert len(findings_card.COLUMNS) == 6
    assert len(deliveries_card.COLUMNS) == 6
    assert [c["field"] for c in narrowed(findings_card.COLUMNS, findings_card.PHONE_WIDTHS)] == [
        "strength",
        "unit",
        "test",
    ]


def test_the_grid_tells_each_finding_in_words(snapshot: Snapshot) -> None:
    rows, total = findings_card.grid_rows(snapshot, "strong", None, 0, 5)
    assert total == 18
    assert rows[0]["strength"] == "强"
    assert rows[0]["effect"].endswith("万元")
    assert rows[0]["status"] == "疑点"


def test_a_case_store_that_cannot_be_read_is_not_shown_as_no_case(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings_card, "finding_states", lambda _: None)
    rows, _ = findings_card.grid_rows(snapshot, "strong", None, 0, 1)
    assert rows[0]["status"] == "— 读不到"


def test_a_held_batch_tells_its_code_what_to_do_its_checks_and_masked_rows(snapshot: Snapshot) -> None:
    number = queries.deliveries(snapshot, state="held")["batch"].iloc[0]
    text = words(batch.batch(snapshot, number, View()))
    for expected in ("待核未发布", "W102", "怎么办：", "未通过", "行数", "R006", "370902**********1X", "交付行"):
        assert expected in text


def test_a_released_batch_tells_who_let_it_through_when_and_why_and_asks_for_nothing(snapshot: Snapshot) -> None:
    text = words(runs.batch(snapshot, RELEASED, View()))
    for expected in ("已发布·有提示", "核实后放行", "确认当日集中补录", "王芳 · ", "9:30", "已带提示发布"):
        assert expected in text
    assert "核对是否只导出了一部分" not in text, "the advice of W102"


def test_a_rejected_batch_has_no_rows_and_no_checks(snapshot: Snapshot) -> None:
    number = queries.deliveries(snapshot, state="rejected")["batch"].iloc[0]
    text = words(batch.batch(snapshot, number, View()))
    assert "F003" in text
    assert "发布门没有检查这个批次" in text


def test_refused_rows_whose_time_is_over_are_not_called_none(snapshot: Snapshot) -> None:
    assert "被隔离的行已过保留期" in words(runs.batch(snapshot, RELEASED, View()))


def test_an_unknown_batch_is_explained(snapshot: Snapshot) -> None:
    assert "没有编号为 nothing 的批次" in words(batch.batch(snapshot, "nothing", View()))


def test_a_night_is_named_by_any_of_its_runs(snapshot: Snapshot) -> None:
    before = View(params={"run": "nightly__2018-06-29"})
    assert night.night_of(snapshot, View()) == night.Night("2018-06-30", snapshot.run_id)
    assert night.night_of(snapshot, before) == night.Night("2018-06-29", "nightly__2018-06-29")
    assert night.night_of(snapshot, View(params={"night": "all"})) is None
    assert set(deliveries_card.listed(snapshot, before)["run_id"]) == {"nightly__2018-06-29"}


def test_the_head_the_numbers_and_the_control_speak_of_the_night_that_was_asked_for(snapshot: Snapshot) -> None:
    page = runs.render(snapshot, View("/runs", {"run": "nightly__2018-06-29"}))
    card = night_cards.summary_card(snapshot, View("/runs", {"run": "nightly__2018-06-29"}))
    listed = len(deliveries_card.listed(snapshot, View("/runs", {"run": "nightly__2018-06-29"})))
    assert "2018-06-29 这一夜" in words(card)
    assert sum(int(n) for n in tile_numbers(card)) == listed
    assert "'value': 'run', 'label': '2018-06-29'" in str(page.to_plotly_json())
    assert "没有编号为 nobody 的运行" in words(runs.render(snapshot, View("/runs", {"run": "nobody"})))


def tile_numbers(card: object) -> list[str]:
    """The numbers of the tiles of a summary card."""
    return re.findall(r"(\d+) (?:已|待|整|重)", words(card).partition("用时")[2])


def run_again(folder: Path, failed: bool = False) -> Snapshot:
    """The night of ``folder`` run a second time: nothing new is found, and the step that failed is taken up."""
    again = "manual__2"
    with duckdb.connect(str(folder / "meta__run-v1.duckdb")) as connection:
        connection.execute(
            "INSERT INTO meta__run SELECT ?, business_date, '2018-07-01T09:00:00.000+08:00', NULL, 'running' "
            "FROM meta__run WHERE run_id = 'nightly__2018-06-30'",
            [again],
        )
    with duckdb.connect(str(folder / "meta__step-v1.duckdb")) as connection:
        state = "failed" if failed else "success"
        connection.execute("INSERT INTO meta__step VALUES (?, 'base_geo__address', ?, '再次')", [again, state])
    pointer = json.loads((folder / "CURRENT.json").read_text(encoding="utf-8"))
    (folder / "CURRENT.json").write_text(json.dumps({**pointer, "run_id": again}), encoding="utf-8")
    return open_snapshot(folder)


def test_a_second_run_of_a_night_does_not_hide_what_the_first_one_held(snapshot: Snapshot, serving_copy: Path) -> None:
    again = run_again(serving_copy)
    assert "没有待处理" not in words(todo_card.todo_card(again, View()))
    assert len(deliveries_card.listed(again, View("/runs"))) == len(deliveries_card.listed(snapshot, View("/runs")))
    assert tile_numbers(night_cards.summary_card(again, View("/runs"))) == tile_numbers(
        night_cards.summary_card(snapshot, View("/runs"))
    )
    assert words(night_cards.nights_card(again)).count("2018-06-30") == 2, "the row and the stamp"


def test_a_night_with_a_failed_step_is_not_called_well_until_a_run_mends_it(
    snapshot: Snapshot, serving_copy: Path, tmp_path: Path
) -> None:
    assert "已发布·有失败步骤" in words(night_cards.summary_card(snapshot, View("/runs")))
    shutil.copytree(serving_copy, tmp_path / "worse")
    assert "有失败步骤" not in words(night_cards.summary_card(run_again(serving_copy), View("/runs")))
    assert "有失败步骤" in words(night_cards.summary_card(run_again(tmp_path / "worse", failed=True), View("/runs")))


def test_a_closed_case_leaves_the_list_of_what_waits_at_once(
    serving_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, closed = Serving(serving_copy), set[str]()
    monkeypatch.setattr(todo_card, "closed_subjects", lambda _: closed)
    waiting = queries.deliveries(source.snapshot(), queries.WAITING).to_dict("records")
    assert f"全部 {len(waiting)} 批" in words(body_of(source, View(), EVERYTHING)[0])
    closed.add(queries.key_of(waiting[0]))
    assert f"全部 {len(waiting) - 1} 批" in words(body_of(source, View(), EVERYTHING)[0])
    closed.update(map(queries.key_of, waiting))
    closed.update(queries.findings(source.snapshot(), "strong", None, 0, 100)[0]["finding_id"])
    assert "没有待处理的事项" in words(body_of(source, View(), EVERYTHING)[0])
    monkeypatch.setattr(todo_card, "closed_subjects", lambda _: None)
    assert "案件库读不到" in words(body_of(source, View(), EVERYTHING)[0])


def test_a_lost_indicator_file_takes_its_cards_and_leaves_what_waits(serving_copy: Path) -> None:
    (serving_copy / "topic_city__indicator-v1.duckdb").unlink()
    text = words(overview.render(open_snapshot(serving_copy), View()))
    assert "topic_city__indicator-v1.duckdb 不见了" in text
    assert "未发布的批次" in text


def test_two_resources_may_number_their_batches_alike(serving_copy: Path) -> None:
    for table in ("meta__delivery", "meta__check", "meta__quarantine_sample"):
        with duckdb.connect(str(serving_copy / f"{table}-v1.duckdb")) as connection:
            connection.execute(f"UPDATE {table} SET batch = '01' WHERE batch LIKE '%2018-06-30-01'")
    snapshot = open_snapshot(serving_copy)
    alike = queries.deliveries(snapshot).query("batch == '01'")
    assert alike["resource"].nunique() > 1
    one = alike.iloc[0]
    assert set(queries.outcomes_of_batch(snapshot, queries.key_of(one))["resource"]) == {one["resource"]}
    assert set(queries.checks(snapshot, one["resource"], "01")["resource"]) == {one["resource"]}
    assert set(queries.outcomes_of_batch(snapshot, "01")["resource"]) == set(alike["resource"])


def test_the_catalogue_is_searched_by_word_and_narrowed_by_facet(snapshot: Snapshot) -> None:
    frame = queries.resources(snapshot)
    assert list(catalogue.matching(frame, View(params={"q": "户籍 公安"}))["resource"]) == ["resident"]
    assert set(catalogue.matching(frame, View(params={"domain": "population"}))["domain"]) == {"population"}
    assert catalogue.matching(frame, View(params={"q": "["})).empty


def test_a_search_without_a_hit_says_so(snapshot: Snapshot) -> None:
    assert "没有符合条件的资源" in words(catalogue.render(snapshot, View("/catalogue", {"q": "火星"})))


def test_a_resource_page_tells_its_columns_grades_and_batches(snapshot: Snapshot) -> None:
    text = words(resource.render(snapshot, View("/catalogue/resident")))
    for expected in ("公民身份号码", "敏感个人信息", "重要", "有条件共享", "resident-2018-06-30-01"):
        assert expected in text
    assert "没有这项资源" in words(resource.render(snapshot, View("/catalogue/nothing")))


def test_every_outcome_code_is_listed_with_its_remedy(snapshot: Snapshot) -> None:
    from catalog.codes import all_codes

    text = words(catalogue.render(snapshot, View("/catalogue", {"tab": "codes"})))
    for code in all_codes().values():
        assert code.code in text
        assert code.remedy in text


def test_addresses_leave_out_what_is_not_chosen() -> None:
    assert address("/runs", batch="a b", state=None) == "/runs?batch=a+b"
    assert View("/", {"area": "370911", "indicator": "pm25"}).link(area=None) == "/?indicator=pm25"
    assert View.of({"path": "/runs", "search": "?state=held", "theme": "dark", "phone": True}) == View(
        "/runs", {"state": "held"}, "dark", True
    )


def test_what_passed_is_folded_away_and_counted(snapshot: Snapshot) -> None:
    number = queries.deliveries(snapshot, state="held")["batch"].iloc[0]
    text = words(batch.batch(snapshot, number, View()))
    assert "通过的 3 项" in text


def test_a_reason_leaves_out_the_batch_itself_and_the_remedy_beside_it() -> None:
    row = {"resource": "r", "batch": "r-1", "message": "表 r-1：行数偏离，5 行；处理办法：核对。"}
    assert batch.reason(row, {"r": "表"}) == "行数偏离，5 行。"
    assert batch.reason({**row, "message": None}, {}) == ""


def test_the_runs_page_names_the_step_that_failed_how_to_run_again_and_the_room_left(snapshot: Snapshot) -> None:
    text = words(runs.render(snapshot, View("/runs")))
    for expected in (
        "空间地理库：地址",
        "OSError: 磁盘已满",
        "taian nightly --date 2018-06-30",
        "可用，共",
        "数据湖",
        "其他",
        "docker compose",
    ):
        assert expected in text


def test_a_night_that_did_not_publish_its_steps_still_has_its_card(serving_copy: Path) -> None:
    pointer = json.loads((serving_copy / "CURRENT.json").read_text(encoding="utf-8"))
    del pointer["tables"]["meta__step"]
    (serving_copy / "CURRENT.json").write_text(json.dumps(pointer), encoding="utf-8")
    assert "读不到数据" not in words(runs.render(open_snapshot(serving_copy), View("/runs")))


def test_a_resource_page_shows_its_way_its_sample_and_how_good_its_batches_were(snapshot: Snapshot) -> None:
    text = words(resource.render(snapshot, View("/catalogue/resident")))
    for expected in (
        "对照",
        "行政区划代码",
        "人口库：人员",
        "主题：指标",
        "户籍人口",
        "质量历史",
    ):
        assert expected in text
    assert "370902**********1X" in words(resource.render(snapshot, View("/catalogue/dishonest_debtor")))


def test_the_quality_of_batches_is_told_without_the_chart(snapshot: Snapshot) -> None:
    page = str(resource.render(snapshot, View("/catalogue/resident")).to_plotly_json())
    assert "最近 30 批的合格率：最低 2018-06-" in page
    assert "各批合格率" in page


def test_january_with_february_is_named_with_both_months(serving_copy: Path) -> None:
    with duckdb.connect(str(serving_copy / "topic_city__indicator-v1.duckdb")) as connection:
        connection.execute("DELETE FROM topic_city__indicator WHERE period > '2018-02'")
    page = words(overview.render(open_snapshot(serving_copy), View()))
    assert page.count("规上工业总产值 2018-01 至 2018-02 同比") == 2, "map and ranking"
    assert "示意，无审图号" in page


@pytest.mark.parametrize(("name", "kind"), [("resident", "有条件共享"), ("enterprise_return", "不予共享")])
def test_rows_of_a_resource_that_is_not_shared_with_everybody_are_not_shown(
    snapshot: Snapshot, name: str, kind: str
) -> None:
    text = words(resource.render(snapshot, View(f"/catalogue/{name}")))
    assert f"{kind}的资源不展示样例" in text
    assert "370902**********1X" not in text


def test_a_resource_shows_every_dimension_with_what_it_is_counted_from(snapshot: Snapshot) -> None:
    text = words(quality_card.quality_card(snapshot, "resident", View()))
    for title in ("规范性", "完整性", "准确性", "一致性", "时效性", "可访问性"):
        assert title in text
    assert "99.60%" in text
    assert "11,335 / 11,381 行" in text
    assert "29 / 29 期" in text


def test_a_resource_nobody_delivered_says_that_there_is_nothing_to_judge(snapshot: Snapshot) -> None:
    assert "无从评价" in words(quality_card.quality_card(snapshot, "nothing", View()))


def test_departments_that_share_a_resource_count_together_and_each_for_itself() -> None:
    rows = [("a", "2018-06-01", 9, 10), ("a", "2018-06-03", 10, 10), ("b", "2018-06-02", 0, 10)]
    frame = pd.DataFrame(rows, columns=["owner", "business_date", "numerator", "denominator"])
    found = quality_card.together(frame)
    assert list(found["value"]) == [0.9, 0.45, 0.5]
    assert list(found.index) == ["2018-06-01", "2018-06-02", "2018-06-03"]


def test_a_batch_says_in_plain_words_why_rows_were_refused_and_how_to_hand_them_in_again(snapshot: Snapshot) -> None:
    text = words(batch.batch(snapshot, "resident/resident-2018-06-14-01", View()))
    assert "R003" in text and "代码不在代码表" in text and "值不在该信息项使用的代码表内" in text
    assert "44" in text
    assert "taian quarantine export resident --batch resident-2018-06-14-01 --out refused.xlsx" in text
    assert "taian quarantine resubmit refused.xlsx" in text
    assert "下载这个批次的报告" in text


def test_the_workbook_of_a_batch_says_what_its_page_says(snapshot: Snapshot) -> None:
    content = report.workbook(snapshot, "resident/resident-2018-06-14-01")
    assert content is not None
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    facts = {row[0]: row[1] for row in book.get_sheet_by_name("概况").to_python()}
    assert (facts["资源"], facts["结果"], facts["隔离行"]) == ("户籍人口基本信息", "已发布", "44")
    assert book.get_sheet_by_name("原因").to_python()[1][:4] == ["R003", "代码不在代码表", "规范性", "44"]
    assert [row[0] for row in book.get_sheet_by_name("质量评价").to_python()][1:] != []
    assert report.workbook(snapshot, "resident/nothing") is None


def test_both_departments_see_the_same_contradiction_each_as_its_own(snapshot: Snapshot) -> None:
    one, other = (
        words(resource.render(snapshot, View(path=f"/catalogue/{name}")))
        for name in ("enterprise_registration", "tax_registration")
    )
    for text in (one, other):
        assert "91379901MA3SAMPLE0、91379901MA3SAMPLE1" in text
        assert "0.56%" in text
    assert "市场主体登记信息（本资源）" in one and "税务登记信息（本资源）" not in one
    assert "税务登记信息（本资源）" in other


def test_a_resource_that_contradicts_nobody_says_so(snapshot: Snapshot) -> None:
    text = words(resource.render(snapshot, View(path="/catalogue/air_quality")))
    assert "没有与其他部门矛盾的记录" in text


def test_an_indicator_leads_to_the_batches_behind_it_and_to_the_command_that_leads_on(snapshot: Snapshot) -> None:
    text = words(overview.render(snapshot, View(params={"indicator": "vat_sales"})))
    assert "这个数从哪来" in text
    assert "vat_invoice-2018-06-01" in text or "vat_invoice-2018-05-01" in text
    assert "taian lineage vat_sales" in text


def test_a_resource_says_which_columns_are_made_from_its_own(snapshot: Snapshot) -> None:
    text = words(resource.render(snapshot, View(path="/catalogue/resident")))
    assert "逐列去向（1）" in text
    assert "姓名 name 人口库：人员 name 同名列" in " ".join(text.split())


def test_the_filter_of_families_counts_what_the_chosen_strength_shows():
    frame = pd.DataFrame(
        {"family": ["identity", "identity", "drift"], "strength": ["strong", "weak", "weak"], "findings": [3, 2, 4]}
    )
    assert authenticity._counts(frame, None) == {"identity": 5, "drift": 4}
    assert authenticity._counts(frame, "strong") == {"identity": 3, "drift": 0}
