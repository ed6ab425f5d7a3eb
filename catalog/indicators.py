"""The indicators the platform publishes, declared: what a number means, which way is good, whose data it comes from."""

from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from catalog.model import Cycle, Frozen


class Indicator(Frozen):
    """One published number; ``direction`` says which way is good."""

    indicator: str
    title: str
    topic: str
    unit: str
    direction: Literal["up", "down", "neutral"]
    cycle: Cycle
    owner: str
    sources: tuple[str, ...]
    definition: str


@cache
def all_indicators() -> dict[str, Indicator]:
    """Every declared indicator, in the order of ``indicators.yaml``."""
    path = Path(__file__).with_name("indicators.yaml")
    entries = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {key: Indicator(indicator=key, **value) for key, value in entries.items()}
