"""What the grids of the pages share."""

from typing import Any

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

GRID_OPTIONS: dict[str, Any] = {
    "theme": {"function": "themeQuartz"},
    "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
    "rowHeight": 40,
    "headerHeight": 40,
    "localeText": LOCALE,
    "suppressCellFocus": False,
    "enableBrowserTooltips": True,
}


def grid_height(is_phone: bool, rows: int) -> str:
    """Room for the rows, within a screen."""
    most = 560 if is_phone else 600
    return f"{min(most, 44 + 40 * max(rows, 3))}px"
