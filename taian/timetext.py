"""Times as people write them in tables: 2018-06-30 · 201806 · 2018年1-6月 · 2018Q2 · 6/30/18 · 43281 (a spreadsheet's).

A column is read as a whole: which of 3/4/2018 is the day is decided by the other cells. A cumulative 1-6月 counts as
its last month, a quarter, half-year or year as its first day.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Step = Literal["year", "half", "quarter", "month", "week", "day", "second"]
Found = tuple[dt.datetime, Step]

_DAY_ZERO = dt.datetime(1899, 12, 30)
"""Day 0 of spreadsheets; right from 1900-03-01 on."""
_HALVES = {"上": 1, "下": 7, "H1": 1, "H2": 7}
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4}
_CLOCK = r"(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|[-+]\d{2}:?\d{2})?)?"
_YMD = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?" + _CLOCK)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_MONTH = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:月份?)?")
_CUMULATIVE = re.compile(r"(\d{4})年?\s*1\s*[-—–~至到]\s*(\d{1,2})月份?")
_QUARTER = re.compile(r"(\d{4})(?:年)?[-/ ]?(?:Q|第)?([1-4一二三四])(?:季度?)?", re.IGNORECASE)
_HALF = re.compile(r"(\d{4})年?[-/ ]?(?:([上下])半年|(H[12]))", re.IGNORECASE)
_WEEK = re.compile(r"(\d{4})(?:-?W|年第?)(\d{1,2})周?", re.IGNORECASE)
_YEAR = re.compile(r"(\d{4})年?(?:度)?")
_SHORT = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})" + _CLOCK)
_SPELLED: tuple[tuple[str, Step], ...] = (
    *((form, "month") for form in ("%B %Y", "%b %Y", "%b-%Y", "%b-%y")),
    *((form, "day") for form in ("%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%B %d, %Y", "%b %d, %Y")),
)


@dataclass(frozen=True)
class Times:
    """A column read as times, one entry a row; NaT where there is none."""

    values: npt.NDArray[np.datetime64]
    """Wall-clock time as written, to the second."""
    step: Step | None
    """What one entry names; None when the column mixes kinds or holds no time."""
    unreadable: npt.NDArray[np.int64]
    """Rows whose cell is a text and no time."""
    is_order_assumed: bool = False
    """Nothing in the column says whether 3/4/2018 is in March or April; March was taken."""

    def labels(self) -> pd.Series:
        """The times in the form in which deliveries name periods: 2018, 2018Q2, 2018-06, 2018-06-30."""
        codes, distinct = pd.factorize(self.values, sort=True)
        named = [label(moment.to_pydatetime(), self.step) for moment in pd.DatetimeIndex(distinct)]
        return pd.Series(pd.Categorical.from_codes(codes, pd.Index(named)))


def label(moment: dt.datetime, step: Step | None) -> str:
    """One time as the name of its period."""
    if step == "year":
        return f"{moment.year}"
    if step == "half":
        return f"{moment.year}H{1 + moment.month // 7}"
    if step == "quarter":
        return f"{moment.year}Q{(moment.month + 2) // 3}"
    if step == "month":
        return f"{moment:%Y-%m}"
    if step == "week":
        year, week, _ = moment.isocalendar()
        return f"{year}-W{week:02}"
    return f"{moment:%Y-%m-%d}" if step == "day" else f"{moment:%Y-%m-%d %H:%M:%S}"


def read_times(cells: pa.ChunkedArray) -> Times:
    """Read a column of texts (null: empty)."""
    coded = pc.dictionary_encode(pc.utf8_trim_whitespace(cells)).combine_chunks()
    written = [_plain(text) for text in coded.dictionary.to_pylist()]
    texts = [text for text in written if text]
    numeric, day_first = _numeric_reader(texts), _is_day_first(texts)
    found = [_read(text, numeric, day_first=bool(day_first)) if text else None for text in written]
    values = np.array([one[0] if one else "NaT" for one in found], dtype="datetime64[s]")
    codes = pc.fill_null(pc.cast(coded.indices, pa.int64()), -1).to_numpy()
    bad = np.array([bool(text) and one is None for text, one in zip(written, found, strict=True)] + [False])
    whole = np.append(values, np.datetime64("NaT", "s"))[codes]
    is_open = day_first is None and any(_SHORT.fullmatch(text) for text in texts)
    return Times(whole, _step({one[1] for one in found if one}), np.flatnonzero(bad[codes]).astype(np.int64), is_open)


def _plain(text: str) -> str:
    return text.replace("－", "-").replace("／", "/").removeprefix("'")


def _step(kinds: set[Step]) -> Step | None:
    """The one kind of a column; days among clock times are midnights."""
    if kinds == {"day", "second"}:
        return "second"
    return next(iter(kinds)) if len(kinds) == 1 else None


def _read(text: str, numeric: Callable[[float], Found | None] | None, *, day_first: bool) -> Found | None:
    try:
        if numeric is not None:
            return numeric(float(text))
        return _dated(text) or _short(text, day_first=day_first) or _spelled(text)
    except (ValueError, OverflowError):
        return None


def _dated(text: str) -> Found | None:
    """Year first, down to the month, the day or the clock."""
    if found := _YMD.fullmatch(text):
        year, month, day, *clock = found.groups()
        return _moment(int(year), int(month), int(day), clock)
    if found := _CUMULATIVE.fullmatch(text) or _MONTH.fullmatch(text):
        return dt.datetime(int(found[1]), int(found[2]), 1), "month"
    return _compact(float(text)) if _COMPACT.fullmatch(text) else _part_of_year(text)


def _part_of_year(text: str) -> Found | None:
    """A year, a half, a quarter or a week of it."""
    if found := _YEAR.fullmatch(text):
        return dt.datetime(int(found[1]), 1, 1), "year"
    if found := _WEEK.fullmatch(text):
        return dt.datetime.fromisocalendar(int(found[1]), int(found[2]), 1), "week"
    if found := _HALF.fullmatch(text):
        return dt.datetime(int(found[1]), _HALVES[(found[2] or found[3]).upper()], 1), "half"
    if (found := _QUARTER.fullmatch(text)) and re.search("[Qq季]", text):
        quarter = _DIGITS.get(found[2]) or int(found[2])
        return dt.datetime(int(found[1]), 3 * quarter - 2, 1), "quarter"
    return None


def _moment(year: int, month: int, day: int, clock: Sequence[str | None]) -> Found:
    hour, minute, second = (int(part or 0) for part in clock)
    return dt.datetime(year, month, day, hour, minute, second), "day" if clock[0] is None else "second"


def _is_day_first(texts: Sequence[str]) -> bool | None:
    """Whether 3/4/2018 is the third of April, by the cells where only one order is possible; None when none is."""
    found = [match for text in texts if (match := _SHORT.fullmatch(text))]
    if any(int(match[1]) > 12 for match in found):
        return True
    return False if any(int(match[3]) > 12 for match in found) else None


def _short(text: str, *, day_first: bool) -> Found | None:
    if not (found := _SHORT.fullmatch(text)):
        return None
    one, _, two, year, *clock = found.groups()
    full = int(year) if len(year) == 4 else int(year) + (1900 if int(year) > 68 else 2000)
    month, day = (int(two), int(one)) if day_first else (int(one), int(two))
    return _moment(full, month, day, clock)


def _spelled(text: str) -> Found | None:
    """June 2018, 30 Jun 2018, Jun-18."""
    for form, kind in _SPELLED:
        try:
            return dt.datetime.strptime(text, form), kind
        except ValueError:
            continue
    return None


def _numeric_reader(texts: Sequence[str]) -> Callable[[float], Found | None] | None:
    """How a column of nothing but numbers names times; None when it is not, or when no reading fits all of them.

    2018 is a year, 201806 a month, 20180630 a day, 43281 a spreadsheet's day, 1530316800 seconds since 1970.
    """
    if not texts or not all(re.fullmatch(r"\d+(\.\d+)?", text) for text in texts):
        return None
    numbers = [float(text) for text in texts]
    low, high = min(numbers), max(numbers)
    whole = all(number.is_integer() for number in numbers)
    for first, last, read in _KINDS if whole else ():
        if first <= low and high <= last:
            return read
    # What remains, as 2018.6, is read as a text.
    return _serial if low >= 10_000 and high <= 100_000 else None


def _year(number: float) -> Found:
    return dt.datetime(int(number), 1, 1), "year"


def _compact(number: float) -> Found:
    year, month, day = _COMPACT.fullmatch(str(int(number))).groups()  # type: ignore[union-attr]
    return dt.datetime(int(year), int(month), int(day or 1)), "day" if day else "month"


def _serial(number: float) -> Found:
    """A spreadsheet's day, with a fraction for the time of day."""
    moment = _DAY_ZERO + dt.timedelta(seconds=round(number * 86_400))
    return moment, "day" if number.is_integer() else "second"


def _seconds(number: float) -> Found:
    return dt.datetime(1970, 1, 1) + dt.timedelta(seconds=number), "second"


def _milliseconds(number: float) -> Found:
    return _seconds(number / 1e3)


_KINDS: tuple[tuple[float, float, Callable[[float], Found]], ...] = (
    (1800, 2200, _year),
    (180_001, 220_012, _compact),
    (18_000_101, 22_001_231, _compact),
    (2.5e8, 4e9, _seconds),
    (2.5e11, 4e12, _milliseconds),
)
"""First and last whole number that is read in this way."""
