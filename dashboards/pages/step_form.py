"""The steps that a person may take on a case: their buttons, what each asks for, what became of it, the history."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from dash import dcc, html

from alerts.casebook import EventView
from alerts.cases import NEEDS_REASON
from alerts.words import EVENT_TITLES
from dashboards import format as fmt
from dashboards.cases import LONGEST_NAME, LONGEST_REASON
from dashboards.parts import aria

SIGNED = "每一步都以登录的账号记名、计时、写入审计日志，不能改。"


class Field(NamedTuple):
    """Something a step asks for: its name in ``dashboards.cases.step``, what stands above it, an example in it.

    ``offers`` are what is usually meant, for who need not write it: anything else may be written too.
    """

    name: str
    label: str
    hint: str = ""
    offers: Callable[[], Sequence[str]] | None = None


class Ask(NamedTuple):
    """A step on offer: its name, the word on its button, what it asks for."""

    action: str
    title: str
    fields: tuple[Field, ...] = ()


class Typed(NamedTuple):
    """What was typed for a step that was refused: it stands there again, so that only what was wrong is mended."""

    action: str = ""
    fields: Mapping[str, str] = MappingProxyType({})


NOTHING = Typed()


def step_form(kind: str, identity: str, asks: Sequence[Ask], seen: int | None, typed: Typed = NOTHING) -> html.Div:
    """The steps on the ``kind`` ("case", "warning") of this number, the usual one first; ``seen`` is the last entry of
    its history, so that who comes second is told."""
    boxes = [_step(kind, identity, ask, seen, typed, is_first=place == 0) for place, ask in enumerate(asks)]
    return html.Div([html.Div(boxes, className="case-steps"), html.P(SIGNED, className="muted small")])


def _step(kind: str, identity: str, ask: Ask, seen: int | None, typed: Typed, *, is_first: bool) -> Any:
    """A button, or what a step asks for with its button, folded away until it is chosen."""
    button = html.Button(
        f"确认{ask.title}" if ask.fields else ask.title,
        id={"type": f"{kind}-step", "action": ask.action, kind: identity, "seen": seen or 0},
        className="button button-first" if is_first else "button",
    )
    if not ask.fields:
        return button
    is_again = ask.action == typed.action
    fields = [_field(kind, ask.action, one, typed.fields.get(one.name, "") if is_again else "") for one in ask.fields]
    return html.Details(
        [html.Summary(ask.title), html.Div(fields, className="case-fields"), button],
        className="case-step",
        open=is_again,
    )


def _field(kind: str, action: str, field: Field, value: str) -> html.Label:
    identity = {"type": f"{kind}-field", "action": action, "name": field.name}
    must = field.name == "to" or (field.name == "why" and action in NEEDS_REASON)
    label = html.Span([field.label, html.Span("＊", title="必填") if must else None])
    if field.name == "why":
        return html.Label(
            [label, dcc.Textarea(id=identity, maxLength=LONGEST_REASON, rows=3, value=value)], className="wide"
        )
    offered = f"{kind}-{action}-{field.name}" if field.offers else None
    given = dcc.Input(
        id=identity,
        type="text",
        maxLength=LONGEST_NAME,
        autoComplete="off",
        placeholder=field.hint or None,
        list=offered,
        value=value,
    )
    options = [html.Option(value=name) for name in field.offers()] if field.offers else []
    return html.Label([label, given, html.Datalist(options, id=offered) if offered else None])


def button(kind: str, action: str, identity: str, title: str, label: str, name: str = "button") -> html.Button:
    """A step on a ``kind`` of thing in a list; ``label`` says on which, for who only hears it."""
    given = {"type": f"{kind}-step", "action": action, kind: identity, "seen": 0}
    return html.Button(title, id=given, className=name, **aria(label=label))


def answer(said: str, done: str) -> html.P | None:
    """What became of the last step: why it was not taken (``said``), or the word for it. The browser gives it the focus
    that the pressed button had (``assets/app.js``)."""
    if said:
        return html.P(said, id="case-answer", className="said", role="alert", tabIndex="-1")
    if done:
        return html.P(f"已记录：{done}。", id="case-answer", className="muted", role="status", tabIndex="-1")
    return None


def history(events: Sequence[EventView]) -> html.Details:
    """Every entry, the newest first."""
    items = [
        html.Li(
            [
                html.Span(f"{fmt.moment(event.at)} ", className="muted"),
                f"{event.who} {EVENT_TITLES.get(event.what, event.what)}",
                html.Span(f"：{event.why}", className="muted") if event.why else None,
            ]
        )
        for event in reversed(events)
    ]
    return html.Details([html.Summary(f"经过（{len(items)}）"), html.Ul(items, className="history")])
