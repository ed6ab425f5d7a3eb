"""One picture for each kind of evidence. ``evidence`` of a finding is JSON with its ``kind`` and:

=================  ==================================================================================================
``peers_scatter``  ``x_label``, ``y_label``, ``peers`` [[x, y], …], ``unit`` [x, y], ``band`` [[x, low, high], …]; both
                   axes are logarithmic, values ≤ 0 are left out and said so
``histogram``      ``x_label``, ``bins`` [[low, high, count], …], ``lit`` [low, high]: the bin the finding is about
``waterfall``      ``parts`` [[label, value], …], ``total`` [label, value]: their sum against what was reported
``timeline``       ``events`` [[ISO time, label of the unit], …], ``device``: who handed in when, from one place
``series``         ``x`` [period, …], ``lines`` [[label, [value, …]], …]; the first line is the unit's own
=================  ==================================================================================================

Any other kind is shown as a table (``as_rows``), never dropped.
"""

from collections.abc import Callable, Mapping
from typing import Any

import plotly.graph_objects as go

from dashboards.charts.base import blank
from dashboards.format import quantity
from dashboards.theme import Palette

Evidence = Mapping[str, Any]


def _marker(colours: Palette) -> dict[str, Any]:
    return {"symbol": "diamond", "size": 13, "color": colours.bad, "line": {"color": colours.surface, "width": 1.5}}


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
    """The unit among its peers, log against log, with the band where honest peers lie."""
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
                x=[unit_x], y=[unit_y], mode="markers+text", name="本单位", marker=_marker(colours), text=["本单位"],
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
    figure.update_xaxes(title_text=f"{evidence.get('x_label', '')}，对数", showgrid=False, **_log_ticks(xs or [1.0]))
    figure.update_yaxes(title_text=f"{evidence.get('y_label', '')}，对数", **_log_ticks(ys or [1.0]))
    return figure


def histogram(evidence: Evidence, colours: Palette) -> go.Figure:
    """How many units fall into each bin, the suspicious one lit."""
    bins = evidence["bins"]
    low, high = evidence.get("lit") or (None, None)
    lit = [low is not None and row[0] >= low and row[1] <= high for row in bins]
    figure = blank(colours, bargap=0.06, showlegend=False)
    figure.add_trace(
        go.Bar(
            x=[(row[0] + row[1]) / 2 for row in bins],
            y=[row[2] for row in bins],
            width=[(row[1] - row[0]) * 0.94 for row in bins],
            marker={"color": [colours.bad if on else colours.peer for on in lit]},
            customdata=[[row[0], row[1]] for row in bins],
            hovertemplate="%{customdata[0]:,.2~f} 至 %{customdata[1]:,.2~f}：%{y} 家<extra></extra>",
        )
    )
    for row, on in zip(bins, lit, strict=True):
        if on:
            figure.add_annotation(
                x=(row[0] + row[1]) / 2, y=row[2], text=f"{row[2]} 家", showarrow=False, yshift=12,
                font={"color": colours.bad, "size": 13},
            )  # fmt: skip
    figure.update_xaxes(title_text=evidence.get("x_label", ""), showgrid=False, tickformat=",~f")
    figure.update_yaxes(title_text="家数", zeroline=False)
    figure.update_layout(margin={"t": 24})
    return figure


def waterfall(evidence: Evidence, colours: Palette) -> go.Figure:
    """The parts one upon the other, their sum, and beside it what was reported, with the difference named."""
    parts = [(str(label), float(value)) for label, value in evidence["parts"]]
    label, reported = str(evidence["total"][0]), float(evidence["total"][1])
    total = sum(value for _, value in parts)
    figure = blank(colours, showlegend=False, bargap=0.35)
    names = [name for name, _ in parts] + ["各项之和", label]
    bases, running = [], 0.0
    for _, value in parts:
        bases.append(running)
        running += value
    heights = [value for _, value in parts] + [total, reported]
    figure.add_trace(
        go.Bar(
            x=names,
            y=heights,
            base=[*bases, 0.0, 0.0],
            marker={"color": [colours.peer] * len(parts) + [colours.accent, colours.bad]},
            text=[f"{value:,.1f}" for value in heights],
            textposition="outside",
            textfont={"color": colours.text, "size": 12},
            cliponaxis=False,
            hovertemplate="%{x}：%{text}<extra></extra>",
        )
    )
    figure.add_annotation(
        x=label, y=max(reported, total), yshift=34, showarrow=False, text=f"相差 {reported - total:+,.1f}",
        font={"color": colours.bad, "size": 13},
    )  # fmt: skip
    figure.update_xaxes(showgrid=False, tickangle=0)
    figure.update_yaxes(tickformat=",~f", range=[min(0.0, *heights), max(*heights, running) * 1.22])
    return figure


def timeline(evidence: Evidence, colours: Palette) -> go.Figure:
    """Filings in the order of their moments: a hand filling in for many draws a straight, steep line."""
    events = sorted((str(moment), str(unit)) for moment, unit in evidence["events"])
    figure = blank(colours, showlegend=False)
    figure.add_trace(
        go.Scatter(
            x=[moment for moment, _ in events],
            y=list(range(1, len(events) + 1)),
            mode="lines+markers",
            line={"color": colours.band, "width": 2, "shape": "hv"},
            marker={"color": colours.bad, "size": 8, "symbol": "diamond"},
            customdata=[unit for _, unit in events],
            hovertemplate="%{x|%H:%M:%S} %{customdata}<extra></extra>",
        )
    )
    figure.add_annotation(
        x=0.02, y=0.98, xref="paper", yref="paper", xanchor="left", showarrow=False,
        text=str(evidence.get("device", "")), font={"color": colours.muted, "size": 13},
    )  # fmt: skip
    figure.update_xaxes(title_text="提交时间", showgrid=False, tickformat="%H:%M\n%m-%d", nticks=6)
    figure.update_yaxes(title_text="累计份数", zeroline=False, rangemode="tozero")
    return figure


def series(evidence: Evidence, colours: Palette) -> go.Figure:
    """The unit's own line over the others."""
    figure = blank(colours)
    for i, (label, values) in enumerate(evidence["lines"]):
        own = i == 0
        figure.add_trace(
            go.Scatter(
                x=evidence["x"],
                y=values,
                name=str(label),
                mode="lines+markers" if own else "lines",
                line={
                    "color": colours.bad if own else colours.peer,
                    "width": 2.6 if own else 1.6,
                    "dash": "solid" if i < 2 else "dot",
                },
                marker={"size": 6},
                hovertemplate="%{x}：%{y:,.1f}",
            )
        )
    figure.update_xaxes(type="category", showgrid=False, nticks=7, tickangle=0)
    figure.update_yaxes(tickformat=",~f", zeroline=False)
    return figure


PICTURES: dict[str, Callable[[Evidence, Palette], go.Figure]] = {
    "peers_scatter": peers_scatter,
    "histogram": histogram,
    "waterfall": waterfall,
    "timeline": timeline,
    "series": series,
}


def picture(evidence: Evidence, colours: Palette) -> go.Figure | None:
    """The picture of this evidence; None for a kind that has none or whose data does not fit it: show ``as_rows``."""
    draw = PICTURES.get(str(evidence.get("kind")))
    if draw is None:
        return None
    try:
        return draw(evidence, colours)
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def as_rows(evidence: Evidence) -> list[tuple[str, str]]:
    """Evidence of an unknown kind, name and value."""
    return [(str(key), str(value)) for key, value in evidence.items() if key != "kind"]
