"""The indicators the platform publishes, declared: what a number means, which way is good, whose data it comes from.

An indicator comes about in one of three ways: a ``tally`` of the rows of one resource, declared here; a series of the
macro library (``macro.yaml``), which is an indicator of the economy as it stands; or a formula of ``jobs.indicators``.
"""

from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, model_validator

from catalog.macro import REGISTERED, Series, macro
from catalog.model import Cycle, Frozen

Where = dict[str, str | tuple[str, ...]]
"""Rows whose columns hold these values (one, or one of several)."""

ECONOMY = "经济"
FIRMS = "enterprise_registration"


class Tally(Frozen):
    """Rows of ``resource`` counted by area and month: how many, or the ``sum`` or ``mean`` of a column, or the percent
    that is like ``share``.

    ``area`` is the column with the area's code, cut to ``level``; ``when`` is the date, moment or month of the row.
    Registers of persons are tallied by county: a village's figure would point at somebody.
    """

    resource: str
    area: str = "county_code"
    level: Literal["county", "township"] = "county"
    when: str
    where: Where = Field(default_factory=dict)
    sum: str | None = None
    mean: str | None = None
    share: Where | None = None

    @property
    def columns(self) -> set[str]:
        """Every column of the resource that is asked for."""
        asked = {self.area, self.when, *self.where, *(self.share or {})}
        return asked | {name for name in (self.sum, self.mean) if name}

    @model_validator(mode="after")
    def _is_one_figure(self) -> "Tally":
        if sum(given is not None for given in (self.sum, self.mean, self.share)) > 1:
            raise ValueError("names more than one of 'sum', 'mean' and 'share'; keep one")
        return self


class Indicator(Frozen):
    """One published number; ``direction`` says which way is good.

    ``persons`` says what of a number about persons must not be small (``jobs.small_cells``): the ``rows`` that are
    counted, or of a share also its two ``sides``, those who are such and those who are not. ``part_of`` is the number
    that this one is a part of, row by row: the difference of the two tells as much as a figure.
    """

    indicator: str
    title: str
    topic: str
    unit: str
    direction: Literal["up", "down", "neutral"]
    cycle: Cycle
    owner: str
    sources: tuple[str, ...]
    definition: str
    tally: Tally | None = None
    persons: Literal["rows", "sides"] | None = None
    part_of: str | None = None


@cache
def all_indicators() -> dict[str, Indicator]:
    """Every declared indicator: those of ``indicators.yaml``, then the series of the city's economy."""
    path = Path(__file__).with_name("indicators.yaml")
    entries = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    own = {key: _read(key, entry) for key, entry in entries.items()}
    return own | {one.indicator: _of_series(one) for one in city_series() if one.indicator not in own}


def city_series() -> list[Series]:
    """The macro series that are about the city and come by month or quarter."""
    return [one for one in macro().series.values() if macro().sources[one.source].period == "period"]


def tallies() -> dict[str, Tally]:
    """The indicators that are tallies, by name."""
    return {name: one.tally for name, one in all_indicators().items() if one.tally is not None}


def _read(name: str, entry: dict[str, Any]) -> Indicator:
    """A tally's only source is the resource whose rows it counts."""
    counted = {"sources": (entry["tally"]["resource"],)} if "tally" in entry else {}
    return Indicator.model_validate({"indicator": name, **counted, **entry})


def _of_series(series: Series) -> Indicator:
    source = macro().sources[series.source]
    return Indicator(
        indicator=series.indicator,
        title=series.title,
        topic=ECONOMY,
        unit=series.unit,
        direction=series.direction,
        cycle=source.cycle,
        owner=source.owner,
        sources=(series.source, FIRMS) if source.area == REGISTERED else (series.source,),
        definition=series.definition,
    )
