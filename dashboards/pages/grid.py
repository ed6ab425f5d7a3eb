"""What the grids of the pages share."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboards import parts

LOCALE = {
    "noRowsToShow": "没有符合条件的行",
    "loadingOoo": "正在读取…",
    "loadingError": "读取失败",
    "page": "第",
    "of": "共",
    "to": "至",
    "more": "更多",
    "pageSizeSelectorLabel": "每页",
    "firstPage": "首页",
    "lastPage": "末页",
    "nextPage": "下一页",
    "previousPage": "上一页",
    "ariaRowSelect": "按空格选中此行",
    "ariaRowToggleSelection": "按空格切换选中",
    "ariaRowDeselect": "按空格取消选中",
}

ROW, PHONE_ROW, HEAD = 40, 54, 40
"""Heights in pixels: on a phone a name goes on in a second line."""

GRID_OPTIONS: dict[str, Any] = {
    "theme": {"function": "themeQuartz"},
    "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
    "headerHeight": HEAD,
    "localeText": LOCALE,
    "suppressCellFocus": False,
    "enableBrowserTooltips": True,
}


def grid_options(is_phone: bool, **more: Any) -> dict[str, Any]:
    """What the grids share, and ``more`` of one of them."""
    return {**GRID_OPTIONS, "rowHeight": PHONE_ROW if is_phone else ROW, **more}


def grid_height(is_phone: bool, rows: int) -> str:
    """Room for the rows, within a screen."""
    most, row = (560, PHONE_ROW) if is_phone else (600, ROW)
    return f"{min(most, HEAD + 4 + row * max(rows, 3))}px"


def narrowed(columns: list[dict[str, Any]], widths: dict[str, int | None]) -> list[dict[str, Any]]:
    """The columns named in ``widths`` for a phone, at these widths; None keeps a column's own, and its text wraps."""
    kept = [column for column in columns if column["field"] in widths]
    wrapped = {"wrapText": True, "cellClass": "wrapped", "minWidth": 0}
    return [{**c, **({"width": width} if (width := widths[c["field"]]) else wrapped)} for c in kept]


def as_table(caption: str, columns: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]) -> html.Div:
    """The rows of a grid as a plain table, for a file."""
    numeric = [place for place, column in enumerate(columns) if column.get("type") == "rightAligned"]
    cells = [[row[column["field"]] for column in columns] for row in rows]
    return parts.table(caption, [column["headerName"] for column in columns], cells, numeric)
