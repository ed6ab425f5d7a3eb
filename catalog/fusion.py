"""Which department is believed for which attribute of a golden record, as ``fusion.yaml`` declares it."""

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import model_validator

from catalog.model import Frozen


class Attribute(Frozen):
    """One golden attribute: resources that hold it, the most believed first, and what decides among them."""

    sources: tuple[str, ...]
    prefer: Literal["order", "freshest", "agreement"] = "order"
    compared: Literal["exact", "text", "never"] = "exact"

    @model_validator(mode="after")
    def _named(self) -> "Attribute":
        if not self.sources:
            raise ValueError("has no sources; name the resources that hold it, the most believed first")
        if len(set(self.sources)) < len(self.sources):
            raise ValueError("names a source twice; keep the first")
        return self


class Fusion(Frozen):
    """The rules of one golden table; ``leading`` is the resource whose versions give the table its history."""

    leading: str
    attributes: dict[str, Attribute]

    @property
    def resources(self) -> tuple[str, ...]:
        """Every resource that has a say, the leading one first."""
        named = (name for attribute in self.attributes.values() for name in attribute.sources)
        return tuple(dict.fromkeys((self.leading, *named)))


@cache
def all_fusions() -> dict[str, Fusion]:
    """Every golden table with declared survivorship, by table name."""
    path = Path(__file__).with_name("fusion.yaml")
    entries = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {table: Fusion.model_validate(entry) for table, entry in entries.items()}
