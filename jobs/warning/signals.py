"""What is not as expected, number by number: alarms of the watch, passed thresholds, sources that did not come."""

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from catalog.warnings import CITY, LEVELS, Number, Threshold, WarningLevel, declared, numbers
from jobs.forecast.words import KINDS, Say, about, because
from jobs.warning.causes import beside, contributions
from taian.quantity import amount

SCHEMA = {
    "signal_id": "string",
    "indicator": "string",
    "title": "string",
    "unit": "string",
    "area_code": "string",
    "area_name": "string",
    "area_level": "string",
    "parent_code": "string",
    "period": "string",
    "detector": "string",
    "actual": "double",
    "expected": "double",
    "low": "double",
    "high": "double",
    "severity": "double",
    "level": "string",
    "sentence": "string",
    "causes": "string",
    "beside": "string",
    "owner": "string",
    "is_current": "boolean",
    "is_held": "boolean",
    "known_on": "string",
}
"""One row a number, area, period and detector. ``severity`` is 0-1, an alarm from 0.5. ``is_current``: at the last
period of its number. ``is_held``: the data are doubted, so no warning follows."""

ORANGE, RED = 0.67, 0.8
"""Severity from which a level is graver: chance passes 0.67 as seldom as two limits at once, 0.8 as four."""
SLIGHT = 0.05
"""Deviation, as a share of what was expected, below which an alarm is unusual but of little weight: blue at most."""
HELD = "数据真实性存疑，正在核查，暂不据此预警"


class Silent(NamedTuple):
    """A resource whose batch was due and did not come."""

    resource: str
    title: str
    owner: str
    last: str
    due: dt.date


def signals(
    expected: pd.DataFrame, silent: Iterable[Silent], doubted: Collection[tuple[str, str]], known_on: dt.date
) -> pd.DataFrame:
    """The table of SCHEMA from that of what was expected. ``doubted`` are pairs of resource and name of a county whose
    data the inspection strongly doubts."""
    past = expected[~expected["is_forecast"].astype(bool)]
    rows = pd.DataFrame([*_alarms(past), *_passed(past)], columns=[name for name in SCHEMA if name not in ADDED])
    last = past.groupby("indicator")["period"].max()
    rows["is_current"] = (rows["period"] == rows["indicator"].map(last)).to_numpy(bool)
    rows["is_held"] = [_is_doubted(row.indicator, row.area_name, doubted) for row in _each(rows)]
    rows["sentence"] = [f"{row.sentence}；{HELD}" if row.is_held else str(row.sentence) for row in _each(rows)]
    rows["causes"] = [_json(contributions(past, row)) for row in _each(rows)]
    rows["beside"] = [_json(beside(rows, row)) for row in _each(rows)]
    quiet = [_no_data(one, known_on) for one in silent]
    made = pd.concat([part for part in (rows, pd.DataFrame(quiet)) if len(part)], ignore_index=True) if quiet else rows
    made["known_on"] = known_on.isoformat()
    parts = ("indicator", "area_code", "period", "detector")
    made["signal_id"] = [_id(*key) for key in zip(*(made[name] for name in parts), strict=True)]
    return made[list(SCHEMA)]


ADDED = ("signal_id", "is_current", "is_held", "causes", "beside", "known_on")


def _alarms(past: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Points at which the watch raised an alarm on the side that is bad; data that are missing are bad on any."""
    for row in _each(past[(past["kind"] != "").to_numpy(bool)]):
        number = numbers()[row.indicator]
        if row.kind == "silence":
            # The watch knows no units: of its sentence only for how long nothing came is kept.
            absent = (row.message or KINDS["silence"]).partition("（")[0]
            said = f"{row.area_name}{number.title}{absent}{about(row.expected, _say(number))}"
            yield _row(row, number, "silence", 0.5, "blue", said)
        elif _is_bad(number, row.actual, row.expected):
            why = because(row.kind, row.actual, row.expected, row.low, row.high, _say(number))
            said = f"{row.area_name}{number.title}（{row.period}）{why}"
            yield _row(row, number, row.kind, float(row.score), level_of(row, number), said)


def level_of(row: Any, number: Number) -> WarningLevel:
    """The level of an alarm: by its severity; one lower for a township; blue where little is at stake."""
    if row.expected and abs(row.actual - row.expected) < SLIGHT * abs(row.expected):
        return "blue"
    at = 0 if row.score >= RED else 1 if row.score >= ORANGE else 2
    return LEVELS[at + 1] if row.area_level == "township" else LEVELS[at]


def _is_bad(number: Number, actual: float, expected: float) -> bool:
    if number.direction == "neutral" or not np.isfinite(expected):
        return True
    return actual < expected if number.direction == "up" else actual > expected


def _passed(past: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Points beyond a declared threshold, the gravest of those on one number and side."""
    order = sorted(declared().thresholds.items(), key=lambda entry: LEVELS.index(entry[1].level))
    seen: set[tuple[str, str, str, bool]] = set()
    for _, one in order:
        if one.indicator not in numbers():
            continue
        rows = past[(past["indicator"] == one.indicator).to_numpy(bool)]
        rows = rows[(rows["area_level"].isin(one.areas) | rows["area_code"].isin(one.areas)).to_numpy(bool)]
        figures = rows["actual" if one.of == "value" else "yoy"].astype(float)
        for row in _each(rows[[one.is_passed(figure) for figure in figures]]):
            key = (one.indicator, row.area_code, row.period, one.above is not None)
            if key not in seen:
                seen.add(key)
                yield _row(row, numbers()[one.indicator], "threshold", 0.5, one.level, _said(row, one))


def _say(number: Number) -> Say:
    """How figures of a number are written: in its unit, 24,631 万元 as 2.5 亿元."""
    return partial(amount, unit=number.unit)


def _said(row: Any, one: Threshold) -> str:
    number, side = numbers()[one.indicator], "高于" if one.above is not None else "低于"
    say = _say(number)
    figure, limit = (say(row.actual), say(one.limit)) if one.of == "value" else (f"{row.yoy:+.1%}", f"{one.limit:+.1%}")
    what = "" if one.of == "value" else "同比"
    return f"{row.area_name}{number.title}（{row.period}）{what}{figure}，{side}部门阈值 {limit}：{one.reason}"


def _row(row: Any, number: Number, detector: str, severity: float, level: str, sentence: str) -> dict[str, Any]:
    place = {name: getattr(row, name) for name in ("area_code", "area_name", "area_level", "parent_code", "period")}
    figures = {name: getattr(row, name) for name in ("actual", "expected", "low", "high")}
    return {
        "indicator": number.key,
        "title": number.title,
        "unit": number.unit,
        **place,
        "detector": detector,
        **figures,
        "severity": severity,
        "level": level,
        "sentence": sentence,
        "owner": number.owner,
    }


def _no_data(one: Silent, known_on: dt.date) -> dict[str, Any]:
    """A source that did not come is said, as nothing that stands on it can be judged."""
    late = (known_on - one.due).days
    since = f"迟 {late} 天" if late else "当日"
    return {
        "indicator": one.resource,
        "title": one.title,
        "unit": "",
        "area_code": CITY,
        "area_name": "泰安市",
        "area_level": "city",
        "parent_code": "",
        "period": one.due.isoformat(),
        "detector": "no_data",
        **dict.fromkeys(("actual", "expected", "low", "high"), np.nan),
        "severity": 0.5,
        "level": "blue",
        "sentence": (
            f"数据缺失：{one.title}应于 {one.due} 前报送，{since}未到，最近一期是 {one.last}；没有数据不等于没有问题"
        ),
        "causes": "[]",
        "beside": "[]",
        "owner": one.owner,
        "is_current": True,
        "is_held": False,
    }


def _each(rows: pd.DataFrame) -> Iterator[Any]:
    """Row by row; the columns are those of SCHEMA, which the type of a frame does not tell."""
    yield from rows.itertuples()


def _is_doubted(indicator: str, area_name: str, doubted: Collection[tuple[str, str]]) -> bool:
    return any((source, area_name) in doubted for source in numbers()[indicator].sources)


def _id(*key: str) -> str:
    return hashlib.sha256("|".join(key).encode()).hexdigest()[:12]


def _json(found: list[dict[str, Any]]) -> str:
    return json.dumps(found, ensure_ascii=False)
