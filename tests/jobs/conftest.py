"""A home of its own, a small resource, and deliveries of it: the tests say only what differs."""

import csv
import datetime
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from catalog import Catalog, Resource
from catalog.codelists import load_codelists
from catalog.load import HERE
from jobs.manifest import Manifest, read_manifest

DECLARED: dict[str, Any] = {
    "co_providers": [{"code": "jiedao", "name": "街道"}],
    "due_days": 1,
    "form": {"kind": "csv", "encoding": "GB18030"},
    "columns": [
        {"name": "visit_id", "title": "编号", "required": True, "pattern": "V\\d+"},
        {"name": "name", "title": "姓名", "required": True, "personal": "personal", "mask": "name"},
        {"name": "sex", "title": "性别", "labels": {"男": "1", "女": "2"}, "codelist": "sex"},
        {
            "name": "amount_yuan",
            "title": "金额",
            "type": "decimal",
            "unit": "yuan",
            "units": {"": 1, "万元": 10000},
            "minimum": 0,
            "maximum": 100000,
        },
        {
            "name": "visited_on",
            "title": "日期",
            "type": "date",
            "required": True,
            "minimum": "2000-01-01",
            "maximum": "business_date",
        },
    ],
}
HEADER = ("编号", "姓名", "性别", "金额", "日期")


@pytest.fixture
def declared(visit_declaration: Callable[..., dict[str, Any]]) -> Callable[..., Resource]:
    """The resource, with parts of its declaration replaced."""

    def build(**changes: Any) -> Resource:
        return Resource.model_validate(visit_declaration(**DECLARED | changes))

    return build


@pytest.fixture(scope="session")
def catalog_of() -> Callable[..., Catalog]:
    """A catalogue of the given resources with the real code lists."""
    lists = load_codelists(HERE / "lists")

    def build(*resources: Resource) -> Catalog:
        return Catalog({r.resource: r for r in resources}, lists)

    return build


@pytest.fixture
def home(tmp_path: Path, at_home: Callable[[Path], Any]) -> Iterator[Path]:
    """A fresh ``TAIAN_HOME``."""
    with at_home(tmp_path / "home") as folder:
        yield folder


@pytest.fixture(scope="session")
def table_text() -> Callable[..., str]:
    """Rows under the visit's header as CSV text."""

    def write(*rows: Sequence[str], header: Sequence[str] = HEADER, end: str = "\n") -> str:
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator=end).writerows([header, *rows])
        return buffer.getvalue()

    return write


@pytest.fixture(scope="session")
def deliver() -> Callable[..., Manifest]:
    """Put one batch into a landing folder, its manifest last."""

    def put(
        landing: Path,
        content: bytes | dict[str, bytes],
        rows: int,
        period: str = "2018-06-30",
        number: int = 1,
        **changes: Any,
    ) -> Manifest:
        resource = changes.pop("place", changes.get("resource", "visit"))
        batch = changes.get("batch", f"{resource}-{period}-{number:02d}")
        folder = landing / resource / period / batch
        folder.mkdir(parents=True)
        files = content if isinstance(content, dict) else {"visits.csv": content}
        for name, data in files.items():
            (folder / name).write_bytes(data)
        manifest = {
            "resource": resource,
            "provider": "rexian",
            "period": period,
            "batch": batch,
            "rows": rows,
            "encoding": "GB18030",
            "schema_version": 1,
            "delivered_at": f"{period}T20:{number:02d}:00+08:00" if len(period) == 10 else "2018-06-30T20:00:00+08:00",
            "replaces": None,
            "files": [
                {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                for name, data in files.items()
            ],
        }
        (folder / "manifest.json").write_text(json.dumps(manifest | changes, ensure_ascii=False), encoding="utf-8")
        return read_manifest(folder)

    return put


@pytest.fixture(scope="session")
def night() -> datetime.date:
    return datetime.date(2018, 6, 30)


@pytest.fixture(scope="session")
def projected(spark: Any, catalog_of: Callable[..., Catalog]) -> Callable[..., Any]:
    """Raw lines (or ``(line, defect)``) split into cells and through the fused projection, as a frame."""
    import pyarrow as pa

    from jobs.ingest.cells import with_cells
    from jobs.ingest.rows import record_batch
    from jobs.standardize.project import project

    def build(
        resource: Resource,
        lines: Sequence[str | tuple[str, str | None]],
        headers: Sequence[str] = HEADER,
        codec: str = "csv",
        business_date: str = "2018-06-30",
    ) -> Any:
        pairs = [(line, None) if isinstance(line, str) else line for line in lines]
        texts, defects = [line for line, _ in pairs], [defect for _, defect in pairs]
        rows = record_batch("visits.csv", range(2, 2 + len(pairs)), texts, defects)
        delivered = pa.Table.from_batches([with_cells(rows, resource, headers, codec)])
        moment = datetime.datetime(2018, 6, 30, 12, tzinfo=datetime.UTC)
        delivered = delivered.append_column("_batch", pa.repeat("b1", len(pairs)))
        delivered = delivered.append_column("_delivered_at", pa.repeat(pa.scalar(moment), len(pairs)))
        day = datetime.date.fromisoformat(business_date)
        return project(spark.createDataFrame(delivered), resource, catalog_of(resource).codelists, day)

    return build
