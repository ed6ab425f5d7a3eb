"""One finding, a question and never a verdict: its sentence, picture, four facts and innocent explanations."""

import json
from typing import Any

from dash import html

from alerts.words import family_title
from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.cases import NO_CASE, finding_states
from dashboards.charts.evidence import as_rows, picture
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.theme import palette
from dashboards.view import View
from taian.settings import settings

DISCLAIMER = "疑点不是结论：它说明数据与同类单位不一样，不说明谁造了假。核查前不得对外，核查时请先听取单位说明。"


UNIT_KINDS = {"firm": "企业", "device": "设备", "person": "个人", "county": "县（市、区）", "group": "一组单位"}


def _innocent(finding: Row) -> html.Div | None:
    reasons = fmt.as_list(finding["innocent"])
    if not reasons:
        return None
    return html.Div(
        [html.H3("先排除这些正常原因"), html.Ul([html.Li(reason) for reason in reasons])],
        className="innocent",
    )


def _picture(finding: Row, view: View) -> Any:
    try:
        evidence = json.loads(finding["evidence"]) if isinstance(finding["evidence"], str) else {}
    except ValueError:
        evidence = {}
    if not evidence:
        return parts.empty("这条疑点没有附图。", "依据见上面的句子和下面的四个数。")
    figure = picture(evidence, palette(view.theme))
    if figure is None:
        return parts.table("证据数据", ("项目", "内容"), as_rows(evidence), name="plain-table")
    return parts.graph(figure, f"证据图：{finding['message']}", 280 if view.is_phone else 330)


def _source(snapshot: Snapshot, finding: Row) -> str:
    name = str(finding["resource"])
    return queries.titles(snapshot).get(name, name)


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
    family = family_title(str(finding["family"]))
    where = [
        UNIT_KINDS.get(str(finding["unit_kind"]), ""),
        *(str(finding[key]) for key in ("county_name", "industry_name") if not fmt.is_missing(finding[key])),
        family,
        str(finding["period"]),
    ]
    name = finding["unit_name"] if not fmt.is_missing(finding["unit_name"]) else finding["unit"]
    peers = "—" if fmt.is_missing(finding["peers"]) else fmt.count(finding["peers"])
    return [
        html.Div(
            [
                html.H2(str(name)),
                parts.strength_badge(finding["strength"]),
                parts.badge(finding_states(settings()).get(finding_id, NO_CASE), "plain", "案件状态"),
            ],
            className="finding-head",
        ),
        html.P(" · ".join(filter(None, where)), className="subtitle"),
        html.Blockquote(str(finding["message"]), className=f"aloud aloud-{finding['strength']}"),
        _picture(finding, view),
        parts.facts(
            [
                ("统计量", fmt.statistic(finding["statistic"])),
                (
                    "q 值（已校正）",
                    fmt.probability(finding["q_value"]) if not fmt.is_missing(finding["q_value"]) else "— 恒等式",
                ),
                ("同行数", peers),
                ("影响", fmt.amount(finding["effect"], finding["unit_of_effect"])),
            ],
            "four",
        ),
        _innocent(finding),
        html.P(
            [
                "依据 ",
                parts.link(_source(snapshot, finding), f"/catalogue/{finding['resource']}"),
                f" · {'、'.join(fmt.as_list(finding['columns']))} · 编号 {finding['finding_id']}",
            ],
            className="muted small",
        ),
        html.P(DISCLAIMER, className="disclaimer"),
    ]
