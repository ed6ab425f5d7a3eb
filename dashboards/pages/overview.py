"""态势总览: how is the city, what deviates, who must act."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboards import parts, queries
from dashboards.kept import kept
from dashboards.pages.indicator import Indicator, definitions
from dashboards.pages.kpis import kpis
from dashboards.pages.map_card import map_card
from dashboards.pages.place import Place, trail
from dashboards.pages.ranking_card import ranking_card
from dashboards.pages.todo_card import todo_card
from dashboards.pages.trend_card import trend_card
from dashboards.pages.warnings_card import warnings_card
from dashboards.serving import ServingError, Snapshot
from dashboards.still import still
from dashboards.view import View

TITLE = "态势总览"

DEFAULT_INDICATOR = "industrial_output"

WHOLE_CITY = [(queries.CITY, "泰安市", "city")]
"""Where we are while no indicator can be read that knows its area."""


def _tools(known: Mapping[str, Indicator], chosen: str, said: str) -> Any:
    """The choice of the indicator. One that the address does not name stands as "": a control writes its value into the
    address as soon as it is there, and the page would be made twice."""
    return dmc.Select(
        id={"type": "param", "name": "indicator"},
        data=[
            {"value": "" if key == DEFAULT_INDICATOR != said else key, "label": item.title}
            for key, item in known.items()
        ],
        value="" if chosen == DEFAULT_INDICATOR != said else chosen,
        allowDeselect=False,
        searchable=True,
        w=220,
        comboboxProps={"shadow": "md"},
        **parts.aria(label="地图、趋势和排名的指标"),
    )


def _file(snapshot: Snapshot, place: Place) -> Any:
    """The way on to everything known of the place in view, for who may go it."""
    return parts.link(f"{place.name}一地一档", f"/entity/place/{place.code}") if snapshot.sight.subjects else None


def _line(snapshot: Snapshot, area: str) -> list[tuple[str, str, str]]:
    """The way down to ``area``; the city when that cannot be read, so that the other cards still stand."""
    try:
        return queries.lineage_of_area(snapshot, area)
    except ServingError:
        return WHOLE_CITY


@dataclass(frozen=True)
class _Cards:
    """The cards that stay as they are for the whole night, packed."""

    kpis: html.Section
    left: html.Div
    ranking: html.Section


def _cards(
    snapshot: Snapshot, known: Mapping[str, Indicator], indicator: Indicator, place: Place, view: View
) -> _Cards:
    numbers = parts.guarded(
        "主要指标",
        lambda: html.Section(kpis(snapshot, known, place, view), className="kpis", **parts.aria(label="主要指标")),
    )
    left = html.Div(
        [
            parts.guarded("县（市、区）同比", lambda: map_card(snapshot, indicator, place, view), "map-card"),
            parts.guarded("趋势", lambda: trend_card(snapshot, indicator, place, view), "trend-card"),
        ]
    )
    ranking = parts.guarded("排名", lambda: ranking_card(snapshot, indicator, place, view), "ranking-card")
    return _Cards(still(numbers), still(left), still(ranking))


def _todo(snapshot: Snapshot, view: View) -> html.Section:
    return parts.guarded("待处理", lambda: todo_card(snapshot, view), "open-card")


def _waiting(snapshot: Snapshot, view: View) -> list[html.Section]:
    """What waits for a person: warnings, for those who follow them, and findings and batches."""
    warned = [parts.guarded("预警", lambda: warnings_card(snapshot), "warnings-card open-card")]
    return [*(warned if snapshot.sight.warnings else []), _todo(snapshot, view)]


def _without_definitions(snapshot: Snapshot, view: View, error: ServingError) -> html.Div:
    wrong = parts.card("指标定义", parts.failed(str(error)))
    return parts.page(TITLE, "全市怎样？谁该处理？", [wrong, *_waiting(snapshot, view)])


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page for ``?area=`` (default the city) and ``?indicator=``."""
    try:
        known = definitions(snapshot)
    except ServingError as error:
        return _without_definitions(snapshot, view, error)
    key = view.params.get("indicator", DEFAULT_INDICATOR)
    indicator = known.get(key) or next(iter(known.values()), None)
    area = view.params.get("area") or queries.CITY
    line = _line(snapshot, area)
    if indicator is None or not line:
        reason = "指标定义为空。" if indicator is None else f"没有区划代码为 {area} 的已发布指标。"
        return parts.page(
            TITLE, "全市怎样？", [parts.card("没有数据", parts.empty(reason, parts.link("回到全市", "/")))]
        )
    place = Place(line)
    cards = kept(snapshot, view, lambda: _cards(snapshot, known, indicator, place, view))
    return parts.page(
        TITLE if place.level == "city" else place.name,
        "全市怎样？哪里偏离？谁该处理？" if place.level == "city" else f"{place.name}怎样？哪里偏离？",
        [
            cards.kpis,
            html.Div([cards.left, html.Div([*_waiting(snapshot, view), cards.ranking])], className="overview-grid"),
        ],
        tools=[_file(snapshot, place), _tools(known, indicator.key, view.params.get("indicator", ""))],
        trail=trail(place, view),
    )
