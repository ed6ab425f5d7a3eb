"""Numbers, changes and moments as a reader in a Chinese office expects them.

万 and 亿 with one decimal, a thin space before the unit, a real minus sign, 同比 and 环比 named, percentages
compared in percentage points, and "—" (never 0) where there is no value.
"""

import contextlib
import datetime as dt
import json
import math
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

THIN = "\u2009"
MINUS = "\u2212"
DASH = "—"
SHANGHAI = ZoneInfo("Asia/Shanghai")

WAN, YI = 1e4, 1e8
SMALL = 0.1
"""Below it one decimal would say that there is nothing: two digits that count instead."""

QUARTER = 3
"""Months of a quarter."""

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
}
"""Unit of a column to the factor into the unit that is printed, and its name."""

WHOLE = frozenset({"人", "户", "家", "件", "例", "起", "对", "行", "条", "次", "份", "批", "期", "天", "个", "个月"})
"""Units of things that are counted one by one: no decimals below one 万."""


def delivered_unit(unit: str) -> str:
    """The unit in which figures of ``unit`` are kept, for files: 10k_yuan is 万元."""
    factor, name = UNITS.get(unit, (1.0, unit))
    return f"万{name}" if factor == WAN else name or "指数"


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


def _signed(text: str, value: float) -> str:
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
        return Quantity(_signed(f"{abs(number):.1f}", number), "%")
    scaled, size = _scaled(number * factor)
    whole = not size and (name in WHOLE or not name) and float(scaled).is_integer()
    if 0 < abs(scaled) < SMALL:
        return Quantity(_signed(f"{abs(scaled):.2g}", scaled), name)
    return Quantity(_signed(f"{abs(scaled):,.{0 if whole else 1}f}", scaled), size + name)


def amount(value: Any, unit: str | None = "") -> str:
    """``quantity`` as one string."""
    return str(quantity(value, unit))


def count(value: Any) -> str:
    """A whole number in full, with thousands: deliveries must add up on the page too."""
    return DASH if is_missing(value) else _signed(f"{abs(int(value)):,}", float(value))


def or_dash(value: Any) -> str:
    """A text, or the dash where there is none."""
    return DASH if is_missing(value) else str(value)


def percent(ratio: Any, decimals: int = 1) -> str:
    """A share 0..1 as a percentage; 0.99996 does not become 100 %."""
    if is_missing(ratio):
        return DASH
    value = float(ratio) * 100
    text = f"{abs(value):.{decimals}f}"
    if 0 < value < 100 and float(text) == 100:
        return f"> {100 - 10**-decimals:.{decimals}f}%"
    return f"{_signed(text, value)}%"


def change(ratio: Any) -> str:
    """A growth ratio with its sign: 0.022 is +2.2%."""
    if is_missing(ratio):
        return DASH
    text = percent(ratio)
    return f"+{text}" if float(ratio) > 0 and text.strip("0.%") else text


def points(difference: Any) -> str:
    """The difference of two percentages, in percentage points; the unit is said beside it."""
    if is_missing(difference):
        return DASH
    value = float(difference)
    text = _signed(f"{abs(value):.1f}", value)
    return f"+{text}" if value > 0 and text.strip("0.") else text


def probability(value: Any) -> str:
    """A p or q value; nobody reads 8.1e-8."""
    if is_missing(value):
        return DASH
    return "< 0.0001" if float(value) < 0.0001 else f"{float(value):.4f}"


def statistic(value: Any) -> str:
    """A test statistic with as many digits as a reader can use."""
    if is_missing(value):
        return DASH
    number = float(value)
    if abs(number) >= 100 or number.is_integer():
        return _signed(f"{abs(number):,.0f}", number)
    return _signed(f"{abs(number):.3g}" if abs(number) < 1 else f"{abs(number):.1f}", number)


def size(number: Any) -> str:
    """Bytes in the unit that leaves one to three digits before the point: ``1.4 GiB``."""
    if is_missing(number):
        return DASH
    value, names = float(number), ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
    place = 0
    while value >= 999.95 and place < len(names) - 1:
        value, place = value / 1024, place + 1
    return f"{value:,.{1 if place else 0}f}{THIN}{names[place]}"


def seconds(value: Any) -> str:
    """How long something took."""
    if is_missing(value):
        return DASH
    number = float(value)
    if number < 60:
        return f"{number:.1f}{THIN}秒"
    minutes, rest = divmod(round(number), 60)
    return f"{minutes}{THIN}分{THIN}{rest}{THIN}秒"


def as_moment(value: Any) -> dt.datetime | None:
    """A moment from a timestamp, a date or ISO text; zoned moments are told in China time."""
    if is_missing(value):
        return None
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time()) if isinstance(value, dt.date) else None
    return value.astimezone(SHANGHAI).replace(tzinfo=None) if value.tzinfo else value


def moment(value: Any) -> str:
    """``06-30 20:15``: the year is on the page already."""
    time = as_moment(value)
    return f"{time:%m-%d %H:%M}" if time else DASH


def day(value: Any) -> str:
    """``2018-06-30``."""
    time = as_moment(value)
    return f"{time:%Y-%m-%d}" if time else DASH


def span(period: Any) -> str:
    """``2017-08 至 2018-06`` for a period with a first and a last month; one month alone."""
    return DASH if is_missing(period) else str(period).replace("/", " 至 ")


def covered(period: Any, months: Any) -> str:
    """A month, a quarter, or the months that one figure covers: February's with January is ``2018-01 至 2018-02``."""
    if is_missing(period) or is_missing(months) or int(months) < 2:
        return DASH if is_missing(period) else str(period)
    if int(months) == QUARTER and int(str(period)[5:7]) % QUARTER == 0:
        return f"{str(period)[:4]} 年 {int(str(period)[5:7]) // QUARTER} 季度"
    last = pd.Period(str(period), "M")
    return f"{last - (int(months) - 1)} 至 {last}"


def as_list(value: Any) -> list[str]:
    """Names kept as a list, as JSON or separated by commas."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            if isinstance(found := json.loads(value), list):
                return [str(item) for item in found]
        return [part.strip() for part in value.replace("、", ",").split(",") if part.strip()]
    if value is None or isinstance(value, float):
        return []
    return [str(item) for item in value]
