"""A value for each label, with a mark where it would usually be."""

import plotly.graph_objects as go

from dashboards.charts.base import Evidence, blank, plain
from dashboards.theme import Palette


def bars(evidence: Evidence, colours: Palette) -> go.Figure:
    """One bar a label, unknown values left out; what would be usual is a mark across it."""
    names = [plain(label) for label, _ in evidence["bars"]]
    values = [value for _, value in evidence["bars"]]
    figure = blank(colours, bargap=0.3, showlegend=False)
    figure.add_trace(
        go.Bar(x=names, y=values, marker={"color": colours.accent}, hovertemplate="%{x}：%{y:,.4~g}<extra></extra>")
    )
    expected = list(evidence.get("expected") or [])
    if expected:
        figure.add_trace(
            go.Scatter(
                x=names, y=expected, mode="markers", hovertemplate="通常：%{y:,.4~g}<extra></extra>",
                marker={"symbol": "line-ew", "size": 22, "line": {"color": colours.bad, "width": 2.5}},
            )
        )  # fmt: skip
    figure.update_xaxes(type="category", showgrid=False, tickangle=0)
    figure.update_yaxes(title_text=plain(evidence.get("y_label")), rangemode="tozero")
    return figure
