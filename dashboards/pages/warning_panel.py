"""How far people have come with a warning: level, who must act by when, the steps of this reader, the whole history."""

import datetime as dt
from collections.abc import Collection
from itertools import pairwise
from typing import Any

from dash import html

from alerts.casebook import CaseView, EventView
from alerts.cases import WARNING, steps
from alerts.words import ACTION_TITLES, WARNING_TITLES, state_title
from dashboards import parts
from dashboards.departments import parties
from dashboards.pages.step_form import NOTHING, Ask, Field, Typed, answer, history, step_form
from dashboards.pages.warning_words import NEXT, due_of, level_badge, overdue_badge, stands, who_acts
from dashboards.warned import warning_of
from taian.clock import delivery_moment
from taian.settings import Settings

OPTIONAL = Field("why", "说明（可不填）")
FIELDS: dict[str, tuple[Field, ...]] = {
    "assess": (Field("why", "研判意见：可能的原因、影响、建议"),),
    "publish": (OPTIONAL,),
    "sign": (),
    "dispatch": (Field("to", "责任单位", "选一个，或写别的单位", parties), OPTIONAL),
    "feedback": (Field("why", "做了什么、结果怎样"),),
    "review": (Field("why", "怎样复核、是否属实"),),
    "lift": (Field("why", "为什么可以解除"),),
    "archive": (Field("why", "经验教训（可不填）"),),
    "reopen": (Field("why", "为什么重新打开"),),
    "escalate": (Field("why", "为什么升一级"),),
    "lower": (Field("why", "为什么降一级"),),
    "confirm": (Field("why", "核实到什么"),),
    "dismiss": (Field("why", "为什么是误报"),),
    "silence": (Field("on", "静默到哪一天＊", "2018-07-31"), Field("why", "为什么静默")),
}
HOUR = 3600


def warning_panel(
    config: Settings, number: str, may: Collection[str], said: str = "", done: str = "", typed: Typed = NOTHING
) -> Any:
    """The warning of this number for a reader who ``may`` take these steps.

    ``said`` is why the last step was not taken, ``typed`` what was filled in for it; ``done`` which one was.
    """
    try:
        found = warning_of(config, number)
    except OSError:
        return parts.failed("预警库读不到。请运维人员检查 alerts.db 后再办理。")
    if found is None:
        return parts.empty(f"没有编号为 {number} 的预警。", parts.link("回到预警", "/warnings"))
    case, events = found
    return html.Div(
        [
            _head(case, delivery_moment(config.home)),
            _form(case, events, may, typed),
            answer(said, ACTION_TITLES.get(done, done)),
            _times(events),
            history(events),
        ],
        className="case",
    )


def _head(case: CaseView, now: dt.datetime) -> html.Div:
    if case.state in NEXT:
        told = f"由{who_acts(case)}{NEXT[case.state][1]}" + (f"，期限 {due_of(case)}" if case.due_at else "")
    else:
        told = "已归档，不再催办"
    silent = html.P(f"静默至 {case.quiet_until}，期内不再立预警。", className="muted") if case.quiet_until else None
    past = html.P("补立的预警供复盘、演练：没有期限，不自动解除，不计入准确率和提前量。", className="muted")
    badges = [
        html.H3(f"预警 {case.id}"),
        level_badge(case.strength),
        parts.badge(state_title(case.state, case.kind), "warn" if stands(case) else "good"),
        overdue_badge(case, now),
    ]
    return html.Div(
        [html.Div(badges, className="finding-head"), html.P(html.Strong(told)), silent, past if case.is_past else None]
    )


def _form(case: CaseView, events: list[EventView], may: Collection[str], typed: Typed) -> Any:
    offered = [action for action in steps(WARNING, case.state) if action in may]
    offered = [action for action in offered if action != "silence" or not case.is_past]
    if not offered:
        return html.P("这一步不由您的角色办理；您可以查看全部经过。", className="muted")
    asks = [Ask(action, ACTION_TITLES[action], FIELDS[action]) for action in offered]
    return step_form("warning", case.id, asks, events[-1].id, typed)


def _times(events: list[EventView]) -> html.P | None:
    """How long it stayed in each state that it has left, by the clock on the wall."""
    moves = [event for event in events if event.from_state != event.to_state]
    told = [
        f"{WARNING_TITLES.get(before.to_state, before.to_state)} {_hours(after.at - before.at)}"
        for before, after in pairwise(moves)
    ]
    return html.P(f"各环节用时：{'、'.join(told)}", className="muted small") if told else None


def _hours(span: dt.timedelta) -> str:
    hours = span.total_seconds() / HOUR
    return f"{hours / 24:.1f} 天" if hours >= 48 else f"{hours:.1f} 小时"
