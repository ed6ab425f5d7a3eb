"""查找: a firm, a person, an address or a place by name, number or address, with suggestions while one types."""

from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import dcc, html

from dashboards import format as fmt
from dashboards import parts, subjects
from dashboards.pages.area import FACILITIES, NAMES
from dashboards.queries import Row
from dashboards.serving import ServingError, Snapshot
from dashboards.subject_words import LIVES
from dashboards.view import View
from taian.pseudonym import key_of
from taian.settings import settings

TITLE = "查找"
HINT = "企业、单位：名称的一部分、信用代码、注册号或地址；地区：名称或代码；地址：门牌的一部分。"
PERSON_HINT = "个人：完整的姓名或身份号码，结果已脱敏；号码不会写进地址栏。"


def _badge(kind: str, state: Any) -> Any:
    if kind == "firm":
        return parts.badge(*LIVES.get(str(state), (str(state), "plain")))
    return parts.badge({**NAMES, **FACILITIES}.get(str(state), "地址"))


def _line(kind: str, row: Row) -> html.Li:
    path = "firm" if kind == "firm" else "place"
    name = parts.link(str(row["title"]), f"/entity/{path}/{row['key']}")
    where = "" if fmt.is_missing(row["where"]) else f"{row['where']} · "
    return html.Li([name, " ", _badge(kind, row["state"]), html.P(f"{where}{row['key']}", className="muted small")])


def _listed(kind: str, title: str, frame: pd.DataFrame) -> html.Section | None:
    if frame.empty:
        return None
    more = "只列出最先的几条；再加一个词可以缩小范围" if len(frame) == subjects.MOST else None
    lines = html.Ul([_line(kind, row) for row in frame.to_dict("records")], className="history")
    return parts.card(title, lines, subtitle=more, name="wide-card")


def _persons(snapshot: Snapshot, words: str) -> html.Section | None:
    frame = subjects.persons(snapshot, words, key_of(settings().home))
    if frame.empty:
        return None
    counties = subjects.division_names(snapshot, [str(code) for code in frame["county_code"]])
    lines = [
        html.Li(
            [
                parts.link(str(row["name"]), f"/entity/person/{row['entity']}"),
                f" · {int(row['birth_year'])} 年生 · {counties.get(str(row['county_code']), fmt.DASH)}",
            ]
        )
        for row in frame.to_dict("records")
    ]
    said = "已脱敏；打开档案前要说明用途，每次查看都记入审计日志"
    return parts.card("个人", html.Ul(lines, className="history"), subtitle=said, name="wide-card")


def results(snapshot: Snapshot, words: str) -> Any:
    """What fits the words, by kind, as far as the reader sees."""
    if len(words.strip()) < subjects.SHORTEST:
        hint = PERSON_HINT if snapshot.sight.persons else None
        return parts.card("查什么", parts.empty(HINT, hint))
    kinds = (("firm", "企业和单位"), ("place", "地区"), ("facility", "公共设施"), ("address", "地址"))
    shown = [_listed(kind, title, subjects.found(snapshot, kind, words)) for kind, title in kinds]
    if snapshot.sight.persons:
        shown.insert(1, _persons(snapshot, words))
    if not any(shown):
        nothing = parts.empty("没有符合的企业、地区或地址。", "少写几个字，或换一种写法；也可能不在您能看的范围内。")
        return parts.card("没有找到", nothing)
    return [card for card in shown if card is not None]


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page for ``?q=``; an identity number in the address is not looked for."""
    asked = view.params.get("q", "")
    words = "" if subjects.is_telling(asked) else asked
    box = dmc.TextInput(
        id="seek", value=words, placeholder="名称、代码或地址", debounce=250, w=320, **parts.aria(label="查找")
    )
    try:
        shown = results(snapshot, words)
    except ServingError as error:
        shown = parts.card(TITLE, parts.failed(str(error)))
    stamp = parts.stamp(snapshot.business_date, "基础信息资源库")
    body = [dcc.Store(id="sought"), html.Div(shown, id="found", **parts.aria(live="polite")), stamp]
    return parts.page(TITLE, "这家企业、这个地方，各部门都知道什么？", body, tools=box)
