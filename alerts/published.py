"""A finding as the last night published it, for whoever opens a case on it."""

import json
import math
from typing import Any

import duckdb

from alerts.night import FindingFact
from taian.settings import Settings

TABLE = "topic_authenticity__finding"


class NotPublishedError(Exception):
    """The findings of the last night cannot be read; the message says why and what to do."""


def finding(settings: Settings, finding_id: str) -> FindingFact | None:
    """The finding, None when the last night has none of that number. Raises NotPublishedError."""
    current = settings.serving / "CURRENT.json"
    columns = ", ".join(f'"{name}"' for name in FindingFact.model_fields)
    try:
        file = settings.serving / json.loads(current.read_text(encoding="utf-8"))["tables"][TABLE]["file"]
        with duckdb.connect(str(file), read_only=True) as connection:
            found = connection.execute(f"SELECT {columns} FROM {TABLE} WHERE finding_id = ?", [finding_id]).fetchone()
    except (OSError, ValueError, KeyError, duckdb.Error) as error:
        raise NotPublishedError("读不到夜间发布的疑点；请先运行一夜，或重跑发布步骤（publish）") from error
    return (
        None if found is None else FindingFact(**dict(zip(FindingFact.model_fields, map(_value, found), strict=True)))
    )


def _value(value: Any) -> Any:
    """NaN is no value; lists are kept as JSON."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return None if isinstance(value, float) and math.isnan(value) else value
