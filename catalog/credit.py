"""How public credit is scored, as ``credit.yaml`` declares it: a base, points for each kind of record, levels."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import Field, model_validator

from catalog.model import Frozen


class Item(Frozen):
    """One kind of record: what it is called, how many points it adds while it is in force, and why so many."""

    title: str
    points: int
    reason: str = Field(min_length=1)


class Level(Frozen):
    """A level and the lowest score that still has it."""

    level: str
    at_least: int
    title: str


class CreditScore(Frozen):
    """A subject's score is ``base`` and the points of its records in force, never below ``floor``; ``levels`` go from
    the best to the worst, which begins at the floor.
    """

    base: int
    floor: int
    levels: tuple[Level, ...] = Field(min_length=1)
    items: dict[str, Item] = Field(min_length=1)

    @model_validator(mode="after")
    def _ordered(self) -> "CreditScore":
        limits = [level.at_least for level in self.levels]
        if sorted(set(limits), reverse=True) != limits:
            raise ValueError("levels must go from the best to the worst, each with a lower 'at_least'")
        if limits[-1] != self.floor:
            raise ValueError(f"the last level must begin at the floor {self.floor}, so that every score has a level")
        return self


@cache
def credit_score() -> CreditScore:
    """The declared way of scoring."""
    path = Path(__file__).with_name("credit.yaml")
    return CreditScore.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
