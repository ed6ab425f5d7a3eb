"""Open warnings on the first page: how many, how many overdue, and the first of them."""

import datetime as dt
from collections import Counter
from typing import Any

from dash import html

from alerts.casebook import CaseView
from alerts.warnings import is_late, warning_path
from alerts.words import STRENGTH_TITLES, state_title
from catalog.warnings import LEVELS
from dashboards import parts
from dashboards.pages.warning_words import due_of, level_badge, overdue_badge, who_acts
from dashboards.serving import Snapshot
from dashboards.view import address
from dashboards.warned import warnings_of
from taian.clock import delivery_moment
from taian.settings import settings

TITLE = "预警"
FIRST = 4


def warnings_card(snapshot: Snapshot) -> html.Section:
    """What stands, the overdue first, then by level; warnings move by day, so it is made anew each time."""
    config = settings()
    try:
        standing = [case for case in warnings_of(config) if case.is_live]
    except OSError:
        return parts.card(TITLE, parts.failed("预警库读不到。请运维人员检查 alerts.db。"), name="warnings-card")
    now = delivery_moment(config.home)
    body: list[Any] = [parts.empty("没有在办的预警。", "为什么没有，见“预警”页。")]
    if standing:
        body = [_counts(standing, now), html.Ul([_item(case, now) for case in standing[:FIRST]], className="todo")]
    return parts.card(
        TITLE,
        body,
        subtitle="全市",
        aside=parts.link(f"全部 {len(standing)} 件", "/warnings"),
        foot=parts.stamp(snapshot.business_date, "夜间预警；办理随办随新"),
        name="warnings-card open-card",
    )


def _counts(standing: list[CaseView], now: dt.datetime) -> html.P:
    late = sum(is_late(case, now) for case in standing)
    levels = Counter(case.strength for case in standing)
    words: list[Any] = [parts.link(f"逾期 {late} 件", address("/warnings", late="1"))] if late else ["没有逾期"]
    for level in LEVELS:
        if levels[level]:
            words += [
                " · ",
                parts.link(f"{STRENGTH_TITLES[level]}色 {levels[level]}", address("/warnings", level=level)),
            ]
    return html.P(words, className="muted")


def _item(case: CaseView, now: dt.datetime) -> html.Li:
    told = f"{state_title(case.state, case.kind)} · {who_acts(case)} · 期限 {due_of(case)}"
    return html.Li(
        [
            level_badge(case.strength),
            html.Div([parts.link(case.title, warning_path(case.id)), html.P([told, " ", overdue_badge(case, now)])]),
        ]
    )
