"""What pulls a number: the contributions of areas and industries, and the growth of each county in three parts."""

from typing import Any

import pandas as pd
from dash import html

from dashboards import decided, parts
from dashboards import format as fmt
from dashboards.charts.ranking import Bar, ranking
from dashboards.charts.shift import Shift, shift
from dashboards.pages.indicator import definitions
from dashboards.queries import CITY
from dashboards.serving import Snapshot
from dashboards.theme import palette
from dashboards.view import View, address

BY = {"area": "县（市、区）", "industry": "行业"}
REST = "其余"
PULL, SHIFT = "由谁拉动", "各县（市、区）的增长从哪里来"


def driver_card(snapshot: Snapshot, view: View) -> html.Section:
    """Every number's growth of the year so far, in percentage points of its parts, which add up to it."""
    frame, known = decided.drivers(snapshot), definitions(snapshot)
    if frame.empty:
        return parts.card(PULL, parts.empty("没有可以分解的数。", "全市要有今年和去年同期各月的数。"), name="wide-card")
    body: list[Any] = []
    for (indicator, kind), part in frame.groupby(["indicator", "kind"], sort=False):
        unit = known[str(indicator)].unit if str(indicator) in known else ""
        title = known[str(indicator)].title if str(indicator) in known else str(indicator)
        total = float(part["points"].sum())
        period = str(part["period"].iloc[0])
        body.append(html.H3(f"{title}：1—{int(period[5:7])} 月同比 {fmt.change(total / 100)}，按{BY[str(kind)]}"))
        body.append(ranking([_bar(row, str(indicator), unit) for row in part.to_dict("records")], f"{title}的拉动"))
        body += [html.P(str(name), className="muted small") for name in part.loc[part["part"] == "", "part_name"]]
    return parts.card(
        PULL,
        body,
        subtitle="对全市同比的拉动（百分点）和增加的数；各部分相加正好等于全市增速",
        foot=parts.stamp(snapshot.as_of.get("topic_decision__driver"), "已发布指标"),
        name="wide-card",
    )


def _bar(row: Any, indicator: str, unit: str) -> Bar:
    is_area = row["kind"] == "area" and row["part"]
    href = address("/", area=str(row["part"]), indicator=indicator) if is_area else None
    if row["kind"] == "industry" and row["part"]:
        href = address("/", area=CITY, indicator=str(row["part"]))
    change = fmt.amount(row["change"], unit)
    told = f"+{change}" if float(row["change"]) > 0 else change
    name = str(row["part_name"]) if row["part"] else REST
    return Bar(name, href, float(row["points"]), fmt.points(row["points"]), told)


def shift_card(snapshot: Snapshot, view: View) -> html.Section:
    """Shift-share of the counties over the industries of gross regional product."""
    frame = decided.shifts(snapshot)
    if frame.empty:
        reason = "分行业的地区生产总值不全，不能比较。"
        return parts.card(
            SHIFT, parts.empty(reason, "要有全市和各县（市、区）今年和去年同期各行业的增加值。"), name="wide-card"
        )
    rows = [_shift(row) for row in frame.to_dict("records")]
    headers = ("县（市、区）", "增加", "全市带动", "产业结构", "自身竞争力", "增速")
    cells = [_cells(row) for row in frame.to_dict("records")]
    table = parts.table("地区生产总值增加额的三部分", headers, cells, (1, 2, 3, 4, 5))
    note = (
        "偏离—份额分析（Dunn, 1960）：全市带动 = 各行业都按全市增速增长；产业结构 = 本地行业构成带来的；"
        "自身竞争力 = 同样的行业比全市长得快多少。三项相加正好等于增加额。缺行业数的县（市、区）不列。"
    )
    return parts.card(
        SHIFT,
        [parts.graph(shift(rows, palette(view.theme)), SHIFT, 300, table), html.P(note, className="muted small")],
        subtitle="地区生产总值，与去年同期比（现价），按一产、工业、建筑业、三产",
        foot=parts.stamp(frame["period"].iloc[0], "统计局"),
        name="wide-card",
    )


def _shift(row: Any) -> Shift:
    points = [100 * float(row[name]) / float(row["before"]) for name in ("national", "mix", "local")]
    return Shift(str(row["area_name"]), *points)


def _cells(row: Any) -> tuple[Any, ...]:
    names = ("change", "national", "mix", "local")
    return (
        parts.link(str(row["area_name"]), address("/", area=str(row["area_code"]), indicator="gdp")),
        *(fmt.amount(row[name], "10k_yuan") for name in names),
        fmt.change(row["growth"]),
    )


def strongest(frame: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """The parts by area of one number that pull most, up or down."""
    own = frame[(frame["indicator"] == indicator) & (frame["kind"] == "area") & (frame["part"] != "")]
    return own.reindex(own["points"].abs().sort_values(ascending=False).index)
