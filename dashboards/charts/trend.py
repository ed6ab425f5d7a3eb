"""A series by month with its year-earlier line and the line where the data ends."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboards.charts.base import blank, plain
from dashboards.format import is_missing
from dashboards.theme import Palette

SHORT = 12
"""Months before the last below which its label stands where the legend would."""


def _month_after(period: str, months: int) -> str:
    year, month = int(period[:4]), int(period[5:7])
    index = year * 12 + month - 1 + months
    return f"{index // 12}-{index % 12 + 1:02d}"


def months(first: str, last: str) -> list[str]:
    """Every month from ``first`` to ``last``: a month without a value is a gap, not a shortcut."""
    found = [first]
    while found[-1] < last:
        found.append(_month_after(found[-1], 1))
    return found


def spread(rows: Sequence[tuple[str, float, int]]) -> list[tuple[str, float]]:
    """(month, value) from (last month, value, months covered): a sum over two months is drawn as its monthly average.

    January is not reported on its own in many Chinese monthly figures; February's covers both.
    """
    return [
        (_month_after(period, back - covered + 1), value / covered)
        for period, value, covered in rows
        for back in range(covered)
    ]


def _ticks(axis: Sequence[str], last: str, most: int) -> list[str]:
    """At most so many months until ``last`` to write below the axis, in steps that begin in January."""
    drawn = [period for period in axis if period <= last]
    step = next((step for step in (1, 2, 3, 6) if len(drawn) <= step * most), 12)
    return [period for period in drawn if (int(period[5:7]) - 1) % step == 0]


def _pin(
    figure: go.Figure, notes: Sequence[tuple[int, str, str]], known: Mapping[str, float | None], colours: Palette
) -> None:
    """A mark with its number for each note on a month that has a value."""
    drawn = [note for note in notes if known.get(note[1]) is not None]
    if not drawn:
        return
    figure.add_trace(
        go.Scatter(
            x=[period for _, period, _ in drawn],
            y=[known[period] for _, period, _ in drawn],
            text=[str(place) for place, _, _ in drawn],
            customdata=[plain(words) for _, _, words in drawn],
            name="批注",
            showlegend=False,
            mode="markers+text",
            textposition="top center",
            textfont={"color": colours.warn, "size": 13},
            marker={
                "color": colours.warn,
                "size": 11,
                "symbol": "diamond",
                "line": {"color": colours.surface, "width": 2},
            },
            hovertemplate="%{text} %{customdata}",
        )
    )


def trend(
    series: Sequence[tuple[str, float | None]],
    unit: str,
    business_month: str,
    colours: Palette,
    is_phone: bool,
    notes: Sequence[tuple[str, str]] = (),
) -> go.Figure:
    """``series`` is (month, value in ``unit``), oldest first; the axis goes on to the business month. ``notes`` are
    (month, words), numbered in their order.
    """
    known = {period: value for period, value in series if not is_missing(value)}
    last = max(known)
    axis = months(min(known), max(last, business_month))[-30:]
    axis += [_month_after(axis[-1], 1)]
    figure = blank(colours)
    figure.add_trace(
        go.Scatter(
            x=axis,
            y=[known.get(_month_after(period, -12)) if period <= last else None for period in axis],
            name="上年同期",
            line={"color": colours.peer, "width": 1.5, "dash": "dot"},
            hovertemplate="%{y:,.1f} " + unit,
        )
    )
    figure.add_trace(
        go.Scatter(
            x=axis,
            y=[known.get(period) for period in axis],
            name="实际",
            line={"color": colours.accent, "width": 2.6},
            cliponaxis=False,
            hovertemplate="%{y:,.1f} " + unit,
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[last],
            y=[known[last]],
            mode="markers",
            marker={"color": colours.accent, "size": 9, "line": {"color": colours.surface, "width": 2}},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    _pin(figure, [(place, *note) for place, note in enumerate(notes, start=1) if note[0] in axis], known, colours)
    figure.add_vline(x=axis.index(last), line={"color": colours.muted, "width": 1, "dash": "dash"})
    figure.add_annotation(
        x=axis.index(last), y=1.01, yref="paper", yanchor="bottom", xanchor="right", xshift=18, showarrow=False,
        text=f"数据截止 {last}", font={"color": colours.muted, "size": 12},
    )  # fmt: skip
    figure.update_layout(hovermode="x unified", margin={"t": 34})
    if is_phone or axis.index(last) < SHORT:
        # Beside each other the legend and the last day's label do not fit.
        figure.update_layout(legend={"y": -0.14, "yanchor": "top"})
    ticks = _ticks(axis, last, 5 if is_phone else 10)
    figure.update_xaxes(
        type="category", tickvals=ticks, ticktext=ticks, showgrid=False, tickangle=0, range=[0, len(axis) - 0.6]
    )
    figure.update_yaxes(title_text="", tickformat=",~f", zeroline=False, nticks=6)
    return figure
