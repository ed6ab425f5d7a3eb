"""Seconds of a night by step, each bar split into its stages."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboards.charts.base import blank
from dashboards.theme import Palette, mix


def stage_bars(steps: Sequence[tuple[str, Mapping[str, float]]], colours: Palette) -> go.Figure:
    """``steps`` is (name, stage to seconds), longest first, drawn from the top."""
    stages = list(dict.fromkeys(stage for _, parts in steps for stage in parts))
    figure = blank(colours, barmode="stack", bargap=0.35)
    names = [name for name, _ in steps]
    for i, stage in enumerate(stages):
        share = i / max(1, len(stages) - 1)
        figure.add_trace(
            go.Bar(
                y=names,
                x=[parts.get(stage, 0.0) for _, parts in steps],
                name=stage,
                orientation="h",
                marker={
                    "color": mix(colours.accent, colours.band, share),
                    "line": {"color": colours.surface, "width": 1},
                },
                hovertemplate="%{x:.1f} 秒",
            )
        )
    totals = [sum(parts.values()) for _, parts in steps]
    figure.add_trace(
        go.Scatter(
            y=names,
            x=totals,
            mode="text",
            text=[f" {total:.1f} 秒" for total in totals],
            textposition="middle right",
            textfont={"color": colours.muted, "size": 12},
            hoverinfo="skip",
            showlegend=False,
            cliponaxis=False,
        )
    )
    figure.update_xaxes(visible=False, range=[0, max(totals, default=1.0) * 1.18])
    figure.update_yaxes(
        autorange="reversed", showgrid=False, ticks="", showline=False, tickfont={"color": colours.text}
    )
    figure.update_layout(hovermode="y unified", legend={"traceorder": "normal"})
    return figure
