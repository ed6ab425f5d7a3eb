"""专题: one topic's indicators for one area: what changed, where, since when, and which parts make the change."""

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboards import parts, queries
from dashboards.pages import cross
from dashboards.pages.drivers_card import drivers_card
from dashboards.pages.figures import Chosen, vintages_of
from dashboards.pages.indicator import Indicator, definitions
from dashboards.pages.indicators_card import indicators_card
from dashboards.pages.place import Place, trail
from dashboards.pages.trend_card import trend_card
from dashboards.pages.vintages_card import choices, vintages_card
from dashboards.serving import ServingError, Snapshot
from dashboards.view import View, address

TITLE = "专题"

TOPICS: dict[str, str] = {
    "economy": "经济",
    "population": "人口",
    "credit": "信用",
    "appeals": "民生诉求",
    "city": "城市运行",
    "service": "政务服务",
    "health": "公共卫生",
}
"""Name of a topic in addresses and on the page, in the order of the tabs."""


CROSS = "cross"
"""The free table, beside the topics."""


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page of ``/topics/<topic>`` (default the first) for ``?area=`` and ``?indicator=``."""
    name = view.path.rstrip("/").rpartition("/topics")[2].strip("/") or next(iter(TOPICS))
    area = view.params.get("area") or queries.CITY
    if name == CROSS:
        return cross.render(snapshot, view, TOPICS, _tabs(name, view))
    if name not in TOPICS:
        return _nothing(f"没有名为 {name} 的专题。")
    try:
        known = {key: one for key, one in definitions(snapshot).items() if one.topic == TOPICS[name]}
        line = queries.lineage_of_area(snapshot, area)
    except ServingError as error:
        return parts.page(TITLE, "何时起、在哪里、为什么变了？", [parts.card("指标", parts.failed(str(error)))])
    if not known or not line:
        return _nothing(f"没有区划代码为 {area} 的已发布指标。" if known else "这个专题还没有已发布的指标。")
    place = Place(line)
    view = View(address("/topics/" + name), view.params, view.theme, view.is_phone)
    indicator = in_view(known, view)
    return parts.page(
        f"{TOPICS[name]}{TITLE} · {place.name}",
        "什么变了？从何时起、在哪里、由谁拉动？",
        [_tabs(name, view), *_cards(snapshot, known, indicator, place, view)],
        tools=_exports(indicator, place, view),
        trail=trail(place, view),
    )


def in_view(known: Mapping[str, Indicator], view: View) -> Indicator:
    """The indicator that the address asks for among those of a topic, else the first."""
    return known.get(view.params.get("indicator", "")) or next(iter(known.values()))


def _cards(
    snapshot: Snapshot, known: Mapping[str, Indicator], indicator: Indicator, place: Place, view: View
) -> list[html.Section | html.Div]:
    chosen = Chosen.of(view)
    vintages = vintages_of(snapshot, indicator, place.code)
    tools = choices(vintages, chosen, view)
    left = [
        parts.guarded(
            "趋势",
            lambda: trend_card(snapshot, indicator, place, view, tools, chosen, is_noted=True),
            "trend-card",
        ),
        parts.guarded("拉动", lambda: drivers_card(snapshot, indicator, place, view), "drivers-card"),
    ]
    right = [parts.guarded("指标", lambda: indicators_card(snapshot, known, indicator, place, view), "indicators-card")]
    if len(vintages):
        left.append(parts.guarded("修订", lambda: vintages_card(vintages, indicator, chosen), "vintages-card"))
    return [html.Div([html.Div(left), html.Div(right)], className="topic-grid")]


def _tabs(name: str, view: View) -> html.Nav:
    area = view.params.get("area")
    entries = [(title, address(f"/topics/{key}", area=area), key == name) for key, title in TOPICS.items()]
    entries.append((cross.TITLE, address(f"/topics/{CROSS}", area=area), name == CROSS))
    return parts.tabs("专题", entries)


def _exports(indicator: Indicator, place: Place, view: View) -> list[Any]:
    """The figures in view as files: the same choice, with date, filters and who asked."""
    given = {**view.params, "indicator": indicator.key, "area": place.code}
    return [
        html.A(
            f"导出 {kind.upper()}", href=address(f"/export/figures.{kind}", **given), className="button", download=""
        )
        for kind in ("csv", "xlsx")
    ]


def _nothing(reason: str) -> html.Div:
    return parts.page(
        TITLE, "请核对地址。", [parts.card("没有数据", parts.empty(reason, parts.link("回到专题", "/topics")))]
    )
