"""数据真实性: what should an inspector look at first, and why. A finding is a question, never a verdict."""

import json
from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import dcc, html

from alerts.words import family_title
from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.cases import NO_CASE, finding_states
from dashboards.charts.evidence import as_rows, picture
from dashboards.pages.grid import GRID_OPTIONS, grid_height
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.theme import palette
from dashboards.view import View
from dashboards.words import STRENGTHS
from taian.settings import settings

TITLE = "数据真实性"
DISCLAIMER = "疑点不是结论：它说明数据与同类单位不一样，不说明谁造了假。核查前不得对外，核查时请先听取单位说明。"
BLOCK = 100
UNIT_KINDS = {"firm": "企业", "device": "设备", "person": "个人", "county": "县（市、区）", "group": "一组单位"}

COLUMNS: list[dict[str, Any]] = [
    {
        "field": "strength",
        "headerName": "证据",
        "width": 68,
        "headerTooltip": "证据强弱",
        "cellClassRules": {"cell-strong": "params.value === '强'"},
    },
    {"field": "unit", "headerName": "单位", "flex": 3, "minWidth": 150, "tooltipField": "unit"},
    {"field": "test", "headerName": "检查", "flex": 1, "minWidth": 96},
    {"field": "period", "headerName": "统计期", "width": 88},
    {"field": "effect", "headerName": "影响", "type": "rightAligned", "width": 116},
    {"field": "status", "headerName": "状态", "width": 82},
]
PHONE_FIELDS = ("strength", "unit", "test")


def grid_rows(
    snapshot: Snapshot, strength: str | None, family: str | None, start: int, end: int
) -> tuple[list[dict[str, str]], int]:
    """Rows of the ranking as the grid shows them, and how many there are."""
    frame, total = queries.findings(snapshot, strength, family, start, end)
    states = finding_states(settings())
    rows = [
        {
            "finding_id": str(row["finding_id"]),
            "strength": STRENGTHS.get(str(row["strength"]), (str(row["strength"]), ""))[0],
            "unit": str(row["unit_name"] if not fmt.is_missing(row["unit_name"]) else row["unit"]),
            "test": family_title(str(row["family"])),
            "period": str(row["period"]),
            "effect": fmt.amount(row["effect"], row["unit_of_effect"]),
            "status": states.get(str(row["finding_id"]), NO_CASE),
        }
        for row in frame.to_dict("records")
    ]
    return rows, total


def _columns(is_phone: bool) -> list[dict[str, Any]]:
    if not is_phone:
        return COLUMNS
    narrow = {"strength": {"width": 62}, "test": {"minWidth": 92}, "unit": {"minWidth": 110}}
    return [{**column, **narrow[column["field"]]} for column in COLUMNS if column["field"] in PHONE_FIELDS]


def _grid(view: View, place: int, total: int) -> dag.AgGrid:
    return dag.AgGrid(
        id="findings",
        columnDefs=_columns(view.is_phone),
        defaultColDef={"resizable": False, "cellDataType": False, "sortable": False, "suppressMovable": True},
        rowModelType="infinite",
        getRowId="params.data.finding_id",
        scrollTo={"rowIndex": place, "rowPosition": "middle"} if place else None,
        dashGridOptions={
            **GRID_OPTIONS,
            "cacheBlockSize": BLOCK,
            "infiniteInitialRowCount": min(total, BLOCK),
            "maxBlocksInCache": 5,
        },
        style={"height": grid_height(view.is_phone, total), "width": "100%"},
    )


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


def _tools(counts: dict[str, int], view: View) -> list[Any]:
    families = [{"value": key, "label": f"{family_title(key)}（{number}）"} for key, number in counts.items()]
    return [
        dmc.Select(
            id={"type": "param", "name": "family"},
            data=families,
            value=view.params.get("family"),
            placeholder="全部检查",
            clearable=True,
            w=190,
            **parts.aria(label="按检查筛选"),
        ),
        dmc.SegmentedControl(
            id={"type": "param", "name": "strength"},
            data=[{"value": "", "label": "全部"}, {"value": "strong", "label": "强"}, {"value": "weak", "label": "弱"}],
            value=view.params.get("strength", ""),
        ),
    ]


def _list_card(snapshot: Snapshot, view: View) -> html.Section:
    strength, family = view.params.get("strength"), view.params.get("family")
    _, total = queries.findings(snapshot, strength, family, 0, 0)
    chosen = view.params.get("finding")
    shown = queries.finding(snapshot, chosen) if chosen and not (strength or family) else None
    place = int(shown["rank"]) - 1 if shown else 0
    body = (
        _grid(view, place, total)
        if total
        else parts.empty("没有符合条件的疑点。", parts.link("清除筛选", "/authenticity"))
    )
    return parts.card(
        "疑点排序",
        body,
        subtitle="证据强的在前，其次看偏离偶然的程度，再看影响大小",
        aside=html.Span(f"{fmt.count(total)} 条", className="muted"),
        foot=parts.stamp(snapshot.as_of.get("topic_authenticity__finding") or snapshot.business_date, "夜间检查"),
        name="list-card",
    )


def _detail(snapshot: Snapshot, view: View) -> Any:
    chosen = view.params.get("finding")
    if not chosen and not view.is_phone:
        first, _ = queries.findings(snapshot, view.params.get("strength"), view.params.get("family"), 0, 1)
        chosen = None if first.empty else str(first["finding_id"].iloc[0])
    panel = html.Div(evidence(snapshot, chosen, view), id="finding-panel", className="detail-panel")
    if not view.is_phone:
        return html.Section(panel, className="card detail-card", **parts.aria(label="证据", live="polite"))
    return dmc.Drawer(
        panel,
        id="finding-drawer",
        opened=bool(chosen),
        position="bottom",
        size="88%",
        title="证据",
        closeButtonProps=parts.aria(label="关闭"),
    )


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page for ``?finding=``, ``?strength=`` and ``?family=``."""
    frame = queries.finding_counts(snapshot)
    counts = {str(key): int(number) for key, number in frame.groupby("family")["findings"].sum().items()}
    return parts.page(
        TITLE,
        "哪些数据值得先查？凭什么？疑点不是结论，核查前不得对外。",
        [
            dcc.Store(id="finding-chosen"),
            html.Div([_list_card(snapshot, view), _detail(snapshot, view)], className="master-detail"),
        ],
        tools=_tools(counts, view),
    )
