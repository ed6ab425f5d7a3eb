"""以往信号: what the watch saw before the last period of each number, a row an episode, and what warning it has."""

from collections.abc import Callable, Sequence
from typing import Any

from dash import html

from alerts.casebook import CaseView
from alerts.episodes import Episode, about
from alerts.warnings import warning_path
from alerts.words import STRENGTH_TITLES
from catalog.warnings import LEVELS
from dashboards import format as fmt
from dashboards import paging, parts
from dashboards.pages.warning_words import DETECTORS, against_expected, level_badge
from dashboards.serving import Snapshot
from dashboards.view import View, address

TITLE, SOURCE = "以往信号", "夜间预警信号（topic_warning__signal）"
TAB = "past"
QUESTION = "过去有什么不像预期？有没有立过预警，要不要补立来复盘？"
NAMED = 3
"""Areas that are part of an episode that a row names."""
Choices = list[tuple[str, str]]

WAYS: dict[str, tuple[str, str, Callable[[Episode], tuple[str, str]]]] = {
    "level": ("全部等级", "等级", lambda one: (one.fact.level, f"{STRENGTH_TITLES[one.fact.level]}色")),
    "area": ("全部地区", "地区", lambda one: (one.fact.area_code, one.fact.area_name)),
    "number": ("全部指标", "指标", lambda one: (one.fact.indicator, one.fact.title)),
}
"""Parameter of the address to what the filter says when nothing is chosen, what it is called, and what of an episode it
looks at."""


def episode_path(number: str) -> str:
    """Address of one episode."""
    return address("/warnings", tab=TAB, signal=number)


def past_card(snapshot: Snapshot, found: Sequence[Episode], cases: Sequence[CaseView], view: View) -> html.Section:
    """The episodes under the filters of the address, the last first, page by page."""
    wanted = [one for one in found if _is_wanted(one, view)]
    leaf = paging.leaf_of(view, len(wanted))
    rows = [_row(one, cases) for one in wanted[leaf.start : leaf.end]]
    body: list[Any] = [parts.empty(*_nothing(bool(found)))]
    if rows:
        headers = ("信号", "等级", "起止", "最重的一期", "看到什么", "预警")
        body = [parts.table(f"以往信号 {len(wanted)} 段", headers, rows, name="warning-table"), paging.turn(view, leaf)]
    return parts.card(
        TITLE,
        body,
        subtitle="最近一期才立预警；更早的在这里，一次过程一行，可以补立预警供复盘、演练",
        foot=parts.stamp(snapshot.business_date, SOURCE),
        name="wide-card",
    )


def _nothing(has_some: bool) -> tuple[str, Any]:
    if has_some:
        return "没有符合条件的以往信号。", parts.link("清除筛选", address("/warnings", tab=TAB))
    return "没有以往信号。", "盯防的各期都在预期范围内；仍在继续的过程由夜间批次立预警，见“在办”。"


def _is_wanted(one: Episode, view: View) -> bool:
    return all(view.params.get(name) in (None, "", way[2](one)[0]) for name, way in WAYS.items())


def _row(one: Episode, cases: Sequence[CaseView]) -> tuple[Any, ...]:
    fact = one.fact
    return (
        [parts.link(f"{fact.area_name} · {fact.title}", episode_path(one.id)), _inside(one)],
        level_badge(fact.level),
        [one.span, html.Div(f"{one.signals} 期有信号", className="muted small")],
        [fact.period, html.Div(peak(one), className="muted small")],
        "、".join(DETECTORS.get(name, name) for name in one.detectors),
        warning_of(one, cases),
    )


def _inside(one: Episode) -> html.Div | None:
    if not one.inside:
        return None
    names = "、".join(one.inside[:NAMED]) + (f"等 {len(one.inside)} 地" if len(one.inside) > NAMED else "")
    return html.Div(f"含{names}", className="muted small")


def peak(one: Episode) -> str:
    """How far the gravest period was from what was expected."""
    fact = one.fact
    if fact.actual is None:
        return "没有数据"
    if not fact.expected:
        return fmt.amount(fact.actual, fact.unit)
    return f"{fmt.amount(fact.actual, fact.unit)}，{against_expected(fact.actual, fact.expected)}"


def warning_of(one: Episode, cases: Sequence[CaseView]) -> Any:
    """Its warning, or why it has none."""
    if case := about(one, cases):
        return parts.link(case.id, warning_path(case.id))
    return parts.badge("数据存疑，不立", "bad") if one.fact.is_held else fmt.DASH


def past_tools(found: Sequence[Episode], view: View) -> list[Any]:
    """Its filters: each offers what the episodes have, levels by their gravity."""
    tools = []
    for name, (every, _, of) in WAYS.items():
        given = dict(of(one) for one in found)
        order: Sequence[str] = LEVELS if name == "level" else sorted(given)
        choices: Choices = [(key, given[key]) for key in order if key in given]
        tools.append(parts.filter_of(view, name, every, choices, 130 if name != "number" else 200))
    return tools
