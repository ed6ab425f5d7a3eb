"""Amounts and changes as a reader in a Chinese office expects them: on pages, in the brief, in mails.

万 and 亿 with one decimal, a thin space before the unit, a real minus sign, and "—" (never 0) where there is no value.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

THIN = "\u2009"
MINUS = "\u2212"
DASH = "—"

WAN, YI = 1e4, 1e8
SMALL = 0.1
"""Below it one decimal would say that there is nothing: two digits that count instead."""

LEAST = 1e-6
"""What is less is the dust of a computation."""

UNITS: dict[str, tuple[float, str]] = {
    "10k_yuan": (WAN, "元"),
    "万元": (WAN, "元"),
    "yuan": (1.0, "元"),
    "kwh": (1.0, "千瓦时"),
    "ug_m3": (1.0, "微克/立方米"),
    "percent": (1.0, "%"),
    "person": (1.0, "人"),
    "household": (1.0, "户"),
    "firm": (1.0, "家"),
    "case": (1.0, "件"),
    "disease_case": (1.0, "例"),
    "m3": (1.0, "立方米"),
    "accident": (1.0, "起"),
    "couple": (1.0, "对"),
    "certificate": (1.0, "份"),
    "working_day": (1.0, "个工作日"),
    "index": (1.0, ""),
    "ug/m3": (1.0, "微克/立方米"),
    "mg/m3": (1.0, "毫克/立方米"),
    "degree": (1.0, "度"),
    "mbit": (1.0, "兆比特/秒"),
    "gb": (1.0, "GB"),
    "usd": (1.0, "美元"),
    "yuan_per_kwh": (1.0, "元/千瓦时"),
    "yuan_500g": (1.0, "元/500克"),
    "point": (1.0, "分"),
    "month": (1.0, "个月"),
    "day": (1.0, "天"),
    "second": (1.0, "秒"),
    "ms": (1.0, "毫秒"),
    "row": (1.0, "行"),
    "piece": (1.0, "张"),
}
"""Unit of a column to the factor into the unit that is printed, and its name."""

WHOLE = frozenset({"人", "户", "家", "件", "例", "起", "对", "行", "条", "次", "份", "批", "期", "天", "个", "个月"})
"""Units of things that are counted one by one: no decimals below one 万."""


@dataclass(frozen=True)
class Quantity:
    """A printed number and its unit, apart because pages set them in different sizes."""

    number: str
    unit: str

    def __str__(self) -> str:
        return f"{self.number}{'' if self.unit == '%' else THIN}{self.unit}" if self.unit else self.number


def is_missing(value: Any) -> bool:
    """True for None, NaN and NaT: there is no value, which is not zero."""
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def signed(text: str, value: float) -> str:
    """``text`` of a size with the sign of ``value``; nothing is not less than nothing."""
    return f"{MINUS}{text}" if value < 0 and text.strip("0.,") else text


def _scaled(value: float) -> tuple[float, str]:
    """The value in 亿, 万 or ones; 99 999 999 is 1.0 亿, not 10 000.0 万."""
    size = abs(value)
    if size >= YI or round(size / WAN, 1) >= WAN:
        return value / YI, "亿"
    if size >= WAN:
        return value / WAN, "万"
    return value, ""


def quantity(value: Any, unit: str | None = "") -> Quantity:
    """A value of the lake in the unit and size a reader expects: 24631 万元 is 2.5 亿元."""
    factor, name = UNITS.get(unit or "", (1.0, unit or ""))
    if is_missing(value) or not math.isfinite(float(value)):
        return Quantity(DASH, "")
    number = float(value)
    if name == "%":
        return Quantity(signed(f"{abs(number):.1f}", number), "%")
    scaled, size = _scaled(number * factor)
    whole = not size and (name in WHOLE or not name) and float(scaled).is_integer()
    if 0 < abs(scaled) < SMALL:
        return Quantity(signed(small(abs(scaled)), scaled), name)
    return Quantity(signed(f"{abs(scaled):,.{0 if whole else 1}f}", scaled), size + name)


def small(size: float) -> str:
    """A size below one in two digits that count, never in powers of ten; what is below LEAST is nothing."""
    return format(Decimal(f"{size:.2g}"), "f") if size >= LEAST else "0"


def amount(value: Any, unit: str | None = "") -> str:
    """``quantity`` as one string."""
    return str(quantity(value, unit))


def percent(ratio: Any, decimals: int = 1) -> str:
    """A share 0..1 as a percentage; 0.99996 does not become 100 %."""
    if is_missing(ratio):
        return DASH
    value = float(ratio) * 100
    text = f"{abs(value):.{decimals}f}"
    if 0 < value < 100 and float(text) == 100:
        return f"> {100 - 10**-decimals:.{decimals}f}%"
    return f"{signed(text, value)}%"


def change(ratio: Any) -> str:
    """A growth ratio with its sign: 0.022 is +2.2%."""
    if is_missing(ratio):
        return DASH
    text = percent(ratio)
    return f"+{text}" if float(ratio) > 0 and text.strip("0.%") else text


MANY_TIMES = 10
"""From here on a multiple is told instead of per cent: a few calls where hardly any come are +14,900 %."""


def times(value: float, expected: float) -> str:
    """How many times what was expected, as "150 倍"; nothing where per cent still say it."""
    return f"{value / expected:,.0f} 倍" if value > MANY_TIMES * expected > 0 else ""
