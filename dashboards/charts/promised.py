"""Promised against actual working days: for each department a line from the one to the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboards.charts.base import blank, plain
from dashboards.theme import Palette

ROW = 26
"""Pixels of a department."""


@dataclass(frozen=True)
class Kept:
    """What a department promises and takes, in mean working days a finished case; ``late`` is the percentage of its
    cases that took longer than promised, ``is_late`` whether that is out of the ordinary.
    """

    name: str
    promised: float
    actual: float
    late: float
    is_late: bool = False


def promised(departments: Sequence[Kept], colours: Palette) -> go.Figure:
    """The first department stands on top; whose cases are late more often than usual has another mark and colour."""
    figure = blank(colours)
    names = [plain(one.name) for one in departments]
    for one, name in zip(departments, names, strict=True):
        figure.add_trace(
            go.Scatter(
                x=[one.actual, one.promised], y=[name, name], mode="lines", hoverinfo="skip", showlegend=False,
                line={"color": colours.band, "width": 5},
            )
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=[one.promised for one in departments], y=names, mode="markers", name="承诺",
            marker={"symbol": "line-ns", "size": 14, "line": {"color": colours.muted, "width": 3}},
            hovertemplate="%{y}：平均承诺 %{x:.1f} 个工作日<extra></extra>",
        )
    )  # fmt: skip
    for is_late, title, symbol, colour in (
        (False, "实际", "circle", colours.accent),
        (True, "实际（超时偏多）", "diamond", colours.bad),
    ):
        own = [one for one in departments if one.is_late is is_late]
        if own:
            figure.add_trace(
                go.Scatter(
                    x=[one.actual for one in own], y=[plain(one.name) for one in own], mode="markers", name=title,
                    marker={"symbol": symbol, "color": colour, "size": 10},
                    customdata=[[one.late] for one in own],
                    hovertemplate="%{y}：平均实际 %{x:.1f} 个工作日，%{customdata[0]:.1f}% 超过承诺<extra></extra>",
                )
            )  # fmt: skip
    figure.update_layout(margin={"t": 30})
    figure.update_xaxes(title_text="工作日", rangemode="tozero", zeroline=False)
    figure.update_yaxes(
        type="category", categoryorder="array", categoryarray=names, autorange="reversed", showgrid=False
    )
    return figure
