"""A unit's own line over the lines it should move with, the months of the finding shaded."""

from typing import Any

import plotly.graph_objects as go

from dashboards.charts.base import Evidence, blank, plain
from dashboards.theme import Palette

TOGETHER = 3
"""Lines that share one panel; more get a panel each, so that a small one is not flattened by a large one, unless they
share a scale."""

Line = tuple[str, list[float | None]]


def _repeats(values: list[float | None]) -> list[float | None]:
    """Values that equal the month before or after, which honest months do not; the others are gaps. Zeros may stay."""
    said = [None, *values, None]
    return [
        value if value not in (None, 0) and value in (said[i], said[i + 2]) else None for i, value in enumerate(values)
    ]


def _shade(figure: go.Figure, axis: list[str], lit: Any, colours: Palette) -> None:
    """The months of the finding."""
    if not lit or lit[0] not in axis or lit[1] not in axis:
        return
    first, last = axis.index(lit[0]), axis.index(lit[1])
    figure.add_shape(
        type="rect", xref="x", yref="paper", x0=first - 0.5, x1=last + 0.5, y0=0, y1=1, layer="below",
        fillcolor=colours.bad_soft, line={"width": 0},
    )  # fmt: skip
    figure.add_annotation(
        x=(first + last) / 2, y=1, yref="paper", yanchor="bottom", showarrow=False, text="疑点期间",
        font={"color": colours.bad, "size": 12},
    )  # fmt: skip


def _style(place: int, colours: Palette) -> dict[str, Any]:
    if place == 0:
        return {"color": colours.bad, "width": 2.6}
    return {
        "color": colours.accent if place == 1 else colours.muted,
        "width": 1.8,
        "dash": "solid" if place == 1 else "dot",
    }


def _panel(figure: go.Figure, place: int, count: int, axis: list[str], line: Line, colours: Palette) -> None:
    """One line on its own scale, its name above it; months that repeat are drawn thick."""
    label, values = line
    top, name = 1 - place / count, "" if place == 0 else str(place + 1)
    for drawn, colour, width in ((values, colours.peer, 1.5), (_repeats(values), colours.bad, 4)):
        figure.add_trace(
            go.Scatter(
                x=axis, y=drawn, yaxis=f"y{name}", mode="lines", line={"color": colour, "width": width},
                name=plain(label), showlegend=False, hovertemplate="%{x}：%{y:,.1f}",
            )
        )  # fmt: skip
    figure.update_layout(
        {
            f"yaxis{name}": {
                "domain": [top - 0.95 / count, top - 0.3 / count], "nticks": 3, "tickformat": ",~f", "zeroline": False,
                "gridcolor": colours.line, "tickfont": {"color": colours.muted, "size": 11}, "fixedrange": True,
                "automargin": True,
            }
        }
    )  # fmt: skip
    figure.add_annotation(
        x=0, y=top - 0.27 / count, xref="paper", yref="paper", xanchor="left", yanchor="bottom", showarrow=False,
        text=plain(label), font={"color": colours.text, "size": 12},
    )  # fmt: skip


def _panels(figure: go.Figure, axis: list[str], lines: list[Line], colours: Palette) -> None:
    """A panel a line, one above the other over the same months."""
    for place, line in enumerate(lines):
        _panel(figure, place, len(lines), axis, line, colours)
    figure.add_trace(
        go.Scatter(x=[None], y=[None], mode="lines", line={"color": colours.bad, "width": 4}, name="与相邻月份完全相同")
    )
    figure.update_xaxes(anchor=f"y{len(lines)}")


def _peers(figure: go.Figure, axis: list[str], peers: list[list[float | None]], colours: Palette) -> None:
    """Lines of peers, thin and without a name."""
    for place, values in enumerate(peers):
        figure.add_trace(
            go.Scatter(
                x=axis, y=values, mode="lines", line={"color": colours.peer, "width": 1}, hoverinfo="skip",
                name="同类单位", legendgroup="peers", showlegend=place == 0, legendrank=2000,
            )
        )  # fmt: skip


def _overlay(figure: go.Figure, axis: list[str], lines: list[Line], y_label: str, colours: Palette) -> None:
    """Lines of one scale in one panel, the unit's own on top."""
    for place, (label, values) in reversed(list(enumerate(lines))):
        figure.add_trace(
            go.Scatter(
                x=axis, y=values, name=plain(label), mode="lines+markers" if place == 0 else "lines",
                line=_style(place, colours), marker={"size": 6}, hovertemplate="%{x}：%{y:,.1f}", legendrank=place,
            )
        )  # fmt: skip
    if y_label:
        figure.update_yaxes(title_text=plain(y_label))
    if "=100" in y_label:
        figure.add_hline(y=100, line={"color": colours.line_strong, "width": 1})
    figure.update_yaxes(tickformat=",~f", zeroline=False)


def series(evidence: Evidence, colours: Palette) -> go.Figure:
    """The lines over the periods ``x``, with the months of ``lit`` shaded."""
    axis = [str(period) for period in evidence["x"]]
    lines: list[Line] = [(str(label), list(values)) for label, values in evidence["lines"]]
    figure = blank(colours, hovermode="x unified")
    y_label = str(evidence.get("y_label") or "")
    if len(lines) > TOGETHER and not y_label:
        _panels(figure, axis, lines, colours)
    else:
        _peers(figure, axis, [list(values) for values in evidence.get("peers") or []], colours)
        _overlay(figure, axis, lines, y_label, colours)
    _shade(figure, axis, evidence.get("lit"), colours)
    figure.update_xaxes(type="category", showgrid=False, nticks=7, tickangle=0, range=[-0.5, len(axis) - 0.5])
    figure.update_layout(legend={"y": -0.14, "yanchor": "top"}, margin={"t": 24})
    return figure
