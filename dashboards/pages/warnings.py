"""预警: which warnings are stuck where, with whom, and which are overdue."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from dash import html

from alerts.casebook import CaseView
from alerts.cases import ON_THE_WAY
from alerts.warnings import is_late, warning_path
from alerts.words import STRENGTH_TITLES, WARNING_TITLES
from catalog.warnings import LEVELS
from dashboards import format as fmt
from dashboards import parts
from dashboards.pages.lessons_card import lessons_cards
from dashboards.pages.past_card import QUESTION as PAST_QUESTION
from dashboards.pages.past_card import TAB, past_card, past_tools
from dashboards.pages.past_episode import episode_page
from dashboards.pages.warning_words import DETECTORS, due_of, level_badge, overdue_badge, stands, who_acts
from dashboards.paging import leaf_of, turn
from dashboards.serving import Snapshot
from dashboards.view import View, address
from dashboards.warned import past_of, signal_counts, warnings_of
from taian.clock import delivery_moment
from taian.settings import settings

TITLE = "预警"
SOURCE = "夜间预警；办理随办随新"
BOARD = "办到哪一步"
QUESTION = "卡在哪一步、在谁手里、有没有逾期？"
MOST_CARDS = 6
"""Longer lists are narrowed by the filters; a column of the board leads to its list."""

REVIEW = "review"
TABS = {"": "在办", TAB: "以往信号", REVIEW: "回顾"}

EVERY = "all"
"""Asked for like a state: also what is lifted or archived."""


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page for ``?state=``, ``?level=``, ``?area=``, ``?detector=`` and ``?late=1``; ``?tab=review`` looks back,
    ``?tab=past`` at signals that no warning was opened on."""
    config = settings()
    try:
        every = warnings_of(config)
    except OSError:
        return parts.page(TITLE, QUESTION, [parts.failed("预警库读不到。请运维人员检查 alerts.db。")])
    if view.params.get("tab") == REVIEW:
        return parts.page(TITLE, QUESTION, [_tabs(REVIEW), *lessons_cards(snapshot)])
    if view.params.get("tab") == TAB:
        return _past(snapshot, every, view)
    now = delivery_moment(config.home)
    cards: list[Any] = [_tabs("")]
    cards += [parts.guarded(BOARD, lambda: _board_card(snapshot, every, now, view), "wide-card board-card")]
    if every:
        cards.append(_list_card(snapshot, every, now, view))
    return parts.page(TITLE, QUESTION, cards, tools=_tools(every, view) if every else None)


def _past(snapshot: Snapshot, every: Sequence[CaseView], view: View) -> html.Div:
    """The episodes of the past, or the one of ``?signal=``."""
    found = past_of(snapshot)
    if view.params.get("signal"):
        return episode_page(snapshot, found, every, view)
    cards = [_tabs(TAB), past_card(snapshot, found, every, view)]
    return parts.page(TITLE, PAST_QUESTION, cards, tools=past_tools(found, view))


def _tabs(tab: str) -> html.Nav:
    entries = [(title, address("/warnings", tab=key), key == tab) for key, title in TABS.items()]
    return parts.tabs("预警内容", entries)


def _board_card(snapshot: Snapshot, every: Sequence[CaseView], now: dt.datetime, view: View) -> html.Section:
    return parts.card(
        BOARD,
        [_tiles(every, now, view), *_board(snapshot, every, now)],
        subtitle="逾期的在前，再按等级；红橙黄蓝是内部预警等级",
        foot=parts.stamp(snapshot.business_date, SOURCE),
        name="wide-card board-card",
    )


def _tiles(every: Sequence[CaseView], now: dt.datetime, view: View) -> html.Div:
    """How many stand, are overdue, and of each level; each leads to its list. What was opened afterwards is counted
    apart: it is no alarm."""
    standing = [case for case in every if case.is_live]
    recorded = sum(stands(case) and not case.is_live for case in every)
    levels = Counter(case.strength for case in standing)
    late = sum(is_late(case, now) for case in standing)
    told: list[tuple[str, int, dict[str, str]]] = [("在办", len(standing), {}), ("逾期", late, {"late": "1"})]
    told += [(f"{STRENGTH_TITLES[level]}色", levels[level], {"level": level}) for level in LEVELS]
    told += [("补立", recorded, {"past": "1"})] if recorded else []
    return html.Div(
        [
            parts.link(
                [html.Span(title), html.Strong(str(count))],
                address("/warnings", **asked),
                className="tile chosen" if asked and asked.items() <= view.params.items() else "tile",
            )
            for title, count, asked in told
        ],
        className="tiles",
    )


def _board(snapshot: Snapshot, every: Sequence[CaseView], now: dt.datetime) -> list[Any]:
    if not any(stands(case) for case in every):
        return [parts.empty("没有在办的预警。", _why_none(snapshot, bool(every)))]
    columns = [
        _column(state, [case for case in every if case.state == state], now) for state in (*ON_THE_WAY, "lifted")
    ]
    return [html.Ol(columns, className="board", tabIndex="0", **parts.aria(label="各环节的预警"))]


def _why_none(snapshot: Snapshot, has_past: bool) -> str:
    """Why nothing stands: no watch, no signal, or none that was grave or sure enough."""
    if "topic_warning__signal" not in snapshot.as_of:
        return "这一夜没有发布预警信号（topic_warning__signal），请在“批次运行”查看；没有信号表不等于没有问题。"
    counts = signal_counts(snapshot)
    if not counts["signals"]:
        return f"{snapshot.business_date} 这一夜各项指标都在预期范围内，也没有来源迟报。"
    told = [f"这一夜有 {counts['signals']} 条当期信号"]
    told += [f"{counts['held']} 条因数据真实性存疑不立预警"] if counts["held"] else []
    told += [f"{counts['silent']} 个来源没有数据"] if counts["silent"] else []
    end = "；以前的都已解除或归档，见状态“全部”。" if has_past else "；夜间批次的提醒步骤还没有立预警。"
    return "，".join(told) + end


def _column(state: str, found: Sequence[CaseView], now: dt.datetime) -> html.Li:
    rest = len(found) - MOST_CARDS
    more = parts.link(f"另有 {rest} 件", address("/warnings", state=state)) if rest > 0 else None
    cards = html.Ul([_card(case, now) for case in found[:MOST_CARDS]])
    return html.Li(
        [html.H3([WARNING_TITLES[state], html.Span(str(len(found)))]), cards, more],
        className="board-column" if found else "board-column nothing",
    )


def _card(case: CaseView, now: dt.datetime) -> html.Li:
    due = f"{who_acts(case)} · {due_of(case)}" if case.due_at else who_acts(case)
    return html.Li(
        [
            html.Div([level_badge(case.strength), overdue_badge(case, now)], className="finding-head"),
            parts.link(case.title, warning_path(case.id)),
            html.P(due, className="muted small"),
        ]
    )


def _wanted(every: Sequence[CaseView], now: dt.datetime, view: View) -> list[CaseView]:
    """The warnings under the filters of the address, in the order of the store."""
    state, level, area, detector, late, past = (
        view.params.get(name) for name in ("state", "level", "area", "detector", "late", "past")
    )
    return [
        case
        for case in every
        if (state == EVERY or (case.state == state if state else stands(case)))
        and (not level or case.strength == level)
        and (not area or case.unit == area)
        and (not detector or case.test == detector)
        and (not late or is_late(case, now))
        and (not past or case.is_past)
    ]


def _list(every: Sequence[CaseView], now: dt.datetime, view: View) -> Any:
    found = _wanted(every, now, view)
    if not found:
        return parts.empty("没有符合条件的预警。", parts.link("清除筛选", "/warnings"))
    headers = ("预警", "等级", "环节", "谁来办", "期限", "看到什么")
    leaf = leaf_of(view, len(found))
    rows = [_row(case, now) for case in found[leaf.start : leaf.end]]
    return [parts.table(f"预警 {len(found)} 件", headers, rows, name="warning-table"), turn(view, leaf)]


def _list_card(snapshot: Snapshot, every: Sequence[CaseView], now: dt.datetime, view: View) -> html.Section:
    foot = parts.stamp(snapshot.business_date, SOURCE)
    return parts.card("清单", _list(every, now, view), foot=foot, name="wide-card")


def _row(case: CaseView, now: dt.datetime) -> tuple[Any, ...]:
    late = overdue_badge(case, now)
    tone = "warn" if stands(case) else "good"
    return (
        [parts.link(case.title, warning_path(case.id)), html.Div(case.id, className="muted small")],
        level_badge(case.strength),
        parts.badge(WARNING_TITLES.get(case.state, case.state), tone),
        who_acts(case),
        [due_of(case), " ", late] if late else due_of(case),
        case.message or fmt.DASH,
    )


def _tools(every: Sequence[CaseView], view: View) -> list[Any]:
    states = Counter[str](case.state for case in every)
    areas = {case.unit: case.county_name for case in sorted(every, key=lambda case: case.unit or "") if case.unit}
    given = {case.test for case in every if case.test}
    choices: list[tuple[str, str, list[tuple[str, Any]]]] = [
        (
            "state",
            "在办",
            [(EVERY, "全部"), *((state, f"{WARNING_TITLES[state]}（{states[state]}）") for state in states)],
        ),
        ("level", "全部等级", [(level, f"{STRENGTH_TITLES[level]}色") for level in LEVELS]),
        ("area", "全部地区", list(areas.items())),
        ("detector", "全部信号", [(key, title) for key, title in DETECTORS.items() if key in given]),
        ("late", "不限期限", [("1", "只看逾期")]),
        *([("past", "夜间立和补立", [("1", "只看补立")])] if any(case.is_past for case in every) else []),
    ]
    return [parts.filter_of(view, name, every, pairs, 130) for name, every, pairs in choices]
