"""Times are written as the file that asked writes them: 201806, 2018年6月, 2018-06, 2018/6/30, 2018Q2, 2018-W23."""

import re
from collections.abc import Callable, Sequence

import pandas as pd

Writer = Callable[[pd.Timestamp], str]

NUMERALS = "一二三四"


def like(samples: Sequence[str], times: pd.DatetimeIndex, grain: str | None) -> Writer:
    """A writer of first moments of periods in the spelling of ``samples``, which name ``times``.

    Periods that the file dates by their last day (2018-06-30 for June) are written by their last day again.
    """
    text = next((sample.strip() for sample in samples if sample.strip()), "")
    write = _writer(text, grain, bool((times == times.normalize()).all()))
    dated = grain == "day" or grain is None
    if dated and len(times) > 1 and bool(times.is_month_end.all()):
        months = round(float(pd.Series(times.unique()).sort_values().diff().median().days) / 30.4)
        return lambda time: write(time + pd.offsets.MonthEnd(max(months, 1)))
    return write


def _writer(text: str, grain: str | None, midnights: bool) -> Writer:
    if grain == "year":
        return lambda time: f"{time.year}{text[4:]}"
    if grain == "quarter":
        return _quarter(text)
    if grain == "week":
        return _week(text)
    if grain == "month":
        return _month(text)
    return _day(text) if midnights else _clock(text)


def _month(text: str) -> Writer:
    if re.fullmatch(r"\d{6}", text):
        return lambda time: time.strftime("%Y%m")
    found = re.match(r"\d{4}([-/.年])(\d{1,2})", text)
    if not found:
        return lambda time: time.strftime("%Y-%m")
    mark, tail = found[1], text[found.end() :] if re.fullmatch(r"月份?", text[found.end() :]) else ""
    tail = tail or ("月" if mark == "年" else "")
    width = 1 if mark == "年" and not found[2].startswith("0") else 2
    return lambda time: f"{time.year}{mark}{time.month:0{width}d}{tail}"


def _quarter(text: str) -> Writer:
    if "季" in text:
        numbers = NUMERALS if any(one in text for one in NUMERALS) else "1234"
        before = "年第" if "第" in text else "年"
        return lambda time: f"{time.year}{before}{numbers[time.quarter - 1]}季度"
    mark = "-" if "-" in text else ""
    return lambda time: f"{time.year}{mark}Q{time.quarter}"


def _week(text: str) -> Writer:
    if "周" in text:
        return lambda time: f"{time.isocalendar()[0]}年第{time.isocalendar()[1]}周"
    mark = "-" if "-" in text else ""
    return lambda time: f"{time.isocalendar()[0]}{mark}W{time.isocalendar()[1]:02d}"


def _day(text: str) -> Writer:
    if re.fullmatch(r"\d{8}", text):
        return lambda time: time.strftime("%Y%m%d")
    found = re.match(r"\d{4}([-/.年])(\d{1,2})([-/.月])(\d{1,2})(日?)", text)
    if not found or found[1] == "-":
        return lambda time: time.strftime("%Y-%m-%d")
    width = 2 if found[2].startswith("0") or found[4].startswith("0") else 1
    return lambda time: f"{time.year}{found[1]}{time.month:0{width}d}{found[3]}{time.day:0{width}d}{found[5]}"


def _clock(text: str) -> Writer:
    day, mark = _day(text), "T" if "T" in text else " "
    form = "%H:%M" if text.count(":") == 1 else "%H:%M:%S"
    return lambda time: f"{day(time)}{mark}{time.strftime(form)}"
