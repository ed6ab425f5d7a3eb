"""Filings from one source as they came in."""

import datetime as dt
from itertools import pairwise
from statistics import median

import plotly.graph_objects as go

from dashboards.charts.base import Evidence, blank, marker, plain
from dashboards.format import seconds
from dashboards.theme import Palette


def _pace(moments: list[dt.datetime]) -> str:
    """How many came within how long, and how far apart two of them usually were."""
    if len(moments) < 2:
        return f"{len(moments)} 份"
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    return f"{len(moments)} 份，{seconds(sum(gaps))}之内报完，两份之间通常隔 {median(gaps):.0f} 秒"


def timeline(evidence: Evidence, colours: Palette) -> go.Figure:
    """Filings in the order of their moments: a hand filing in for many draws a straight, steep line."""
    events = sorted((dt.datetime.fromisoformat(str(moment)), str(unit)) for moment, unit in evidence["events"])
    figure = blank(colours, showlegend=False)
    figure.add_trace(
        go.Scatter(
            x=[moment for moment, _ in events],
            y=list(range(1, len(events) + 1)),
            mode="lines+markers",
            line={"color": colours.peer, "width": 1.5, "shape": "hv"},
            marker={**marker(colours), "size": 10},
            customdata=[plain(unit) for _, unit in events],
            hovertemplate="%{x|%H:%M:%S} %{customdata}<extra></extra>",
        )
    )
    figure.add_annotation(
        x=0, y=1, xref="paper", yref="paper", xanchor="left", yanchor="bottom", yshift=6, showarrow=False, align="left",
        text=f"{plain(evidence.get('device'))}<br><b>{_pace([moment for moment, _ in events])}</b>",
        font={"color": colours.bad, "size": 13},
    )  # fmt: skip
    figure.update_layout(margin={"t": 52})
    figure.update_xaxes(title_text="提交时间", showgrid=False, tickformat="%H:%M\n%m-%d", nticks=6)
    figure.update_yaxes(title_text="累计份数", zeroline=False, rangemode="tozero")
    return figure
