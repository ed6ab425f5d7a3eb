"""Raw rows to the cells of their declared columns: text without surrounding blanks, null where nothing is left.

Arrow splits whole blocks of regular CSV rows at once, which costs a tenth of parsing each row inside Spark
(``from_csv``); only rows with a separator inside quotes, or more of them than columns, are looked at one by one.
"""

import csv
import json
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.json as pajson

from catalog import Resource
from jobs.ingest.rows import without_halves

BLANKS = " \t\r\n\u00a0\u3000"
FEW = 16
"""Rows of JSON that are cheaper to look at one by one than to read once more."""

_NUMBER = r'([^\\]":\s*)(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(\s*[,}])'
_NONE = pa.array([], pa.uint64())
PREFIX = "_cell_"
"""Name of a column's delivered text: this and the column's name."""


def cell_schema(resource: Resource) -> pa.Schema:
    """One text column for each declared column, whatever the delivery's own order and extra columns."""
    return pa.schema([(PREFIX + column.name, pa.string()) for column in resource.columns])


def with_cells(rows: pa.RecordBatch, resource: Resource, headers: Sequence[str], codec: str) -> pa.RecordBatch:
    """The rows with their cells beside them; a row that cannot be split into ``headers`` gets its R code.

    A declared column that the delivery does not have is null throughout, and so are all cells of a row with a defect.
    """
    raw, defects = rows.column("raw"), rows.column("_defect")
    sound = pc.is_null(defects)
    split, broken = (
        _split_json(raw.filter(sound), headers)
        if codec == "json"
        else _split_csv(raw.filter(sound), headers, resource.form.delimiter)
    )
    code = pa.scalar("R014" if codec == "json" else "R012")
    if len(broken):
        places = pc.indices_nonzero(sound).take(broken)
        defects = pc.if_else(_at(places, len(rows)), code, defects)
    cells = [_declared(split, headers, column.delivered_as, len(split[0])) for column in resource.columns]
    if len(split[0]) < len(rows):
        # Rows with a defect have no cells: they take the null behind the last sound one.
        index = pc.if_else(sound, pc.subtract(pc.cumulative_sum(sound.cast(pa.int64())), 1), None)
        cells = [cell.take(index) for cell in cells]
    columns = dict(zip(rows.schema.names, rows.columns, strict=True)) | {"_defect": defects}
    schema = pa.schema([*rows.schema, *cell_schema(resource)])
    return pa.RecordBatch.from_arrays([*columns.values(), *cells], schema=schema)


def _at(places: pa.Array, length: int) -> pa.Array:
    return pc.is_in(pa.array(range(length), pa.uint64()), value_set=places)


def _declared(split: list[pa.Array], headers: Sequence[str], wanted: str, length: int) -> pa.Array:
    return _present(split[headers.index(wanted)]) if wanted in headers else pa.nulls(length, pa.string())


def _present(cells: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim(cells, characters=BLANKS) if _has_blanks(cells) else cells
    return pc.if_else(pc.equal(pc.binary_length(trimmed), 0), pa.scalar(None, pa.string()), trimmed)


def _has_blanks(cells: pa.Array) -> bool:
    """Whether a blank stands anywhere in the column: looking for one in its bytes is much cheaper than trimming."""
    data = cells.buffers()[2]
    text = data.to_pybytes() if data is not None else b""
    return any(blank.encode() in text for blank in BLANKS)


def _split_csv(raw: pa.Array, headers: Sequence[str], delimiter: str) -> tuple[list[pa.Array], pa.Array]:
    """Cells by header, and which rows are no record of this width."""
    # A line break inside quotes is left out too: then the block has a line a row, and a stray quote that swallows one
    # shows in the count of rows.
    odd_one = pc.or_(pc.match_substring(raw, "\r"), pc.match_substring(raw, "\n"))
    regular = pc.and_(pc.equal(pc.count_substring(raw, delimiter), len(headers) - 1), pc.invert(odd_one))
    at_once = _read_block(raw.filter(regular), headers, delimiter)
    if at_once is None:
        # Somewhere a quoted separator makes up for a missing cell: every row is looked at.
        regular, at_once = pa.array([False] * len(raw)), [pa.array([], pa.string())] * len(headers)
    if pc.all(regular, min_count=0).as_py():
        return at_once, pa.array([], pa.uint64())
    odd = pc.indices_nonzero(pc.invert(regular))
    fields = [_fields(raw[at].as_py(), len(headers), delimiter) for at in odd.to_pylist()]
    order = pc.array_sort_indices(pa.concat_arrays([pc.indices_nonzero(regular), odd]))
    one_by_one = [pa.array([row[i] if row else None for row in fields], pa.string()) for i in range(len(headers))]
    cells = [pa.concat_arrays([many, few]).take(order) for many, few in zip(at_once, one_by_one, strict=True)]
    return cells, odd.filter(pa.array([row is None for row in fields], pa.bool_()))


def _read_block(raw: pa.Array, headers: Sequence[str], delimiter: str) -> list[pa.Array] | None:
    """All rows split at once; None when their cells do not come out even. Line breaks may stand in a row read alone."""
    names = [str(index) for index in range(len(headers))]
    if not len(raw):
        return [pa.array([], pa.string()) for _ in names]
    text = _lines_of(raw)
    try:
        table = pacsv.read_csv(
            pa.BufferReader(text),
            pacsv.ReadOptions(column_names=names, block_size=max(len(text), 1)),
            pacsv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=len(raw) == 1,
                ignore_empty_lines=False,
            ),
            pacsv.ConvertOptions(
                check_utf8=False, column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    return [column.combine_chunks() for column in table.columns] if len(table) == len(raw) else None


def _fields(line: str, width: int, delimiter: str) -> list[str] | None:
    """The cells of one row; None when they are not as many as the headers. Separators at its end carry nothing."""
    cells = csv_cells(line, width, delimiter)
    return cells[:width] if len(cells) >= width and not any(cell.strip() for cell in cells[width:]) else None


def csv_cells(line: str, width: int, delimiter: str) -> list[str]:
    """The cells of one CSV line; none when it is no record.

    The standard library takes no cell of more than 128 KB (an outline of a district has more). Its limit holds for the
    whole process and guards against stray quotes elsewhere, so Arrow reads such a line.
    """
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        row = _read_block(pa.array([line]), [""] * width, delimiter)
        return [cell[0].as_py() for cell in row] if row is not None else []


def _split_json(raw: pa.Array, headers: Sequence[str]) -> tuple[list[pa.Array], pa.Array]:
    """Cells by header, and which rows are no record."""
    at_once = _read_texts(raw, headers)
    if at_once is not None:
        return at_once, _NONE
    # What usually spoils a record: it was cut off, or a line break or another control character stands in it.
    odd = pc.or_(pc.invert(_whole(raw)), pc.match_substring_regex(raw, r"[\x00-\x1f]"))
    regular = raw.filter(pc.invert(odd))
    many, broken = _split_quoted(regular, _with_quoted_numbers(regular), headers)
    few, broken_too = _split_one_by_one(raw.filter(odd), headers)
    places = pa.concat_arrays([pc.indices_nonzero(pc.invert(odd)), pc.indices_nonzero(odd)])
    order = pc.array_sort_indices(places)
    cells = [pa.concat_arrays(both).take(order) for both in zip(many, few, strict=True)]
    later = pc.add(broken_too, pa.scalar(len(regular), pa.uint64()))
    return cells, places.take(pa.concat_arrays([broken, later]))


def _with_quoted_numbers(raw: pa.Array) -> pa.Array:
    """Numbers of fields as texts, so that Arrow reads them as they were written.

    A quote that no backslash stands before begins or ends a text. Where it begins one (``":1,"``) what comes of it is
    no JSON, and the row is looked at by itself as it was.
    """
    return pc.replace_substring_regex(raw, pattern=_NUMBER, replacement=r'\1"\2"\3')


def _split_quoted(raw: pa.Array, quoted: pa.Array, headers: Sequence[str]) -> tuple[list[pa.Array], pa.Array]:
    """The same of rows among which something is odd: halved until it stands among few, and those one by one."""
    at_once = _read_texts(quoted, headers)
    if at_once is not None:
        return at_once, _NONE
    if len(raw) <= FEW:
        return _split_one_by_one(raw, headers)
    middle = len(raw) // 2
    first, broken = _split_quoted(raw[:middle], quoted[:middle], headers)
    second, broken_later = _split_quoted(raw[middle:], quoted[middle:], headers)
    cells = [pa.concat_arrays(halves) for halves in zip(first, second, strict=True)]
    return cells, pa.concat_arrays([broken, pc.add(broken_later, pa.scalar(middle, pa.uint64()))])


def _split_one_by_one(raw: pa.Array, headers: Sequence[str]) -> tuple[list[pa.Array], pa.Array]:
    records = [json_cells(text) for text in raw.to_pylist()]
    cells = [pa.array([record.get(h) if record else None for record in records], pa.string()) for h in headers]
    return cells, pc.indices_nonzero(pa.array([record is None for record in records], pa.bool_()))


def _read_texts(raw: pa.Array, headers: Sequence[str]) -> list[pa.Array] | None:
    """The cells of one object a line whose wanted values are all texts or null; None when anything else is among them.

    A line from brace to brace ends where an object of the reader's ends, since inside one no brace opens right after
    another has closed: as many objects as lines are one in each.
    """
    if not len(raw):
        return [pa.array([], pa.string()) for _ in headers]
    if not pc.all(_whole(raw)).as_py():
        return None
    text = _lines_of(raw)
    try:
        table = pajson.read_json(
            pa.BufferReader(text),
            pajson.ReadOptions(block_size=len(text), use_threads=False),
            pajson.ParseOptions(
                explicit_schema=pa.schema([(header, pa.string()) for header in headers]),
                unexpected_field_behavior="ignore",
            ),
        )
    except pa.ArrowInvalid:
        return None
    return [column.combine_chunks() for column in table.columns] if len(table) == len(raw) else None


def _whole(raw: pa.Array) -> pa.Array:
    return pc.and_(pc.starts_with(raw, "{"), pc.ends_with(raw, "}"))


def _lines_of(raw: pa.Array) -> pa.Buffer:
    return pc.binary_join(pa.array([raw], pa.list_(pa.string())), "\n")[0].as_buffer()


class _AsWritten(str):
    """A number inside JSON: its digits as they were written."""


_READER = json.JSONDecoder(parse_float=_AsWritten, parse_int=_AsWritten, parse_constant=_AsWritten)
"""Made once: ``json.loads`` makes another for every row, which is a third of its time."""


def json_cells(text: str) -> dict[str, str | None] | None:
    """One JSON object as texts, numbers as they were written, nested values as JSON; None when it is no record."""
    try:
        value = _READER.decode(text)
        if not isinstance(value, dict):
            return None
        cells = {key: _text(cell) for key, cell in value.items()}
    except (ValueError, RecursionError):
        return None
    if "\\u" not in text:
        return cells
    return {without_halves(key): cell and without_halves(cell) for key, cell in cells.items()}


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else _nested(value)


def _nested(value: object) -> str:
    """A value as JSON."""
    match value:
        case _AsWritten():
            return str(value)
        case dict():
            return "{" + ", ".join(f"{_nested(key)}: {_nested(cell)}" for key, cell in value.items()) + "}"
        case list():
            return "[" + ", ".join(_nested(cell) for cell in value) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)
