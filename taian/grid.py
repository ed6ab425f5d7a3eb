"""The table in a file's cells: where it begins (titles and units often stand above the header) and its names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from taian.notes import Note

WITHIN = 20
"""A header is looked for in this many first rows."""
_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+(e[-+]?\d+)?%?", re.IGNORECASE)


@dataclass(frozen=True)
class Written:
    """A table as its file has it."""

    header: list[str]
    """Names as written; all empty when the file has no header."""
    data: pa.Table
    """Columns by position, of texts (null where empty) or of a numeric type."""
    places: npt.NDArray[np.int64]
    """Number of each row in the file, the first one being 1."""
    notes: list[Note]


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """The first row in which most of the table's columns are named; None when no row holds anything."""
    filled = [len({cell.strip() for cell in row} - {""}) for row in rows]
    widest = max(filled[:WITHIN], default=0)
    if widest == 0:
        return None
    return next(at for at, count in enumerate(filled) if count >= max(0.6 * widest, min(widest, 2)))


def is_number(cell: str) -> bool:
    """Whether a header cell is a figure: then the file has no header."""
    return bool(_NUMBER.fullmatch(cell.strip()))


def unique_names(written: Sequence[str]) -> list[str]:
    """Names of the columns: an empty one is called by its place (第3列), a second 产值 becomes 产值 (2)."""
    names: list[str] = []
    for place, name in enumerate(written, start=1):
        wanted = " ".join(name.split()) or f"第{place}列"
        repeat, unique = 1, wanted
        while unique in names:
            repeat += 1
            unique = f"{wanted} ({repeat})"
        names.append(unique)
    return names
