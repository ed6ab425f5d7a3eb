"""Parts that should reach a total, and the gap to what was reported."""

import plotly.graph_objects as go

from dashboards.charts.base import Evidence, blank, plain
from dashboards.theme import Palette

LINE = 8
"""Characters of a label that fit under one bar."""


def _label(text: str) -> str:
    """A label in lines that fit under its bar; a remark in brackets goes below."""
    name, bracket, remark = text.partition("（")
    lines = [part[i : i + LINE] for part in (name, bracket + remark) for i in range(0, len(part), LINE)]
    return "<br>".join(plain(line) for line in lines)


def _number(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


def _steps(parts: list[tuple[str, float]]) -> list[tuple[str, float, float]]:
    """(name, foot, height) of each part, standing on the ones before it."""
    steps, running = [], 0.0
    for name, value in parts:
        steps.append((_label(name), running, value))
        running += value
    return steps


def _gap(figure: go.Figure, x: list[str], total: float, reported: float, colours: Palette) -> None:
    """The line of the sum carried over to the reported bar, and the gap between them, lit and named."""
    inside = {
        "color": colours.bad if reported > total else colours.bad_soft,
        "line": {"color": colours.bad, "width": 2},
    }
    figure.add_trace(
        go.Bar(
            x=[x[-1]], y=[abs(reported - total)], base=[min(reported, total)], marker=inside, hoverinfo="skip",
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=x[-2:], y=[total, total], mode="lines", hoverinfo="skip",
            line={"color": colours.bad, "width": 1.5, "dash": "dot"},
        )
    )  # fmt: skip
    share = f"（{abs(reported - total) / abs(total):.1%}）" if total else ""
    figure.add_annotation(
        x=x[-1], y=max(reported, total), yshift=32, showarrow=False, xanchor="right", xshift=36,
        text=f"相差 {'+' if reported > total else '−'}{_number(abs(reported - total))}{share}",
        font={"color": colours.bad, "size": 13},
    )  # fmt: skip


def waterfall(evidence: Evidence, colours: Palette) -> go.Figure:
    """The parts one upon the other, their sum, and beside it what was reported, with the difference named."""
    parts = [(str(label), float(value)) for label, value in evidence["parts"]]
    label, reported = str(evidence["total"][0]), float(evidence["total"][1])
    total = sum(value for _, value in parts)
    is_broken = round(reported - total, 6) != 0
    bars = [(*step, colours.peer) for step in _steps(parts)]
    if is_broken and len(parts) > 1:
        bars.append(("各项之和", 0.0, total, colours.accent))
    bars.append((_label(label), 0.0, min(reported, total) if is_broken else reported, colours.accent))
    figure = blank(colours, showlegend=False, bargap=0.35, barmode="overlay")
    names, printed = [name for name, *_ in bars], [*(height for _, _, height, _ in bars[:-1]), reported]
    figure.add_trace(
        go.Bar(
            x=names,
            y=[height for _, _, height, _ in bars],
            base=[foot for _, foot, _, _ in bars],
            marker={"color": [colour for *_, colour in bars]},
            customdata=[_number(value) for value in printed],
            hovertemplate="%{x}：%{customdata}<extra></extra>",
        )
    )
    tops = [*(max(foot, foot + height) for _, foot, height, _ in bars[:-1]), max(reported, total)]
    figure.add_trace(
        go.Scatter(
            x=names, y=tops, mode="markers+text", marker={"size": 8, "opacity": 0},
            text=[_number(value) for value in printed], textposition="top center",
            textfont={"color": colours.text, "size": 12}, hoverinfo="skip", cliponaxis=False,
        )
    )  # fmt: skip
    if is_broken:
        _gap(figure, names, total, reported, colours)
    feet = [min(foot, foot + height) for _, foot, height, _ in bars]
    figure.update_xaxes(showgrid=False, tickangle=0, tickfont={"color": colours.text, "size": 12})
    figure.update_yaxes(tickformat=",~f", range=[min(0.0, *feet), max(*tops, 0.0) * 1.22 or 1.0])
    return figure
