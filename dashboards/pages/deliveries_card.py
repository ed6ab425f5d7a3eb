"""The batches of a night as a list: what needs a person first."""

from typing import Any

import dash_ag_grid as dag
import pandas as pd
from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.cases import closed_subjects
from dashboards.departments import county_names, resources_of
from dashboards.kept import kept
from dashboards.pages.grid import as_table, grid_height, grid_options, narrowed
from dashboards.pages.night import night_of
from dashboards.serving import Snapshot
from dashboards.view import View, address
from dashboards.words import STATES
from taian.settings import settings

COLUMNS: list[dict[str, Any]] = [
    {
        "field": "state",
        "headerName": "状态",
        "width": 113,
        "cellClassRules": {"cell-strong": "params.data.tone === 'bad'"},
    },
    {"field": "resource", "headerName": "资源", "flex": 1, "minWidth": 120, "tooltipField": "batch"},
    {"field": "period", "headerName": "统计期", "width": 94},
    {"field": "delivered", "headerName": "交付行", "type": "rightAligned", "width": 76},
    {"field": "quarantined", "headerName": "隔离行", "type": "rightAligned", "width": 70},
    {"field": "time", "headerName": "送达", "width": 102},
]
FILTERS = ("state", "resource", "night", "run", "provider")
"""What the address says of which batches are listed."""

PHONE_WIDTHS = {"state": 112, "resource": None, "period": 94}


def listed(snapshot: Snapshot, view: View) -> pd.DataFrame:
    """The batches under the filters of the address; ``?provider=`` is a department, or a county: what is about it."""
    night, state = night_of(snapshot, view), view.params.get("state")
    if night and not night.date:
        return queries.deliveries(snapshot).head(0)
    closed = closed_subjects(settings()) or () if state == queries.WAITING else ()
    date, whose = night.date if night else None, view.params.get("provider")
    if whose not in county_names():
        return queries.deliveries(snapshot, state, view.params.get("resource"), date, closed, whose)
    frame = queries.deliveries(snapshot, state, view.params.get("resource"), date, closed)
    return frame[frame["resource"].isin(resources_of(whose))]


def _rows(frame: pd.DataFrame, titles: dict[str, str]) -> list[dict[str, Any]]:
    rows = []
    for i, row in enumerate(frame.to_dict("records")):
        words, tone = STATES.get(str(row["state"]), (str(row["state"]), "plain"))
        rows.append(
            {
                "key": f"{queries.key_of(row)}#{i}",
                "batch": queries.key_of(row),
                "state": words,
                "tone": tone,
                "resource": titles.get(str(row["resource"]), str(row["resource"])),
                "period": fmt.DASH if fmt.is_missing(row["period"]) else row["period"],
                "delivered": fmt.count(row["rows_delivered"]),
                "quarantined": fmt.count(row["rows_quarantined"]),
                "time": fmt.moment(row["delivered_at"]),
            }
        )
    return rows


def rows_of(snapshot: Snapshot, view: View) -> list[dict[str, Any]]:
    """The list under its filters, which chosen batch or not; made once a night, unless closed cases narrow it."""

    def make() -> list[dict[str, Any]]:
        return _rows(listed(snapshot, view), queries.titles(snapshot))

    if view.params.get("state") == queries.WAITING:
        return make()
    filters = {name: view.params[name] for name in FILTERS if name in view.params}
    return kept(snapshot, View("/runs#deliveries", filters), make)


def deliveries_card(snapshot: Snapshot, view: View) -> html.Section:
    """The batches under the filters of the address."""
    rows = rows_of(snapshot, view)
    asked = view.params.get("batch", "")
    if view.is_whole:
        return parts.card("报送批次", as_table("报送批次", COLUMNS, rows))
    chosen = [row["key"] for row in rows if asked and f"/{row['batch']}".endswith(f"/{asked}")][:1]
    grid = dag.AgGrid(
        id="deliveries",
        columnDefs=narrowed(COLUMNS, PHONE_WIDTHS) if view.is_phone else COLUMNS,
        defaultColDef={"resizable": False, "cellDataType": False, "sortable": True, "suppressMovable": True},
        rowData=rows,
        getRowId="params.data.key",
        selectedRows={"ids": chosen} if chosen else None,
        dashGridOptions=grid_options(view.is_phone),
        style={"height": grid_height(view.is_phone, len(rows)), "width": "100%"},
    )
    nothing = parts.empty("没有符合条件的批次。", parts.link("清除筛选，看全部批次", address("/runs", night="all")))
    return parts.card(
        "报送批次",
        grid if rows else nothing,
        subtitle="交付 = 接受 + 隔离；整批拒收的没有行数",
        aside=html.Span(f"{fmt.count(len(rows))} 批", className="muted"),
        foot=parts.stamp(snapshot.business_date, "夜间批次"),
        name="list-card",
    )
