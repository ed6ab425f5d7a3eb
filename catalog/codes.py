"""Outcome codes: F a file is rejected, R a row is quarantined, W a warning. A number is never used again."""

from functools import cache
from pathlib import Path

import yaml

from catalog.model import Dimension, Frozen

OURS = "W105"
"""Held through a fault of the platform: nothing that a department could confirm, whatever else is wrong."""


class Code(Frozen):
    """What an outcome means to the department that reads it, and what it should do."""

    code: str
    title: str
    dimension: Dimension
    meaning: str
    remedy: str


@cache
def all_codes() -> dict[str, Code]:
    """Every code of the platform, in the order of ``codes.yaml``."""
    path = Path(__file__).with_name("codes.yaml")
    entries = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {key: Code(code=key, **value) for key, value in entries.items()}
