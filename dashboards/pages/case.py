"""The case of a finding: how far people have come with it, and the next step, by whom and why."""

from typing import Any

from dash import dcc, html

from alerts.casebook import CaseView, EventView
from alerts.cases import ACTION_TITLES, TRANSITIONS
from alerts.words import STATE_TITLES
from dashboards import format as fmt
from dashboards import parts
from dashboards.cases import LONGEST_NAME, LONGEST_REASON, case_of
from taian.settings import Settings

EVENT_TITLES = {
    **ACTION_TITLES,
    "opened": "立案",
    "reopened": "重新打开",
    "seen_closed": "办结后再次出现",
    "strength": "程度变化",
}
SIGNED = "每一步都以登录的账号记名、计时、留痕，不能改。"


def case_panel(config: Settings, finding_id: str, said: str = "", done: str = "") -> Any:
    """The case with its history and steps; ``said`` is why the last step was not taken, ``done`` which one was."""
    try:
        found = case_of(config, finding_id)
    except OSError:
        return parts.failed("案件库读不到。请运维人员检查 alerts.db 后再办理；疑点本身不受影响。")
    if found is None:
        return html.P("未立案：弱疑点不立案，只供留意；强疑点在夜间批次写入案件之后立案。", className="muted")
    case, events = found
    head = [html.H3(f"案件 {case.id}"), parts.badge(STATE_TITLES[case.state], _tone(case.state))]
    if case.assignee:
        head.append(html.Span(f"承办 {case.assignee}", className="muted"))
    return html.Div(
        [
            html.Div(head, className="finding-head"),
            _form(case, finding_id),
            _answer(said, done),
            _history(events),
        ],
        className="case",
    )


def _answer(said: str, done: str) -> html.P | None:
    """What became of the last step; the browser gives it the focus that the pressed button had (``assets/app.js``)."""
    if said:
        return html.P(said, id="case-answer", className="said", role="alert", tabIndex="-1")
    if done:
        words = f"已记录：{ACTION_TITLES.get(done, done)}。"
        return html.P(words, id="case-answer", className="muted", role="status", tabIndex="-1")
    return None


def _tone(state: str) -> str:
    return {"open": "bad", "acknowledged": "warn", "assigned": "warn", "closed": "good"}[state]


def _form(case: CaseView, finding_id: str) -> html.Div:
    steps = [action for (state, action) in TRANSITIONS if state == case.state]
    fields = [
        _field("承办人（分派时填）", "case-assignee", LONGEST_NAME),
        _field("理由（办结、重开时必填）", "case-why", LONGEST_REASON),
    ]
    buttons = [
        html.Button(
            ACTION_TITLES[action],
            id={"type": "case-step", "action": action, "finding": finding_id},
            className="button button-first" if place == 0 else "button",
        )
        for place, action in enumerate(steps)
    ]
    return html.Div(
        [
            html.Div(fields, className="case-fields"),
            html.Div(buttons, className="case-steps"),
            html.P(SIGNED, className="muted small"),
        ]
    )


def _field(label: str, identity: str, longest: int) -> html.Label:
    return html.Label([label, dcc.Input(id=identity, type="text", maxLength=longest, autoComplete="off")])


def _history(events: list[EventView]) -> html.Details:
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
