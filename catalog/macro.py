"""The series of the macro-economic library, as ``macro.yaml`` declares them: from which resource, what, and meaning."""

import hashlib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, Field, model_validator

from catalog.model import Cycle, Frozen

REGISTERED = "registered"
"""As ``Source.area``: the county in which the reporting unit was registered as the year began."""


class Source(Frozen):
    """How one resource speaks of areas and periods.

    ``area`` is the column with the area's code, REGISTERED, or one code for all rows (``is_fixed``). ``owner`` answers
    for the figures, ``cycle`` is how often they come. ``reporter`` is the column that names the unit behind a row: such
    figures were collected from units and leave as aggregates only. ``city`` says how the city's figure comes about:
    the ``sum`` of its counties, or as ``delivered``.
    """

    area: str
    is_fixed: bool = False
    period: str = "period"
    owner: str
    cycle: Cycle = "monthly"
    reporter: str | None = None
    city: Literal["sum", "delivered"] = "delivered"


class Series(Frozen):
    """One indicator: ``month`` and ``cumulative`` are the columns that hold it for the period itself and since January.

    A ``flow`` has both, the one derived from the other where only one is delivered; a ``stock`` (a level at the end)
    and an ``index`` cannot be derived. ``where`` selects rows by column and value; ``scale`` is the factor into
    ``unit``; ``direction`` says which way is good.
    """

    indicator: str
    title: str
    unit: str
    source: str
    kind: Literal["flow", "stock", "index"] = "flow"
    month: str | None = None
    cumulative: str | None = None
    where: dict[str, str] = Field(default_factory=dict)
    scale: Decimal = Decimal(1)
    direction: Literal["up", "down", "neutral"] = "neutral"
    definition: str

    @property
    def leading(self) -> Literal["month", "cumulative", "as_delivered"]:
        """The figure that the other one is derived from, unless both or what cannot be derived are delivered."""
        if self.kind != "flow" or (self.month and self.cumulative):
            return "as_delivered"
        return "month" if self.month else "cumulative"

    @property
    def definition_id(self) -> str:
        """Names this wording of the definition: another wording, unit or source has another one."""
        return definition_id(self.indicator, self)

    @model_validator(mode="after")
    def _has_a_column(self) -> "Series":
        if not (self.month or self.cumulative):
            raise ValueError("names neither 'month' nor 'cumulative'; name the column that holds the figure")
        if self.kind != "flow" and not self.month:
            raise ValueError(f"'{self.kind}' has no sum: name the column of its value as 'month'")
        return self


class Macro(Frozen):
    """All sources and series."""

    sources: dict[str, Source]
    series: dict[str, Series]

    @model_validator(mode="after")
    def _sources_are_there(self) -> "Macro":
        for series in self.series.values():
            if series.source not in self.sources:
                raise ValueError(f"series '{series.indicator}': source '{series.source}' is not among the sources")
        return self


def definition_id(name: str, definition: BaseModel) -> str:
    """``name:hash`` of a declaration, so that a number can say by which wording it was made."""
    return f"{name}:{hashlib.sha256(definition.model_dump_json().encode()).hexdigest()[:8]}"


@cache
def macro() -> Macro:
    """The declared macro series, in the order of ``macro.yaml``."""
    path = Path(__file__).with_name("macro.yaml")
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    series = {name: {"indicator": name, **entry} for name, entry in content["series"].items()}
    return Macro.model_validate({"sources": content["sources"], "series": series})
