"""Tables that people open in a spreadsheet: formula characters neutralised, files for their owner's eyes only."""

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from taian.errors import ProblemError

FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""A cell that starts with one of these would be run, or silently changed, by a spreadsheet; the apostrophe itself is
among them so that ``plain`` can give back exactly what was there."""

WIDEST = 60


def neutral(cell: str) -> str:
    """The cell as text that no spreadsheet runs: an apostrophe stands before a formula character."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def plain(cell: str) -> str:
    """What ``neutral`` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """CSV in UTF-8 with the mark by which spreadsheets recognise it."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([neutral(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Sequence[str]], title: str) -> bytes:
    """A workbook of one sheet, every cell a text: identity numbers keep all their digits."""
    return as_workbook({title: rows})


def as_workbook(sheets: Mapping[str, Iterable[Sequence[str]]], *, is_for_people: bool = True) -> bytes:
    """A workbook of these sheets, every cell a text. One that no person opens keeps its cells as they are."""
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        text = workbook.add_format({"num_format": "@"})
        for title, rows in sheets.items():
            sheet = workbook.add_worksheet(title[:31])
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write_string(at, column, neutral(cell) if is_for_people else cell, text)
            sheet.autofit(WIDEST * 7)
    return buffer.getvalue()


def read_table(path: Path) -> list[list[str]]:
    """Every row of a CSV (UTF-8 or GB18030) or of a workbook's first sheet, as ``plain`` texts.

    Raises ProblemError when it is neither.
    """
    try:
        rows = _workbook(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    except (OSError, ValueError, csv.Error) as error:
        reason = " ".join(str(error).split())[:160]
        raise ProblemError(f"{path.name} is not a table in CSV or XLSX ({reason}): save it again and retry.") from error
    return [[plain(cell) for cell in row] for row in rows]


def _csv(path: Path) -> list[list[str]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    return list(csv.reader(io.StringIO(text, newline="")))


def _workbook(path: Path) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    except CalamineError as error:
        raise ValueError(str(error)) from error
    return [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that did not exist, readable by this user only. Raises ProblemError when it cannot be made."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ProblemError(f"{path} exists already: choose another name, or remove it first.") from error
    except OSError as error:
        raise ProblemError(f"{path} cannot be written ({error.strerror}): choose another place.") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
