"""What the pages need to know of an indicator: its definition, and what a change of it is called and worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards import format as fmt
from dashboards import queries
from dashboards.kept import kept
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.view import View
from dashboards.words import WITHHELD

MONTHS = 24
"""Figures of a sparkline."""


@dataclass(frozen=True)
class Indicator:
    """What the pages need of an indicator's definition."""

    key: str
    title: str
    topic: str
    unit: str
    direction: str
    definition: str
    sources: tuple[str, ...]
    owner: str

    @property
    def comparison(self) -> str:
        """What a change of this indicator is called."""
        return "同比（百分点）" if self.is_share else "同比"

    @property
    def is_share(self) -> bool:
        """Percentages are compared in percentage points."""
        return self.unit == "percent"

    def label(self, change: float | None) -> str:
        """A change with its sign and its kind of percent."""
        return fmt.points(change) if self.is_share else fmt.change(change)

    def amount(self, row: Row) -> str:
        """A figure with its unit; that it is withheld where it is about too few persons."""
        return WITHHELD if row.get("is_withheld") is True else fmt.amount(row["value"], self.unit)

    def is_level(self, change: float) -> bool:
        """True when a change is nothing at the decimals that are printed."""
        return not self.label(change).strip("+−0.%")

    def tone(self, change: float | None) -> str:
        """Good or bad for the city, which is not up or down; nothing for indicators that are neither."""
        if change is None or self.is_level(change) or self.direction not in ("up", "down"):
            return "plain"
        return "good" if (change > 0) == (self.direction == "up") else "bad"


def text_of(value: Any) -> str:
    """A cell as text; nothing where there is no value."""
    return "" if fmt.is_missing(value) else str(value)


def definitions(snapshot: Snapshot) -> Mapping[str, Indicator]:
    """All indicators by key, read once a night."""
    return kept(snapshot, View("#indicators"), lambda: _definitions(snapshot))


def _definitions(snapshot: Snapshot) -> dict[str, Indicator]:
    return {
        str(row["indicator"]): Indicator(
            str(row["indicator"]),
            text_of(row["title"]),
            text_of(row["topic"]),
            text_of(row["unit"]),
            text_of(row["direction"]),
            text_of(row["definition"]),
            tuple(fmt.as_list(row["sources"])),
            text_of(row["owner"]),
        )
        for row in queries.indicators(snapshot).to_dict("records")
    }


def change_of(row: Row, indicator: Indicator) -> float | None:
    """同比: a ratio, or the difference in percentage points of a percentage; None without a year-earlier value."""
    if indicator.is_share:
        pair = (row.get("value"), row.get("year_ago"))
        return None if any(fmt.is_missing(value) for value in pair) else float(pair[0]) - float(pair[1])  # type: ignore[arg-type]
    return None if fmt.is_missing(row.get("yoy")) else float(row["yoy"])


def line_of(rows: Sequence[Row]) -> list[float | None]:
    """What a sparkline draws: the last two years of a history, a figure of several months as their mean."""
    return [
        None if fmt.is_missing(row["value"]) else float(row["value"]) / int(row["months"]) for row in rows[-MONTHS:]
    ]
