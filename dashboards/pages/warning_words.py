"""The words of the pages of early warning: levels, detectors, and who has to do what next."""

import datetime as dt

from dash import html

from alerts.casebook import CaseView
from alerts.cases import ON_THE_WAY
from alerts.deadlines import late
from alerts.warnings import is_late
from alerts.words import STRENGTH_TITLES
from dashboards import format as fmt
from dashboards import parts
from taian.clock import SHANGHAI
from taian.quantity import times

DETECTORS = {
    "surge": "突增",
    "drop": "骤降",
    "level": "水平持续改变",
    "trend": "走势偏离",
    "threshold": "超过部门阈值",
    "silence": "缺数",
    "no_data": "数据缺失",
}
DUTY, LEADER = "值班员", "领导"
NEXT = {
    "open": (DUTY, "研判"),
    "assessed": (LEADER, "审批发布"),
    "published": (DUTY, "签收"),
    "signed": (DUTY, "派发"),
    "dispatched": ("责任单位", "处置，由值班员记录反馈"),
    "answered": (DUTY, "复核"),
    "reviewed": (DUTY, "解除"),
    "lifted": (DUTY, "归档"),
}
"""State of a warning to who has to do what next."""


def level_badge(level: str) -> html.Span:
    """The level as a word on its colour."""
    return html.Span(f"{STRENGTH_TITLES.get(level, level)}色", className=f"badge level-{level}", title="内部预警等级")


def who_acts(case: CaseView) -> str:
    """Who has to act next: the department that it was given to, or whose step it is."""
    if case.state == "dispatched" and case.assignee:
        return case.assignee
    return NEXT[case.state][0] if case.state in NEXT else fmt.DASH


def due_of(case: CaseView) -> str:
    """By when, by the clock of the city."""
    return f"{case.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if case.due_at else fmt.DASH


def overdue_badge(case: CaseView, now: dt.datetime) -> html.Span | None:
    """That the next step is overdue, and by how many working days when it is a day or more."""
    if not is_late(case, now):
        return None
    days = late(case.due_at.astimezone(SHANGHAI).date(), now.astimezone(SHANGHAI).date()) if case.due_at else 0
    return parts.badge(f"逾期 {days} 个工作日" if days else "逾期", "bad")


def stands(case: CaseView) -> bool:
    """Whether a warning is neither lifted nor archived."""
    return case.state in ON_THE_WAY


def against_expected(actual: float | None, expected: float | None) -> str:
    """How far a figure is from what was expected; a multiple where per cent would say nothing."""
    if actual is None or not expected:
        return fmt.DASH
    if many := times(actual, expected):
        return f"约为预期的 {many}"
    return f"比预期 {fmt.change(actual / expected - 1)}"
