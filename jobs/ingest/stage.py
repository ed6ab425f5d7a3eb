"""One batch from landing to raw Parquet: all file checks, then the rows, counted against the manifest."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from catalog import Resource
from jobs.ingest.cells import cell_schema, with_cells
from jobs.ingest.csv_lines import read_csv
from jobs.ingest.files import check_files
from jobs.ingest.geojson_features import read_geojson
from jobs.ingest.jdbc_view import read_view
from jobs.ingest.json_records import read_json_lines, read_wrapped_json
from jobs.ingest.parquet_rows import read_parquet
from jobs.ingest.rejected import RejectedError
from jobs.ingest.rows import SCHEMA, Content
from jobs.ingest.xlsx_sheets import read_xlsx
from jobs.manifest import Manifest

STAGED = pa.schema([("_batch", pa.string()), ("_delivered_at", pa.timestamp("us", "UTC")), *SCHEMA])


@dataclass(frozen=True)
class Staged:
    """A batch that passed as a file: where its raw rows lie, how they are written, and what was noticed."""

    manifest: Manifest
    raw: Path
    headers: tuple[str, ...]
    codec: str
    rows: int
    extra: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]


def stage(manifest: Manifest, resource: Resource, target: Path) -> Staged:
    """Write the batch's raw rows to ``target``. Raises RejectedError; then nothing is left at ``target``."""
    paths = check_files(manifest, resource)
    contents = [_content(path, resource, manifest) for path in paths] or [read_view(manifest, resource)]
    layouts = {content.headers for content in contents}
    if len(layouts) > 1:
        raise RejectedError("F006", f"批次 {manifest.batch} 的几个文件表头不一致，请统一后重新报送。")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        rows = _write(manifest, resource, contents, target)
        _check_rows(manifest, rows)
    except RejectedError:
        target.unlink(missing_ok=True)
        raise
    declared = {column.delivered_as for column in resource.columns}
    headers = contents[0].headers
    return Staged(
        manifest,
        target,
        headers,
        contents[0].codec,
        rows,
        tuple(header for header in headers if header and header not in declared),
        tuple(note for content in contents for note in content.notes),
    )


def _content(path: Path, resource: Resource, manifest: Manifest) -> Content:
    match resource.form.kind:
        case "csv":
            return read_csv(path, resource, manifest.encoding)
        case "xlsx":
            return read_xlsx(path, resource)
        case "jsonl":
            return read_json_lines(path, resource)
        case "json":
            return read_wrapped_json(path, resource)
        case "parquet":
            return read_parquet(path, resource)
        case "geojson":
            return read_geojson(path, resource)
        case "jdbc":
            raise RejectedError("F002", f"批次 {manifest.batch} 是数据库视图，不应附带文件，请更正清单。")


def _write(manifest: Manifest, resource: Resource, contents: list[Content], target: Path) -> int:
    rows = 0
    schema = pa.schema([*STAGED, *cell_schema(resource)])
    # Read once and removed: the codec that costs least. Raw rows hardly repeat, so a dictionary of them is work for
    # nothing.
    repeating = [name for name in schema.names if name not in ("raw", "_source_row", "_delivered_at")]
    with pq.ParquetWriter(target, schema, compression="snappy", use_dictionary=repeating) as writer:
        for content in contents:
            for part in _ahead(content.batches):
                split = with_cells(part, resource, content.headers, content.codec)
                source = [
                    pa.repeat(pa.scalar(manifest.batch, STAGED.field("_batch").type), len(part)),
                    pa.repeat(pa.scalar(manifest.delivered_at, STAGED.field("_delivered_at").type), len(part)),
                ]
                writer.write_batch(pa.RecordBatch.from_arrays([*source, *split.columns], schema=schema))
                rows += len(part)
    return rows


def _ahead(parts: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same parts, the next one read while the last is being written: Arrow leaves the interpreter to the other."""
    with ThreadPoolExecutor(1) as reader:
        following = reader.submit(next, parts, None)
        while (part := following.result()) is not None:
            following = reader.submit(next, parts, None)
            yield part


def _check_rows(manifest: Manifest, rows: int) -> None:
    if rows == 0 and manifest.rows:
        raise RejectedError("F009", f"批次 {manifest.batch} 只有表头没有数据，请重新导出。")
    if rows != manifest.rows:
        raise RejectedError(
            "F004", f"批次 {manifest.batch} 实际 {rows} 行，与清单声明的 {manifest.rows} 行不一致，请核对导出是否完整。"
        )
