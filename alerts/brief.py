"""决策简报: one page each morning, and one each month, written from templates. Page and mail are made from this text.

Pure: facts in, sentences out; every sentence has the page that its number is from.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from alerts.casebook import CaseView
from alerts.cases import RANK
from alerts.letter import Card, Part, Section
from alerts.night import BriefFacts, FigureFact, PullFact, TargetFact
from alerts.words import STRENGTH_TITLES, state_title
from catalog.warnings import LEVELS
from taian.quantity import amount, change, is_missing, percent

TITLES = {"day": "每日决策简报", "month": "每月决策简报"}
FEW = 5
"""Lines of a part of the daily brief; the monthly one has them all."""
HARD, EASY = 0.5, 0.95


class Line(NamedTuple):
    """One sentence and the path of the page that shows where its numbers are from."""

    text: str
    path: str


class Chapter(NamedTuple):
    """A part of the brief."""

    title: str
    lines: tuple[Line, ...]


class Brief(NamedTuple):
    """The whole: its title, what matters in one sentence, and the parts that have something to say."""

    title: str
    summary: str
    chapters: tuple[Chapter, ...]


def brief_of(facts: BriefFacts, cases: Sequence[CaseView], date: datetime.date, kind: str) -> Brief:
    """The brief of a night; ``kind`` is day or month, ``cases`` are the warnings."""
    waiting = sorted((case for case in cases if case.is_live), key=lambda case: (-RANK[case.strength], case.id))
    hard = [one for one in facts.targets if one.probability is not None and one.probability < HARD]
    told = [one for one in facts.targets if one.probability is not None]
    chapters = (
        Chapter("目标", tuple(_targets(facts.targets, kind))),
        Chapter("主要指标", tuple(_figure(one) for one in facts.figures)),
        Chapter("由谁拉动", tuple(_pull(one) for one in facts.pulls)),
        Chapter("预警", tuple(_warnings(waiting, date, kind))),
        Chapter("数据", tuple(_data(facts.silent))),
    )
    parts = [f"能判断的 {len(told)} 项年度目标中，{len(hard)} 项更可能完不成" if told else "没有可以判断的年度目标"]
    parts.append(f"在办预警 {len(waiting)} 件" if waiting else "没有在办的预警")
    parts += [f"{len(facts.silent)} 个来源没有按期报数"] if facts.silent else []
    return Brief(TITLES[kind], f"{'；'.join(parts)}。", tuple(one for one in chapters if one.lines))


def _targets(targets: Sequence[TargetFact], kind: str) -> Iterable[Line]:
    """The hardest first; each day only those in doubt."""
    known = sorted((one for one in targets if one.probability is not None), key=lambda one: one.probability or 0)
    if kind == "day":
        known = [one for one in known if (one.probability or 0) < EASY][:FEW]
    for one in known:
        chance = "不到 5%" if (one.probability or 0) < 1 - EASY else "超过 95%"
        if 1 - EASY <= (one.probability or 0) <= EASY:
            chance = f"约 {percent(one.probability, 0)}"
        ends = f"，按目前走势年底为 {_of(one.expected, one.unit)}" if one.expected is not None else ""
        yield Line(f"{one.title}：{_aim(one)}{ends}，完成的可能性{chance}。", "/decide")
    open_ = [one for one in targets if one.probability is None]
    if open_:
        named = "；".join(f"{one.title}（{_aim(one)}）" for one in open_)
        yield Line(f"另有 {len(open_)} 项不能给出可能性：{named}。", "/decide")


def _aim(one: TargetFact) -> str:
    limit = "不高于" if one.kind == "at_most" else ""
    return f"要求{limit} {_of(one.target, one.unit)}，目前 {_of(one.actual, one.unit)}"


def _of(value: float | None, unit: str) -> str:
    """A figure of the plan: percent, 亿元 or another unit."""
    if value is not None and unit == "亿元":
        return amount(value * 1e4, "10k_yuan")
    return amount(value, "percent" if unit == "%" else unit)


def _figure(one: FigureFact) -> Line:
    moved = "无上年同期可比"
    if one.yoy is not None and not is_missing(one.yoy):
        told = change(one.yoy)
        moved = f"同比 {told}" if told.strip("0.%") else "同比持平"
    return Line(
        f"{one.title}（{_months(one)}）{amount(one.value, one.unit)}，{moved}。", f"/?indicator={one.indicator}"
    )


def _months(one: FigureFact) -> str:
    """The months of a figure as an office calls them: 6 月, 二季度, 1—6 月."""
    last = int(one.period[5:7])
    if one.months == 1:
        return f"{last} 月"
    if one.months == 3 and last % 3 == 0:
        return f"{'一二三四'[last // 3 - 1]}季度"
    return f"{last - one.months + 1}—{last} 月"


def _pull(one: PullFact) -> Line:
    said = f"{one.title}今年以来同比 {change(one.growth)}"
    for name, points, verb in ((one.up, one.up_points, "拉动"), (one.down, one.down_points, "拉低")):
        if name and points:
            said += f"，{name}{verb} {abs(points):.1f} 个百分点"
    return Line(f"{said}。", "/decide?tab=drivers")


def _warnings(waiting: Sequence[CaseView], date: datetime.date, kind: str) -> Iterable[Line]:
    if not waiting:
        return
    levels = Counter(case.strength for case in waiting)
    by_level = "、".join(f"{STRENGTH_TITLES[level]}色 {levels[level]} 件" for level in LEVELS if levels[level])
    late = sum(case.due_on is not None and case.due_on <= date for case in waiting)
    fresh = sum(case.opened_on == date for case in waiting)
    yield Line(f"在办 {len(waiting)} 件（{by_level}），本夜新增 {fresh} 件，逾期 {late} 件。", "/warnings")
    for case in waiting if kind == "month" else waiting[:FEW]:
        told = f"{STRENGTH_TITLES[case.strength]}色，{state_title(case.state, case.kind)}"
        yield Line(f"{case.id} {case.title}：{told}。", case.url_path)


def _data(silent: Sequence[str]) -> Iterable[Line]:
    if silent:
        names = "、".join(silent[:FEW]) + ("等" if len(silent) > FEW else "")
        yield Line(f"{len(silent)} 个来源没有按期报数：{names}。没有数据不等于没有问题。", "/warnings")


def letter_part(brief: Brief, public_url: str, kind: str) -> Part:
    """The brief as a mail, each sentence with its link."""
    sections = tuple(
        Section(one.title, "", tuple(Card(line.text, link=f"{public_url}{line.path}") for line in one.lines))
        for one in brief.chapters
    )
    return Part(
        headline=brief.title,
        greeting="各位领导",
        summary=brief.summary,
        sections=sections,
        link=("打开决策简报", f"{public_url}/brief" + ("?kind=month" if kind == "month" else "")),
    )
