"""One sorted, read-only DuckDB file per serving table, and the pointer that switches all of them at once."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from jobs.journal import now
from taian.settings import settings

CURRENT = "CURRENT.json"
KEEP = 2
"""Versions of a file that stay: the one in use and the one before, which an open page may still read."""


@dataclass(frozen=True)
class Served:
    """One published table: its file, rows, and the period its data reach; ``made_from`` stands for all that decides
    what is in the file.
    """

    file: str
    rows: int
    as_of: str | None
    made_from: str | None = None


@dataclass(frozen=True)
class Query:
    """Content that DuckDB makes itself: a query, and the views it reads by name."""

    text: str
    views: dict[str, str]


MEMORY = "2GB"
"""What a query may take before it sorts on the disk: publishing stands beside the engine. Lists cannot wait on the
disk: those of all firms of the whole city take just above 1 GB."""


def current() -> dict[str, Any] | None:
    """The pointer as it stands, or None before the first night."""
    path = settings().serving / CURRENT
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def read(table: str, query: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Rows of ``query`` over one published table. Raises LookupError when the night that is up has no such table."""
    pointer = current() or {"tables": {}}
    if table not in pointer["tables"]:
        raise LookupError(f"no night has published {table}")
    path = settings().serving / pointer["tables"][table]["file"]
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute(query, parameters or {})
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def kept(table: str, made_from: str, as_of: str | None) -> Served | None:
    """The file that is up, when it was made from just this and is still there: it serves the next night too."""
    known = (current() or {"tables": {}})["tables"].get(table)
    if known is None or known.get("made_from") != made_from or not (settings().serving / known["file"]).is_file():
        return None
    return Served(known["file"], known["rows"], as_of, made_from)


def _versions(table: str) -> list[tuple[int, Path]]:
    found = settings().serving.glob(f"{table}-v*.duckdb")
    return sorted((int(path.stem.rpartition("-v")[2]), path) for path in found)


def write(
    table: str, content: pa.Table | Query, order: list[str], as_of: str | None, made_from: str | None = None
) -> Served:
    """Write a table aside, sorted by the columns pages select on, and give it its name when it is whole."""
    folder = settings().serving
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    versions = _versions(table)
    target = folder / f"{table}-v{versions[-1][0] + 1 if versions else 1}.duckdb"
    aside = target.with_suffix(".tmp")
    aside.unlink(missing_ok=True)
    sort = f" ORDER BY {', '.join(order)}" if order else ""
    with duckdb.connect(str(aside)) as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        if isinstance(content, Query):
            for name, view in content.views.items():
                connection.execute(f"CREATE TEMP VIEW {name} AS {view}")
        else:
            connection.register("content", content)
        source = f"({content.text})" if isinstance(content, Query) else "content"
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM {source}{sort}")
        (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
    aside.chmod(0o600)
    aside.replace(target)
    return Served(target.name, rows, as_of, made_from)


def switch(run_id: str, business_date: date, tables: dict[str, Served]) -> None:
    """Point every page to the new night in one rename, then drop files nobody reads any more."""
    path = settings().serving / CURRENT
    aside = path.with_suffix(".tmp")
    pointer = {
        "run_id": run_id,
        "business_date": business_date.isoformat(),
        "published_at": now(),
        "tables": {name: asdict(served) for name, served in tables.items()},
    }
    with aside.open("w", encoding="utf-8") as file:
        json.dump(pointer, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    for name in tables:
        for _, old in _versions(name)[:-KEEP]:
            old.unlink()
