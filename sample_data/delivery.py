"""Handing in a delivery: the files first, the manifest last, so that a half-written delivery does not count."""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sample_data.forms import (
    csv_bytes,
    json_text,
    write_csv,
    write_geojson,
    write_jsonl,
    write_parquet,
    write_sqlite_view,
    write_wrapped_json,
    write_xlsx,
)

__all__ = [
    "MANIFEST",
    "Batch",
    "csv_bytes",
    "folder_of",
    "json_text",
    "read_manifest",
    "sign",
    "source_file",
    "write",
    "write_csv",
    "write_geojson",
    "write_jsonl",
    "write_manifest",
    "write_parquet",
    "write_sqlite_view",
    "write_wrapped_json",
    "write_xlsx",
]

MANIFEST = "manifest.json"

Content = bytes | Callable[[Path], None]


@dataclass(frozen=True)
class Batch:
    """One delivery of one department.

    ``period`` is ``2018-06-30``, ``2018-06``, ``2018Q2`` or ``2018``; ``batch`` is ``<resource>-<period>-<nn>``;
    ``delivered_at`` is ISO with its offset (``2018-06-01T06:00:00+08:00``); ``replaces`` names a batch it corrects.
    """

    resource: str
    provider: str
    period: str
    batch: str
    delivered_at: str
    encoding: str = "UTF-8"
    replaces: str | None = None


def folder_of(out: Path, batch: Batch) -> Path:
    """Where a batch lies under ``out``."""
    return out / "landing" / batch.resource / batch.period / batch.batch


def source_file(out: Path, source: str) -> Path:
    """The SQLite file that stands in for a department's database."""
    return out / "landing" / "_sources" / f"{source}.sqlite"


def _entry(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": path.name, "bytes": path.stat().st_size, "sha256": digest}


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a delivered batch."""
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return manifest


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Put the manifest in place in one step."""
    waiting = folder / f".{MANIFEST}"
    waiting.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    waiting.replace(folder / MANIFEST)


def sign(folder: Path, *, rows: int | None = None) -> None:
    """Bring sizes and digests of the manifest up to the files as they are now; ``rows`` replaces the row count."""
    manifest = read_manifest(folder)
    manifest["files"] = [_entry(folder / entry["name"]) for entry in manifest["files"]]
    if rows is not None:
        manifest["rows"] = rows
    write_manifest(folder, manifest)


def write(out: Path, batch: Batch, files: Mapping[str, Content], rows: int) -> Path:
    """Deliver ``files`` (bytes, or a function that writes the path it is given) and return the batch's folder.

    An earlier folder of the same batch is replaced. A database delivery has no files and only its manifest.
    """
    folder = folder_of(out, batch)
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    for name, content in files.items():
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        else:
            content(folder / name)
    manifest = {
        "resource": batch.resource,
        "provider": batch.provider,
        "period": batch.period,
        "batch": batch.batch,
        "rows": rows,
        "encoding": batch.encoding,
        "schema_version": 1,
        "delivered_at": batch.delivered_at,
        "replaces": batch.replaces,
        "files": [_entry(folder / name) for name in files],
    }
    write_manifest(folder, manifest)
    return folder
