"""What if: by how much an outcome would move with a driver, as the two moved together in the city's own months."""

from typing import Any

from dash import html

from dashboards import decided, parts
from dashboards import format as fmt
from dashboards.pages.decide_words import VERDICTS
from dashboards.serving import Snapshot
from dashboards.view import View

TITLE = "如果……会怎样"
STEPS = (-10, -5, -1, 1, 5, 10)
USUAL = -5
METHOD = (
    "弹性由本市各地逐月的面板估计：取对数，去掉各地固有的差别和各月共同的变化（双向固定效应），误差按地区聚类，"
    "区间用 t 分布。1、2 月合报，不参加。弹性说的是历史上一起变动多少，不等于因果；"
    "区间含 0 或者大得不合情理的，不拿来推算。"
)


def whatif_card(snapshot: Snapshot, view: View) -> html.Section:
    """The change asked for (``?change=``, percent), and what every relation that may be used makes of it."""
    frame = decided.elasticities(snapshot)
    given = view.params.get("change", "")
    change = int(given) if given in {str(step) for step in STEPS} else USUAL
    choices = [(str(step), _signed(step)) for step in STEPS]
    rows = [_row(row, change) for row in frame.to_dict("records")]
    headers = ("如果它变", "那么它变", "弹性", "95% 区间", f"前者变 {_signed(change)} 时", "能不能用", "样本")
    usable = int((frame["verdict"] == "usable").sum())
    return parts.card(
        TITLE,
        [
            html.Div(
                [html.Span("设想的变化 "), parts.filter_of(view, "change", _signed(USUAL), choices, 110)],
                className="tools",
            ),
            parts.table("弹性与推算", headers, rows, (2, 3, 4)),
            html.P(METHOD, className="muted small"),
        ],
        subtitle=f"{len(frame)} 个问题，{usable} 个答得上来",
        foot=parts.stamp(snapshot.as_of.get("topic_decision__elasticity"), "已发布指标，县（市、区）或乡镇逐月"),
        name="wide-card",
    )


def _row(row: Any, change: int) -> tuple[Any, ...]:
    is_usable = row["verdict"] == "usable"
    word, tone = VERDICTS[str(row["verdict"])]
    spread = fmt.DASH if fmt.is_missing(row["low"]) else f"{_two(row['low'])} 至 {_two(row['high'])}"
    return (
        [str(row["driver_title"]), html.Div(str(row["reason"]), className="muted small")],
        str(row["outcome_title"]),
        _two(row["elasticity"]) if is_usable else fmt.DASH,
        spread,
        effect(row, change) if is_usable else fmt.DASH,
        parts.badge(word, tone),
        f"{row['areas']} 地 {row['months']} 月",
    )


def effect(row: Any, change: int) -> str:
    """The outcome's change in percent with its interval, the smaller first."""
    low, high = sorted(float(row[name]) * change / 100 for name in ("low", "high"))
    return f"{fmt.change(float(row['elasticity']) * change / 100)}（{fmt.change(low)} 至 {fmt.change(high)}）"


def _signed(step: int) -> str:
    return fmt.change(step / 100)


def _two(value: Any) -> str:
    return fmt.DASH if fmt.is_missing(value) else f"{float(value):.2f}".replace("-", fmt.MINUS)
