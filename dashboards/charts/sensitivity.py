"""How a ranking holds when weights are moved: each one's place, and between which places it moves."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboards.charts.base import blank, plain
from dashboards.theme import Palette

ROW = 24
"""Pixels of a department."""


@dataclass(frozen=True)
class Place:
    """One department's place, its best and its worst."""

    name: str
    rank: int
    low: int
    high: int


def sensitivity(places: Sequence[Place], colours: Palette) -> go.Figure:
    """A line from the best to the worst place of each, with its own place as a mark; the first stands on top."""
    figure = blank(colours, showlegend=False)
    names = [plain(one.name) for one in places]
    for one, name in zip(places, names, strict=True):
        figure.add_trace(
            go.Scatter(
                x=[one.low, one.high], y=[name, name], mode="lines", hoverinfo="skip",
                line={"color": colours.peer, "width": 5},
            )
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=[one.rank for one in places], y=names, mode="markers", name="名次",
            marker={"color": colours.accent, "size": 10, "line": {"color": colours.surface, "width": 1.5}},
            customdata=[[one.low, one.high] for one in places],
            hovertemplate="%{y}：第 %{x} 名，权重变动时第 %{customdata[0]}—%{customdata[1]} 名<extra></extra>",
        )
    )  # fmt: skip
    figure.update_xaxes(title_text="名次", dtick=5, tick0=0, zeroline=False)
    figure.update_yaxes(type="category", autorange="reversed", showgrid=False)
    return figure
