"""The sentence of an alarm, in Chinese: what was observed, what was expected, how far apart they are."""

from collections.abc import Callable

import numpy as np

from taian.quantity import LEAST, small, times

Say = Callable[[float], str]
"""How a number is written: as it is where nothing is known of it, with its unit where that is declared."""

KINDS = {"level": "水平持续改变", "surge": "突增", "drop": "骤降", "trend": "走势偏离", "silence": "数据缺失"}


def amount(value: float) -> str:
    """A number as people read it: 1.2亿, 45.6万, 789, 3.1, 0.12."""
    for size, unit in ((1e8, "亿"), (1e4, "万")):
        if abs(value) >= size:
            return f"{value / size:,.1f}{unit}"
    if abs(value) >= 1000 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 1 else f"{'-' if value <= -LEAST else ''}{small(abs(value))}"


def because(kind: str, value: float, expected: float, lower: float, upper: float, say: Say = amount) -> str:
    """Why a point is an alarm."""
    if not np.isfinite(expected):
        return f"{KINDS[kind]}：本期 {say(value)}"
    band = f"正常范围 {say(lower)} 至 {say(upper)}"
    if many := times(value, expected):
        return f"{KINDS[kind]}：本期 {say(value)}，约为预期 {say(expected)} 的 {many}（{band}）"
    side = "高" if value >= expected else "低"
    size = f"{abs(value - expected) / abs(expected):.1%}" if abs(expected) > 1e-12 else say(abs(value - expected))
    return f"{KINDS[kind]}：本期 {say(value)}，比预期 {say(expected)} {side} {size}（{band}）"


def absent(periods: int, expected: float, say: Say = amount) -> str:
    """That a value did not come, for how many periods now, and what was expected."""
    return f"本期应有数据而未报，已连续缺 {periods} 期{about(expected, say)}"


def about(expected: float, say: Say = amount) -> str:
    """What was expected in place of what did not come; nothing where nothing can be expected."""
    return f"（预期约 {say(expected)}）" if np.isfinite(expected) else ""
