"""CSV to numbered lines: decoded strictly in blocks, so that memory stays bounded and a wrong encoding is said,
not hidden.
"""

import codecs
import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from catalog import Resource
from jobs.ingest.headers import check_headers
from jobs.ingest.rejected import RejectedError
from jobs.ingest.rows import Content, record_batch

BLOCK = 1 << 23
QUOTE = '"'
ENCODINGS = {"UTF-8": "utf-8-sig", "GB18030": "gb18030"}


def _fields(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        # A bare carriage return inside a cell, or a cell of more than 128 KB after a stray quote: no record.
        return []


def _blocks(path: Path, encoding: str) -> Iterator[list[str]]:
    """Blocks of complete lines; the last block is what follows the last newline (empty for a whole file)."""
    decoder = codecs.getincrementaldecoder(ENCODINGS[encoding])(errors="strict")
    rest = ""
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                lines = (rest + decoder.decode(block)).split("\n")
                rest = lines.pop()
                yield lines
        except UnicodeDecodeError as error:
            at = file.tell() - len(error.object) + error.start
            raise RejectedError(
                "F005",
                f"文件“{path.name}”的内容不能按 {encoding} 读取（第 {at} 字节附近），请按声明的编码重新导出。",
            ) from error
    try:
        yield [rest + decoder.decode(b"", final=True)]
    except UnicodeDecodeError as error:
        # The rest of the file could be read: what is missing is the other half of its last character.
        raise RejectedError("F011", f"文件“{path.name}”在最后一行中间结束，请重新上传完整文件。") from error


def read_csv(path: Path, resource: Resource, encoding: str) -> Content:
    """Check the header, then yield the lines below it. Raises RejectedError F005, F006, F009 at once, F005 and
    F011 while read.
    """
    if encoding not in ENCODINGS:
        raise RejectedError("F005", f"文件“{path.name}”声明的编码“{encoding}”不受支持，请使用 UTF-8 或 GB18030。")
    blocks = _blocks(path, encoding)
    # A block without a line end is empty; the last one never is.
    first = next(lines for lines in blocks if lines)
    header_line = first[0].rstrip("\r")
    headers = tuple(cell.strip() for cell in _fields(header_line, resource.form.delimiter))
    try:
        check_headers(path.name, headers, resource)
    except RejectedError:
        _reject_other_encoding(path, resource, encoding)
        _reject_cut_header(path)
        raise
    batches = _rows(path, resource, header_line, len(headers), [first[1:]], blocks)
    return Content(headers, "csv", batches)


def _reject_other_encoding(path: Path, resource: Resource, encoding: str) -> None:
    """A header that reads well in the other encoding was declared wrongly: say that instead of a missing column."""
    other = "UTF-8" if encoding == "GB18030" else "GB18030"
    with path.open("rb") as file:
        line = file.readline()
    try:
        headers = [
            cell.strip() for cell in _fields(line.decode(ENCODINGS[other]).rstrip("\r\n"), resource.form.delimiter)
        ]
    except UnicodeDecodeError:
        return
    if {column.delivered_as for column in resource.columns} <= set(headers):
        raise RejectedError(
            "F005", f"文件“{path.name}”实际是 {other} 编码，而清单声明 {encoding}，请更正清单或重新导出。"
        )


def _reject_cut_header(path: Path) -> None:
    with path.open("rb") as file:
        line = file.readline()
    if line and not line.endswith(b"\n"):
        raise RejectedError("F011", f"文件“{path.name}”在表头处截断，请重新上传完整文件。")


def _rows(
    path: Path, resource: Resource, header: str, width: int, head: list[list[str]], blocks: Iterator[list[str]]
) -> Iterator[pa.RecordBatch]:
    """Number the lines, mark those that are no record, and refuse a file that ends inside one."""
    delimiter = resource.form.delimiter
    number, last = 2, ""
    rest: tuple[str, int] | None = None
    for lines in chain(head, blocks):
        if not lines:
            continue
        records, numbers, rest = _join_quoted(lines, number, rest)
        number += len(lines)
        if len(records):
            last = records[-1].as_py()
            yield _mark(path.name, records, numbers, header, width, delimiter)
    if (rest and rest[0].strip()) or (last and len(_fields(last, delimiter)) < width):
        raise RejectedError("F011", f"文件“{path.name}”在最后一行中间结束，请重新上传完整文件。")


def _join_quoted(
    lines: list[str], start: int, rest: tuple[str, int] | None
) -> tuple[pa.Array, pa.Array, tuple[str, int] | None]:
    """Join lines that a quoted line break had split: records, the line number of each, and an unfinished one."""
    array = pc.ascii_rtrim(pa.array(lines, pa.string()), characters="\r")
    odd = pc.bit_wise_and(pc.count_substring(array, QUOTE), 1)
    if rest is None and not pc.any(pc.equal(odd, 1)).as_py():
        return array, pa.array(range(start, start + len(array)), pa.int64()), None
    values: list[str] = array.to_pylist()
    records: list[str] = []
    numbers: list[int] = []
    parts, at = ([rest[0]], rest[1]) if rest else ([], start)
    for number, (line, is_odd) in enumerate(zip(values, odd.to_pylist(), strict=True), start):
        was_open = bool(parts)
        at = at if was_open else number
        parts.append(line)
        if was_open == bool(is_odd):
            records.append("\n".join(parts))
            numbers.append(at)
            parts = []
    rest = ("\n".join(parts), at) if parts else None
    return pa.array(records, pa.string()), pa.array(numbers, pa.int64()), rest


def _mark(file: str, lines: pa.Array, numbers: pa.Array, header: str, width: int, delimiter: str) -> pa.RecordBatch:
    """Drop blank lines and give lines that are no record their R code."""
    keep = pc.greater(pc.binary_length(lines), 0)
    array, rows = lines.filter(keep), numbers.filter(keep)
    defects: list[str | None] = [None] * len(array)
    odd_width = pc.not_equal(pc.count_substring(array, delimiter), width - 1)
    is_odd = pc.or_(odd_width, pc.match_substring(array, "\r"))
    for index in pc.indices_nonzero(is_odd).to_pylist():
        cells = _fields(array[index].as_py(), delimiter)
        # Extra separators at the end of a line carry nothing; anything else shifts the columns.
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            defects[index] = "R012"
    for index in pc.indices_nonzero(pc.equal(array, header)).to_pylist():
        defects[index] = "R009"
    return record_batch(file, rows, array, defects)
