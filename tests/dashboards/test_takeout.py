"""What a reader takes out of a page: its tables, no more than it sees, and a line of the log for each."""

import csv
import io
from pathlib import Path
from urllib.parse import quote

import pytest
from dash import html
from python_calamine import CalamineWorkbook
from sign_in import make_account, sign_in

from alerts import audit
from dashboards import parts
from dashboards.app import create_app
from dashboards.pagefile import Figure, figure_of, page_file
from dashboards.paging import LINES, MOST, leaf_of
from dashboards.permissions import PAGES
from dashboards.view import View
from taian.settings import Settings

BASE = {"base_url": "http://127.0.0.1:8050"}


@pytest.fixture(scope="module")
def web(published: Path):
    make_account(published.parent, "police", ["owner"], ("gonganju",))
    return create_app(Settings(home=published.parent, web_port=8050)).server


@pytest.fixture(scope="module")
def police(web):
    return sign_in(web.test_client(), "police")


def taken(client, at: str, kind: str = "xlsx"):
    return client.get(f"/export/page.{kind}?at={quote(at, safe='')}", **BASE)


def sheets(content: bytes) -> dict[str, list[list]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_page_of_tables_comes_as_a_workbook_with_its_date_filters_and_reader(client, published) -> None:
    answer = taken(client, "/plan?tab=tasks&state=overdue")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="plan-2018-06-30.xlsx"'
    found = sheets(answer.data)
    notes = dict(found["说明"])
    assert notes["内容"] == "整合共享 · 任务" and notes["条件"] == "state=overdue；tab=tasks"
    assert notes["数据截止"] == "2018-06-30" and notes["导出人"].endswith("）")
    assert found["任务"][0] == ["编号", "任务", "牵头部门", "时限", "状态", "依据"]
    assert [row[0] for row in found["任务"][1:]] == ["03-2"]
    assert found["方案任务"][1][0] == "逾期"
    (line,) = audit.entries(Settings(home=published.parent), most=1)
    assert (line.action, line.object, line.detail) == ("export", "/plan", "xlsx")


def test_numbers_are_numbers_and_texts_stay_texts(client) -> None:
    rows = sheets(taken(client, "/plan?tab=exchange").data)["谁取用谁的什么"]
    assert rows[1][4:7] == [200.0, 0.98, 10_000.0]
    body = parts.page(
        "题", "问", [parts.card("卡", parts.table("一/二", ("名", "数"), [["=1+1", "619.5万"], ["370902", "—"]], (1,)))]
    )
    found = page_file(body, "x", [])
    assert found.tables[0].rows == [("=1+1", Figure(6_195_000.0, "#,##0")), ("370902", "—")]
    assert sheets(found.xlsx())["一 二"][1:] == [["=1+1", 6_195_000.0], ["370902", "—"]]
    lines = list(csv.reader(io.StringIO(found.csv().decode("utf-8-sig"))))
    assert lines[-2:] == [["'=1+1", "6195000"], ["370902", "—"]]


@pytest.mark.parametrize(
    ("shown", "value", "pattern"),
    [
        ("−12.5%", -0.125, "0.0%"),
        ("+3%", 0.03, "0%"),
        ("1,234", 1234.0, "#,##0"),
        ("0.25", 0.25, "#,##0.00"),
        ("1.2亿", 120_000_000.0, "#,##0"),
        ("8,354 家", 8354.0, '#,##0" 家"'),
        ("5.3 亿千瓦时", 530_000_000.0, '#,##0" 千瓦时"'),
        ("0.81 秒", 0.81, '#,##0.00" 秒"'),
    ],
)
def test_what_a_cell_of_numbers_shows_is_read_as_it_is_written(shown: str, value: float, pattern: str) -> None:
    found = figure_of(shown)
    assert found is not None and (found.value, found.pattern) == (value, pattern)


@pytest.mark.parametrize("shown", ["—", "368/378", "3 小时 20 分", "70%（60–80%）", "不足 10", ""])
def test_words_are_no_numbers(shown: str) -> None:
    assert figure_of(shown) is None


def test_a_file_has_the_rows_that_a_page_turns_to() -> None:
    assert leaf_of(View(params={"page": "2"}), 60).start == LINES
    whole = leaf_of(View(params={"page": "2"}, is_whole=True), 60)
    assert (whole.start, whole.end) == (0, 60)
    assert leaf_of(View(is_whole=True), MOST + 1).end == MOST


def test_every_page_comes_as_a_file_and_lists_in_blocks_are_whole(client) -> None:
    for page in PAGES:
        if "<" not in page:
            found = sheets(taken(client, page).data)
            assert found["说明"][0][0] == "内容" and not [row for row in found["说明"] if row[0] == "读不到"], page
            assert taken(client, page, "csv").data.startswith(b"\xef\xbb\xbf")
    assert len(sheets(taken(client, "/authenticity").data)["疑点排序"]) > 1
    batches = sheets(taken(client, "/runs?night=all").data)["报送批次"]
    assert batches[0][:2] == ["状态", "资源"] and len(batches) > 1
    assert dict(sheets(taken(client, "/search").data)["说明"])["说明"] == "这一页没有表。"


def test_nobody_takes_more_than_it_sees(client, police, web) -> None:
    everything = taken(client, "/runs?night=all").data
    assert taken(police, "/authenticity").status_code == 403
    own = sheets(taken(police, "/runs?night=all").data)["报送批次"]
    assert 1 < len(own) < len(sheets(everything)["报送批次"])
    for bad in ("", "/nowhere", "//elsewhere/plan", "http://elsewhere/plan", "/export/plan.csv"):
        assert taken(client, bad).status_code == 403, bad
    assert taken(client, "/plan", "pdf").status_code == 404
    assert taken(web.test_client(), "/plan").status_code == 401


def test_a_card_that_cannot_be_read_says_so_in_the_file() -> None:
    def broken() -> html.Section:
        raise RuntimeError("disk")

    found = page_file(parts.page("题", "问", [parts.guarded("卡", broken)]), "x", [("数据截止", "2018-06-30")])
    assert dict(found.notes)["读不到"].startswith("读不到数据")
    assert found.tables == []


def test_a_picture_that_the_browser_saves_leaves_a_line(client, police, published) -> None:
    asked = {"at": "/topics/economy?area=370902", "title": "工业增加值 37090219900101123X"}
    assert client.post("/export/picture", json=asked, **BASE).status_code == 204
    (line,) = audit.entries(Settings(home=published.parent), most=1)
    assert (line.action, line.object) == ("export", "/topics/economy") and line.detail.startswith("png 工业增加值")
    assert "19900101" not in line.detail
    assert police.post("/export/picture", json={"at": "/authenticity", "title": "x"}, **BASE).status_code == 403
    assert client.post("/export/picture", json=["x"], **BASE).status_code == 403
