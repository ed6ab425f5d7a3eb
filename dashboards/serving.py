"""The night's read-only files: one snapshot is one CURRENT.json, and a page uses one snapshot for all its cards.

Files are attached read-only to an in-memory DuckDB that then forbids itself the file system and any change of its
settings. A file that is missing or damaged takes down the cards that need it, not the page. Each reader's snapshot
has views that end where its sight does (``dashboards.sight``).
"""

import datetime as dt
import re
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
from pydantic import BaseModel

from dashboards.bounded import Bounded
from dashboards.sight import EVERYTHING, Sight, in_order, view_of

TABLE = re.compile(r"[a-z][a-z0-9_]*")
RETRY_SECONDS = 5.0
"""How long a snapshot with a missing file is used before the file is looked for again."""

MEMORY = "128MB"
"""What one process keeps in memory of the night's files: DuckDB would keep every block that it has read."""

KEPT_PAGES, KEPT_ANSWERS = 64, 64
"""Looks at one night, and answers of its tables, that are kept for one sight."""

LARGEST_ANSWER = 5_000
"""Cells of an answer that is kept, which bounds the memory; longer ones are read anew."""

KEPT_SIGHTS = 12
"""Snapshots that are kept open, one for each sight: departments that look at their own are many."""


class ServingError(Exception):
    """A page cannot be filled; the message says what is wrong and what to do."""


class NothingPublishedError(ServingError):
    """No night has published anything here yet."""


class Served(BaseModel):
    """One published table: the name of its file, and the period its data reach."""

    file: str
    as_of: str | None = None


class Pointer(BaseModel):
    """CURRENT.json: which files are the night's."""

    run_id: str
    business_date: dt.date
    published_at: str = ""
    tables: dict[str, Served]


@dataclass(frozen=True)
class Stamp:
    """Identity of a CURRENT.json on disk; a replaced file differs."""

    inode: int
    modified: int
    size: int


@dataclass(frozen=True)
class Snapshot:
    """The tables of one published night.

    ``as_of`` is the last period in each table, ``missing`` says for each unreadable table why, ``problem`` is one
    sentence when the newest CURRENT.json could not be read and this is the night before it. ``rendered`` keeps pages
    made from this snapshot and ``answers`` what it was asked: they end with it, and are of its sight alone.
    """

    run_id: str
    business_date: str
    published_at: str
    as_of: dict[str, str]
    missing: dict[str, str]
    connection: duckdb.DuckDBPyConnection
    sight: Sight
    opened_at: float = field(default_factory=time.monotonic)
    rendered: Bounded = field(default_factory=lambda: Bounded(KEPT_PAGES))
    answers: Bounded = field(default_factory=lambda: Bounded(KEPT_ANSWERS))
    problem: str = ""

    def read(self, table: str, query: str, parameters: dict[str, Any] | None = None, *others: str) -> pd.DataFrame:
        """Rows of ``query`` over ``table`` and ``others``; ServingError names the one that cannot be read."""
        for needed in (table, *others):
            if needed in self.missing:
                raise ServingError(self.missing[needed])
            if needed not in self.as_of:
                raise ServingError(f"这一夜没有发布结果表 {needed}。请在“批次运行”页查看发布步骤，重跑该业务日期。")
        asked = (query, repr(sorted((parameters or {}).items())))
        found: pd.DataFrame | None = self.answers.get(asked)
        if found is None:
            try:
                found = self.connection.cursor().execute(query, parameters or {}).df()
            except duckdb.Error as error:
                raise ServingError(
                    f"结果表 {table} 无法读取（{_first_line(error)}）。请重跑当夜的发布步骤。"
                ) from error
            if found.size > LARGEST_ANSWER:
                return found
            self.answers.put(asked, found)
        # A copy: cards add columns of their own.
        return found.copy()


def _first_line(error: Exception) -> str:
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return re.sub(r'"?(/[^\s"]+/)', "", line)


def _attach(connection: duckdb.DuckDBPyConnection, folder: Path, table: str, name: str, sight: Sight) -> str | None:
    """Attach one file and make the view of its table; the reason in Chinese when that fails."""
    view = view_of(table, f"file_{table}.{table}", sight)
    if view is None:
        return f"结果表 {table} 没有规定谁可以看，所以谁也看不到。请工程师在 dashboards/permissions.py 中写明。"
    if not TABLE.fullmatch(table) or Path(name).name != name or "'" in name:
        return f"CURRENT.json 中结果表 {table} 的文件名不合规。请重跑当夜的发布步骤。"
    path = folder / name
    if not path.is_file():
        return f"结果表 {table} 的文件 {name} 不见了。请重跑当夜的发布步骤（publish）。"
    try:
        connection.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS file_{table} (READ_ONLY)")
        connection.execute(f"CREATE VIEW {table} AS {view}")
    except duckdb.Error as error:
        return f"结果表 {table} 的文件 {name} 已损坏（{_first_line(error)}）。请重跑当夜的发布步骤（publish）。"
    return None


def open_snapshot(folder: Path, sight: Sight = EVERYTHING) -> Snapshot:
    """Open the night that CURRENT.json names as far as ``sight`` goes; NothingPublishedError when there is none."""
    current = folder / "CURRENT.json"
    try:
        pointer = Pointer.model_validate_json(current.read_bytes())
    except FileNotFoundError as error:
        raise NothingPublishedError(
            "还没有发布过任何一夜的结果。请先运行 make run，或用 taian nightly --date 2018-06-30 跑一夜。"
        ) from error
    except (OSError, ValueError) as error:
        raise ServingError("发布清单 CURRENT.json 读不懂。请重跑当夜的发布步骤（publish）。") from error
    connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": MEMORY})
    missing = {}
    for table in in_order(list(pointer.tables)):
        if reason := _attach(connection, folder, table, pointer.tables[table].file, sight):
            missing[table] = reason
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return Snapshot(
        run_id=pointer.run_id,
        business_date=pointer.business_date.isoformat(),
        published_at=pointer.published_at,
        as_of={table: entry.as_of or "" for table, entry in pointer.tables.items()},
        missing=missing,
        connection=connection,
        sight=sight,
    )


class Serving:
    """The serving folder of one installation; hands out the newest snapshot of a sight that could be opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._held: dict[Sight, tuple[Stamp | None, Snapshot]] = {}

    def _read_stamp(self) -> Stamp | None:
        try:
            status = (self.folder / "CURRENT.json").stat()
        except OSError:
            return None
        return Stamp(status.st_ino, status.st_mtime_ns, status.st_size)

    def snapshot(self, sight: Sight = EVERYTHING) -> Snapshot:
        """The night to show now. A new CURRENT.json is taken up at once; an unreadable one leaves the last night up."""
        with self._lock:
            stamp = self._read_stamp()
            known, held = self._held.pop(sight, (None, None))
            retry = held is not None and held.missing and time.monotonic() - held.opened_at > RETRY_SECONDS
            if held is None or stamp != known or retry:
                try:
                    held = open_snapshot(self.folder, sight)
                except ServingError as error:
                    if held is None:
                        raise
                    held = Snapshot(**{**vars(held), "problem": str(error)})
            # Put back at the end: what was looked at longest ago stands first and goes first.
            self._held[sight] = (stamp, held)
            while len(self._held) > KEPT_SIGHTS:
                del self._held[next(iter(self._held))]
            return held
