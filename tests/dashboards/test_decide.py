"""辅助决策 and 决策简报: targets with their probability, what pulls, what if, townships, and all of it on one page."""

from pathlib import Path

import pytest
from dash import dcc, html
from flask.testing import FlaskClient
from page_text import words as every_word
from pdf_text import text_of

from dashboards import papers
from dashboards.pages import brief, decide, plan_bulletin
from dashboards.serving import Snapshot, open_snapshot
from dashboards.view import View
from taian.settings import Settings

BASE = "http://127.0.0.1:8050"


@pytest.fixture
def night(published: Path) -> Snapshot:
    return open_snapshot(published)


def shown(night: Snapshot, **params: str) -> str:
    return " ".join(every_word(decide.render(night, View("/decide", params))).split())


def test_each_target_is_told_with_its_probability_or_why_there_is_none(night: Snapshot) -> None:
    text = shown(night)
    assert "3 项目标，1 项更可能完成，1 项更可能完不成，1 项不给可能性" in text
    assert "一般公共预算收入 188.0 亿元 87.0 亿元 截至 2018-06 179.0 亿元" in text
    assert text.index("难完成 < 5%") < text.index("五五开 62%") < text.index("不给可能性 —"), "the hardest first"
    assert "往年同月到年底的走势（7 年 46 个误差）" in text and "假定各月误差同向" in text
    assert "泰山区 2018 年目标与预测" in shown(night, area="370902")
    assert "没有可以比较的目标" in shown(night, area="1")


def test_parts_add_up_and_the_remainder_is_named(night: Snapshot) -> None:
    text = shown(night, tab="drivers")
    assert "1—6 月同比 +5.5%，按县（市、区）" in text, "the growth is the sum of the parts"
    assert "其余 +0.5 " in text and "其余（全市单独核算的差额）" in text
    assert "泰山区 9.0 万元 7.0 万元 5,000.0 元 1.5 万元 +9.0%" in text


def test_what_is_not_clear_is_not_reckoned_with(night: Snapshot) -> None:
    text = shown(night, tab="whatif", change="10")
    assert "2 个问题，1 个答得上来" in text
    assert "0.80 0.50 至 1.10 +8.0%（+5.0% 至 +11.0%） 可以用" in text
    assert "— −0.40 至 1.00 — 方向不明，不用" in text
    assert "前者变 −5.0% 时" in shown(night, tab="whatif", change="1000"), "what was not offered is not reckoned"


def test_townships_of_few_people_have_no_figures(night: Snapshot) -> None:
    text = shown(night, tab="townships")
    assert "1 个乡镇（街道）有数，1 个因不到 20 户（人）不显示" in text
    assert "岱庙街道 +1.0% +8.0% +2.0% +0.45" in text
    assert "省庄镇" not in text


def test_the_brief_leads_from_every_sentence_to_its_page(night: Snapshot, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(brief, "settings", lambda: Settings(home=tmp_path))
    page = brief.render(night, View("/brief"))
    text = " ".join(every_word(page).split())
    assert "每日决策简报" in text and "一般公共预算收入：要求 188.0 亿元" in text
    assert "泰山区拉动 6.0 个百分点" in text
    sentences = [part for part in page._traverse() if isinstance(part, html.Li)]
    assert sentences and all(isinstance(part.children[-1], dcc.Link) for part in sentences)
    monthly = brief.render(night, View("/brief", {"kind": "month"}))
    assert "每月决策简报" in " ".join(every_word(monthly).split())


def test_the_brief_as_a_document_says_what_the_page_says(night: Snapshot, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(brief, "settings", lambda: Settings(home=tmp_path))
    sheet = papers.brief_sheet(night, View(params={"kind": "month"}), "http://127.0.0.1:8050")
    text = text_of(sheet.pdf())
    assert sheet.name == f"brief-month-{night.business_date}"
    assert "每月决策简报" in text and "泰山区拉动 6.0 个百分点" in text
    assert b"http://127.0.0.1:8050/decide?tab=drivers" in sheet.pdf()


def test_documents_are_handed_out_as_files_that_no_browser_keeps(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (brief, plan_bulletin):
        monkeypatch.setattr(module, "settings", lambda: Settings(home=tmp_path))
    for name in ("brief", "bulletin"):
        answer = client.get(f"/export/{name}.pdf", base_url=BASE)
        assert (answer.status_code, answer.content_type, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
        assert answer.headers["Cache-Control"] == "no-store"
