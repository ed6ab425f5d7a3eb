"""A database view as a delivery: the rows of one period, in a fixed order, through Spark's JDBC reader."""

from collections.abc import Iterator

import pyarrow as pa
from pyspark.errors import PySparkException

from catalog import Resource
from jobs.ingest.headers import check_headers
from jobs.ingest.parquet_rows import to_lines
from jobs.ingest.rejected import RejectedError
from jobs.ingest.rows import Content, record_batch
from jobs.manifest import Manifest
from jobs.session import spark
from taian.settings import settings

PERIOD = "统计期"
DRIVERS = {"postgresql": "org.postgresql.Driver", "sqlite": "org.sqlite.JDBC"}


def _address(source: str) -> str:
    """JDBC address of a source: as set, or the SQLite file that stands for it on one machine."""
    known = settings().jdbc_urls.get(source)
    return known or f"jdbc:sqlite:{settings().landing / '_sources' / f'{source}.sqlite'}?open_mode=1"


def read_view(manifest: Manifest, resource: Resource) -> Content:
    """The view's rows of the manifest's period, sorted by the declared key. Raises RejectedError F006, F015."""
    form = resource.form
    assert form.source is not None
    address = _address(form.source)
    keys = ", ".join(f'"{resource.column(name).delivered_as}"' for name in resource.key)
    query = f'SELECT * FROM "{form.view}" WHERE "{PERIOD}" = \'{manifest.period}\' ORDER BY {keys}'
    try:
        table: pa.Table = (
            spark()
            .read.format("jdbc")
            .option("url", address)
            .option("driver", DRIVERS[address.split(":")[1]])
            .option("query", query)
            .load()
            .toArrow()
        )
    except PySparkException as error:
        raise RejectedError(
            "F015", f"数据源“{form.source}”的视图 {form.view} 无法读取，请检查地址、账号和视图权限后重试。"
        ) from error
    headers = tuple(table.column_names)
    check_headers(str(form.view), headers, resource)
    return Content(headers, "csv", _rows(str(form.view), table))


def _rows(name: str, table: pa.Table) -> Iterator[pa.RecordBatch]:
    start = 1
    for batch in table.to_batches(max_chunksize=200_000):
        lines = to_lines(batch)
        yield record_batch(name, range(start, start + len(lines)), lines, [None] * len(lines))
        start += len(lines)
