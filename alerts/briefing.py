"""The facts of the brief, asked of the tables that a night has published.

Page and night read the same files by their own ways, so how to read is handed in.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from alerts.night import BriefFacts, FigureFact, PullFact, TargetFact
from catalog.indicators import all_indicators
from taian.quantity import is_missing

Rows = Sequence[Mapping[Any, Any]]
Read = Callable[[str, str], Rows]
"""Rows of a query over one published table; LookupError where the night has no such table."""

CITY = "370900"
SHOWN = (
    "gdp",
    "industrial_output",
    "fixed_investment",
    "fiscal_revenue",
    "vat_sales",
    "industrial_electricity",
    "enterprises_alive",
    "hotline_calls",
    "pm25",
)
"""The numbers that a mayor asks for first."""

FIGURES = f"""
    SELECT indicator, period, months, value, yoy FROM topic_city__indicator
    WHERE area_code = '{CITY}' AND indicator IN ({", ".join(f"'{name}'" for name in SHOWN)}) AND value IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY indicator ORDER BY period DESC) = 1
"""
TARGETS = f"""
    SELECT title, unit, kind, target, actual, expected, probability FROM topic_decision__target
    WHERE area_code = '{CITY}' ORDER BY code
"""
PULLS = "SELECT indicator, part, part_name, points FROM topic_decision__driver WHERE kind = 'area' ORDER BY indicator"
SILENT = "SELECT title FROM topic_warning__signal WHERE is_current AND detector = 'no_data' ORDER BY title"


def facts_of(read: Read) -> BriefFacts:
    """What the night has; a table that it has not is a part that is left out."""
    figures = {str(row["indicator"]): row for row in _rows(read, "topic_city__indicator", FIGURES)}
    return BriefFacts(
        figures=tuple(_figure(name, figures[name]) for name in SHOWN if name in figures),
        targets=tuple(_target(row) for row in _rows(read, "topic_decision__target", TARGETS)),
        pulls=tuple(_pulls(_rows(read, "topic_decision__driver", PULLS))),
        silent=tuple(str(row["title"]) for row in _rows(read, "topic_warning__signal", SILENT)),
    )


def _rows(read: Read, table: str, query: str) -> Rows:
    try:
        return read(table, query)
    except LookupError:
        return []


def _known(value: Any) -> float | None:
    return None if is_missing(value) else float(value)


def _figure(name: str, row: Mapping[Any, Any]) -> FigureFact:
    declared = all_indicators()[name]
    return FigureFact(
        indicator=name,
        title=declared.title,
        unit=declared.unit,
        period=str(row["period"]),
        months=1 if is_missing(row["months"]) else int(row["months"]),
        value=float(row["value"]),
        yoy=_known(row["yoy"]),
    )


def _target(row: Mapping[Any, Any]) -> TargetFact:
    texts = {name: str(row[name]) for name in ("title", "unit", "kind")}
    figures = {name: _known(row[name]) for name in ("target", "actual", "expected", "probability")}
    return TargetFact.model_validate({**texts, **figures})


def _pulls(rows: Rows) -> list[PullFact]:
    """The strongest pull up and down of each number; the remainder counts for the growth and pulls nothing."""
    found = []
    for name in dict.fromkeys(str(row["indicator"]) for row in rows):
        own = [row for row in rows if row["indicator"] == name]
        parts = sorted((row for row in own if row["part"]), key=lambda row: float(row["points"]))
        up = parts[-1] if parts and float(parts[-1]["points"]) > 0 else None
        down = parts[0] if parts and float(parts[0]["points"]) < 0 else None
        found.append(
            PullFact(
                title=all_indicators()[name].title,
                growth=sum(float(row["points"]) for row in own) / 100,
                up=str(up["part_name"]) if up else "",
                up_points=float(up["points"]) if up else 0.0,
                down=str(down["part_name"]) if down else "",
                down_points=float(down["points"]) if down else 0.0,
            )
        )
    return found
