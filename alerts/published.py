"""What the last night published of the inspection, for whoever opens cases on it."""

import datetime
import json
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import duckdb

from alerts.episodes import Signal
from alerts.night import FindingFact, WarningFact
from taian.settings import Settings

FINDINGS = "topic_authenticity__finding"
SIGNALS = "topic_warning__signal"
UNITS = "topic_authenticity__unit"


class NotPublishedError(Exception):
    """What the last night found cannot be read; the message says why and what to do."""


class InspectedUnit(NamedTuple):
    """A reporting unit that the last night inspected, and by how many findings it is named."""

    unit: str
    unit_name: str | None
    county_name: str | None
    industry_name: str | None
    findings: int


def finding(settings: Settings, finding_id: str) -> FindingFact | None:
    """The finding, None when the last night has none of that number. Raises NotPublishedError."""
    rows = _rows(settings, FINDINGS, tuple(FindingFact.model_fields), "WHERE finding_id = ?", finding_id)
    return FindingFact(**dict(zip(FindingFact.model_fields, map(_value, rows[0]), strict=True))) if rows else None


def signals(settings: Settings) -> list[Signal]:
    """Every signal of the last night's watch, those of past periods too. Raises NotPublishedError."""
    names = tuple(WarningFact.model_fields)
    rows = _rows(settings, SIGNALS, ("signal_id", "is_current", *names), "ORDER BY signal_id")
    return [signal_of(dict(zip(("signal_id", "is_current", *names), row, strict=True))) for row in rows]


def signal_of(row: Mapping[Any, Any]) -> Signal:
    """A row of the table of signals, which may have further columns."""
    fact = {name: _value(row[name]) for name in WarningFact.model_fields}
    return Signal(str(row["signal_id"]), bool(row["is_current"]), WarningFact.model_validate(fact))


def inspected_units(settings: Settings) -> tuple[datetime.date, list[InspectedUnit]]:
    """The business date of the last published night and every unit it inspected. Raises NotPublishedError."""
    rows = _rows(settings, UNITS, InspectedUnit._fields, "ORDER BY unit")
    return datetime.date.fromisoformat(_pointer(settings)["business_date"]), [InspectedUnit(*row) for row in rows]


def _pointer(settings: Settings) -> Any:
    return json.loads((settings.serving / "CURRENT.json").read_text(encoding="utf-8"))


def _rows(settings: Settings, table: str, columns: tuple[str, ...], rest: str, *values: str) -> list[tuple[Any, ...]]:
    selected = ", ".join(f'"{name}"' for name in columns)
    try:
        file = settings.serving / _pointer(settings)["tables"][table]["file"]
        with duckdb.connect(str(file), read_only=True) as connection:
            return connection.execute(f"SELECT {selected} FROM {table} {rest}", list(values)).fetchall()
    except (OSError, ValueError, KeyError, duckdb.Error) as error:
        raise NotPublishedError("读不到夜间发布的检查结果；请先运行一夜，或重跑发布步骤（publish）") from error


def _value(value: Any) -> Any:
    """NaN is no value; lists are kept as JSON."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return None if isinstance(value, float) and math.isnan(value) else value
