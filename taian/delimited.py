"""Delimited text files from anywhere: encoding, delimiter and header are found; every cell stays the text it was."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
from charset_normalizer import from_bytes
from pyarrow import csv as arrow_csv

from taian.errors import ProblemError
from taian.grid import Written, find_header, is_number
from taian.notes import Note, many, places

SAMPLE = 1 << 18
BLOCK = 1 << 24
DELIMITERS = (",", "\t", ";", "|", "，")
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_RARE = ["big5", "cp949", "shift_jis", "cp1252"]
"""Tried when a file is neither UTF-8 nor GB18030."""


@dataclass
class _Odd:
    """Rows with another number of cells than the header: left out, and told."""

    rows: list[int] = field(default_factory=list)

    def __call__(self, row: arrow_csv.InvalidRow) -> str:
        self.rows.append(row.number or 0)
        return "skip"


@dataclass(frozen=True)
class _Layout:
    """How the file is written: ``before`` lines stand above the data, which have ``width`` cells a row."""

    encoding: str
    delimiter: str
    header: list[str]
    before: int

    @property
    def width(self) -> int:
        return len(self.header)


def read_delimited(path: Path) -> Written:
    """The table in a text file. Raises ProblemError when there is none."""
    encoding = encoding_of(path)
    layout = _layout(path, encoding)
    odd = _Odd()
    try:
        table = _parsed(path, layout, odd)
        if odd.rows:
            # Only one thread at a time knows the numbers of the rows it reads.
            odd = _Odd()
            table = _parsed(path, layout, odd, use_threads=False)
    except (pa.ArrowInvalid, UnicodeError) as error:
        raise _no_table(path, error) from error
    if odd.rows and table.num_rows == 0:
        raise ProblemError(
            f"{path.name} has {layout.width} names in its header, but its rows have another number of cells: "
            "correct the header, or save it again."
        )
    _check_quotes(path, table)
    rows = np.arange(layout.before + 1, layout.before + 1 + table.num_rows + len(odd.rows))
    notes = [] if encoding.startswith("utf-8") else [_spoken(encoding)]
    kept = np.setdiff1d(rows, odd.rows) if odd.rows else rows
    return Written(layout.header, table, kept, notes + _told(odd))


def _no_table(path: Path, error: Exception) -> ProblemError:
    reason = " ".join(str(error).split())[:160]
    return ProblemError(f"{path.name} is not a table in CSV ({reason}): save it again and retry.")


def _layout(path: Path, encoding: str) -> _Layout:
    sample = _sample(path, encoding)
    delimiter = delimiter_of(sample)
    try:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        rows = [(row, reader.line_num) for row in islice(reader, 200)]
    except csv.Error as error:
        raise _no_table(path, error) from error
    at = find_header([row for row, _ in rows])
    if at is None:
        raise ProblemError(f"{path.name} is empty: name a file with a header and rows.")
    header = [cell.strip() for cell in rows[at][0]]
    body = [row for row, _ in rows[at + 1 :] if row]
    if all(is_number(cell) for cell in header if cell):
        return _Layout(encoding, delimiter, [""] * len(header), rows[at - 1][1] if at else 0)
    return _Layout(encoding, delimiter, _fitted(header, body), rows[at][1])


def _fitted(header: list[str], body: Sequence[Sequence[str]]) -> list[str]:
    """The header with as many names as the rows have cells: rows may end in a delimiter, or begin with row names that
    the header leaves out (as R writes them)."""
    width = Counter(len(row) for row in body).most_common(1)[0][0] if body else len(header)
    if width < len(header) and not any(header[width:]):
        return header[:width]
    if width > len(header):
        more = [""] * (width - len(header))
        return (
            header + more
            if not any(cell for row in body if len(row) == width for cell in row[len(header) :])
            else more + header
        )
    return header


def _parsed(path: Path, layout: _Layout, odd: _Odd, *, use_threads: bool = True) -> pa.Table:
    names = [str(place) for place in range(layout.width)]
    reading = arrow_csv.ReadOptions(
        encoding=layout.encoding,
        skip_rows=layout.before,
        column_names=names,
        block_size=BLOCK,
        use_threads=use_threads,
    )
    parsing = arrow_csv.ParseOptions(
        delimiter=layout.delimiter, newlines_in_values=_quotes(path) > 0, invalid_row_handler=odd
    )
    converting = arrow_csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
    )
    try:
        return arrow_csv.read_csv(path, reading, parsing, converting)
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return pa.table({name: pa.array([], pa.string()) for name in names})
        raise


def _quotes(path: Path) -> int:
    """Number of quotation marks; without any, no line end stands inside a cell, and reading is faster."""
    with path.open("rb") as file:
        return sum(block.count(b'"') for block in iter(lambda: file.read(BLOCK), b""))


def _check_quotes(path: Path, table: pa.Table) -> None:
    """Refuse a file whose last row has swallowed others, because a quotation mark was never closed."""
    if not table.num_rows or _quotes(path) % 2 == 0:
        return
    swallowed = max(str(cells[-1]).count("\n") for cells in table.columns)
    if swallowed:
        row = many(swallowed, "row", "rows")
        raise ProblemError(f"{path.name} opens a quotation mark that is never closed, which swallows {row}: close it.")


def _spoken(encoding: str) -> Note:
    name = "UTF-16" if encoding.startswith("utf-16") else encoding.upper()
    return Note(f"the file was read as {name}", f"文件按 {name} 编码读取")


def _told(odd: _Odd) -> list[Note]:
    if not odd.rows:
        return []
    en, zh = places(odd.rows)
    told = many(len(odd.rows), "row has another number", "rows have another number")
    return [
        Note(
            f"{told} of cells than the header: left out{en}", f"有 {len(odd.rows):,} 行的单元格数与表头不同，未读入{zh}"
        )
    ]


def encoding_of(path: Path) -> str:
    """The name of the codec: by the byte-order mark, else UTF-16 by its zero bytes, else UTF-8 or GB18030, whichever
    the whole file is. Raises ProblemError for a file that is no text.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    for mark, codec in _MARKS.items():
        if head.startswith(mark):
            return codec
    if b"\0" in head:
        odd, even = head[1::2].count(0), head[::2].count(0)
        if max(odd, even) < len(head) / 8 or min(odd, even) > max(odd, even) / 4:
            raise ProblemError(f"{path.name} is no text and no workbook: save the table as CSV, XLSX or Parquet.")
        return "utf-16-le" if odd > even else "utf-16-be"
    for codec in ("utf-8", "gb18030"):
        if _decodes(path, codec):
            return codec
    guess = from_bytes(head, cp_isolation=_RARE).best()
    if guess is None:
        raise ProblemError(f"{path.name} is neither UTF-8 nor GB18030 throughout: save it again as UTF-8.")
    return str(guess.encoding)


def _decodes(path: Path, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _sample(path: Path, encoding: str) -> str:
    """The first lines, whole ones when there are more."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    return text if len(head) < SAMPLE or "\n" not in text else text[: text.rindex("\n") + 1]


def delimiter_of(sample: str) -> str:
    """The delimiter that cuts most of the first lines into the same number of cells, more than one; else a comma."""
    lines = [line for line in sample.splitlines()[:50] if line.strip()]

    def agreement(delimiter: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in _rows(lines, delimiter))
        width, lines_of_it = max(widths.items(), key=lambda found: (found[1], found[0]), default=(1, 0))
        return (lines_of_it / len(lines), width) if width > 1 else (0.0, 1)

    return max(DELIMITERS, key=agreement)


def _rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return []
