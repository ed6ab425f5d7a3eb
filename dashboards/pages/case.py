"""A case: how far people have come with it, the next step, by whom and why, and its whole history."""

from typing import Any, NamedTuple

from dash import dcc, html

from alerts.casebook import CaseView, EventView, days_late, finding_path, today
from alerts.cases import INSPECTED, NEEDS_REASON, steps
from alerts.words import ACTION_TITLES, EVENT_TITLES, KIND_TITLES, family_title, state_title
from dashboards import format as fmt
from dashboards import parts
from dashboards.cases import FINDING, LONGEST_NAME, LONGEST_REASON, TAKE, case_of
from taian.settings import Settings

SIGNED = "每一步都以登录的账号记名、计时、写入审计日志，不能改。"
WEAK = "未立案：弱疑点和只涉及一个人的疑点不自动立案。实地了解到情况、认为值得核查的，可以列为线索。"
TONES = {"open": "bad", "confirmed": "bad", "closed": "good", "dismissed": "good", "transferred": "good"}
"""Of a state; what is being worked on is neither good nor bad."""


class Field(NamedTuple):
    """Something a step asks for: its name in ``dashboards.cases.step``, what stands above it, an example in it."""

    name: str
    label: str
    hint: str = ""


FIELDS: dict[str, tuple[Field, ...]] = {
    TAKE: (Field("why", "为什么列为线索"),),
    "assign": (
        Field("to", "承办人"),
        Field("on", "核查期限（不填为 20 个工作日）", "2018-07-20"),
        Field("why", "说明（可不填）"),
    ),
    "hear": (Field("on", "陈述日期（不填为今天）", "2018-07-10"), Field("why", "单位怎样陈述申辩；逾期不陈述的也写明")),
    "confirm": (Field("why", "凭什么认定属实"),),
    "dismiss": (Field("why", "排除的理由"),),
    "transfer": (Field("to", "接收机关"), Field("why", "说明（可不填）")),
    "close": (Field("why", "办结的理由"),),
    "reopen": (Field("why", "重新打开的理由"),),
}
TITLES = {**ACTION_TITLES, TAKE: "列为线索"}


def case_panel(config: Settings, identity: str, said: str = "", done: str = "") -> Any:
    """The case of this number (or of FINDING and a finding's) with its history and steps.

    ``said`` is why the last step was not taken, ``done`` which one was.
    """
    try:
        found = case_of(config, identity)
    except OSError:
        return parts.failed("案件库读不到。请运维人员检查 alerts.db 后再办理；疑点本身不受影响。")
    if found is None and not identity.startswith(FINDING):
        return parts.empty(f"没有编号为 {identity} 的案件。", "请在列表中另选。")
    if found is None:
        words = html.P(WEAK, className="muted")
        return html.Div([words, _form(identity, [TAKE], None), _answer(said, done)], className="case")
    case, events = found
    return html.Div(
        [
            _head(config, case),
            _findings(case),
            _form(case.id, steps(case.kind, case.state), events[-1].id),
            _answer(said, done),
            _history(events),
        ],
        className="case",
    )


def _head(config: Settings, case: CaseView) -> html.Div:
    late = days_late(case, today(config))
    facts = [
        f"承办 {case.assignee}" if case.assignee else "",
        f"移送 {case.handed_to}" if case.handed_to else "",
        f"期限 {case.due_on}" if case.due_on else "",
    ]
    sheet = html.A("线索移送单（打印）", href=f"/sheet/{case.id}", target="_blank", rel="noopener")
    return html.Div(
        [
            html.H3(f"案件 {case.id}"),
            parts.badge(state_title(case.state, case.kind), TONES.get(case.state, "warn")),
            parts.badge(f"逾期 {late} 个工作日", "bad") if late else None,
            html.Span(" · ".join([KIND_TITLES[case.kind], *filter(None, facts)]), className="muted"),
            sheet if case.kind in INSPECTED else None,
        ],
        className="finding-head",
    )


def _findings(case: CaseView) -> html.Div | None:
    """Each finding of a case that has several, with the way to its picture."""
    if not case.joined:
        return None
    items = [
        html.Li([parts.link(family_title(each.family), finding_path(each.finding_id)), f"：{each.message}"])
        for each in case.findings
    ]
    return html.Div([html.P(f"本案有 {len(items)} 条疑点，一并核查："), html.Ul(items)])


def _answer(said: str, done: str) -> html.P | None:
    """What became of the last step; the browser gives it the focus that the pressed button had (``assets/app.js``)."""
    if said:
        return html.P(said, id="case-answer", className="said", role="alert", tabIndex="-1")
    if done:
        words = f"已记录：{TITLES.get(done, done)}。"
        return html.P(words, id="case-answer", className="muted", role="status", tabIndex="-1")
    return None


def _form(identity: str, actions: list[Any], seen: int | None) -> html.Div:
    boxes = [_step(identity, action, seen, is_first=place == 0) for place, action in enumerate(actions)]
    return html.Div([html.Div(boxes, className="case-steps"), html.P(SIGNED, className="muted small")])


def _step(identity: str, action: str, seen: int | None, *, is_first: bool) -> Any:
    """A button, or what a step asks for with its button, folded away until it is chosen."""
    title = TITLES[action]
    fields = FIELDS.get(action, ())
    button = html.Button(
        f"确认{title}" if fields else title,
        id={"type": "case-step", "action": action, "case": identity, "seen": seen or 0},
        className="button button-first" if is_first else "button",
    )
    if not fields:
        return button
    return html.Details(
        [html.Summary(title), html.Div([_field(action, field) for field in fields], className="case-fields"), button],
        className="case-step",
    )


def _field(action: str, field: Field) -> html.Label:
    identity = {"type": "case-field", "action": action, "name": field.name}
    must = field.name == "to" or (field.name == "why" and action in NEEDS_REASON)
    label = html.Span([field.label, html.Span("＊", title="必填") if must else None])
    if field.name == "why":
        return html.Label([label, dcc.Textarea(id=identity, maxLength=LONGEST_REASON, rows=3)], className="wide")
    given = dcc.Input(
        id=identity, type="text", maxLength=LONGEST_NAME, autoComplete="off", placeholder=field.hint or None
    )
    return html.Label([label, given])


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
