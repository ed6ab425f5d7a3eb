"""The yearly evaluation 考核 of departments, as ``evaluation.yaml`` declares it: indicators, weights, formulas."""

from functools import cache
from pathlib import Path
from typing import Literal, get_args

import yaml
from pydantic import Field, ValidationError, model_validator

from catalog.model import Dimension, Frozen
from catalog.said import not_valid, not_yaml

Formula = Literal["published_share", "quality_mean", "taken_days", "measure_mean"]
KINDS = ("supply", "timeliness", "quality", "use", "migration", "tasks")


class Indicator(Frozen):
    """One indicator: its weight in points of a hundred, its formula by name, what the formula is taken ``of``.

    published_share  resources of the department with a published batch, of those that it provides
    quality_mean     the mean of the latest shares of these dimensions over its resources
    taken_days       working days of the last whole month on which it got rows of others' data, of all of them
    measure_mean     the mean of these measures of ``plan.yaml`` in parts of what the plan asks for, at most 1
    """

    title: str
    weight: float = Field(gt=0, le=100)
    formula: Formula
    of: tuple[str, ...] = ()
    definition: str
    source: str


class Evaluation(Frozen):
    """The whole of ``evaluation.yaml``."""

    version: str
    decided_by: str
    exceptions: str
    ranked_from: float = Field(ge=0, le=100)
    swing: float = Field(gt=0, lt=100)
    indicators: dict[str, Indicator]

    @model_validator(mode="after")
    def _whole(self) -> "Evaluation":
        if tuple(self.indicators) != KINDS:
            raise ValueError(f"indicators must be those of article 37, in this order: {', '.join(KINDS)}")
        total = sum(each.weight for each in self.indicators.values())
        if total != 100:
            raise ValueError(f"the weights add up to {total:g}, not to 100")
        return self


def read_evaluation(path: Path) -> Evaluation:
    """The scheme of a file; ValidationError when it is not one."""
    return Evaluation.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@cache
def evaluation() -> Evaluation:
    """The scheme of this project."""
    return read_evaluation(Path(__file__).with_name("evaluation.yaml"))


def mistakes(path: Path, measures: set[str]) -> list[str]:
    """One sentence for everything in the file that is wrong or not known."""
    try:
        found = read_evaluation(path)
    except ValidationError as error:
        return not_valid(path, error)
    except yaml.YAMLError as error:
        return [not_yaml(path, error)]
    known: dict[str, set[str]] = {"quality_mean": set(get_args(Dimension)), "measure_mean": measures}
    said = []
    for name, each in found.indicators.items():
        if each.formula in known and not each.of:
            said.append(f"{path.name}: indicator '{name}' is taken of nothing: name what '{each.formula}' is of")
        for one in each.of:
            if one not in known.get(each.formula, set()):
                said.append(
                    f"{path.name}: indicator '{name}' is taken of '{one}', which '{each.formula}' does not know"
                )
    return said
