"""The six figures at the head of 态势总览: number, change against last year, line, stamp."""

from collections.abc import Mapping

from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.charts.sparkline import sparkline
from dashboards.pages.indicator import Indicator, change_of, line_of
from dashboards.pages.place import Place
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.theme import palette
from dashboards.view import View
from dashboards.words import WHY_WITHHELD, WITHHELD

KPIS = (
    "registered_population",
    "enterprises_alive",
    "industrial_output",
    "industrial_electricity",
    "vat_sales",
    "hotline_calls",
)


def _kpi(indicator: Indicator, row: Row | None, history: list[float | None], view: View) -> html.Section:
    colours = palette(view.theme)
    heading = html.H2(
        parts.link(
            indicator.title, view.link(indicator=indicator.key), title=f"口径：{indicator.definition} 点击看趋势与来源"
        )
    )
    if row is None:
        return html.Section([heading, parts.empty("—", "本区域没有发布这项指标")], className="card kpi")
    if row["is_withheld"] is True:
        return html.Section([heading, parts.empty(WITHHELD, WHY_WITHHELD)], className="card kpi")
    number = fmt.quantity(row["value"], indicator.unit)
    change = change_of(row, indicator)
    tone = indicator.tone(change)
    line = sparkline(history, {"good": colours.good, "bad": colours.bad}.get(tone, colours.accent))
    return html.Section(
        [
            heading,
            html.P([html.Strong(number.number), html.Span(number.unit)], className="figure"),
            html.P(_change_words(indicator, change), className=f"change tone-{tone}"),
            html.Img(src=line, alt="", className="spark") if line else html.Div(className="spark"),
            parts.stamp(fmt.covered(row["period"], row["months"]), indicator.owner, row["days_stale"]),
        ],
        className="card kpi",
    )


def _change_words(indicator: Indicator, change: float | None) -> str:
    """A change with the sign of its direction, or why there is none."""
    if change is None:
        return "— 同比（无上年同期）"
    if indicator.is_level(change):
        return "持平 同比"
    unit = "个百分点 " if indicator.is_share else ""
    return f"{'▲' if change > 0 else '▼'} {indicator.label(change).lstrip('+−')} {unit}同比"


def kpis(snapshot: Snapshot, known: Mapping[str, Indicator], place: Place, view: View) -> list[html.Section]:
    """One card for each of KPIS that is defined; an area without a value says so."""
    latest = {row["indicator"]: row for row in queries.latest_values(snapshot, KPIS, place.code).to_dict("records")}
    history = queries.histories(snapshot, KPIS, place.code)
    lines = {str(key): line_of(group.to_dict("records")) for key, group in history.groupby("indicator")}
    return [_kpi(known[key], latest.get(key), lines.get(key, []), view) for key in KPIS if key in known]
