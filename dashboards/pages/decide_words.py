"""The words of decision support: how probable, by which way, and why not."""

from typing import Any

from dash import html

from dashboards import format as fmt
from dashboards import parts

TABS = {"targets": "目标能否完成", "drivers": "由谁拉动", "whatif": "如果……会怎样", "townships": "人、电、水"}
BASES = {
    "completion": "往年同月到年底的走势",
    "forecast": "逐月预测",
    "ended": "全年已结束",
    "reached": "已经达到",
    "none": "—",
}
METHOD = (
    "“目前”是今年以来的累计（比率为最近一期）；点目标名看它所依据的逐月指标。"
    "可能性的前提：今年余下几个月像往年或预测那样走，没有新的政策和突发事件。"
    "“往年同月到年底的走势”：按本地最近三年从这个月到年底的变化外推，误差取各县（市、区）往年这样外推的误差；"
    "“逐月预测”：把预警所用的逐月预测加起来，假定各月误差同向（区间取最宽）。区间为 80%。"
    "可比年份不足三年又没有逐月预测的，不给可能性。"
)
VERDICTS = {
    "usable": ("可以用", "good"),
    "unclear": ("方向不明，不用", "warn"),
    "nonsense": ("大得不合情理，不用", "warn"),
    "short": ("数据太短，不用", "plain"),
}
SURE, LIKELY, UNLIKELY, HOPELESS = 0.95, 0.7, 0.3, 0.05


def chance(value: Any) -> str:
    """A probability as people say it: nothing is certain before the year is over."""
    if fmt.is_missing(value):
        return fmt.DASH
    number = float(value)
    return "< 5%" if number < HOPELESS else "> 95%" if number > SURE else fmt.percent(number, 0)


def chance_badge(value: Any, basis: str) -> html.Span:
    """The probability on a tone, with what it means in a word."""
    if basis == "reached":
        return parts.badge("已达到", "good")
    if fmt.is_missing(value):
        return parts.badge("不给可能性", "plain", "可比年份不足三年，又没有逐月预测")
    number = float(value)
    word, tone = next(
        (word, tone)
        for least, word, tone in ((LIKELY, "有把握", "good"), (UNLIKELY, "五五开", "warn"), (0.0, "难完成", "bad"))
        if number >= least
    )
    return parts.badge(f"{word} {chance(number)}", tone)


def figure(value: Any, unit: str) -> str:
    """A figure of the plan in its own unit: 亿元 stay 亿元."""
    if unit == "%":
        return fmt.amount(value, "percent")
    if unit == "亿元" and not fmt.is_missing(value):
        return fmt.amount(float(value) * 1e4, "10k_yuan")
    return fmt.amount(value, unit)


def wanted(kind: str, value: Any, unit: str) -> str:
    """The target as the plan means it."""
    return f"{'不高于 ' if kind == 'at_most' else '不低于 ' if kind == 'at_least' else ''}{figure(value, unit)}"
