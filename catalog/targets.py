"""How the yearly targets of the plan are measured, as ``targets.yaml`` declares it."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from catalog.model import Frozen


class Measure(Frozen):
    """What a target is held against: ``to_date`` says how a year's actual is read from ``indicator``.

    With ``per`` it is a percentage of that indicator. ``scale`` brings the indicator's unit to the plan's ``unit``; a
    target delivered in another unit is not compared.
    """

    code: str
    indicator: str
    to_date: Literal["cumulative", "growth", "rise", "last", "sum", "mean"]
    unit: str
    per: str | None = None
    scale: Decimal = Decimal(1)


@cache
def all_measures() -> dict[str, Measure]:
    """Every measured target by its code in the plan."""
    path = Path(__file__).with_name("targets.yaml")
    entries = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {code: Measure(code=code, **entry) for code, entry in entries.items()}
