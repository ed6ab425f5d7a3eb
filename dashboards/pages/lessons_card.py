"""Warnings that have ended: how early each kind of signal came, how often it was right, what was learned."""

from collections.abc import Sequence
from typing import Any

from dash import html

from alerts.lessons import DetectorRecord, Lesson, by_detector
from alerts.warnings import warning_path
from alerts.words import STATE_TITLES
from dashboards import format as fmt
from dashboards import parts
from dashboards.pages.warning_words import DETECTORS, level_badge
from dashboards.serving import Snapshot
from dashboards.warned import ended
from taian.settings import settings

TITLE, SOURCE = "已办结预警的回顾", "预警库，逐步记入审计日志"
SHOWN = 20


def lessons_cards(snapshot: Snapshot) -> list[html.Section]:
    """Precision and lead time by kind of signal, and every ended warning with what was learned."""
    found = ended(settings())
    if not found:
        nothing = parts.empty("还没有解除或归档的预警。", "预警办结以后，这里比较各种信号的准确率和提前量。")
        return [parts.card(TITLE, nothing, foot=parts.stamp(snapshot.business_date, SOURCE), name="wide-card")]
    records = by_detector(found)
    cards = [_records_card(snapshot, records, sum(one.is_past for one in found))] if records else []
    return [*cards, _list_card(snapshot, found)]


def _records_card(snapshot: Snapshot, records: Sequence[DetectorRecord], recorded: int) -> html.Section:
    headers = ("信号", "办结", "属实", "排除", "无结论", "准确率", "95% 区间", "期末到预警", "预警到属实", "值不值")
    return parts.card(
        "哪种信号靠得住",
        [
            parts.table("各种信号的准确率和提前量", headers, [_record_row(one) for one in records], range(1, 9)),
            html.P(
                "准确率 = 属实 ÷（属实 + 排除），区间按 Wilson 法。天数取中位数：“期末到预警”越小越及时，"
                "“预警到属实”是赶在核实以前的天数。区间整个高于五成才说值得保留。"
                + (f"补立的 {recorded} 件不在内：事后由人挑选来立，谈不上提前和准确。" if recorded else ""),
                className="muted small",
            ),
        ],
        subtitle="结论由值班员认定；来源迟报、数据更正的由平台认定",
        foot=parts.stamp(snapshot.business_date, SOURCE),
        name="wide-card",
    )


def _record_row(one: DetectorRecord) -> tuple[str, ...]:
    low, high = one.precision.interval or (None, None)
    return (
        DETECTORS.get(one.detector, one.detector),
        *map(fmt.count, (one.ended, one.precision.confirmed, one.precision.dismissed, one.undecided)),
        fmt.percent(one.precision.share),
        fmt.DASH if low is None else f"{fmt.percent(low)}—{fmt.percent(high)}",
        _days(one.lag),
        _days(one.lead),
        one.worth,
    )


def _days(value: float | None) -> str:
    return fmt.DASH if value is None else fmt.amount(value, "天")


def _list_card(snapshot: Snapshot, found: Sequence[Lesson]) -> html.Section:
    headers = ("预警", "等级", "结论", "预警到属实", "学到什么")
    return parts.card(
        f"逐件回顾（{len(found)} 件）",
        parts.folded("已办结的预警", headers, [_lesson_row(one) for one in found], (3,), SHOWN),
        subtitle="最近办结的在前；记的是办理人最后写的话，没有人写过的是平台的",
        foot=parts.stamp(snapshot.business_date, SOURCE),
        name="wide-card",
    )


def _lesson_row(one: Lesson) -> tuple[Any, ...]:
    tone = {"confirmed": "bad", "dismissed": "good"}.get(one.verdict or "", "plain")
    return (
        [
            parts.link(one.title, warning_path(one.id)),
            html.Div(f"{one.id} · {one.opened_on} 至 {one.ended_on}", className="muted small"),
        ],
        level_badge(one.level),
        parts.badge(STATE_TITLES.get(one.verdict or "", "无结论"), tone),
        "补立，不计" if one.is_past else _days(one.lead),
        [one.learned, html.Div(one.who, className="muted small")],
    )
