"""交叉表: any two of area, time and indicator against each other, with the same rules as everywhere."""

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboards import format as fmt
from dashboards import parts
from dashboards.crossed import AXES, MEASURES, SPANS, Crossed, crossed
from dashboards.pages.place import trail
from dashboards.serving import Snapshot
from dashboards.view import View, address
from dashboards.words import WHY_WITHHELD, WITHHELD

TITLE = "交叉表"
EXPORTS = ("csv", "xlsx")


def render(snapshot: Snapshot, view: View, topics: Mapping[str, str], tabs: html.Nav) -> html.Div:
    """The table of the address; its controls write the address."""
    table = crossed(snapshot, view, topics)
    question = "哪个区划、哪一期、哪项指标？任选两项相对，第三项固定。"
    if table is None:
        return parts.page(TITLE, question, [tabs, parts.card(TITLE, parts.empty("没有这个区划或专题的指标。"))])
    given = {**view.params, "area": table.place.code}
    files = [
        html.A(f"导出 {kind.upper()}", href=address(f"/export/cross.{kind}", **given), className="button", download="")
        for kind in EXPORTS
    ]
    body = [tabs, _controls(table, view, topics), _card(table)]
    return parts.page(f"{TITLE} · {table.place.name}", question, body, tools=files, trail=trail(table.place, view))


def _controls(table: Crossed, view: View, topics: Mapping[str, str]) -> html.Div:
    asked = table.asked
    opposite = [(name, title) for name, title in AXES.items() if name != asked.rows]
    found: list[Any] = [
        parts.filter_of(view, "rows", "行：区划", list(AXES.items()), 140),
        parts.filter_of(view, "columns", f"列：{AXES[asked.columns]}", opposite, 140),
        parts.filter_of(view, "topic", f"专题：{topics[asked.topic]}", list(topics.items()), 160),
        parts.filter_of(view, "measure", "数值", list(MEASURES.items()), 120),
    ]
    if asked.held == "indicator":
        choices = [(key, one.title) for key, one in table.known.items()]
        found.append(parts.filter_of(view, "indicator", f"指标：{table.indicator.title}", choices, 240))
    if asked.held == "time":
        choices = [(period, period) for period in table.periods]
        found.append(parts.filter_of(view, "period", f"统计期：{table.period}", choices, 160))
    else:
        spans = [(str(months), f"近 {months} 期") for months in SPANS]
        found.append(parts.filter_of(view, "span", f"近 {SPANS[0]} 期", spans, 140))
    return html.Div(found, className="tools")


def held_words(table: Crossed) -> str:
    """What is the same in every cell."""
    held = {"area": table.place.name, "time": table.period, "indicator": table.indicator.title}[table.asked.held]
    return f"{AXES[table.asked.held]}：{held} · {MEASURES[table.asked.measure]}"


def _card(table: Crossed) -> html.Section:
    asked = table.asked
    if not table.cells:
        return parts.card(TITLE, parts.empty("这样选没有已发布的数。", "换一个区划、统计期或指标。"))
    headers = (AXES[asked.rows], *table.columns.values())
    rows = [(name, *(_cell(table, key, column) for column in table.columns)) for key, name in table.rows.items()]
    is_hidden = any(table.is_withheld(row, column) for row, column in table.cells)
    said = held_words(table) + (" · 百分比的同比为百分点" if asked.measure == "yoy" else "")
    return parts.card(
        f"{AXES[asked.rows]} × {AXES[asked.columns]}",
        parts.table(f"{TITLE}：{held_words(table)}", headers, rows, range(1, len(headers)), "plain-table"),
        subtitle=said + (f" · {WHY_WITHHELD}" if is_hidden else ""),
        foot=parts.stamp(table.period, "指标"),
        name="wide-card",
    )


def _cell(table: Crossed, row: str, column: str) -> str:
    if table.is_withheld(row, column):
        return WITHHELD
    indicator, figure = table.indicator_of(row, column), table.figure(row, column)
    if table.asked.measure == "value":
        return fmt.amount(figure, indicator.unit)
    return fmt.DASH if figure is None else indicator.label(figure)
