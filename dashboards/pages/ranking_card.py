"""Areas in the order of their change: where there is no boundary to draw, the ranking is the map."""

from typing import Any

import pandas as pd
from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.charts.ranking import Bar, ranking
from dashboards.pages.indicator import Indicator, change_of
from dashboards.pages.place import Place
from dashboards.serving import Snapshot
from dashboards.view import View
from dashboards.words import LEVELS, WHY_WITHHELD

EDGE = 5
"""Townships shown from each end of the city's ranking."""


def _bars(frame: pd.DataFrame, indicator: Indicator, view: View, chosen: str) -> list[Bar]:
    bars = []
    usual = fmt.usual_months(frame)
    for row in frame.to_dict("records"):
        change = change_of(row, indicator)
        bars.append(
            Bar(
                str(row["area_name"]),
                view.link(area=str(row["area_code"])),
                change,
                indicator.label(change),
                indicator.amount(row) + fmt.of_other_months(row["months"], usual, row["period"]),
                row["area_code"] == chosen,
            )
        )
    return sorted(bars, key=lambda bar: (bar.change is None, -(bar.change or 0.0)))


def ranking_card(snapshot: Snapshot, indicator: Indicator, place: Place, view: View) -> html.Section:
    """The areas below the place in view; for the city also the townships at both ends."""
    parent = place.county or queries.CITY
    frame = queries.children(snapshot, indicator.key, parent)
    name = next(name for code, name, _ in place.line if code == parent)
    title = f"{name} · {'乡镇（街道）' if place.county else '县（市、区）'}排名"
    if frame.empty:
        return parts.card(
            title,
            parts.empty(f"{indicator.title}不发布到{LEVELS['township']}。", "换一项指标，或回到全市。"),
            name="ranking-card",
        )
    shown = fmt.covered(frame["period"].iloc[0], fmt.usual_months(frame))
    body: list[Any] = [ranking(_bars(frame, indicator, view, place.code), title)]
    if not place.county:
        body += _edges(snapshot, indicator, view)
    return parts.card(
        title,
        body,
        subtitle=f"{indicator.title} {shown} {indicator.comparison} · 右列为当期值"
        + (" · 乡镇界线不公开，以排名代替地图" if place.county else "")
        + (f" · {WHY_WITHHELD}" if frame["is_withheld"].any() else ""),
        foot=parts.stamp(shown, indicator.owner, frame["days_stale"].iloc[0]),
        name="ranking-card",
    )


def _edges(snapshot: Snapshot, indicator: Indicator, view: View) -> list[Any]:
    """The townships at both ends of the city's ranking."""
    bars = [
        bar for bar in _bars(queries.townships(snapshot, indicator.key), indicator, view, "") if bar.change is not None
    ]
    if len(bars) <= 2 * EDGE:
        return []
    return [
        html.H3(f"乡镇（街道）前 {EDGE} 与后 {EDGE}"),
        ranking(bars[:EDGE] + bars[-EDGE:], f"{indicator.title}同比最高与最低的乡镇（街道）"),
    ]
