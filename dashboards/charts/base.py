"""What all figures share: ground, type, grid, and a tool bar that sends nothing anywhere."""

from collections.abc import Mapping
from html import escape
from typing import Any

import plotly.graph_objects as go

from dashboards.theme import FONT, Palette

Evidence = Mapping[str, Any]
"""What a finding's picture is drawn from (``charts/evidence.py``)."""

CONFIG: Any = {
    "displaylogo": False,
    "displayModeBar": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    "doubleClick": False,
    "showTips": False,
}
"""Plotly's own tool bar offers "Share chart…", which uploads the data: it is off and has no address."""


def blank(colours: Palette, **layout: Any) -> go.Figure:
    """An empty figure in the theme; axes are fixed, so that a finger scrolls the page and not the chart."""
    axis = {
        "gridcolor": colours.line,
        "linecolor": colours.line_strong,
        "zerolinecolor": colours.line_strong,
        "tickfont": {"color": colours.muted, "size": 12},
        "title": {"font": {"color": colours.muted, "size": 12}},
        "fixedrange": True,
        "automargin": True,
    }
    return go.Figure(
        layout=go.Layout(
            template=None,
            paper_bgcolor="rgba(0,0,0,0)",
            plot_bgcolor="rgba(0,0,0,0)",
            font={"family": FONT, "size": 13, "color": colours.text},
            margin={"l": 8, "r": 12, "t": 8, "b": 8},
            dragmode=False,
            hoverlabel={
                "bgcolor": colours.surface,
                "bordercolor": colours.line_strong,
                "font": {"family": FONT, "color": colours.text, "size": 13},
            },
            legend={
                "orientation": "h",
                "x": 0,
                "y": 1.02,
                "yanchor": "bottom",
                "font": {"color": colours.muted, "size": 12},
                "bgcolor": "rgba(0,0,0,0)",
                "itemclick": False,
                "itemdoubleclick": False,
            },
        ).update(xaxis=axis, yaxis=axis, **layout)
    )


def plain(text: object) -> str:
    """Text as text: Plotly reads tags and links in labels, and a name in the data could carry them."""
    return "" if text is None else escape(str(text), quote=False)


def marker(colours: Palette) -> dict[str, Any]:
    """The mark of the unit that a picture is about."""
    return {"symbol": "diamond", "size": 13, "color": colours.bad, "line": {"color": colours.surface, "width": 1.5}}
