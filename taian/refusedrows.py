"""Refused rows for their owner: shown masked, exported as delivered with their reasons, taken back when corrected."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alerts.again import can_resubmit
from catalog import Resource, all_codes
from catalog.masking import masked
from catalog.model import Mask
from taian.errors import ProblemError
from taian.spreadsheet import as_workbook

WHOLE_ROW = frozenset({"R009", "R010", "R011", "R012", "R013", "R014"})
"""Codes of rows that are no record: their cells cannot be told apart, so nothing of them is shown."""

NOTICE_PERSONAL = (
    "本文件含个人信息，系《{title}》被退回的原始数据，仅供{provider}更正使用，不得转发，用毕删除。"
    "请只改数据列，删除不再报送的行，然后执行 taian quarantine resubmit。"
)
NOTICE_PLAIN = (
    "本文件系《{title}》被退回的原始数据，仅供{provider}更正使用。"
    "请只改数据列，删除不再报送的行，然后执行 taian quarantine resubmit。"
)
BATCH = "批次"
REASONS = (BATCH, "文件", "行号", "代码", "原因", "信息项", "处理办法")
WHOLE = "整行原文"
HEADER_WITHIN = 5
_ID_NUMBER = re.compile(r"(?<!\d)[1-8]\d{16}[\dXx](?![\dXx])")


@dataclass(frozen=True)
class Refused:
    """One refused row: where it stood, every rule it broke, and its cells by delivered header (None: no record)."""

    batch: str
    file: str
    source_row: int
    codes: tuple[str, ...]
    columns: tuple[str, ...]
    raw: str
    cells: dict[str, str] | None


def refused_row(row: Mapping[str, Any], layout: Mapping[str, Any] | None, resource: Resource) -> Refused:
    """A row of ``quarantine__<resource>``; ``layout`` holds its batch's ``headers`` and ``codec``."""
    from jobs.publish.refused import delivered_cells

    cells = None
    if layout is not None and layout["headers"] and WHOLE_ROW.isdisjoint(row["codes"]):
        found = delivered_cells(row["raw"], layout["headers"], layout["codec"], resource.form.delimiter)
        cells = {header: value or "" for header, value in found.items()}
    return Refused(
        batch=row["_batch"],
        file=row["_file"],
        source_row=int(row["_source_row"]),
        codes=tuple(row["codes"]),
        columns=tuple(row["columns"]),
        raw=row["raw"],
        cells=cells,
    )


def _titles(resource: Resource, columns: Iterable[str]) -> str:
    titles = {column.name: column.title for column in resource.columns}
    return "、".join(dict.fromkeys(titles.get(name, "整行") for name in columns))


def _reason(codes: Sequence[str]) -> str:
    return "；".join(all_codes()[code].title for code in dict.fromkeys(codes))


def _safe(value: str, resource: Resource, header: str) -> str | None:
    masks: dict[str, Mask] = {column.delivered_as: column.mask for column in resource.columns}
    shown = masked(value, masks.get(header, "all")) if value else value
    # A number that slipped into another column is still somebody's.
    return _ID_NUMBER.sub(lambda number: masked(number.group(), "id_number") or "", shown) if shown else shown


def shown(row: Refused, resource: Resource) -> dict[str, Any]:
    """One line of ``taian quarantine show``: cells masked by their column's declaration."""
    cells = {} if row.cells is None else {h: _safe(v, resource, h) for h, v in row.cells.items()}
    return {
        "batch": row.batch,
        "file": row.file,
        "source_row": row.source_row,
        "codes": " ".join(dict.fromkeys(row.codes)),
        "reason": _reason(row.codes),
        "columns": _titles(resource, row.columns),
        "row": "not readable as a record"
        if row.cells is None
        else "  ".join(f"{h}={v}" for h, v in cells.items() if v),
        "cells": cells,
    }


def sheet(rows: Sequence[Refused], resource: Resource) -> list[list[str]]:
    """The export: a notice, the header, then every row as delivered behind its reasons."""
    is_personal = any(column.personal != "none" for column in resource.columns)
    notice = (NOTICE_PERSONAL if is_personal else NOTICE_PLAIN).format(
        title=resource.title, provider=resource.provider.name
    )
    delivered = (header for row in rows for header in row.cells or ())
    # A JSON record leaves out what is empty; its owner may want to fill it in.
    headers = list(dict.fromkeys((*delivered, *(column.delivered_as for column in resource.columns))))
    table = [[notice], [*REASONS, *headers, WHOLE]]
    for row in rows:
        remedies = "；".join(all_codes()[code].remedy for code in dict.fromkeys(row.codes))
        reasons = [row.batch, row.file, str(row.source_row), " ".join(dict.fromkeys(row.codes)), _reason(row.codes)]
        reasons += [_titles(resource, row.columns), remedies]
        cells = [(row.cells or {}).get(header, "") for header in headers]
        table.append([*reasons, *cells, "" if row.cells is not None else row.raw])
    return table


@dataclass(frozen=True)
class Corrected:
    """Corrected rows of a file: the batches they were refused in, and their cells by header."""

    batches: tuple[str, ...]
    rows: tuple[dict[str, str], ...]


def corrected(table: list[list[str]], name: str) -> Corrected:
    """The rows of a corrected export. Raises ProblemError when the file is not one, or holds no row to deliver."""
    at = next((i for i, row in enumerate(table[:HEADER_WITHIN]) if BATCH in row), None)
    if at is None:
        raise ProblemError(
            f"{name} has no column '{BATCH}': correct the file that taian quarantine export wrote, and keep its header."
        )
    headers = [cell.strip() for cell in table[at]]
    filler = [""] * len(headers)
    rows = [
        dict(zip(headers, [*row, *filler], strict=False))
        for row in table[at + 1 :]
        if any(cell.strip() for cell in row)
    ]
    # A row that was no record has nothing in its columns until somebody fills them in.
    data = [header for header in headers if header and header not in (*REASONS, WHOLE)]
    filled = [row for row in rows if any(row.get(header, "").strip() for header in data)]
    if not filled:
        raise ProblemError(f"{name} holds no row to deliver: fill in the corrected cells of at least one.")
    batches = tuple(dict.fromkeys(row.get(BATCH, "").strip() for row in filled))
    return Corrected(batches, tuple(filled))


def check_can_resubmit(resource: Resource) -> None:
    """Raises ProblemError with the way to correct a resource whose rows cannot be handed in one by one."""
    name, form = resource.resource, resource.form.kind
    if can_resubmit(form, resource.load):
        return
    if form == "jdbc":
        raise ProblemError(
            f"{name} is read from a view of {resource.provider.name}: correct the rows there, "
            "the next snapshot has them."
        )
    raise ProblemError(
        f"{name} is delivered whole each time: correct the whole file and hand it in with taian deliver FILE "
        f"--resource {name} --period PERIOD."
        if resource.load == "replace"
        else f"{name} is delivered as {form}, whose rows no spreadsheet can hold: correct the file and hand it in with "
        f"taian deliver FILE --resource {name} --period PERIOD."
    )


def delivery_file(found: Corrected, resource: Resource) -> bytes:
    """The corrected rows as their department would deliver them: declared headers, in the declared form.

    Raises ProblemError when a declared column is missing from the file.
    """
    headers = [column.delivered_as for column in resource.columns]
    missing = [header for header in headers if header not in found.rows[0]]
    if missing:
        raise ProblemError(
            f"The file lacks the column '{missing[0]}' of {resource.resource}: keep every column of the export."
        )
    rows = [{header: row.get(header, "") for header in headers} for row in found.rows]
    return _WRITERS[resource.form.kind](rows, resource)


Rows = list[dict[str, str]]


def _as_csv(rows: Rows, resource: Resource) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=resource.form.delimiter, lineterminator="\n")
    writer.writerows([list(rows[0]), *(list(row.values()) for row in rows)])
    return buffer.getvalue().encode(resource.form.encoding)


def _as_workbook(rows: Rows, resource: Resource) -> bytes:
    """A sheet for each value of the column that takes its value from the sheet's name, if there is such a column."""
    by_sheet = resource.form.sheet_column
    sheets: dict[str, list[list[str]]] = {}
    for row in rows:
        name = row[by_sheet] if by_sheet else resource.resource
        sheets.setdefault(name, [list(row)]).append(list(row.values()))
    return as_workbook(sheets, is_for_people=False)


def _records(rows: Rows) -> list[dict[str, str | None]]:
    return [{header: cell or None for header, cell in row.items()} for row in rows]


def _as_lines(rows: Rows, _resource: Resource) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in _records(rows)).encode()


def _as_answer(rows: Rows, resource: Resource) -> bytes:
    form = resource.form
    answer: dict[str, Any] = {form.ok: form.ok_value} if form.ok else {}
    return json.dumps({**answer, form.records: _records(rows)}, ensure_ascii=False).encode()


def _as_parquet(rows: Rows, _resource: Resource) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(
        pa.Table.from_pylist(_records(rows), pa.schema([(header, pa.string()) for header in rows[0]])), buffer
    )
    return buffer.getvalue()


_WRITERS = {
    "csv": _as_csv,
    "xlsx": _as_workbook,
    "jsonl": _as_lines,
    "json": _as_answer,
    "parquet": _as_parquet,
}
