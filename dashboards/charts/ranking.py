"""Areas in order of their change, as bars around 0: a list of links, for keyboards and screen readers too."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html

from dashboards.parts import aria


@dataclass(frozen=True)
class Bar:
    """One area: its change decides the bar, ``label`` says it, ``value`` is the level beside it."""

    name: str
    href: str | None
    change: float | None
    label: str
    value: str
    is_chosen: bool = False


def _bar(bar: Bar, limit: float) -> html.Div:
    if bar.change is None or not limit:
        return html.Div(html.Span(className="zero"), className="bar")
    width = min(50.0, abs(bar.change) / limit * 50)
    left = 50.0 if bar.change >= 0 else 50.0 - width
    side = "up" if bar.change >= 0 else "down"
    place = {"left": f"{left:.2f}%", "width": f"{width:.2f}%"}
    marks = [html.Span(className=f"bar-{side}", style=place), html.Span(className="zero")]
    return html.Div(marks, className="bar", **aria(hidden="true"))


def _row(bar: Bar, limit: float) -> html.Li:
    style = "rank-name"
    cells = [
        dcc.Link(bar.name, href=bar.href, className=style) if bar.href else html.Span(bar.name, className=style),
        _bar(bar, limit),
        html.Span(bar.label, className="rank-change"),
        html.Span(bar.value, className="rank-value"),
    ]
    return html.Li(cells, className="rank-row chosen" if bar.is_chosen else "rank-row")


def ranking(bars: Sequence[Bar], label: str) -> html.Ol:
    """Bars in the order given, all on one scale."""
    limit = max((abs(bar.change) for bar in bars if bar.change is not None), default=0.0)
    return html.Ol([_row(bar, limit) for bar in bars], className="ranking", **aria(label=label))
