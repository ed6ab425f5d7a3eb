"""Files in the forms departments use. Every writer streams and gives the same bytes for the same content."""

import datetime
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter

FIXED_DATE = datetime.datetime(2018, 6, 1)
"""Creation date written into office files; the real one would change the bytes."""

LINES_A_BLOCK = 65_536

Tables: TypeAlias = pa.Table | Iterable[pa.Table]


def _tables(content: Tables) -> Iterator[pa.Table]:
    return iter([content]) if isinstance(content, pa.Table) else iter(content)


def _quoted(text: pa.Array, quoted: bool, special: str) -> pa.Array:
    inside = pc.replace_substring(text, '"', '""')
    enclosed = pc.binary_join_element_wise('"', inside, '"', "")
    return enclosed if quoted else pc.if_else(pc.match_substring_regex(text, special), enclosed, text)


def _lines(table: pa.Table, quoted: bool, delimiter: str, newline: str) -> bytes:
    """The rows of ``table`` as UTF-8 CSV lines, built column-wise."""
    special = '["\r\n' + delimiter + "]"
    cells = []
    for column in table.columns:
        text = column.combine_chunks().cast(pa.string())
        cells.append(_quoted(pc.fill_null(text, ""), quoted, special))
    last = pc.binary_join_element_wise(cells[-1], newline, "")
    joined = pc.binary_join_element_wise(*cells[:-1], last, delimiter) if len(cells) > 1 else last
    return bytes(pc.binary_join(pa.ListArray.from_arrays([0, len(joined)], joined), "")[0].as_buffer())


def _write_csv(
    file: BinaryIO, content: Tables, encoding: str, quoted: bool, bom: bool, delimiter: str, newline: str
) -> None:
    if bom:
        file.write(b"\xef\xbb\xbf")
    header_due = True
    for table in _tables(content):
        if header_due:
            names = pa.table({str(i): [name] for i, name in enumerate(table.column_names)})
            file.write(_lines(names, quoted, delimiter, newline).decode().encode(encoding))
            header_due = False
        for start in range(0, table.num_rows, LINES_A_BLOCK):
            block = _lines(table.slice(start, LINES_A_BLOCK), quoted, delimiter, newline)
            file.write(block if encoding.upper() == "UTF-8" else block.decode().encode(encoding))


def write_csv(
    path: Path,
    content: Tables,
    *,
    encoding: str = "UTF-8",
    quoted: bool = False,
    bom: bool = False,
    delimiter: str = ",",
    newline: str = "\n",
) -> None:
    """Write tables whose column names are the headers; a null becomes an empty cell.

    ``quoted`` encloses every field, header included; otherwise only fields that need it. Memory is bounded by one table
    and one block of lines. Raises UnicodeEncodeError when a character is not in ``encoding``.
    """
    with path.open("wb") as file:
        _write_csv(file, content, encoding, quoted, bom, delimiter, newline)


def csv_bytes(
    content: Tables,
    *,
    encoding: str = "UTF-8",
    quoted: bool = False,
    bom: bool = False,
    delimiter: str = ",",
    newline: str = "\n",
) -> bytes:
    """The same as ``write_csv``, for small files kept in memory."""
    sink = pa.BufferOutputStream()
    _write_csv(sink, content, encoding, quoted, bom, delimiter, newline)
    return bytes(sink.getvalue())


def _runs(values: Sequence[object]) -> Iterator[tuple[int, int]]:
    """First and last index of each run of equal neighbours."""
    start = 0
    for i in range(1, len(values) + 1):
        if i == len(values) or values[i] != values[start]:
            yield start, i - 1
            start = i


def _fill_sheet(
    sheet: Any, header: Sequence[str], rows: Iterable[Sequence[Any]], titles: Sequence[str], formats: Mapping[str, Any]
) -> None:
    for number, title in enumerate(titles):
        sheet.write(number, 0, title)
    first = len(titles)
    for column, name in enumerate(header):
        sheet.write(first, column, name)
    for number, row in enumerate(rows, start=first + 1):
        for column, value in enumerate(row):
            if isinstance(value, datetime.date):
                sheet.write_datetime(number, column, value, formats["date"])
            elif value is not None:
                sheet.write(number, column, value)


def _merge_sheet(
    sheet: Any,
    header: Sequence[str],
    rows: Sequence[Sequence[Any]],
    titles: Sequence[str],
    merged: Sequence[int],
) -> None:
    for number, title in enumerate(titles):
        if len(header) > 1:
            sheet.merge_range(number, 0, number, len(header) - 1, title)
    first = len(titles) + 1
    for column in merged:
        for start, end in _runs([row[column] for row in rows]):
            if end > start:
                sheet.merge_range(first + start, column, first + end, column, rows[start][column])


def write_xlsx(
    path: Path,
    sheets: Mapping[str, Iterable[Sequence[Any]]],
    *,
    header: Sequence[str],
    titles: Sequence[str] = (),
    merged_columns: Sequence[int] = (),
) -> None:
    """Write sheets of rows (str, number, date or None) under ``titles`` and one ``header`` row.

    With ``merged_columns`` the equal neighbours of those columns become one merged cell and the title spans the sheet,
    as in printed reports; without, rows stream and memory stays bounded. The first data row is sheet row
    ``len(titles) + 2``.
    """
    streaming = not merged_columns
    book = xlsxwriter.Workbook(str(path), {"constant_memory": streaming, "strings_to_urls": False})
    book.set_properties({"created": FIXED_DATE, "author": ""})
    formats = {"date": book.add_format({"num_format": "yyyy-mm-dd"})}
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        content = rows if streaming else list(rows)
        _fill_sheet(sheet, header, content, titles, formats)
        if not streaming:
            _merge_sheet(sheet, header, list(content), titles, merged_columns)
    book.close()


def _records(content: Tables | Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    parts = [content] if isinstance(content, pa.Table) else content
    for part in parts:
        if isinstance(part, pa.Table):
            for start in range(0, part.num_rows, LINES_A_BLOCK):
                yield from part.slice(start, LINES_A_BLOCK).to_pylist()
        else:
            yield part


def json_text(value: object) -> str:
    """JSON as these deliveries write it: characters unescaped, no blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def write_jsonl(path: Path, content: Tables | Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON record a line, UTF-8."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for record in _records(content):
            file.write(json_text(record) + "\n")


def write_wrapped_json(
    path: Path, content: Tables | Iterable[Mapping[str, Any]], *, code: int = 200, message: str = "success"
) -> None:
    """Write the answer of a web interface: ``{"code":200,"msg":"success","data":[…]}``."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{{"code":{code},"msg":{json_text(message)},"data":[')
        for number, record in enumerate(_records(content)):
            file.write(("," if number else "") + json_text(record))
        file.write("]}")


def write_parquet(path: Path, content: Tables) -> None:
    """Write Parquet with every option that shapes the bytes pinned."""
    tables = _tables(content)
    first = next(tables)
    options = {"version": "2.6", "compression": "snappy", "write_statistics": True, "data_page_size": 1 << 20}
    with pq.ParquetWriter(path, first.schema, store_schema=False, **options) as writer:
        writer.write_table(first, row_group_size=1 << 18)
        for table in tables:
            writer.write_table(table, row_group_size=1 << 18)


def write_geojson(path: Path, features: Iterable[tuple[Mapping[str, Any], Mapping[str, Any] | None]]) -> None:
    """Write ``(properties, geometry)`` pairs as a FeatureCollection, UTF-8."""
    collection = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": dict(p), "geometry": g and dict(g)} for p, g in features],
    }
    path.write_text(json_text(collection), encoding="utf-8")


def _sqlite_type(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind):
        return "INTEGER"
    return "REAL" if pa.types.is_floating(kind) else "TEXT"


def write_sqlite_view(path: Path, view: str, content: Tables) -> None:
    """Write a SQLite file anew: table ``<view>_rows`` in insertion order and ``view`` over it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    tables = _tables(content)
    first = next(tables)
    columns = ", ".join(f'"{field.name}" {_sqlite_type(field.type)}' for field in first.schema)
    marks = ", ".join("?" for _ in first.schema)
    connection = sqlite3.connect(path)
    try:
        with connection:
            connection.execute(f'CREATE TABLE "{view}_rows" ({columns})')
            for table in (first, *tables):
                rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
                connection.executemany(f'INSERT INTO "{view}_rows" VALUES ({marks})', rows)
            connection.execute(f'CREATE VIEW "{view}" AS SELECT * FROM "{view}_rows"')
    finally:
        connection.close()
