"""Counties coloured by their change against last year; a click leads to the county's townships."""

from collections.abc import Sequence

from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.charts.map import Outline, county_map, limit_of, outline
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
    figure = county_map(outlines(snapshot), scale, labels, place.county, palette(view.theme), label_size(view))
    words = "；".join(f"{row['area_name']} {labels.get(row['area_code'], '—')}" for row in rows)
    bound = limit_of(scale)
    legend = [
        indicator.label((bound if indicator.is_share is False else bound * 100) * side) if side else "0"
        for side in (-1, 0, 1)
    ]
    return parts.card(
        title,
        [
            parts.graph(
                figure, f"{indicator.title}县（市、区）同比地图：{words}", 210 if view.is_phone else 360, identity="map"
            ),
            scale_bar("scale-bar", legend),
        ],
        subtitle=f"{indicator.title} {shown} {indicator.comparison} · 橙=下降 蓝=上升 · 点击县区看乡镇",
        foot=parts.stamp(shown, f"{indicator.owner} · {statement()}", stale),
        name="map-card",
    )


def outlines(snapshot: Snapshot) -> list[Outline]:
    """The counties ready to draw; ServingError when there is no boundary."""
    frame = queries.boundaries(snapshot)
    if frame.empty:
        raise ServingError(
            "没有发布县界（open_geo__boundary 为空），因此不画地图；请看本页的排名或按县（市、区）列的表。"
        )
    return [outline(str(row["code"]), str(row["name"]), str(row["geojson"])) for row in frame.to_dict("records")]


def label_size(view: View) -> float:
    """Points of the labels on a map."""
    return 10.5 if view.is_phone else 12.5


def scale_bar(name: str, words: Sequence[str]) -> html.Div:
    """The colours of a map from one end to the other, and what they stand for."""
    return html.Div(
        [html.Div(className=name), html.Div([html.Span(text) for text in words], className="scale-text")],
        className="scale",
    )


def statement() -> str:
    """What stands under every map: the number that its publication was approved under, or that it has none."""
    number = settings().boundary_statement
    return f"审图号：{number}" if number else "示意，无审图号"
