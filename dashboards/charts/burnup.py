"""Tasks that should be done against tasks that are, over time."""

import datetime as dt
from collections.abc import Sequence

import plotly.graph_objects as go

from dashboards.charts.base import blank
from dashboards.theme import Palette


def steps(dates: Sequence[dt.date], start: dt.date, end: dt.date) -> list[tuple[dt.date, int]]:
    """How many of ``dates`` lie on or before each day on which the number changes, from ``start`` to ``end``."""
    days = sorted({start, end, *(day for day in dates if start <= day <= end)})
    return [(day, sum(date <= day for date in dates)) for day in days]


def burnup(
    due: Sequence[tuple[dt.date, int]], done: Sequence[tuple[dt.date, int]], today: dt.date, colours: Palette
) -> go.Figure:
    """Both as stairs of (day, number so far); ``done`` ends where the data does."""
    figure = blank(colours)
    for name, line, colour, dash in (("应完成", due, colours.peer, "dot"), ("已完成", done, colours.good, "solid")):
        figure.add_trace(
            go.Scatter(
                x=[day for day, _ in line], y=[number for _, number in line], name=name, mode="lines",
                line={"color": colour, "width": 2.4, "shape": "hv", "dash": dash},
                hovertemplate=f"%{{x|%Y-%m-%d}} {name} %{{y}} 项<extra></extra>",
            )
        )  # fmt: skip
    figure.add_vline(x=today, line={"color": colours.muted, "width": 1, "dash": "dash"})
    figure.update_layout(margin={"t": 34})
    figure.update_xaxes(tickformat="%Y-%m", dtick="M4", showgrid=False, tickangle=0)
    figure.update_yaxes(rangemode="tozero", zeroline=False, tickformat="d", nticks=6)
    return figure
