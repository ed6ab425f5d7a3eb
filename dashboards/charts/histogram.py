"""How many units share a value: the bin that holds too many is lit."""

from statistics import median
from typing import Any

import plotly.graph_objects as go

from dashboards.charts.base import Evidence, blank, plain
from dashboards.theme import Palette


def _lit_words(bins: Any, lit: list[bool], expected: list[float], counted: str) -> str:
    """How many stand in the lit bins, against what would be expected there, or the usual bin beside them."""
    inside = sum(row[2] for row, on in zip(bins, lit, strict=True) if on)
    others = [row[2] for row, on in zip(bins, lit, strict=True) if not on]
    if expected:
        usual = sum(one for one, on in zip(expected, lit, strict=True) if on)
        return f"{inside:,} {counted}，通常约 {usual:,.0f} {counted}"
    beside = f"，其余各档中位数 {median(others):,.0f} {counted}" if others else ""
    return f"{inside:,} {counted}{beside}"


def histogram(evidence: Evidence, colours: Palette) -> go.Figure:
    """How many units fall into each bin, the suspicious one lit and compared with the others."""
    bins = evidence["bins"]
    low, high = evidence.get("lit") or (None, None)
    lit = [low is not None and row[0] >= low and row[1] <= high for row in bins]
    counted, expected = plain(evidence.get("counted") or "家"), list(evidence.get("expected") or [])
    figure = blank(colours, bargap=0.06, showlegend=False)
    figure.add_trace(
        go.Bar(
            x=[(row[0] + row[1]) / 2 for row in bins],
            y=[row[2] for row in bins],
            width=[(row[1] - row[0]) * 0.94 for row in bins],
            marker={"color": [colours.bad if on else colours.peer for on in lit]},
            customdata=[[row[0], row[1]] for row in bins],
            hovertemplate="%{customdata[0]:,.2~f} 至 %{customdata[1]:,.2~f}：%{y} " + counted + "<extra></extra>",
        )
    )
    if expected:
        figure.add_trace(
            go.Scatter(
                x=[(row[0] + row[1]) / 2 for row in bins], y=expected, mode="lines", hoverinfo="skip",
                line={"color": colours.accent, "width": 2, "shape": "hvh"},
            )
        )  # fmt: skip
    if any(lit):
        at = lit.index(True)
        figure.add_annotation(
            x=(bins[at][0] + bins[at][1]) / 2, y=bins[at][2], ay=-34, ax=0,
            text=_lit_words(bins, lit, expected, counted),
            showarrow=True, arrowhead=0, arrowwidth=1.5, arrowcolor=colours.bad, standoff=2,
            font={"color": colours.bad, "size": 13}, bgcolor=colours.surface,
        )  # fmt: skip
    figure.update_xaxes(title_text=plain(evidence.get("x_label")), showgrid=False, tickformat=",~f")
    figure.update_yaxes(title_text=f"{counted}数", zeroline=False, rangemode="tozero")
    figure.update_layout(margin={"t": 30})
    return figure
