"""决策简报: one page, each morning and each month; every sentence leads to where its numbers are from."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from alerts.brief import TITLES, Brief, Chapter, brief_of
from alerts.briefing import facts_of
from dashboards import parts
from dashboards.serving import Snapshot
from dashboards.view import View, address
from dashboards.warned import warnings_of
from taian.settings import settings

TITLE = "决策简报"
QUESTION = "一页看完：目标、指标、拉动、预警、数据。打印时只印正文。"
UNREADABLE = "预警库读不到。请运维人员检查 alerts.db。"


def kind_of(view: View) -> str:
    """Which brief the address asks for: day, or month."""
    asked = view.params.get("kind", "")
    return asked if asked in TITLES else "day"


def brief_for(snapshot: Snapshot, kind: str) -> Brief:
    """The brief of the night that is up, with the warnings as they stand. OSError when their store cannot be read."""

    def read(table: str, query: str) -> Sequence[Mapping[Any, Any]]:
        if table not in snapshot.as_of:
            raise LookupError(table)
        return snapshot.read(table, query).to_dict("records")

    return brief_of(facts_of(read), warnings_of(settings()), dt.date.fromisoformat(snapshot.business_date), kind)


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page of ``/brief`` for ``?kind=`` day or month."""
    kind = kind_of(view)
    try:
        brief = brief_for(snapshot, kind)
    except OSError:
        return parts.page(TITLE, QUESTION, [parts.failed(UNREADABLE)])
    sheet = html.Article(
        [
            html.P(f"泰安市政务数据平台 · 数据截至 {snapshot.business_date}", className="muted small"),
            html.P(html.Strong(brief.summary)),
            *(_chapter(one) for one in brief.chapters),
            html.P("由平台按模板写成；可能性的算法和前提见“辅助决策”。", className="muted small"),
        ],
        className="brief",
    )
    card = parts.card(
        brief.title, sheet, foot=parts.stamp(snapshot.business_date, "夜间发布的结果；预警随办随新"), name="wide-card"
    )
    file = html.A("导出 PDF", href=address("/export/brief.pdf", kind=kind), className="button", download="")
    return parts.page(TITLE, QUESTION, [_tabs(kind), card], tools=[file])


def _tabs(kind: str) -> html.Nav:
    entries = [(title, address("/brief", kind=key), key == kind) for key, title in TITLES.items()]
    return parts.tabs("简报", entries)


def _chapter(one: Chapter) -> html.Section:
    lines = [html.Li([line.text, " ", parts.link("来源", line.path)]) for line in one.lines]
    return html.Section([html.H3(one.title), html.Ul(lines, className="members")])
