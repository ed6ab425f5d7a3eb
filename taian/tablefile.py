"""Any table from anywhere: CSV in whatever encoding, workbook or Parquet, told apart by content, not by name.

A ``Table`` keeps its cells as they were written; what reads it says which column is a quantity, a time or a label, and
gets it as that. What had to be decided on the way stands in ``notes``.
"""

import difflib
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.compute as pc

from taian.delimited import read_delimited
from taian.errors import ProblemError
from taian.grid import Written, unique_names
from taian.notes import MOST, Note, many, places
from taian.numbertext import Integers, Numbers, is_quantity, read_numbers
from taian.timetext import Times, read_times
from taian.workbook import read_workbook

MEMORY_PER_BYTE = {"csv": 4.0, "workbook": 30.0, "parquet": 12.0}
"""Memory for reading a table and taking all its columns, as a multiple of the file: measured on labels and six columns
of figures, in 3.6 million rows (263 MB CSV, 76 MB Parquet: 0.9 GB each) and 200,000 (10 MB XLSX: 0.3 GB)."""


@dataclass
class Table:
    """The rows of one file. ``places[i]`` is the number that row ``i`` has in the file, the first one being 1."""

    name: str
    data: pa.Table
    places: Integers
    notes: list[Note]
    _numbers: dict[str, Numbers] = field(default_factory=dict, repr=False)

    @property
    def rows(self) -> int:
        """Number of rows of data."""
        return int(self.data.num_rows)

    @property
    def columns(self) -> list[str]:
        """Names of the columns, each once."""
        return list(self.data.column_names)

    def named(self, wanted: str, option: str) -> str:
        """The column that was meant: exactly, or but for case, width and spaces. Raises ProblemError with the nearest
        name when there is none; ``option`` is what named it (``--unit``).
        """
        if wanted in self.columns:
            return wanted
        alike = [name for name in self.columns if _folded(name) == _folded(wanted)]
        if len(alike) == 1:
            return alike[0]
        folded = {_folded(name): name for name in reversed(self.columns)}
        near = [folded[name] for name in difflib.get_close_matches(_folded(wanted), folded, n=1, cutoff=0.4)]
        listed = ", ".join(f"'{name}'" for name in self.columns[:12]) + (", …" if len(self.columns) > 12 else "")
        hint = f"did you mean '{near[0]}'?" if near else f"its columns are {listed}."
        raise ProblemError(f"{option} '{wanted}' is not a column of {self.name}: {hint}")

    def numbers(self, column: str) -> Numbers:
        """A column as numbers; what is none is NaN, and ``notes`` says which cells that were."""
        if column not in self._numbers:
            self._numbers[column] = numbers = read_numbers(self.data[column])
            self.notes.extend(self._told(column, numbers))
        return self._numbers[column]

    def quantity(self, column: str, option: str) -> Numbers:
        """A column that must hold numbers. Raises ProblemError, naming a cell, when it holds none."""
        numbers = self.numbers(column)
        if np.isfinite(numbers.values).any():
            return numbers
        if numbers.unreadable.size:
            cell = self.cell(column, int(numbers.unreadable[0]))
            raise ProblemError(f"{option} '{column}' of {self.name} holds no number ({cell}): name a numeric column.")
        raise ProblemError(f"{option} '{column}' of {self.name} is empty: name a column with numbers.")

    def quantities(self, besides: Collection[str] = ()) -> list[str]:
        """The columns that hold quantities rather than texts, codes or nothing; ``besides`` are not looked at."""
        found = []
        for column in (name for name in self.columns if name not in besides):
            numbers = self._numbers.get(column) or read_numbers(self.data[column])
            if is_quantity(self.data[column], numbers):
                found.append(column)
                if column not in self._numbers:
                    self._numbers[column] = numbers
                    self.notes.extend(self._told(column, numbers))
        return found

    def is_empty(self, column: str) -> bool:
        """Whether no cell of a column says anything."""
        said = pc.not_equal(pc.utf8_trim_whitespace(_as_text(self.data[column])), "")
        return not pc.any(said).as_py()

    def texts(self, column: str) -> pd.Series:
        """A column as labels, categorical; NaN where empty."""
        cells = pc.utf8_trim_whitespace(_as_text(self.data[column]))
        cells = pc.if_else(pc.equal(cells, ""), None, cells)
        coded = pc.dictionary_encode(cells).combine_chunks()
        codes = pc.fill_null(pc.cast(coded.indices, pa.int64()), -1).to_numpy()
        return pd.Series(pd.Categorical.from_codes(codes, coded.dictionary.to_pylist()), name=column)

    def times(self, column: str) -> Times:
        """A column as times; what is none is NaT."""
        times = read_times(_as_text(self.data[column]))
        if times.is_order_assumed:
            en = f"'{column}': dates like 3/4/2018 were taken as month/day/year"
            self.notes.append(Note(en, f"“{column}”：形如 3/4/2018 的日期按 月/日/年 理解"))
        return times

    def cell(self, column: str, row: int) -> str:
        """Where a cell stands and what it says: ``row 5: '停产'``."""
        return f"row {self.places[row]}: '{str(self.data[column][row].as_py())[:30]}'"

    def release(self) -> None:
        """Forget the cells, once all columns are taken: they would hold as much memory as the file."""
        self.data = self.data.slice(0, 0)
        self._numbers.clear()
        pa.default_memory_pool().release_unused()

    def _told(self, column: str, numbers: Numbers) -> list[Note]:
        notes = []
        if count := numbers.unreadable.size:
            en, zh = self._cells(column, numbers.unreadable)
            told = many(count, "cell is no number and counts as unknown", "cells are no numbers and count as unknown")
            notes.append(
                Note(f"'{column}': {told} ({en})", f"“{column}”有 {count:,} 个单元格不是数字，按未知处理（{zh}）")
            )
        if count := numbers.infinite.size:
            en, zh = places([int(place) for place in self.places[numbers.infinite]])
            told = many(count, "infinite value counts as unknown", "infinite values count as unknown")
            notes.append(Note(f"'{column}': {told}{en}", f"“{column}”有 {count:,} 个无穷大，按未知处理{zh}"))
        if numbers.unit:
            notes.append(Note(f"'{column}' is in {numbers.unit}", f"“{column}”以{numbers.unit}为单位"))
        if numbers.is_rescaled:
            en = f"'{column}': cells with 万, 亿 and the like were brought to one unit"
            notes.append(Note(en, f"“{column}”中带万、亿等字样的数已换算为同一单位"))
        return notes

    def _cells(self, column: str, rows: Integers) -> tuple[str, str]:
        """The first few of these cells, with their places, in both languages."""
        cells = [(self.places[row], str(self.data[column][int(row)].as_py())[:30]) for row in rows[:MOST]]
        more = len(rows) > MOST
        en = "; ".join(f"row {place}: '{text}'" for place, text in cells) + ("; …" if more else "")
        return en, "；".join(f"第 {place} 行“{text}”" for place, text in cells) + ("…" if more else "")


def read_table(path: Path) -> Table:
    """The table of a file: CSV or other delimited text, workbook, Parquet.

    Raises ProblemError, in one sentence, for a file that is missing, empty, no table, or too large for the free memory.
    """
    kind = _kind(path)
    _check_memory(path, kind)
    read = {"csv": read_delimited, "workbook": read_workbook, "parquet": _read_parquet}[kind]
    try:
        found = read(path)
    except OSError as error:
        raise ProblemError(f"{path} cannot be read ({error.strerror or error}): check the file.") from error
    table = Table(path.name, found.data, found.places, found.notes)
    _name_columns(table, found.header)
    _drop_empty(table)
    if table.rows == 0:
        raise ProblemError(f"{path.name} has no row with data below its header: name a file with rows.")
    return table


def _kind(path: Path) -> str:
    if path.is_dir():
        raise ProblemError(f"{path} is a folder: name a file.")
    if not path.exists():
        raise ProblemError(f"{path} does not exist: check the path.")
    if not path.is_file():
        raise ProblemError(f"{path} is no file that can be read twice: save the table in a file first.")
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise ProblemError(f"{path} cannot be read ({error.strerror}): check its permissions.") from error
    if not head:
        raise ProblemError(f"{path.name} is empty: name a file with a header and rows.")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "workbook"
    if head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!")):
        raise ProblemError(f"{path.name} is compressed: unpack it first.")
    if head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise ProblemError(f"{path.name} is a web page or XML, not a table: save it as XLSX or CSV.")
    if head.lstrip().startswith((b"{", b"[{")):
        raise ProblemError(f"{path.name} is JSON, not a table: save it as CSV, XLSX or Parquet.")
    return "csv"


def _check_memory(path: Path, kind: str) -> None:
    size, free = path.stat().st_size, psutil.virtual_memory().available
    needed = size * MEMORY_PER_BYTE[kind]
    if needed > free:
        raise ProblemError(
            f"{path.name} has {_gib(size)} and would need about {_gib(needed)} of memory, of which {_gib(free)} are "
            "free: keep only the columns that matter, save it as Parquet, or split it by unit."
        )


def _gib(size: float) -> str:
    return f"{size / 2**30:,.1f} GiB"


def _read_parquet(path: Path) -> Written:
    import pyarrow.parquet as pq

    try:
        data = pq.ParquetFile(path).read()
    except pa.ArrowException as error:
        raise ProblemError(f"{path.name} cannot be opened as Parquet: write it again.") from error
    names, columns, nested = [], [], []
    for name in data.column_names:
        cells = data[name]
        if pa.types.is_nested(cells.type) or pa.types.is_binary(cells.type):
            nested.append(name)
            continue
        names.append(name)
        columns.append(_simple(cells))
    notes = []
    if nested:
        notes.append(Note(f"nested columns were left out: {', '.join(nested)}", f"嵌套列未读入：{'、'.join(nested)}"))
    table = pa.table(columns, names=[str(place) for place in range(len(names))])
    return Written(names, table, np.arange(1, data.num_rows + 1), notes)


def _simple(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers and booleans as they are, everything else as texts."""
    if pa.types.is_dictionary(cells.type):
        cells = pc.cast(cells, cells.type.value_type)
    if pa.types.is_decimal(cells.type):
        return pc.cast(cells, pa.float64())
    if pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type) or pa.types.is_boolean(cells.type):
        return cells
    if pa.types.is_timestamp(cells.type):
        texts = pc.strftime(pc.cast(cells, pa.timestamp("s"), safe=False), format="%Y-%m-%d %H:%M:%S")
        return (
            texts
            if pc.any(pc.invert(pc.ends_with(texts, " 00:00:00"))).as_py()
            else pc.utf8_slice_codeunits(texts, 0, 10)
        )
    return pc.cast(cells, pa.string())


def _as_text(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Labels of a typed column: 37 for 37.0."""
    if pa.types.is_floating(cells.type):
        known = pc.drop_null(cells)
        if pc.all(pc.and_(pc.is_finite(known), pc.equal(known, pc.floor(known)))).as_py():
            cells = pc.cast(cells, pa.int64())
    return pc.cast(cells, pa.string())


def _name_columns(table: Table, written: Sequence[str]) -> None:
    """Unique names; a second column of the same name and content is dropped, one without name and cells is too."""
    kept: dict[str, pa.ChunkedArray] = {}
    first: dict[str, pa.ChunkedArray] = {}
    if not any(written):
        en = "the file has no header: its columns are called 第1列, 第2列 and so on"
        table.notes.append(Note(en, "文件没有表头，各列以“第几列”称呼"))
    for place, (name, title) in enumerate(zip(unique_names(written), written, strict=True)):
        cells = table.data.column(place)
        if not title and cells.null_count == len(cells):
            continue
        if title and title in first:
            is_same = cells.equals(first[title])
            table.notes.append(_twice(title, name, is_same=is_same))
            if is_same:
                continue
        first.setdefault(title, cells)
        kept[name] = cells
    table.data = pa.table(kept)


def _twice(title: str, name: str, *, is_same: bool) -> Note:
    if is_same:
        en = f"the column '{title}' stands twice, with the same cells: one is used"
        return Note(en, f"“{title}”列重复且内容相同，只用一列")
    en = f"the header '{title}' stands twice: the second is called '{name}'"
    return Note(en, f"表头“{title}”出现两次，后一列称为“{name}”")


def _drop_empty(table: Table) -> None:
    """Leave out rows without any cell, and the remarks below a table: trailing rows with one cell of several."""
    filled = np.zeros(table.rows, dtype=np.int64)
    for cells in table.data.columns:
        filled += pc.is_valid(cells).to_numpy()
    keep = filled > 0
    if len(table.columns) > 2:
        single = np.flatnonzero(filled > 1)
        end = int(single[-1]) + 1 if single.size else table.rows
        if end < table.rows and (keep[end:]).any():
            rows = table.places[end:][keep[end:]]
            en, zh = places([int(row) for row in rows])
            table.notes.append(Note(f"remarks below the table were left out{en}", f"表下的附注未读入{zh}"))
        keep[end:] = False
    if not keep.all():
        table.data, table.places = table.data.filter(pa.array(keep)), table.places[keep]


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
