"""What came against what was expected: the usual range, the outliers, where the data ends, and the forecast beyond."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from dashboards.charts.base import blank, marker, plain
from dashboards.theme import Palette

Value = float | None

WIDEST = 1.5
"""How far beyond what came and what was expected the axis goes, in times of what lies between their ends."""


class Point(NamedTuple):
    """One period; values that are not known are None. ``is_forecast``: after the last data."""

    period: str
    actual: Value
    expected: Value
    low: Value
    high: Value
    is_forecast: bool = False
    is_alarm: bool = False


def _band(figure: go.Figure, points: Sequence[Point], name: str, colour: str) -> None:
    """The range between low and high; the lower edge has no name of its own."""
    known = [point for point in points if point.low is not None and point.high is not None]
    if not known:
        return
    axis = [point.period for point in known]
    edge = {"width": 0, "color": colour}
    figure.add_trace(
        go.Scatter(
            x=axis, y=[point.low for point in known], mode="lines", line=edge, showlegend=False, hoverinfo="skip"
        )
    )
    figure.add_trace(
        go.Scatter(
            x=axis, y=[point.high for point in known], mode="lines", line=edge, fill="tonexty", fillcolor=colour,
            name=name, hoverinfo="skip",
        )
    )  # fmt: skip


def _line(
    figure: go.Figure, points: Sequence[Point], value: Callable[[Point], Value], name: str, unit: str, **style: object
) -> None:
    figure.add_trace(
        go.Scatter(
            x=[point.period for point in points], y=[value(point) for point in points], name=name, mode="lines",
            line=style, hovertemplate="%{y:,.2f} " + plain(unit),
        )
    )  # fmt: skip


def _marks(figure: go.Figure, points: Sequence[Point], lit: str, colours: Palette) -> None:
    """Outliers as rings, the one that the warning is about as a diamond."""
    others = [point for point in points if point.is_alarm and point.period != lit and point.actual is not None]
    here = [point for point in points if point.period == lit and point.actual is not None]
    ring = {"symbol": "circle-open", "size": 11, "color": colours.bad, "line": {"width": 2, "color": colours.bad}}
    for found, name, style in ((others, "以往异常", ring), (here, "本次异常", marker(colours))):
        if found:
            figure.add_trace(
                go.Scatter(
                    x=[point.period for point in found], y=[point.actual for point in found], mode="markers",
                    marker=style, name=name, hoverinfo="skip", cliponaxis=False,
                )
            )  # fmt: skip


def _bounds(points: Sequence[Point]) -> dict[str, float]:
    """How far the axis may go: the range of a period like none before it may be many times what ever came, and what
    came would lie flat at the bottom. Such a range leaves the picture.
    """
    seen = [value for point in points for value in (point.actual, point.expected) if value is not None]
    low, high = min(seen, default=0.0), max(seen, default=0.0)
    room = WIDEST * (high - low)
    return {"clipmin": low - room, "clipmax": high + room} if room else {}


def expected(
    points: Sequence[Point], lit: str, unit: str, colours: Palette, is_phone: bool, *, is_end: bool = True
) -> go.Figure:
    """``points`` oldest first, values in ``unit``; ``lit`` is the period of the warning; ``is_end``: no data follow."""
    figure = blank(colours, hovermode="x unified")
    past = [point for point in points if not point.is_forecast]
    future = [point for point in points if point.is_forecast]
    axis = [point.period for point in points]
    _band(figure, past, "正常范围", colours.band)
    _band(figure, future, "预测范围（80%）", colours.accent_soft)
    _line(figure, points, lambda point: point.expected, "预期", unit, color=colours.peer, width=1.6, dash="dot")
    _line(figure, past, lambda point: point.actual, "实际", unit, color=colours.accent, width=2.4)
    _marks(figure, past, lit, colours)
    if past and is_end:
        last = past[-1].period
        figure.add_vline(x=axis.index(last), line={"color": colours.muted, "width": 1, "dash": "dash"})
        figure.add_annotation(
            x=axis.index(last), y=1.01, yref="paper", yanchor="bottom", xanchor="right", xshift=9, showarrow=False,
            text=f"数据截止 {plain(last)}", font={"color": colours.muted, "size": 12},
        )  # fmt: skip
    figure.update_layout(legend={"y": -0.16, "yanchor": "top"}, margin={"t": 34})
    figure.update_xaxes(
        type="category", categoryorder="array", categoryarray=axis, showgrid=False, tickangle=0,
        nticks=4 if is_phone else 7, range=[-0.5, len(axis) - 0.4],
    )  # fmt: skip
    figure.update_yaxes(tickformat=",~f", zeroline=False, nticks=6, autorangeoptions=_bounds(points))
    return figure
