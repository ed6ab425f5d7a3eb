"""A free table over the indicators: two of area, time and indicator against each other, the third held."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from dashboards import queries
from dashboards.pages.indicator import Indicator, change_of, definitions
from dashboards.pages.place import Place
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.view import View

Axis = Literal["area", "time", "indicator"]
AXES: dict[str, str] = {"area": "区划", "time": "时间", "indicator": "指标"}
MEASURES: dict[str, str] = {"value": "数值", "yoy": "同比"}
SPANS = (6, 12, 24)
"""Months of the axis of time."""


@dataclass(frozen=True)
class Asked:
    """What the address asks for; what it does not say, or says wrongly, is the first choice."""

    rows: str
    columns: str
    measure: str
    span: int
    topic: str

    @classmethod
    def of(cls, view: View, topics: Mapping[str, str]) -> "Asked":
        """From the address; an axis never stands against itself."""
        given = view.params
        rows = _one_of(given.get("rows"), AXES)
        columns = _one_of(given.get("columns"), {name: "" for name in ("time", "area", "indicator") if name != rows})
        span = given.get("span", "")
        return cls(
            rows=rows,
            columns=columns,
            measure=_one_of(given.get("measure"), MEASURES),
            span=next((each for each in SPANS if str(each) == span), SPANS[0]),
            topic=_one_of(given.get("topic"), topics),
        )

    @property
    def held(self) -> str:
        """The axis that is neither rows nor columns."""
        return next(name for name in AXES if name not in (self.rows, self.columns))


def _one_of(asked: str | None, choices: Mapping[str, str]) -> str:
    return asked if asked is not None and asked in choices else next(iter(choices))


@dataclass(frozen=True)
class Crossed:
    """The table: names of rows and columns by key, and the row of the night's table behind each cell that there is."""

    asked: Asked
    place: Place
    indicator: Indicator
    period: str
    periods: list[str]
    rows: dict[str, str]
    columns: dict[str, str]
    cells: Mapping[tuple[str, str], Row]
    known: Mapping[str, Indicator]

    def indicator_of(self, row: str, column: str) -> Indicator:
        """The indicator of a cell."""
        keys = {self.asked.rows: row, self.asked.columns: column}
        return self.known[keys.get("indicator", self.indicator.key)]

    def figure(self, row: str, column: str) -> float | None:
        """The value or the change of a cell; None where there is none, or it is withheld."""
        cell, indicator = self.cells.get((row, column)), self.indicator_of(row, column)
        if cell is None or cell["is_withheld"] is True:
            return None
        found = cell["value"] if self.asked.measure == "value" else change_of(cell, indicator)
        return None if found is None or pd.isna(found) else float(found)

    def is_withheld(self, row: str, column: str) -> bool:
        """Whether the figure of a cell is about too few persons."""
        cell = self.cells.get((row, column))
        return cell is not None and cell["is_withheld"] is True


def crossed(snapshot: Snapshot, view: View, topics: Mapping[str, str]) -> Crossed | None:
    """What the address asks for; None where no such area or indicator is published."""
    asked = Asked.of(view, topics)
    known = {key: one for key, one in definitions(snapshot).items() if one.topic == topics[asked.topic]}
    line = queries.lineage_of_area(snapshot, view.params.get("area") or queries.CITY)
    if not known or not line:
        return None
    place = Place(line)
    indicator = known.get(view.params.get("indicator", "")) or next(iter(known.values()))
    keys = [indicator.key] if asked.held == "indicator" else list(known)
    frame = queries.around(snapshot, keys, place.code, asked.held != "area")
    periods = sorted({str(period) for period in frame["period"]}, reverse=True)
    period = view.params.get("period", "")
    period = period if period in periods else next(iter(periods), "")
    shown = [period] if asked.held == "time" else periods[: asked.span]
    frame = frame[frame["period"].isin(shown).to_numpy(bool)]
    names: dict[str, dict[str, str]] = {
        "area": dict(zip(frame["area_code"], frame["area_name"], strict=True)),
        "time": {each: each for each in shown},
        "indicator": {key: known[key].title for key in keys if (frame["indicator"] == key).any()},
    }
    fields = {"area": "area_code", "time": "period", "indicator": "indicator"}
    cells = {(str(row[fields[asked.rows]]), str(row[fields[asked.columns]])): row for row in _records(frame)}
    rows, columns = names[asked.rows], names[asked.columns]
    return Crossed(asked, place, indicator, period, periods, rows, columns, cells, known)


def _records(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return frame.to_dict("records")
