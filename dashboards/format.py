"""Numbers, changes and moments as a reader in a Chinese office expects them.

万 and 亿 with one decimal, a thin space before the unit, a real minus sign, 同比 and 环比 named, percentages
compared in percentage points, and "—" (never 0) where there is no value.
"""

import contextlib
import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from taian.quantity import (
    DASH,
    MINUS,
    THIN,
    UNITS,
    WAN,
    YI,
    Quantity,
    amount,
    change,
    is_missing,
    percent,
    quantity,
    signed,
)

__all__ = [
    "DASH",
    "MINUS",
    "UNITS",
    "WAN",
    "YI",
    "Quantity",
    "amount",
    "as_list",
    "as_moment",
    "change",
    "count",
    "covered",
    "day",
    "delivered_unit",
    "is_missing",
    "moment",
    "or_dash",
    "percent",
    "points",
    "probability",
    "quantity",
    "seconds",
    "size",
    "span",
    "statistic",
]

SHANGHAI = ZoneInfo("Asia/Shanghai")

QUARTER = 3
"""Months of a quarter."""


def delivered_unit(unit: str) -> str:
    """The unit in which figures of ``unit`` are kept, for files: 10k_yuan is 万元."""
    factor, name = UNITS.get(unit, (1.0, unit))
    return f"万{name}" if factor == WAN else name or "指数"


def count(value: Any) -> str:
    """A whole number in full, with thousands: deliveries must add up on the page too."""
    return DASH if is_missing(value) else signed(f"{abs(int(value)):,}", float(value))


def or_dash(value: Any) -> str:
    """A text, or the dash where there is none."""
    return DASH if is_missing(value) else str(value)


def points(difference: Any) -> str:
    """The difference of two percentages, in percentage points; the unit is said beside it."""
    if is_missing(difference):
        return DASH
    value = float(difference)
    text = signed(f"{abs(value):.1f}", value)
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
        return signed(f"{abs(number):,.0f}", number)
    return signed(f"{abs(number):.3g}" if abs(number) < 1 else f"{abs(number):.1f}", number)


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


def usual_months(frame: pd.DataFrame) -> Any:
    """How many months most figures of a list cover."""
    return frame["months"].mode().max()


def of_other_months(months: Any, usual: Any, period: Any) -> str:
    """Said behind a figure that covers other months than its neighbours, half a year beside quarters; else nothing."""
    is_usual = is_missing(months) or is_missing(usual) or int(months) == int(usual)
    return "" if is_usual else f"（{covered(period, months)}）"


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
