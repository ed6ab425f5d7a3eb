"""Counties coloured by their change against last year; a click leads to the county's townships."""

from typing import Any

from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.charts.map import county_map, limit_of, outline
from dashboards.pages.indicator import Indicator, change_of
from dashboards.pages.place import Place
from dashboards.serving import ServingError, Snapshot
from dashboards.theme import palette
from dashboards.view import View
from taian.settings import settings


def map_card(snapshot: Snapshot, indicator: Indicator, place: Place, view: View) -> html.Section:
    """Counties by their change of ``indicator``; ServingError when there is no boundary to draw."""
    rows = queries.children(snapshot, indicator.key, queries.CITY).to_dict("records")
    found = {row["area_code"]: change_of(row, indicator) for row in rows}
    changes = {code: change for code, change in found.items() if change is not None}
    title = "县（市、区）同比"
    if not changes:
        return parts.card(
            title, parts.empty(f"{indicator.title}没有县级同比。", "可换一项指标，或看右下的趋势。"), name="map-card"
        )
    shown, stale = fmt.covered(rows[0]["period"], rows[0]["months"]), rows[0]["days_stale"]
    scale = {code: change / 100 for code, change in changes.items()} if indicator.is_share else changes
    labels = {code: indicator.label(change) for code, change in changes.items()}
    outlines = [outline(str(row.code), str(row.name_), str(row.geojson)) for row in _boundaries(snapshot)]
    figure = county_map(outlines, scale, labels, place.county, palette(view.theme), 10.5 if view.is_phone else 12.5)
    words = "；".join(f"{row['area_name']} {labels.get(row['area_code'], '—')}" for row in rows)
    bound = limit_of(scale)
    legend = [
        indicator.label((bound if indicator.is_share is False else bound * 100) * side) if side else "0"
        for side in (-1, 0, 1)
    ]
    statement = settings().boundary_statement
    return parts.card(
        title,
        [
            parts.graph(
                figure, f"{indicator.title}县（市、区）同比地图：{words}", 210 if view.is_phone else 360, identity="map"
            ),
            html.Div(
                [
                    html.Div(className="scale-bar"),
                    html.Div([html.Span(text) for text in legend], className="scale-text"),
                ],
                className="scale",
            ),
        ],
        subtitle=f"{indicator.title} {shown} {indicator.comparison} · 橙=下降 蓝=上升 · 点击县区看乡镇",
        foot=parts.stamp(
            shown, f"{indicator.owner} · {f'审图号：{statement}' if statement else '示意，无审图号'}", stale
        ),
        name="map-card",
    )


def _boundaries(snapshot: Snapshot) -> list[Any]:
    frame = queries.boundaries(snapshot).rename(columns={"name": "name_"})
    if frame.empty:
        raise ServingError("没有发布县界（open_geo__boundary 为空），因此不画地图；请看乡镇与县区排名。")
    return list(frame.itertuples())
