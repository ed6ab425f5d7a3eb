"""The sentence of an alarm, in Chinese: what was observed, what was expected, how far apart they are."""

import numpy as np

from taian.quantity import LEAST, small, times

KINDS = {"level": "水平持续改变", "surge": "突增", "drop": "骤降", "trend": "走势偏离", "silence": "数据缺失"}


def amount(value: float) -> str:
    """A number as people read it: 1.2亿, 45.6万, 789, 3.1, 0.12."""
    for size, unit in ((1e8, "亿"), (1e4, "万")):
        if abs(value) >= size:
            return f"{value / size:,.1f}{unit}"
    if abs(value) >= 1000 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 1 else f"{'-' if value <= -LEAST else ''}{small(abs(value))}"


def because(kind: str, value: float, expected: float, lower: float, upper: float) -> str:
    """Why a point is an alarm."""
    if not np.isfinite(expected):
        return f"{KINDS[kind]}：本期 {amount(value)}"
    if many := times(value, expected):
        return f"{KINDS[kind]}：本期 {amount(value)}，约为预期 {amount(expected)} 的 {many}（{_band(lower, upper)}）"
    side = "高" if value >= expected else "低"
    size = f"{abs(value - expected) / abs(expected):.1%}" if abs(expected) > 1e-12 else amount(abs(value - expected))
    return f"{KINDS[kind]}：本期 {amount(value)}，比预期 {amount(expected)} {side} {size}（{_band(lower, upper)}）"


def _band(lower: float, upper: float) -> str:
    return f"正常范围 {amount(lower)} 至 {amount(upper)}"
