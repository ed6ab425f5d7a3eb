"""Code lists, each a CSV with ``code,name``; the first line's comment is its title, a ``：``, its standard and edition.

A list of an earlier edition has a third column ``successor``: the code of the current edition that holds all of it.
"""

import csv
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class CodeList:
    """Codes of one standard: ``title`` is what pages call it, ``names`` maps code to name, in the standard's order,
    ``successors`` to a later edition's code.
    """

    name: str
    title: str
    source: str
    names: dict[str, str]
    successors: dict[str, str] = field(default_factory=dict)


def load_codelists(directory: Path) -> dict[str, CodeList]:
    """Read every ``<name>.csv`` of a folder; the first line is ``# title：standard and edition``."""
    lists = {}
    for path in sorted(directory.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            title, _, source = file.readline().removeprefix("#").strip().partition("：")
            rows = list(csv.DictReader(file))
        names = {row["code"]: row["name"] for row in rows}
        successors = {row["code"]: row["successor"] for row in rows if row.get("successor")}
        lists[path.stem] = CodeList(path.stem, title, source or title, names, successors)
    return lists
