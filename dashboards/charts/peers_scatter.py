"""A unit among its peers, with the band where honest peers lie."""

from typing import Any

import plotly.graph_objects as go

from dashboards.charts.base import Evidence, blank, marker, plain
from dashboards.format import quantity
from dashboards.theme import Palette


def _log_ticks(values: list[float]) -> dict[str, Any]:
    """Powers of ten in words: 1万 and not 10k."""
    powers = range(-4, 13)
    low, high = min(values), max(values)
    ticks = [10.0**p for p in powers if low / 10 <= 10.0**p <= high * 10]
    return {"type": "log", "tickvals": ticks, "ticktext": [_short(tick) for tick in ticks]}


def _short(value: float) -> str:
    if value < 1:
        return f"{value:g}"
    words = quantity(value)
    return words.number.removesuffix(".0") + words.unit


def peers_scatter(evidence: Evidence, colours: Palette) -> go.Figure:
    """The unit among its peers, log against log, with the band where honest peers lie; its rows among theirs, where
    the axes are plain."""
    if not evidence.get("is_log", True):
        return _rows(evidence, colours)
    peers = [(x, y) for x, y in evidence["peers"] if x > 0 and y > 0]
    band = [row for row in evidence.get("band") or [] if min(row) > 0]
    unit_x, unit_y = evidence["unit"]
    figure = blank(colours)
    if band:
        figure.add_trace(
            go.Scatter(
                x=[row[0] for row in band] + [row[0] for row in reversed(band)],
                y=[row[2] for row in band] + [row[1] for row in reversed(band)],
                fill="toself", fillcolor=colours.band, line={"width": 0}, mode="lines",
                name="同行通常范围", hoverinfo="skip",
            )
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=[x for x, _ in peers], y=[y for _, y in peers], mode="markers", name=f"同行（{len(peers)} 家）",
            marker={"color": colours.peer, "size": 5, "opacity": 0.75},
            hovertemplate="%{x:,.0f} / %{y:,.0f}<extra>同行</extra>",
        )
    )  # fmt: skip
    drawable = unit_x > 0 and unit_y > 0
    if drawable:
        figure.add_trace(
            go.Scatter(
                x=[unit_x], y=[unit_y], mode="markers+text", name="本单位", marker=marker(colours), text=["本单位"],
                textposition="top center", textfont={"color": colours.bad, "size": 13}, showlegend=False,
                hovertemplate="%{x:,.0f} / %{y:,.0f}<extra>本单位</extra>",
            )
        )  # fmt: skip
    else:
        figure.add_annotation(
            x=0.02, y=0.97, xref="paper", yref="paper", xanchor="left", showarrow=False,
            font={"color": colours.bad, "size": 13},
            text=f"本单位为 ({_short(unit_x)}, {_short(unit_y)})，对数轴上画不出零值",
        )  # fmt: skip
    xs = [x for x, _ in peers] + ([unit_x] if drawable else [])
    ys = [y for _, y in peers] + ([unit_y] if drawable else [])
    figure.update_xaxes(title_text=f"{plain(evidence.get('x_label'))}，对数", showgrid=False, **_log_ticks(xs or [1.0]))
    figure.update_yaxes(title_text=f"{plain(evidence.get('y_label'))}，对数", **_log_ticks(ys or [1.0]))
    return figure


def _rows(evidence: Evidence, colours: Palette) -> go.Figure:
    """The unit's own rows over those of the others."""
    figure = blank(colours)
    for name, points, colour, size in (
        ("同类", evidence["peers"], colours.peer, 5),
        ("本单位", evidence.get("own") or [], colours.bad, 7),
    ):
        figure.add_trace(
            go.Scatter(
                x=[x for x, _ in points], y=[y for _, y in points], mode="markers", name=f"{name}（{len(points)} 条）",
                marker={"color": colour, "size": size, "opacity": 0.75},
                hovertemplate="%{x:,.4~g} / %{y:,.4~g}<extra></extra>",
            )
        )  # fmt: skip
    figure.update_xaxes(title_text=plain(evidence.get("x_label")))
    figure.update_yaxes(title_text=plain(evidence.get("y_label")))
    return figure
