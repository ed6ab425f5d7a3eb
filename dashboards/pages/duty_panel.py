"""The supervision of one task: by when, who has to act, the steps of this reader, the whole history."""

import datetime as dt
from typing import Any

from dash import html

from alerts.casebook import CaseView, EventView, today
from alerts.cases import DUTY, steps
from alerts.deadlines import late
from alerts.duties import fact_of
from alerts.words import ACTION_TITLES, STRENGTH_TITLES, state_title
from catalog.plan import scheme
from dashboards import parts
from dashboards.duties import duty_of, may_do
from dashboards.pages.step_form import NOTHING, Ask, Field, Typed, answer, history, step_form
from dashboards.sight import Sight
from taian.settings import Settings

DOCUMENT = Field("document", "文件（文号或名称）＊")
FIELDS: dict[str, tuple[Field, ...]] = {
    "reply": (Field("why", "办到哪一步、还差什么"), DOCUMENT),
    "assist": (Field("why", "本部门办到哪一步、还差什么"), DOCUMENT),
    "prove": (Field("why", "怎样完成的"), DOCUMENT),
    "ask": (
        Field("on", "延期至＊", "2018-09-30"),
        Field("why", "为什么不能按期完成"),
        Field("document", "文件（可不填）"),
    ),
    "grant": (Field("on", "延期至（不填的照申请）", "2018-09-30"), Field("why", "批复意见")),
    "refuse": (Field("why", "为什么不同意"),),
    "return": (Field("why", "为什么退回"),),
}
WAITS_FOR = {
    "open": "等牵头部门答复",
    "answered": "牵头部门已答复，等任务完成",
    "proved": "牵头部门已报完成，下一夜按报告判定；专项小组可以退回",
    "asked": "等专项小组批复延期",
    "closed": "任务已完成，不再催办",
}
TONES = {"soon": "plain", "today": "warn", "past": "bad", "raised": "bad"}


def duty_panel(
    config: Settings, task: str, sight: Sight, said: str = "", done: str = "", typed: Typed = NOTHING
) -> Any:
    """The duty of this task for a reader with this sight.

    ``said`` is why the last step was not taken, ``typed`` what was filled in for it; ``done`` which one was.
    """
    try:
        found = duty_of(config, task, sight)
    except OSError:
        return parts.failed("案件库读不到。请运维人员检查 alerts.db 后再办理。")
    if found is None:
        rules = scheme().supervision
        return parts.empty("这项任务现在不督办。", f"有时限的任务，到期前 {rules.remind_before} 个工作日起督办。")
    case, events = found
    return html.Div(
        [
            _head(case, today(config)),
            _form(case, events, sight, typed),
            answer(said, ACTION_TITLES.get(done, done)),
            history(events),
        ],
        className="case",
    )


def stage_badge(case: CaseView, on: dt.date) -> html.Span | None:
    """How late a duty is; nothing once it is closed."""
    if case.state == "closed":
        return None
    days = late(case.due_on, on)
    return parts.badge(f"逾期 {days} 个工作日" if days else STRENGTH_TITLES[case.strength], TONES[case.strength])


def _head(case: CaseView, on: dt.date) -> html.Div:
    fact = fact_of(case)
    badges = [
        html.H3(f"督办 {case.id}"),
        parts.badge(state_title(case.state, DUTY), "good" if case.state == "closed" else "warn"),
        stage_badge(case, on),
        parts.badge("已上报专项小组", "bad") if case.strength == "raised" and case.state != "closed" else None,
    ]
    moved = f"（方案时限 {fact.due_on}，经批准延期）" if case.due_on and case.due_on > fact.due_on else ""
    asked = f"申请延期至 {case.asked_until}。" if case.state == "asked" else ""
    told = f"期限 {case.due_on}{moved}。{asked}{WAITS_FOR[case.state]}。"
    return html.Div([html.Div(badges, className="finding-head"), html.P(html.Strong(told))])


def _form(case: CaseView, events: list[EventView], sight: Sight, typed: Typed) -> Any:
    mine = may_do(sight, fact_of(case))
    offered = [action for action in steps(DUTY, case.state) if action in mine]
    if not offered:
        return html.P("现在没有由您办理的步骤；您可以查看全部经过。", className="muted")
    asks = [Ask(action, ACTION_TITLES[action], FIELDS[action]) for action in offered]
    return step_form("duty", case.subject, asks, events[-1].id, typed)
