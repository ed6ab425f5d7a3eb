"""The first sheet of a workbook that holds a table (XLSX, XLS, XLSB, ODS): cells as their reader sees them."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from taian.errors import ProblemError
from taian.grid import Written, find_header, is_number
from taian.notes import Note


def read_workbook(path: Path) -> Written:
    """The table of the first sheet that has one. Raises ProblemError when it cannot be opened or holds nothing."""
    name, rows, others = _first_sheet(path)
    texts = [[cell_text(cell) for cell in row] for row in rows]
    at = find_header(texts)
    if at is None:
        raise ProblemError(f"{path.name} is empty: name a file with a header and rows.")
    has_header = not all(is_number(cell) for cell in texts[at] if cell)
    body = texts[at + has_header :]
    columns = zip(*body, strict=True) if body else [()] * len(texts[at])
    table = pa.table({str(place): pa.array(_nulls(cells), pa.string()) for place, cells in enumerate(columns)})
    notes = []
    if others:
        notes.append(Note(f"only the sheet '{name}' was read", f"只读取了工作表“{name}”"))
    header = texts[at] if has_header else [""] * len(texts[at])
    return Written(header, table, np.arange(at + has_header + 1, len(texts) + 1), notes)


def cell_text(cell: Any) -> str:
    """A cell as its reader sees it: whole numbers without a point, dates in ISO form."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ") if cell.time() != dt.time() else cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(cell).strip()


def _nulls(cells: Sequence[str]) -> list[str | None]:
    return [cell or None for cell in cells]


def _first_sheet(path: Path) -> tuple[str, list[list[Any]], bool]:
    """Name and rows of the first sheet with more than one row, and whether others hold something too."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        filled = [name for name in workbook.sheet_names if workbook.get_sheet_by_name(name).end is not None]
        if not filled:
            raise ProblemError(f"{path.name} is empty: name a file with a header and rows.")
        name = next((n for n in filled if workbook.get_sheet_by_name(n).total_height > 1), filled[0])
        return name, _filled(workbook.get_sheet_by_name(name)), len(filled) > 1
    except PasswordError as error:
        raise ProblemError(f"{path.name} is protected by a password: save it without one.") from error
    except (CalamineError, OSError, ValueError) as error:
        raise ProblemError(f"{path.name} cannot be opened as a workbook: save it again as XLSX or CSV.") from error


def _filled(sheet: Any) -> list[list[Any]]:
    """The cells, every merged range filled with its first one."""
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        value = rows[top][left]
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [value] * (min(right + 1, len(row)) - left)
    return rows
