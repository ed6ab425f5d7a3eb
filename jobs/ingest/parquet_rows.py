"""Parquet to numbered rows, written as CSV lines by Arrow so that no row passes through Python."""

import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from catalog import Resource
from jobs.ingest.headers import check_headers
from jobs.ingest.rejected import RejectedError
from jobs.ingest.rows import Content, record_batch

CHUNK = 200_000


def read_parquet(path: Path, resource: Resource) -> Content:
    """Rows of a Parquet file. Raises RejectedError F006, F012."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise RejectedError("F012", f"文件“{path.name}”不能作为 Parquet 打开，请重新导出。") from error
    headers = tuple(file.schema_arrow.names)
    check_headers(path.name, headers, resource)
    return Content(headers, "csv", _rows(path.name, file))


def _rows(name: str, file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    start = 1
    for batch in file.iter_batches(CHUNK):
        lines = to_lines(batch)
        yield record_batch(name, range(start, start + len(lines)), lines, [None] * len(lines))
        start += len(lines)


def to_lines(batch: pa.RecordBatch) -> pa.Array:
    """Each row as one quoted CSV line; a line break inside a text becomes a space, for a line is a row here."""
    columns = [
        column.cast(pa.string())
        if pa.types.is_primitive(column.type)
        else pc.replace_substring_regex(column.cast(pa.string()), r"[\r\n]+", " ")
        for column in batch.columns
    ]
    buffer = io.BytesIO()
    pacsv.write_csv(
        pa.RecordBatch.from_arrays(columns, names=batch.schema.names),
        buffer,
        pacsv.WriteOptions(include_header=False, quoting_style="all_valid"),
    )
    return pa.array(buffer.getvalue().decode().split("\n")[:-1], pa.string())
