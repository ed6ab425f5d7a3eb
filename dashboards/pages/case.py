"""A case: how far people have come with it, the next step, by whom and why, and its whole history."""

from collections.abc import Sequence
from typing import Any

from dash import html

from alerts.casebook import CaseView, days_late, finding_path, today
from alerts.cases import INSPECTED, steps
from alerts.words import ACTION_TITLES, KIND_TITLES, family_title, state_title
from dashboards import parts
from dashboards.cases import FINDING, TAKE, case_of
from dashboards.pages.step_form import NOTHING, Ask, Field, Typed, answer, history, step_form
from taian.settings import Settings

WEAK = "未立案：弱疑点和只涉及一个人的疑点不自动立案。实地了解到情况、认为值得核查的，可以列为线索。"
TONES = {"open": "bad", "confirmed": "bad", "closed": "good", "dismissed": "good", "transferred": "good"}
"""Of a state; what is being worked on is neither good nor bad."""


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


def case_panel(config: Settings, identity: str, said: str = "", done: str = "", typed: Typed = NOTHING) -> Any:
    """The case of this number (or of FINDING and a finding's) with its history and steps.

    ``said`` is why the last step was not taken, ``typed`` what was filled in for it; ``done`` which one was.
    """
    try:
        found = case_of(config, identity)
    except OSError:
        return parts.failed("案件库读不到。请运维人员检查 alerts.db 后再办理；疑点本身不受影响。")
    if found is None and not identity.startswith(FINDING):
        return parts.empty(f"没有编号为 {identity} 的案件。", "请在列表中另选。")
    if found is None:
        words = html.P(WEAK, className="muted")
        return html.Div(
            [words, step_form("case", identity, _asks([TAKE]), None), answer(said, TITLES.get(done, done))],
            className="case",
        )
    case, events = found
    return html.Div(
        [
            _head(config, case),
            _findings(case),
            step_form("case", case.id, _asks(steps(case.kind, case.state)), events[-1].id, typed),
            answer(said, TITLES.get(done, done)),
            history(events),
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


def _asks(actions: Sequence[str]) -> list[Ask]:
    return [Ask(action, TITLES[action], FIELDS.get(action, ())) for action in actions]
