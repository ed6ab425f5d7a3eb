"""All indicators of a topic for one area: last figure, change against last year, line; one of them is in view."""

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
from dashboards.words import WHY_WITHHELD


def indicators_card(
    snapshot: Snapshot, known: Mapping[str, Indicator], indicator: Indicator, place: Place, view: View
) -> html.Section:
    """A row an indicator; those that end above this area are named below, so that nobody looks for them in vain."""
    keys = tuple(known)
    latest = {row["indicator"]: row for row in queries.latest_values(snapshot, keys, place.code).to_dict("records")}
    history = queries.histories(snapshot, keys, place.code)
    lines = {str(key): line_of(group.to_dict("records")) for key, group in history.groupby("indicator")}
    rows = [
        _row(known[key], latest[key], lines.get(key, []), key == indicator.key, view) for key in keys if key in latest
    ]
    is_hidden = any(latest[key]["is_withheld"] is True for key in keys if key in latest)
    absent = [known[key].title for key in keys if key not in latest]
    above = html.P(f"不发布到{place.name}：{'、'.join(absent)}", className="muted small") if absent else None
    table = parts.table(
        f"{place.name}的{indicator.topic}指标",
        ("指标", "统计期", "数值", "同比", "近两年"),
        rows,
        (2, 3),
        "topic-table",
    )
    return parts.card(
        f"{indicator.topic}指标",
        [table, above],
        subtitle=f"{len(rows)} 项，点名称看趋势 · 百分比的同比为百分点" + (f" · {WHY_WITHHELD}" if is_hidden else ""),
        name="indicators-card",
    )


def _row(indicator: Indicator, row: Row, line: list[float | None], is_chosen: bool, view: View) -> list[parts.Node]:
    change = change_of(row, indicator)
    tone = indicator.tone(change)
    colours = palette(view.theme)
    picture = sparkline(line, {"good": colours.good, "bad": colours.bad}.get(tone, colours.accent))
    # The indicator is another question: which of its figures were asked for is not carried over.
    href = view.link(indicator=indicator.key, basis=None, known=None)
    name = parts.link(indicator.title, href, title=indicator.definition, className="chosen" if is_chosen else "")
    return [
        html.Strong(name) if is_chosen else name,
        fmt.covered(row["period"], row["months"]),
        indicator.amount(row),
        html.Span(fmt.DASH if change is None else indicator.label(change), className=f"tone-{tone}"),
        html.Img(src=picture, alt="", className="spark") if picture else fmt.DASH,
    ]
