"""The corruptor: edits finished files and signs them again. It is told headers and edits as data and knows no rule.

A file gets defects in about ``share`` of its rows, at most one a row; what it planted is returned for the truth.
"""

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from sample_data import defects, sheet_xml
from sample_data.defects import Change
from sample_data.delivery import read_manifest, sign
from sample_data.forms import json_text, write_geojson
from sample_data.truth import Planted

SHARE = 0.01
"""About one row in a hundred of a real delivery is wrong or oddly written."""

GEOMETRY = "geometry"
"""Name under which an edit speaks of a feature's geometry."""

Whole = Literal["duplicate", "repeated_header", "totals", "all_zero", "short", "trailing_commas", "broken"]


@dataclass(frozen=True)
class Edit:
    """One kind of accident: a ``change`` of the cell under header ``column``, or something done to the ``whole`` row.

    ``codes`` is the expected outcome, empty when the row must be accepted all the same. ``fits`` says which cells the
    change makes sense for; a row that does not fit passes the accident on to the next row.
    """

    defect: str
    codes: str = ""
    column: str = ""
    change: Change | None = None
    fits: Callable[[Any], bool] | None = None
    whole: Whole | None = None

    @property
    def is_single(self) -> bool:
        """Whether it happens once in a file, not in a share of its rows."""
        return self.whole in ("repeated_header", "totals", "all_zero")


DUPLICATE = Edit("整行重复", "R008", whole="duplicate")
REPEATED_HEADER = Edit("中间重复表头", "R009", whole="repeated_header")
TOTALS = Edit("合计行", "R010", whole="totals")
ALL_ZERO = Edit("末尾全零行", "R011", whole="all_zero")
SHORT_ROW = Edit("少列", "R012", whole="short")
BROKEN_RECORD = Edit("记录不完整", "R014", whole="broken")
TRAILING_COMMAS = Edit("行尾多余逗号", "", whole="trailing_commas")


def lost_character(column: str) -> Edit:
    """A character of ``column`` lost to a bad conversion."""
    return Edit("字符丢失", "R013", column, defects.lost_character, fits=bool)


@dataclass
class _Plan:
    """Which rows (0-based) are due for which edits, and which accidents wait for a row that fits."""

    due: dict[int, list[Edit]]
    waiting: list[Edit] = field(default_factory=list)
    appended: list[Edit] = field(default_factory=list)

    def take(self, row: int, cell: Callable[[str], Any]) -> Edit | None:
        """The edit to make on this row, if any; those that do not fit keep waiting."""
        self.waiting += self.due.pop(row, [])
        for edit in self.waiting:
            if edit.whole or edit.fits is None or edit.fits(cell(edit.column)):
                self.waiting.remove(edit)
                return edit
        return None

    def concerns(self, row: int) -> bool:
        """Whether this row must be looked at."""
        return bool(self.waiting) or row in self.due


def _plan(rows: int, edits: Sequence[Edit], rng: np.random.Generator, share: float) -> _Plan:
    spread = [e for e in edits if not e.is_single]
    single = [e for e in edits if e.is_single]
    count = min(round(rows * share), rows) if spread else 0
    chosen = np.sort(rng.choice(rows, size=count, replace=False))
    order = rng.permutation(len(spread)) if spread else np.array([], dtype=np.int64)
    turn = rng.permutation(count)
    due: dict[int, list[Edit]] = {int(row): [spread[order[turn[i] % len(spread)]]] for i, row in enumerate(chosen)}
    for edit in single:
        if edit.whole == "repeated_header":
            due.setdefault(int(rows * rng.uniform(0.4, 0.6)), []).append(edit)
    return _Plan(due, appended=[e for e in single if e.whole != "repeated_header"])


def _finish(folder: Path, file: str, made: Sequence[tuple[int, Edit]], added: int) -> list[Planted]:
    manifest = read_manifest(folder)
    sign(folder, rows=manifest["rows"] + added)
    resource, batch = manifest["resource"], manifest["batch"]
    return [Planted(resource, batch, file, row, edit.defect, edit.codes) for row, edit in made]


# CSV: streamed, only the chosen lines are decoded.


@dataclass
class _CsvEditor:
    header: list[str]
    header_line: bytes
    encoding: str
    delimiter: str
    ending: bytes
    quoted: bool

    def cells(self, line: bytes) -> list[str]:
        return next(csv.reader([line.decode(self.encoding).rstrip("\r\n")], delimiter=self.delimiter))

    def line(self, cells: Sequence[str]) -> bytes:
        text = io.StringIO()
        quoting: Literal[0, 1] = csv.QUOTE_ALL if self.quoted else csv.QUOTE_MINIMAL
        csv.writer(text, delimiter=self.delimiter, lineterminator="", quoting=quoting).writerow(cells)
        return text.getvalue().encode(self.encoding) + self.ending

    def changed(self, edit: Edit, line: bytes, rng: np.random.Generator) -> bytes:
        cells = self.cells(line)
        if edit.whole == "short":
            return self.line(cells[: max(1, len(cells) - 1 - int(rng.integers(1, 3)))])
        if edit.whole == "trailing_commas":
            return line.rstrip(b"\r\n") + b",," + self.ending
        if edit.change is not None:
            place = self.header.index(edit.column)
            cells[place] = edit.change(cells[place], rng)
        return self.line(cells)

    def extra(self, edit: Edit) -> bytes:
        if edit.whole == "totals":
            return self.line(["合计", *[""] * (len(self.header) - 1)])
        return self.line(["0"] * len(self.header))


def _csv_editor(head: bytes, encoding: str) -> _CsvEditor:
    plain = head.removeprefix(b"\xef\xbb\xbf")
    ending = b"\r\n" if plain.endswith(b"\r\n") else b"\n"
    text = plain.decode(encoding).rstrip("\r\n")
    delimiter = max(",\t|;", key=text.count)
    header = next(csv.reader([text], delimiter=delimiter))
    return _CsvEditor(header, plain, encoding, delimiter, ending, quoted=text.startswith('"'))


def edit_csv(
    folder: Path, file: str, edits: Sequence[Edit], rng: np.random.Generator, *, share: float = SHARE
) -> list[Planted]:
    """Plant ``edits`` in a CSV of a delivered batch; encoding and row count come from its manifest.

    Memory holds one line and the plan. Fields with line breaks inside are not handled. Duplicates, totals and zero rows
    are appended at the end; a repeated header goes to the middle; each counts in the manifest's rows.
    """
    manifest = read_manifest(folder)
    plan = _plan(int(manifest["rows"]), edits, rng, share)
    path, copy = folder / file, folder / f".{file}"
    made: list[tuple[int, Edit]] = []
    with path.open("rb") as source, copy.open("wb") as target:
        head = source.readline()
        editor = _csv_editor(head, manifest["encoding"])
        target.write(head)
        number, added, tail = 1, 0, []
        for row, line in enumerate(source):
            number += 1
            edit = None
            if plan.concerns(row):
                cells = dict(zip(editor.header, editor.cells(line), strict=False))
                edit = plan.take(row, cells.__getitem__)
            if edit is None:
                target.write(line)
            elif edit.whole == "duplicate":
                target.write(line)
                tail.append((edit, line))
            elif edit.whole == "repeated_header":
                target.write(editor.header_line + line)
                made.append((number, edit))
                number, added = number + 1, added + 1
            else:
                target.write(editor.changed(edit, line, rng))
                made.append((number, edit))
        tail += [(edit, editor.extra(edit)) for edit in plan.appended]
        for edit, line in tail:
            number += 1
            target.write(line)
            made.append((number, edit))
    copy.replace(path)
    return _finish(folder, file, made, added + len(tail))


# Records: JSON lines, wrapped JSON, Parquet, SQLite, XLSX.

Record = dict[str, Any]


@dataclass
class _Edits:
    """What happens to a list of records: rows (0-based) that change, records behind the last, ordinals from 1."""

    changed: dict[int, Record]
    tail: list[Record]
    made: list[tuple[int, Edit]]
    broken: set[int]


@dataclass
class _Edited:
    records: list[Record]
    made: list[tuple[int, Edit]]
    broken: set[int]
    added: int


def _choose_edits(
    count: int, record_at: Callable[[int], Record], edits: Sequence[Edit], rng: np.random.Generator, share: float
) -> _Edits:
    """Edits of ``count`` records; only those that the plan concerns are asked for."""
    plan = _plan(count, edits, rng, share)
    found = _Edits({}, [], [], set())
    tail: list[tuple[Record, Edit]] = []
    for row in range(count):
        if not plan.concerns(row):
            continue
        record = record_at(row)
        edit = plan.take(row, record.get)
        if edit is None:
            continue
        if edit.whole == "duplicate":
            tail.append((record, edit))
            continue
        if edit.whole == "broken":
            found.broken.add(row)
        elif edit.change is not None:
            found.changed[row] = record | {edit.column: edit.change(record.get(edit.column), rng)}
        found.made.append((row + 1, edit))
    for edit in plan.appended:
        first, *others = record_at(0)
        total: Record = {first: "合计"} | dict.fromkeys(others)
        tail.append((total if edit.whole == "totals" else dict.fromkeys((first, *others), 0), edit))
    found.made += [(count + place, edit) for place, (_, edit) in enumerate(tail, start=1)]
    found.tail = [record for record, _ in tail]
    return found


def _edit_records(
    records: Sequence[Mapping[str, Any]], edits: Sequence[Edit], rng: np.random.Generator, share: float
) -> _Edited:
    """Edit a list of records; the ordinals in ``made`` count from 1."""
    found = _choose_edits(len(records), lambda row: dict(records[row]), edits, rng, share)
    out = [found.changed.get(row) or dict(record) for row, record in enumerate(records)]
    return _Edited(out + found.tail, found.made, found.broken, len(found.tail))


def edit_jsonl(
    folder: Path, file: str, edits: Sequence[Edit], rng: np.random.Generator, *, share: float = SHARE
) -> list[Planted]:
    """Plant ``edits`` in a JSON-lines file; ``column`` of an edit is the key, ``broken`` cuts a record in two."""
    path = folder / file
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    edited = _edit_records(records, edits, rng, share)

    def lines() -> Iterator[str]:
        for row, record in enumerate(edited.records):
            text = json_text(record)
            yield (text[: len(text) * 2 // 3] if row in edited.broken else text) + "\n"

    with path.open("w", encoding="utf-8", newline="\n") as target:
        target.writelines(lines())
    return _finish(folder, file, edited.made, edited.added)


def edit_wrapped_json(
    folder: Path,
    file: str,
    edits: Sequence[Edit],
    rng: np.random.Generator,
    *,
    share: float = SHARE,
    records: str = "data",
) -> list[Planted]:
    """Plant ``edits`` in the record list of one wrapped JSON answer."""
    path = folder / file
    answer = json.loads(path.read_text(encoding="utf-8"))
    edited = _edit_records(answer[records], edits, rng, share)
    answer[records] = edited.records
    path.write_text(json_text(answer), encoding="utf-8")
    return _finish(folder, file, edited.made, edited.added)


def edit_geojson(
    folder: Path, file: str, edits: Sequence[Edit], rng: np.random.Generator, *, share: float = SHARE
) -> list[Planted]:
    """Plant ``edits`` in a FeatureCollection; ``column`` of an edit is a property, or ``geometry``."""
    path = folder / file
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    records = [{**feature["properties"], GEOMETRY: feature["geometry"]} for feature in features]
    edited = _edit_records(records, edits, rng, share)
    write_geojson(path, ((record, record.pop(GEOMETRY)) for record in edited.records))
    return _finish(folder, file, edited.made, edited.added)


def edit_parquet(
    folder: Path, file: str, edits: Sequence[Edit], rng: np.random.Generator, *, share: float = SHARE
) -> list[Planted]:
    """Plant ``edits`` in a Parquet file; changed values must fit the column's type (a blank is None)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from sample_data.forms import write_parquet

    path = folder / file
    table = pq.read_table(path)
    # Only rows that change become Python objects: a table of half a million stays columns.
    found = _choose_edits(table.num_rows, lambda row: table.slice(row, 1).to_pylist()[0], edits, rng, share)
    rows = pa.Table.from_pylist([*found.changed.values(), *found.tail], schema=table.schema)
    order = np.arange(table.num_rows + len(found.tail))
    order[list(found.changed)] = table.num_rows + np.arange(len(found.changed))
    order[table.num_rows :] += len(found.changed)
    write_parquet(path, pa.concat_tables([table, rows]).take(order))
    return _finish(folder, file, found.made, len(found.tail))


def edit_xlsx(
    folder: Path,
    file: str,
    edits: Sequence[Edit],
    rng: np.random.Generator,
    *,
    sheet: str,
    header_row: int = 1,
    share: float = SHARE,
) -> list[Planted]:
    """Plant ``edits`` in one sheet whose header stands in sheet row ``header_row`` (1-based).

    Only cells that exist are changed; duplicates, totals and zero rows are appended below the last row.
    """
    path = folder / file
    book = sheet_xml.Sheet.open(path, sheet)
    header, rows = book.table(header_row)
    records = [dict(zip(header, row, strict=True)) for row in rows]
    edited = _edit_records(records, edits, rng, share)
    for ordinal, edit in edited.made:
        record = edited.records[ordinal - 1]
        if ordinal <= len(rows):
            book.set(header_row + ordinal, header.index(edit.column), record[edit.column])
        else:
            book.append(header_row + ordinal, [record[name] for name in header])
    book.save()
    made = [(header_row + ordinal, edit) for ordinal, edit in edited.made]
    return _finish(folder, f"{file}#{sheet}", made, edited.added)


def edit_sqlite(
    folder: Path,
    path: Path,
    view: str,
    edits: Sequence[Edit],
    rng: np.random.Generator,
    *,
    period: tuple[str, str],
    order: Sequence[str] = (),
) -> list[Planted]:
    """Plant ``edits`` in one hundredth of the rows behind ``view`` that belong to a period, given as (column, value).

    ``folder`` is the batch whose manifest counts them. A view has no lines: ordinals follow ``order`` (without it all
    columns from left to right) as the rows stand after the edits, later insertions behind their equals.
    """
    connection = sqlite3.connect(path)
    try:
        with connection:
            made, added = _edit_view(connection, view, edits, rng, period)
        ordinal = _ordinals(connection, view, period, order)
    finally:
        connection.close()
    return _finish(folder, view, [(ordinal[row], edit) for row, edit in made], added)


def _edit_view(
    connection: sqlite3.Connection,
    view: str,
    edits: Sequence[Edit],
    rng: np.random.Generator,
    period: tuple[str, str],
) -> tuple[list[tuple[int, Edit]], int]:
    """Edit the rows of one period; returns (rowid, edit) pairs and the number of rows added."""
    column, value = period
    cursor = connection.execute(f'SELECT rowid, * FROM "{view}_rows" WHERE "{column}" = ? ORDER BY rowid', (value,))
    names = [item[0] for item in cursor.description][1:]
    found = cursor.fetchall()
    edited = _edit_records([dict(zip(names, row[1:], strict=True)) for row in found], edits, rng, SHARE)
    marks = ", ".join("?" for _ in names)
    made = []
    for ordinal, edit in edited.made:
        record = edited.records[ordinal - 1]
        if ordinal <= len(found):
            rowid = int(found[ordinal - 1][0])
            statement = f'UPDATE "{view}_rows" SET "{edit.column}" = ? WHERE rowid = ?'
            connection.execute(statement, (record[edit.column], rowid))
        else:
            inserted = connection.execute(f'INSERT INTO "{view}_rows" VALUES ({marks})', tuple(record.values()))
            rowid = int(inserted.lastrowid or 0)
        made.append((rowid, edit))
    return made, edited.added


def _ordinals(
    connection: sqlite3.Connection, view: str, period: tuple[str, str], order: Sequence[str]
) -> dict[int, int]:
    """Position from 1 of each rowid among the rows of the period."""
    names = order or [item[0] for item in connection.execute(f'SELECT * FROM "{view}_rows" LIMIT 0').description]
    keys = ", ".join(f'"{name}"' for name in names)
    rows = connection.execute(
        f'SELECT rowid FROM "{view}_rows" WHERE "{period[0]}" = ? ORDER BY {keys}, rowid', (period[1],)
    )
    return {int(row[0]): place for place, row in enumerate(rows, start=1)}
