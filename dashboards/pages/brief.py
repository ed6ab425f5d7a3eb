"""决策简报: one page, each morning and each month; every sentence leads to where its numbers are from."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from alerts.brief import TITLES, Chapter, brief_of
from alerts.briefing import facts_of
from dashboards import parts
from dashboards.serving import Snapshot
from dashboards.view import View, address
from dashboards.warned import warnings_of
from taian.settings import settings

TITLE = "决策简报"
QUESTION = "一页看完：目标、指标、拉动、预警、数据。打印时只印正文。"


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page of ``/brief`` for ``?kind=`` day or month: of the night that is up, with the warnings as they stand."""
    asked = view.params.get("kind", "")
    kind = asked if asked in TITLES else "day"

    def read(table: str, query: str) -> Sequence[Mapping[Any, Any]]:
        if table not in snapshot.as_of:
            raise LookupError(table)
        return snapshot.read(table, query).to_dict("records")

    try:
        cases = warnings_of(settings())
    except OSError:
        return parts.page(TITLE, QUESTION, [parts.failed("预警库读不到。请运维人员检查 alerts.db。")])
    brief = brief_of(facts_of(read), cases, dt.date.fromisoformat(snapshot.business_date), kind)
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
    return parts.page(TITLE, QUESTION, [_tabs(kind), card])


def _tabs(kind: str) -> html.Nav:
    entries = [(title, address("/brief", kind=key), key == kind) for key, title in TITLES.items()]
    return parts.tabs("简报", entries)


def _chapter(one: Chapter) -> html.Section:
    lines = [html.Li([line.text, " ", parts.link("来源", line.path)]) for line in one.lines]
    return html.Section([html.H3(one.title), html.Ul(lines, className="members")])
