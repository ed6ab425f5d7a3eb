"""The ranking of findings, asked for in blocks."""

from typing import Any

import dash_ag_grid as dag
from dash import html

from alerts.words import family_title
from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.cases import NO_CASE, UNREAD, finding_states
from dashboards.pages.grid import as_table, grid_height, grid_options, narrowed
from dashboards.paging import MOST
from dashboards.serving import Snapshot
from dashboards.view import View
from dashboards.words import STRENGTHS
from taian.settings import settings

BLOCK = 100


COLUMNS: list[dict[str, Any]] = [
    {
        "field": "strength",
        "headerName": "证据",
        "width": 50,
        "headerTooltip": "证据强弱",
        "cellClassRules": {"cell-strong": "params.value === '强'"},
    },
    {"field": "unit", "headerName": "单位", "flex": 1, "minWidth": 96, "tooltipField": "unit"},
    {"field": "test", "headerName": "检查", "width": 108},
    {"field": "period", "headerName": "统计期", "width": 138},
    {"field": "effect", "headerName": "影响", "type": "rightAligned", "width": 104},
    {"field": "status", "headerName": "状态", "width": 70},
]
PHONE_WIDTHS = {"strength": 48, "unit": None, "test": 113}


def _effect(value: Any, unit: str) -> str:
    """How large it is, within a narrow column: what a ratio is to stands beside the evidence."""
    return fmt.amount(value, "倍" if unit.endswith("的倍数") else unit)


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
            "period": fmt.span(row["period"]),
            "effect": _effect(row["effect"], str(row["unit_of_effect"])),
            "status": UNREAD if states is None else states.get(str(row["finding_id"]), NO_CASE),
        }
        for row in frame.to_dict("records")
    ]
    return rows, total


def _grid(view: View, place: int, total: int) -> dag.AgGrid:
    return dag.AgGrid(
        id="findings",
        columnDefs=narrowed(COLUMNS, PHONE_WIDTHS) if view.is_phone else COLUMNS,
        defaultColDef={"resizable": False, "cellDataType": False, "sortable": False, "suppressMovable": True},
        rowModelType="infinite",
        getRowId="params.data.finding_id",
        scrollTo={"rowIndex": place, "rowPosition": "middle"} if place else None,
        dashGridOptions=grid_options(
            view.is_phone,
            cacheBlockSize=BLOCK,
            # All rows have their place from the start, so that the finding in view can be scrolled to.
            infiniteInitialRowCount=total,
            maxBlocksInCache=5,
        ),
        style={"height": grid_height(view.is_phone, total), "width": "100%"},
    )


def findings_card(snapshot: Snapshot, view: View) -> html.Section:
    """The ranking under the filters of the address, with the finding in view in sight."""
    strength, family = view.params.get("strength"), view.params.get("family")
    _, total = queries.findings(snapshot, strength, family, 0, 0)
    chosen = view.params.get("finding")
    shown = queries.finding(snapshot, chosen) if chosen and not (strength or family) else None
    place = int(shown["rank"]) - 1 if shown else 0
    body: Any = parts.empty("没有符合条件的疑点。", parts.link("清除筛选", "/authenticity"))
    if total and view.is_whole:
        body = as_table("疑点排序", COLUMNS, grid_rows(snapshot, strength, family, 0, MOST)[0])
    elif total:
        body = _grid(view, place, total)
    return parts.card(
        "疑点排序",
        body,
        subtitle="证据强的在前，其次看有几类检查同时指出，再看偏离偶然的程度和影响",
        aside=html.Span(f"{fmt.count(total)} 条", className="muted"),
        foot=parts.stamp(snapshot.as_of.get("topic_authenticity__finding") or snapshot.business_date, "夜间检查"),
        name="list-card",
    )
