"""The change of each area in its three parts, stacked around 0; the whole is a mark."""

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from dashboards.charts.base import blank, plain
from dashboards.theme import Palette


class Shift(NamedTuple):
    """One area: percentage points of its growth from the whole, from its industries and of its own."""

    name: str
    whole: float
    mix: float
    own: float


def shift(rows: Sequence[Shift], colours: Palette) -> go.Figure:
    """Horizontal bars, the first row on top."""
    names = [plain(row.name) for row in reversed(rows)]
    figure = blank(colours, barmode="relative", bargap=0.35)
    for title, values, colour in (
        ("全市带动", [row.whole for row in rows], colours.muted),
        ("产业结构", [row.mix for row in rows], colours.accent),
        ("自身竞争力", [row.own for row in rows], colours.warn),
    ):
        figure.add_trace(
            go.Bar(
                y=names,
                x=values[::-1],
                name=title,
                orientation="h",
                marker={"color": colour},
                hovertemplate=f"%{{y}} {title} %{{x:+.2f}} 个百分点<extra></extra>",
            )
        )
    totals = [row.whole + row.mix + row.own for row in reversed(rows)]
    mark = {"symbol": "diamond", "size": 9, "color": colours.text}
    figure.add_trace(
        go.Scatter(
            y=names,
            x=totals,
            name="增速",
            mode="markers",
            marker=mark,
            hovertemplate="%{y} 增速 %{x:+.2f}%<extra></extra>",
        )
    )
    figure.update_xaxes(title_text="对增速的拉动（百分点）", zeroline=True)
    return figure
