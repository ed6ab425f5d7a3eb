"""Code lists, each a CSV with ``code,name`` and its standard and edition in the first line's comment."""

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class CodeList:
    """Codes of one standard: ``names`` maps code to name, in the standard's order."""

    name: str
    source: str
    names: dict[str, str]


def load_codelists(directory: Path) -> dict[str, CodeList]:
    """Read every ``<name>.csv`` of a folder; the first line ``# …`` says the standard and its edition."""
    lists = {}
    for path in sorted(directory.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            source = file.readline().removeprefix("#").strip()
            names = {row["code"]: row["name"] for row in csv.DictReader(file)}
        lists[path.stem] = CodeList(path.stem, source, names)
    return lists
