"""What the night watches and which thresholds the departments have set, as ``warnings.yaml`` declares it.

A mistake is one sentence that names the entry, what is wrong and what to do; ``taian catalog check`` shows them all.
"""

from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from catalog.codelists import CodeList
from catalog.indicators import Tally, all_indicators
from catalog.model import Frozen
from catalog.said import not_allowed, not_yaml

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

HERE = Path(__file__).with_name("warnings.yaml")
AreaLevel = Literal["city", "county", "township"]
WarningLevel = Literal["red", "orange", "yellow", "blue"]
Direction = Literal["up", "down", "neutral"]
LEVELS: tuple[WarningLevel, ...] = ("red", "orange", "yellow", "blue")
"""内部预警等级, the gravest first."""

CITY = "370900"


class Watched(Frozen):
    """A published indicator that the detectors watch; of an ``additive`` one the parts sum up to the whole."""

    levels: tuple[AreaLevel, ...] = Field(min_length=1)
    additive: bool = False


class Daily(Frozen):
    """A number of single days, counted from the rows of one resource."""

    title: str
    unit: str
    direction: Direction
    owner: str
    levels: tuple[AreaLevel, ...] = Field(min_length=1)
    tally: Tally

    @property
    def additive(self) -> bool:
        """Whether the parts sum up to the whole: counts and sums do, means and shares do not."""
        return self.tally.mean is None and self.tally.share is None


class Derived(Frozen):
    """One number by another, of the same area and period."""

    title: str
    unit: str
    direction: Direction
    owner: str
    of: str
    per: str
    levels: tuple[AreaLevel, ...] = Field(min_length=1)


class Threshold(Frozen):
    """What a department says must not be passed: the ``value`` itself or its change on a year ago (``yoy``)."""

    indicator: str
    areas: tuple[str, ...] = Field(min_length=1)
    """Levels (city, county, township) or codes."""
    of: Literal["value", "yoy"] = "value"
    above: float | None = None
    below: float | None = None
    level: WarningLevel
    reason: str = Field(min_length=1)
    owner: str = Field(min_length=1)

    @model_validator(mode="after")
    def _has_one_limit(self) -> "Threshold":
        if (self.above is None) == (self.below is None):
            raise ValueError("needs exactly one of 'above' and 'below'")
        return self

    @property
    def limit(self) -> float:
        """The figure that must not be passed."""
        found = self.above if self.above is not None else self.below
        assert found is not None
        return found

    def is_passed(self, figure: float) -> bool:
        """Whether the figure lies beyond the limit; one that is unknown (NaN) does not."""
        return figure > self.limit if self.above is not None else figure < self.limit


class Hygiene(Frozen):
    """What keeps warnings few: quiet periods before one is lifted, new ones a night, periods of the past that are
    kept.
    """

    quiet_periods: int = Field(ge=1)
    budget_a_day: int = Field(ge=1)
    watch_periods: dict[Literal["monthly", "daily"], int]


class Declared(Frozen):
    """All of ``warnings.yaml``."""

    watched: dict[str, Watched] = Field(default_factory=dict)
    daily: dict[str, Daily] = Field(default_factory=dict)
    derived: dict[str, Derived] = Field(default_factory=dict)
    thresholds: dict[str, Threshold] = Field(default_factory=dict)
    hygiene: Hygiene


@dataclass(frozen=True)
class Number:
    """A number under watch, wherever it is declared."""

    key: str
    title: str
    unit: str
    direction: Direction
    owner: str
    sources: tuple[str, ...]
    levels: tuple[AreaLevel, ...]
    additive: bool
    cycle: Literal["monthly", "daily"]


@cache
def declared() -> Declared:
    """The declaration of this project, which ``taian catalog check`` has found good."""
    return Declared.model_validate(_content(HERE))


@cache
def numbers() -> dict[str, Number]:
    """Every number under watch by its key."""
    found: dict[str, Number] = {}
    known, all_of = all_indicators(), declared()
    for key, one in all_of.watched.items():
        is_ = known[key]
        found[key] = Number(
            key, is_.title, is_.unit, is_.direction, is_.owner, is_.sources, one.levels, one.additive, "monthly"
        )
    for key, day in all_of.daily.items():
        source = (day.tally.resource,)
        found[key] = Number(
            key, day.title, day.unit, day.direction, day.owner, source, day.levels, day.additive, "daily"
        )
    for key in order_of_derived(all_of):
        one_by = all_of.derived[key]
        sources = tuple(
            dict.fromkeys(
                name
                for part in (one_by.of, one_by.per)
                for name in (found[part].sources if part in found else known[part].sources)
            )
        )
        found[key] = Number(
            key, one_by.title, one_by.unit, one_by.direction, one_by.owner, sources, one_by.levels, False, "monthly"
        )
    return found


def order_of_derived(found: Declared) -> list[str]:
    """The quotients, each after those that it is made of. Raises CycleError when one is made of itself."""
    parts = {key: [name for name in (one.of, one.per) if name in found.derived] for key, one in found.derived.items()}
    return list(TopologicalSorter(parts).static_order())


def _content(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def problems(path: Path, codelists: dict[str, CodeList], counted: dict[str, frozenset[str]]) -> list[str]:
    """One sentence a mistake of the declaration in ``path``; ``counted`` are the columns of each declared resource."""
    try:
        content = _content(path)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return [not_yaml(path, error)]
    try:
        found = Declared.model_validate(content)
    except ValidationError as error:
        return [_sentence(path, item) for item in error.errors()]
    return [f"{path.name}: {said}" for said in (*_cycles(found), *_unknown(found, counted), *_areas(found, codelists))]


def _sentence(path: Path, item: "ErrorDetails") -> str:
    match item["loc"]:
        case ("thresholds", key, ("owner" | "reason") as what) if item["type"] in ("missing", "string_too_short"):
            return f"{path.name}: threshold '{key}' has no {what}; say who answers for it and why, or take it out"
    return not_allowed(path, item)


def _cycles(found: Declared) -> list[str]:
    try:
        order_of_derived(found)
    except CycleError as error:
        return [f"derived '{' > '.join(error.args[1])}' is made of itself; break the circle"]
    return []


def _unknown(found: Declared, counted: dict[str, frozenset[str]]) -> list[str]:
    known = {*all_indicators(), *found.daily, *found.derived}
    remedy = "name one of indicators.yaml, macro.yaml, or of 'daily' or 'derived'"
    watched = {*found.watched, *found.daily, *found.derived}
    said = [f"watched indicator '{key}' is not declared; {remedy}" for key in found.watched if key not in known]
    said += [
        f"derived '{key}' is made of '{part}', which is no monthly number that is watched; watch it too"
        for key, one in found.derived.items()
        for part in (one.of, one.per)
        if part not in {*found.watched, *found.derived}
    ]
    said += [
        f"threshold '{key}' is on indicator '{one.indicator}', which is not watched; add it or name another"
        for key, one in found.thresholds.items()
        if one.indicator not in watched
    ]
    for key, day in found.daily.items():
        columns = counted.get(day.tally.resource)
        if columns is None:
            continue  # a catalogue without the resource has nothing to count; the night leaves the number out
        said += [
            f"daily '{key}' counts column '{column}', which '{day.tally.resource}' does not have; mend the tally"
            for column in sorted(day.tally.columns - columns)
        ]
    return said


def _areas(found: Declared, codelists: dict[str, CodeList]) -> list[str]:
    levels = {"city", "county", "township", CITY}
    lists = [codelists[name].names for name in ("county", "township_nbs") if name in codelists]
    known = levels.union(*lists)
    return [
        f"threshold '{key}' is for area '{area}', which is neither a level nor a code of the city; mend 'areas'"
        for key, one in found.thresholds.items()
        for area in one.areas
        if area not in known
    ]
