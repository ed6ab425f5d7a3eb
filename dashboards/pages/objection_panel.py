"""异议和裁定: what departments said against their evaluation, what was decided, and the form of whoever is next."""

from typing import Any

from dash import html

from alerts.objections import TITLES
from dashboards import parts
from dashboards.departments import name_of
from dashboards.objections import Move, moves, said_of
from dashboards.pages.step_form import Ask, Field, answer, step_form
from dashboards.serving import Snapshot
from dashboards.view import View
from taian.settings import Settings, settings

HEADERS = ("日期", "年度", "部门", "事项", "理由", "文件", "记录人")
FIELDS = {
    "object": (Field("why", "哪一项不对、依据是什么＊"), Field("document", "文件（文号或名称）＊")),
    "accept": (Field("why", "裁定理由＊"), Field("document", "裁定文件（文号或名称）＊")),
    "reject": (Field("why", "裁定理由＊"), Field("document", "裁定文件（文号或名称）＊")),
}
MOST_OWN = 3
"""Departments whose forms stand on one page: who answers for more chooses one in the ranking."""


def objections_card(snapshot: Snapshot, view: View) -> html.Section:
    """The card of the tab 考核."""
    panel = objection_panel(settings(), snapshot, view.params.get("department", ""))
    return parts.card(
        "异议和裁定",
        html.Div(panel, id="objection-panel"),
        subtitle="裁定不改得分：要改的是数据或考核办法的版本",
        foot=parts.stamp(snapshot.business_date, "审计日志；办理随办随新"),
        name="wide-card plan-evaluation",
    )


def objection_panel(config: Settings, snapshot: Snapshot, chosen: str, said: str = "", done: str = "") -> Any:
    """What this reader may see of the objections, and say next; ``chosen`` is the department of the page's address,
    ``said`` why the last thing was not written down, ``done`` what was.
    """
    try:
        found = said_of(config, snapshot.sight)
    except OSError:
        return parts.failed("审计日志读不到。请运维人员检查 alerts.db 后再办理。")
    rows: list[list[parts.Node]] = [
        [
            *(each.at[:10], f"{each.year}", name_of(each.department), TITLES[each.what]),
            *(each.why, each.document, each.who),
        ]
        for each in found
    ]
    table = parts.table("异议和裁定", HEADERS, rows, (), "plan-rows") if rows else parts.empty("没有异议。")
    return html.Div([table, _form(moves(snapshot, found), chosen), answer(said, done)], className="case")


def _form(offered: list[Move], chosen: str) -> Any:
    own = [move for move in offered if move.what == "object"]
    if len(own) > MOST_OWN:
        own = [move for move in own if move.department == chosen]
    asks = [_ask(move) for move in [*(move for move in offered if move.what != "object"), *own]]
    return step_form("objection", chosen, asks, None) if asks else None


def _ask(move: Move) -> Ask:
    title = f"{TITLES[move.what]}（{name_of(move.department)}，{move.year} 年）"
    return Ask(move.key, title, FIELDS[move.what])
