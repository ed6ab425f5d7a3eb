"""The milestones of a plan by article and date: what is done, what is late, what is still to come."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboards.charts.base import blank, plain
from dashboards.theme import Palette

ROW = 24
"""Pixels of an article."""

APART = 0.45
"""How far, in rows, milestones of one article and one day stand from each other."""


@dataclass(frozen=True)
class Milestone:
    """One task with a date; ``state`` as ``topic_plan__task`` has it."""

    article: int
    number: str
    title: str
    due: dt.date
    state: str


def _marks(colours: Palette) -> dict[str, tuple[str, str]]:
    """State to the sign and colour of its mark: the sign says the same as the colour."""
    return {
        "overdue": ("x", colours.bad),
        "at_risk": ("triangle-up", colours.warn),
        "unproven": ("diamond-open", colours.warn),
        "under_way": ("circle-open-dot", colours.accent),
        "not_started": ("circle-open", colours.muted),
        "done": ("circle", colours.good),
    }


def gantt(
    milestones: Sequence[Milestone], start: dt.date, today: dt.date, words: dict[str, str], colours: Palette
) -> go.Figure:
    """A row an article from ``start`` to its last date, a mark a milestone; ``words`` are the titles of the states."""
    articles = sorted({one.article for one in milestones})
    row = {article: place for place, article in enumerate(articles)}
    placed = _placed(milestones, row)
    figure = blank(colours)
    for article in articles:
        last = max(one.due for one in milestones if one.article == article)
        figure.add_trace(
            go.Scatter(
                x=[start, last], y=[row[article]] * 2, mode="lines", hoverinfo="skip", showlegend=False,
                line={"color": colours.band, "width": 8},
            )
        )  # fmt: skip
    for state, (symbol, colour) in _marks(colours).items():
        own = [(one, y) for one, y in placed if one.state == state]
        if own:
            figure.add_trace(
                go.Scatter(
                    x=[one.due for one, _ in own], y=[y for _, y in own], mode="markers", name=words[state],
                    marker={"symbol": symbol, "color": colour, "size": 10, "line": {"color": colour, "width": 2}},
                    customdata=[[one.number, plain(one.title)] for one, _ in own],
                    hovertemplate="%{customdata[0]} %{customdata[1]}<br>%{x|%Y-%m-%d} " + words[state]
                    + "<extra></extra>",
                )
            )  # fmt: skip
    figure.add_vline(x=today, line={"color": colours.muted, "width": 1, "dash": "dash"})
    figure.add_annotation(
        x=today, y=1, yref="paper", yanchor="bottom", showarrow=False, text=f"数据截止 {today}",
        font={"color": colours.muted, "size": 12},
    )  # fmt: skip
    figure.update_layout(margin={"t": 60}, legend={"y": 1, "yanchor": "bottom", "yref": "paper", "entrywidth": 80})
    figure.update_layout(legend={"y": 1.04})
    figure.update_xaxes(showgrid=True, tickformat="%Y-%m", dtick="M2", tickangle=0)
    figure.update_yaxes(
        tickvals=list(row.values()), ticktext=[f"第 {article} 条" for article in articles], zeroline=False,
        showgrid=False, range=[len(articles) - 0.4, -0.6],
    )  # fmt: skip
    return figure


def _placed(milestones: Sequence[Milestone], row: dict[int, int]) -> list[tuple[Milestone, float]]:
    """Each milestone with its height: those of one article and one day stand beside each other."""
    together: dict[tuple[int, dt.date], list[Milestone]] = defaultdict(list)
    for one in milestones:
        together[one.article, one.due].append(one)
    return [
        (one, row[article] + APART * (place - (len(found) - 1) / 2))
        for (article, _), found in together.items()
        for place, one in enumerate(found)
    ]
