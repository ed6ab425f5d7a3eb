"""One finding, a question and never a verdict: its sentence, picture, four facts and innocent explanations."""

import json
from collections.abc import Mapping
from typing import Any

from dash import html

from alerts.words import family_title
from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.cases import FINDING
from dashboards.charts.evidence import as_rows, picture
from dashboards.charts.series import TOGETHER
from dashboards.kept import kept_content
from dashboards.pages.case import case_panel
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.theme import palette
from dashboards.view import View
from dashboards.words import STATISTICS
from taian.settings import settings

DISCLAIMER = "疑点不是结论：它说明数据与同类单位不一样，不说明谁造了假。核查前不得对外，核查时请先听取单位说明。"
UNIT_KINDS = {
    "firm": "企业",
    "unit": "单位",
    "device": "设备",
    "person": "个人",
    "county": "县（市、区）",
    "group": "一组单位",
}


def evidence(snapshot: Snapshot, finding_id: str | None, view: View) -> Any:
    """Everything about one finding: the sentence to read aloud, its picture, four facts, innocent explanations."""
    if not finding_id:
        return parts.empty(
            "请在左边的排序中选一条疑点。", "这里会显示可以直接念给对方听的一句话、证据图和要先排除的正常原因。"
        )
    finding = queries.finding(snapshot, finding_id)
    if finding is None:
        return parts.empty(
            f"这一夜的结果里没有编号为 {finding_id} 的疑点。",
            "数据更正后疑点可能已经消失；请在排序中另选，或查看以前的批次。",
        )
    drawn = _evidence(finding)
    return [
        *_head(finding),
        html.Blockquote(str(finding["message"]), className=f"aloud aloud-{finding['strength']}"),
        kept_content(snapshot, _picture_look(finding_id, view), lambda: _picture(finding, drawn, view)),
        _facts(finding),
        _members(snapshot, drawn),
        _innocent(finding),
        html.Div(case_panel(settings(), f"{FINDING}{finding_id}"), id="case-panel"),
        _grounds(snapshot, finding),
        html.P(DISCLAIMER, className="disclaimer"),
    ]


def _head(finding: Row) -> list[Any]:
    where = [
        UNIT_KINDS.get(str(finding["unit_kind"]), ""),
        *(str(finding[key]) for key in ("county_name", "industry_name") if not fmt.is_missing(finding[key])),
        family_title(str(finding["family"])),
        fmt.span(finding["period"]),
    ]
    name = finding["unit_name"] if not fmt.is_missing(finding["unit_name"]) else finding["unit"]
    return [
        html.Div([html.H2(str(name)), parts.strength_badge(finding["strength"])], className="finding-head"),
        html.P(" · ".join(dict.fromkeys(filter(None, where))), className="subtitle"),
        html.P(parts.link("一企一档", f"/entity/firm/{finding['unit']}")) if finding["unit_kind"] == "firm" else None,
    ]


def _evidence(finding: Row) -> Mapping[str, Any]:
    try:
        found = json.loads(finding["evidence"]) if isinstance(finding["evidence"], str) else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _picture_look(finding_id: str, view: View) -> View:
    """The picture of a finding is the same beside every list and filter: making it took most of the page."""
    return View("/authenticity#picture", {"finding": finding_id}, view.theme, view.is_phone)


def _picture(finding: Row, drawn: Mapping[str, Any], view: View) -> Any:
    if not drawn:
        return parts.empty("这条疑点没有附图。", "依据见上面的句子和下面的四个数。")
    figure = picture(drawn, palette(view.theme))
    if figure is None:
        return parts.table("证据数据", ("项目", "内容"), as_rows(drawn), name="plain-table")
    height = 330 if drawn.get("y_label") or len(drawn.get("lines") or []) <= TOGETHER else 430
    return parts.graph(figure, f"证据图：{finding['message']}", height - (40 if view.is_phone else 0))


HOW = (
    "影响是偏离有多大，用数据自己的单位；统计量是检验算出的数。"
    "q 值是校正多次检验以后，像这样的偏离里出于偶然的占比上限，越小越不像偶然，不是造假的概率。"
    "同行数是参与比较的单位数：有的检验按行业和规模比，有的与全部单位比。"
)
"""What the four figures are, for who asks."""


def _facts(finding: Row) -> html.Div:
    """Four figures: the size of the effect first, then how sure, in words that say what each of them is."""
    chance = "— 算术" if fmt.is_missing(finding["q_value"]) else fmt.probability(finding["q_value"])
    peers = fmt.DASH if fmt.is_missing(finding["peers"]) or not finding["peers"] else fmt.count(finding["peers"])
    figures = parts.facts(
        [
            ("影响", _effect(finding["effect"], str(finding["unit_of_effect"]))),
            (STATISTICS.get(str(finding["test"]), "统计量"), fmt.statistic(finding["statistic"])),
            ("q 值（已校正）" if chance != "— 算术" else "q 值（不是概率）", chance),
            ("同行数" if peers != fmt.DASH else "同行数（不与同行比）", peers),
        ],
        "four",
    )
    return html.Div([figures, html.Details([html.Summary("这些数怎么看"), html.P(HOW, className="muted small")])])


def _effect(value: Any, unit: str) -> parts.Node:
    """How large it is: a ratio with what it is a ratio to, a correlation with its decimals, else an amount."""
    if fmt.is_missing(value):
        return fmt.DASH
    if unit.endswith("的倍数"):
        return [fmt.amount(value, "倍"), html.Small(f"{unit.removesuffix('的倍数')}为 1")]
    return f"{unit} {float(value):.3f}" if unit == "相关系数" else fmt.amount(value, unit)


def _members(snapshot: Snapshot, drawn: Mapping[str, Any]) -> html.Details | None:
    """The units of a group, each with a link to its own finding when it has one."""
    members = [one for one in drawn.get("members") or [] if isinstance(one, dict) and {"unit", "name"} <= set(one)]
    if not members:
        return None
    own = queries.findings_of(snapshot, [str(one["unit"]) for one in members])
    items = []
    for one in members:
        found = own.get(str(one["unit"]))
        name = parts.link(str(one["name"]), f"/authenticity?finding={found}") if found else str(one["name"])
        items.append(html.Li([name, html.Span(" 另有疑点", className="muted small") if found else None]))
    also = f"，其中 {len(own)} 家另有自己的疑点" if own else ""
    return html.Details(
        [html.Summary(f"成员 {len(members)} 家{also}"), html.Ul(items, className="members")], open=len(members) <= 6
    )


def _innocent(finding: Row) -> html.Div | None:
    reasons = fmt.as_list(finding["innocent"])
    if not reasons:
        return None
    return html.Div(
        [html.H3("先排除这些正常原因"), html.Ul([html.Li(reason) for reason in reasons])], className="innocent"
    )


def _grounds(snapshot: Snapshot, finding: Row) -> html.P:
    """Which columns of which resource it rests on, and its lasting number."""
    resource = str(finding["resource"])
    titles = queries.column_titles(snapshot, resource)
    columns = "、".join(titles.get(name, name) for name in fmt.as_list(finding["columns"]))
    return html.P(
        [
            "依据 ",
            parts.link(queries.titles(snapshot).get(resource, resource), f"/catalogue/{resource}"),
            f"：{columns} · 编号 {finding['finding_id']}",
        ],
        className="muted small",
    )
