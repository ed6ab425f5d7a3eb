"""How good a resource's batches were, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboards.charts.base import blank, plain
from dashboards.format import percent
from dashboards.theme import Palette


@dataclass(frozen=True)
class Batch:
    """One batch: its period, the share of accepted rows (None when no row was read) and what became of it."""

    period: str
    share: float | None
    state: str


STEPS = (0.02, 0.05, 0.1, 0.25)
"""Distances between the shares that the axis names."""

OUTCOMES = (
    ("published", "已发布", "circle"),
    ("published_flagged", "已发布·有提示", "square"),
    ("held", "待核未发布", "triangle-up"),
    ("rejected", "整批拒收", "x"),
)
"""State, its word, and the sign that says it without colour."""

FLOOR = 0.9
"""The axis begins here or at the worst batch: the difference between 99 and 100 % must be seen."""


def quality(batches: Sequence[Batch], colours: Palette) -> go.Figure:
    """Share of accepted rows by batch, oldest first; a rejected file stands at the foot, where no row was read."""
    tones = dict(zip(("published", "published_flagged", "held", "rejected"), _tones(colours), strict=True))
    low = min([FLOOR, *(batch.share for batch in batches if batch.share is not None)])
    foot = low - (1 - low) * 0.12
    figure = blank(colours)
    for state, words, sign in OUTCOMES:
        own = [(i, batch) for i, batch in enumerate(batches) if batch.state == state]
        if not own:
            continue
        figure.add_trace(
            go.Scatter(
                x=[i for i, _ in own],
                y=[foot if batch.share is None else batch.share for _, batch in own],
                mode="markers",
                name=words,
                marker={"symbol": sign, "size": 9, "color": tones[state]},
                customdata=[[plain(batch.period), said(batch)] for _, batch in own],
                hovertemplate="%{customdata[0]}：%{customdata[1]}",
            )
        )
    every = max(1, len(batches) // 3)
    ticks = list(range(0, len(batches), every))
    figure.update_xaxes(tickvals=ticks, ticktext=[plain(batches[i].period) for i in ticks], showgrid=False, tickangle=0)
    figure.update_yaxes(
        tickvals=_shares(low), tickformat=".0%", range=[foot - (1 - low) * 0.1, 1 + (1 - low) * 0.1], zeroline=False
    )
    return figure


def said(batch: Batch) -> str:
    """The share of one batch in words."""
    return "没有读入" if batch.share is None else percent(batch.share)


def _shares(low: float) -> list[float]:
    """Shares that the axis names: down from 100 % to the worst batch, no share below 0 or above 100 % among them."""
    step = next((step for step in STEPS if (1 - low) / step <= 5), STEPS[-1])
    return [1 - step * i for i in range(int((1 - low) / step + 1e-9) + 1)][::-1]


def _tones(colours: Palette) -> tuple[str, str, str, str]:
    return colours.accent, colours.warn, colours.bad, colours.bad
