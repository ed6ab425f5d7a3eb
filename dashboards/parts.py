"""Building blocks of all pages: cards with their stamp and four states, badges, tables, charts with their text."""

from collections.abc import Callable, Sequence
from typing import Any

import dash_mantine_components as dmc
import plotly.graph_objects as go
from dash import dcc, html

from dashboards.charts.base import CONFIG
from dashboards.faults import sentence
from dashboards.format import DASH, is_missing
from dashboards.view import View
from dashboards.words import STATES, STRENGTHS

Node = Any
"""A Dash component, a text or a list of them."""


def aria(**given: str) -> Any:
    """What a screen reader is told: ``aria(label="…")`` is the attribute ``aria-label``."""
    return {f"aria-{name}": value for name, value in given.items()}


def data(**given: str) -> Any:
    """Attributes for the style sheet: ``data(label="…")`` is ``data-label``."""
    return {f"data-{name}": value for name, value in given.items()}


def filter_of(view: View, name: str, every: str, choices: Sequence[tuple[str, str]], width: int) -> dmc.Select:
    """A filter of a list by one parameter of the address; ``every`` is what it says when nothing is chosen, ``choices``
    are values with their titles."""
    return dmc.Select(
        id={"type": "param", "name": name},
        data=[{"value": value, "label": title} for value, title in choices],
        value=view.params.get(name),
        placeholder=every,
        clearable=True,
        w=width,
        **aria(label=every),
    )


def badge(text: Node, tone: str = "plain", title: str | None = None) -> html.Span:
    """A word in a tinted pill; the word carries the meaning, the tint repeats it."""
    return html.Span(text, className=f"badge badge-{tone}", title=title)


def state_badge(state: Any) -> html.Span:
    """State of a batch as a word."""
    words, tone = STATES.get(str(state), (str(state) if state else "从未报送", "plain"))
    return badge(words, tone)


def strength_badge(strength: Any) -> html.Span:
    """Strength of evidence as a word."""
    words, tone = STRENGTHS.get(str(strength), (str(strength), "plain"))
    return badge(f"证据{words}", tone)


def stamp(as_of: Any, source: str = "", days_late: Any = 0) -> html.P:
    """The line under every card: until when the data goes, whose it is, late or not."""
    late = 0 if is_missing(days_late) else int(days_late)
    return stamp_of(as_of, source, f"迟 {late} 天" if late > 0 else "")


def stamp_of(as_of: Any, source: str, lateness: str | None) -> html.P:
    """``stamp`` where lateness is known only as a word; empty means on time, None that nothing is delivered here."""
    return html.P(
        [
            html.Span(f"截至 {DASH if is_missing(as_of) or not as_of else as_of}", className="stamp-date"),
            html.Span(source, className="stamp-source") if source else None,
            None
            if lateness is None
            else html.Span(lateness or "按期", className="stamp-late late" if lateness else "stamp-late"),
        ],
        className="stamp",
    )


def card(
    title: Node,
    body: Node,
    *,
    subtitle: Node = None,
    aside: Node = None,
    foot: Node = None,
    name: str = "",
) -> html.Section:
    """A card: heading, what it shows, and its stamp."""
    head = html.Div(
        [html.Div([html.H2(title), html.P(subtitle, className="subtitle") if subtitle is not None else None]), aside],
        className="card-head",
    )
    return html.Section([head, html.Div(body, className="card-body"), foot], className=f"card {name}".strip())


def empty(reason: Node, remedy: Node = None) -> html.Div:
    """Nothing to show, and why."""
    return html.Div(
        [html.P(reason), html.P(remedy, className="muted") if remedy is not None else None],
        className="state state-empty",
    )


UNREADABLE = "读不到数据"


def failed(sentence: str) -> html.Div:
    """The data of this card cannot be read, and what to do."""
    return html.Div([html.Strong(UNREADABLE), html.P(sentence)], className="state state-error", role="alert")


def guarded(title: Node, build: Callable[[], html.Section], name: str = "") -> html.Section:
    """The card that ``build`` makes, or the same card saying why it cannot be filled: one card never takes the page."""
    try:
        return build()
    except Exception as error:
        return card(title, failed(sentence(error, title)), name=name)


def graph(
    figure: go.Figure, label: str, height: int | None, rows: Node = None, identity: str | None = None
) -> html.Figure:
    """A chart with its text alternative and, folded away, the figures it draws; without a height it fills its card."""
    given: Any = {"id": identity} if identity else {}
    chart = dcc.Graph(
        figure=figure, config=CONFIG, responsive=True, style={"height": f"{height}px" if height else "100%"}, **given
    )
    drawing = html.Div(chart, role="img", className="chart" if height else "chart chart-fill", **aria(label=label))
    table = html.Details([html.Summary("看数据表"), rows]) if rows is not None else None
    # The button has no identity: the script that hears it takes the chart beside it (assets/takeout.js).
    return html.Figure([drawing, html.Button("存为图片", className="save-picture", type="button"), table])


def table(
    caption: str, headers: Sequence[str], rows: Sequence[Sequence[Node]], numeric: Sequence[int] = (), name: str = ""
) -> html.Div:
    """A table that becomes a list of cards on a phone; ``numeric`` columns are right-aligned."""
    head = html.Tr(
        [html.Th(text, scope="col", className="number" if i in numeric else "") for i, text in enumerate(headers)]
    )
    body = [html.Tr([_cell(cell, headers[i], i in numeric) for i, cell in enumerate(row)]) for row in rows]
    return html.Div(
        html.Table([html.Caption(caption), html.Thead(head), html.Tbody(body)], className=f"table {name}".strip()),
        className="table-frame",
    )


def folded(
    caption: str, headers: Sequence[str], rows: Sequence[Sequence[Node]], numeric: Sequence[int] = (), shown: int = 8
) -> list[Node]:
    """A table of which the first ``shown`` rows are open and the rest is folded away: a page keeps its length."""
    body: list[Node] = [table(caption, headers, rows[:shown], numeric)]
    if rest := rows[shown:]:
        more = table(f"{caption}（其余）", headers, rest, numeric)
        body.append(html.Details([html.Summary(f"其余 {len(rest)} 条"), more]))
    return body


def _cell(content: Node, header: str, is_number: bool) -> html.Td:
    """One cell; a phone leaves out words that are not there, but never a number that is not there."""
    name = "number" if is_number else "none" if content == DASH else ""
    return html.Td(html.Div(content), className=name, **data(label=header))


def facts(items: Sequence[tuple[str, Node]], name: str = "") -> html.Dl:
    """Names and values side by side."""
    return html.Dl(
        [html.Div([html.Dt(term), html.Dd(value)]) for term, value in items], className=f"facts {name}".strip()
    )


def link(text: Node, href: str, **given: Any) -> dcc.Link:
    """A link inside the application."""
    return dcc.Link(text, href=href, **given)


def page(title: str, question: str, body: Sequence[Node], tools: Node = None, trail: Node = None) -> html.Div:
    """Heading of a page, the question it answers, and its cards."""
    heading = html.Div([trail, html.H1(title), html.P(question, className="question")], className="page-title")
    return html.Div(
        [
            html.Div(
                [heading, html.Div(tools, className="tools") if tools is not None else None], className="page-head"
            ),
            *body,
        ]
    )


def tabs(label: str, entries: Sequence[tuple[str, str, bool]]) -> html.Nav:
    """The parts of a page side by side: title, address, and whether it is the one in view."""
    links = [
        link(title, href, className="section-tab chosen" if is_here else "section-tab")
        for title, href, is_here in entries
    ]
    return html.Nav(links, className="tabs", **aria(label=label))


def breadcrumbs(steps: Sequence[tuple[str, str | None]]) -> html.Nav:
    """Where this is; the last step is here and no link."""
    items = [
        html.Li(link(text, href)) if href else html.Li(html.Span(text), **aria(current="page")) for text, href in steps
    ]
    return html.Nav(html.Ol(items), className="trail", **aria(label="当前位置"))
