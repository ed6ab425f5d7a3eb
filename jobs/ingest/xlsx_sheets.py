"""XLSX to numbered rows: title rows above the header are passed over, merged cells filled, every sheet read."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from catalog import Resource
from jobs.ingest.headers import check_headers
from jobs.ingest.rejected import RejectedError
from jobs.ingest.rows import Content, record_batch

HEADER_WITHIN = 20
"""A header is looked for in this many first rows of a sheet."""


def read_xlsx(path: Path, resource: Resource) -> Content:
    """Rows of every sheet as quoted CSV lines in the order of the declaration. Raises RejectedError F006, F009,
    F012.
    """
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = [(name, *_filled(workbook, name)) for name in workbook.sheet_names]
    except (CalamineError, ValueError, OSError) as error:
        raise RejectedError("F012", f"文件“{path.name}”不能作为 Excel 工作簿打开，请重新导出。") from error
    headers = tuple(column.delivered_as for column in resource.columns)
    found = [(name, rows, first, _header_at(rows, resource)) for name, rows, first in sheets if rows]
    if not found:
        raise RejectedError("F009", f"文件“{path.name}”没有任何内容，请重新导出。")
    for name, rows, _, at in found:
        check_headers(f"{path.name}#{name}", [_text(cell) for cell in rows[at] if _text(cell)], resource)
    return Content(headers, "csv", _sheets(path.name, found, headers, resource))


def _filled(workbook: CalamineWorkbook, name: str) -> tuple[list[list[Any]], int]:
    """Cells of a sheet with every merged range filled with its first cell, and the number of its first row."""
    sheet = workbook.get_sheet_by_name(name)
    rows = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        value = rows[top][left]
        for row in range(top, min(bottom, len(rows) - 1) + 1):
            for column in range(left, min(right, len(rows[row]) - 1) + 1):
                rows[row][column] = value
    return rows, 1


def _header_at(rows: list[list[Any]], resource: Resource) -> int:
    """Index of the row that holds most declared headers."""
    declared = {column.delivered_as for column in resource.columns}
    scores = [len(declared & {_text(cell) for cell in row}) for row in rows[:HEADER_WITHIN]]
    return scores.index(max(scores))


def _sheets(
    file: str,
    sheets: Sequence[tuple[str, list[list[Any]], int, int]],
    headers: tuple[str, ...],
    resource: Resource,
) -> Iterator[pa.RecordBatch]:
    for name, rows, first, at in sheets:
        titles = [_text(cell) for cell in rows[at]]
        places = [titles.index(header) if header in titles else None for header in headers]
        numbers: list[int] = []
        lines: list[str] = []
        defects: list[str | None] = []
        for offset, row in enumerate(rows[at + 1 :], start=at + 1):
            cells = [_text(row[place]) if place is not None and place < len(row) else "" for place in places]
            if not any(cells):
                continue
            delivered = [cell for cell, place in zip(cells, places, strict=True) if place is not None]
            defects.append("R009" if delivered == [t for t in headers if t in titles] else None)
            named = [
                name if header == resource.form.sheet_column else cell
                for header, cell in zip(headers, cells, strict=True)
            ]
            lines.append(_line(named))
            numbers.append(offset + first)
        yield record_batch(f"{file}#{name}", numbers, lines, defects)


def _line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="").writerow(cells)
    return buffer.getvalue()


def _text(cell: Any) -> str:
    """A cell as its reader sees it: whole numbers without a point, dates in ISO form."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()
