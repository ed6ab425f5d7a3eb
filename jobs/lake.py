"""Reading and writing Delta tables; the only module that does.

Every commit carries an application id and a version (``txnAppId``/``txnVersion``), so a commit repeated after a kill is
taken once. One writer a table: the plan of the night gives each table to one step.
"""

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType

from taian.files import sizes
from taian.settings import settings

# Names that differ between two runs of the same night; a content hash leaves them out.
VOLATILE = frozenset({"run_id", "started_at", "ended_at", "finished_at", "released_at"})
# Logs of when a night ran and how long its stages took: they tell of the machine, not of the city.
TECHNICAL = frozenset({"meta__run", "meta__stage"})
STATISTICS = "delta.dataSkippingStatsColumns"
SMALL_BYTES, MANY_FILES = 4 << 20, 50
"""Files below this size are put together once a table has this many of them."""


def path(table: str) -> Path:
    """Folder of a table."""
    return settings().lake / table


def exists(table: str) -> bool:
    """Whether the table has a first commit."""
    return (path(table) / "_delta_log").is_dir()


def tables() -> list[str]:
    """Names of all tables of the lake, sorted."""
    return sorted(p.name for p in settings().lake.glob("*") if exists(p.name))


def read(session: SparkSession, table: str) -> DataFrame:
    """The current version of a table."""
    return session.read.format("delta").load(str(path(table)))


def files(table: str) -> list[str]:
    """Data files of the current version, from the log alone, for a reader that needs no engine. Raises LookupError for
    a table of which rows were deleted inside a file: such a reader would still see them.
    """
    live = _live(table)
    if any(added.get("deletionVector") for added in live.values()):
        raise LookupError(f"files of the table {table} hold deleted rows: build the table again")
    return sorted(str(path(table) / unquote(name)) for name in live)


def _live(table: str) -> dict[str, dict[str, Any]]:
    """Data files of the current version by path, as the log has added them."""
    checkpoint, live = _checkpoint(table)
    for commit in reversed(_commits(table)):
        if int(commit.stem) > checkpoint:
            for action in _actions(commit):
                if "add" in action:
                    live[action["add"]["path"]] = action["add"]
                elif "remove" in action:
                    live.pop(action["remove"]["path"], None)
    return live


def _checkpoint(table: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Version of the last checkpoint (-1: none yet), and the files of that version as the log has added them."""
    parts: dict[int, list[Path]] = {}
    for file in (path(table) / "_delta_log").glob("*.checkpoint*.parquet"):
        parts.setdefault(int(file.name.partition(".")[0]), []).append(file)
    if not parts:
        return -1, {}
    last = max(parts)
    rows = [row for part in parts[last] for row in pq.read_table(part, columns=["add"])["add"].to_pylist() if row]
    return last, {row["path"]: row for row in rows if row.get("path")}


def _commits(table: str) -> list[Path]:
    """Commits of a table that its log still has, the last one first; empty before the first."""
    log = path(table) / "_delta_log"
    return sorted((file for file in log.glob("*.json") if file.stem.isdigit()), reverse=True)


def _actions(commit: Path) -> Iterator[dict[str, Any]]:
    with commit.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def state(table: str) -> str | None:
    """A text that is another one after every commit, and in a table that was made anew; None before the first commit.

    Read from the log: telling that nothing has changed must not cost a session of the engine.
    """
    commits = _commits(table)
    return hashlib.sha256(commits[0].name.encode() + commits[0].read_bytes()).hexdigest()[:16] if commits else None


def mark(table: str) -> str | None:
    """What the last commit's writer said of its content (``overwrite``), or None."""
    found = (action["commitInfo"].get("userMetadata") for action in _last_actions(table) if "commitInfo" in action)
    return next(found, None)


def _last_actions(table: str) -> list[dict[str, Any]]:
    commits = _commits(table)
    return list(_actions(commits[0])) if commits else []


def schema(table: str) -> StructType:
    """Columns of the current version, from the log alone. Raises LookupError for a table that has none."""
    for commit in _commits(table):
        for action in _actions(commit):
            if "metaData" in action:
                return _struct(action["metaData"]["schemaString"])
    # Delta removes old commits once a checkpoint has what they said.
    for checkpoint in sorted((path(table) / "_delta_log").glob("*.checkpoint.parquet"), reverse=True):
        for row in pq.read_table(checkpoint, columns=["metaData"])["metaData"].to_pylist():
            if row:
                return _struct(row["schemaString"])
    raise LookupError(f"the log of the table {table} names no columns: build the table again")


def _struct(text: str) -> StructType:
    return StructType.fromJson(json.loads(text))


def append(frame: DataFrame, table: str, application: str, version: int) -> None:
    """Add rows once: a second call with the same application and version changes nothing.

    Every delivery adds files of its own: small ones are put together when they have become many. Delta can look for
    them by itself (``autoCompact``), with a query after each commit that is more than half of what the commit costs.
    """
    # Statistics cost 40 % of a write when kept for every column; batches are what readers select on. Zstandard takes a
    # third less space than Spark's default and no more time.
    (
        frame.write.format("delta")
        .mode("append")
        .option("txnAppId", application)
        .option("txnVersion", str(version))
        .option(STATISTICS, "_batch")
        .option("compression", "zstd")
        .save(str(path(table)))
    )
    if sum(added["size"] < SMALL_BYTES for added in _live(table).values()) >= MANY_FILES:
        frame.sparkSession.sql(f"OPTIMIZE delta.`{path(table)}`").collect()


def overwrite(frame: DataFrame, table: str, mark: str | None = None) -> None:
    """Replace the content of a table in one commit; ``mark`` tells the next writer what it was made from."""
    writer = frame.write.format("delta").mode("overwrite").option("overwriteSchema", "true")
    if mark is not None:
        writer = writer.option("userMetadata", mark)
    writer.save(str(path(table)))


def delete_batches(session: SparkSession, table: str, batches: list[str]) -> None:
    """Delete the rows of these batches in one commit; none when there are none. Old files stay until ``vacuum``."""
    if not exists(table) or not batches:
        return
    # Numbers of batches are made of letters, digits and ``_.-`` (jobs.manifest).
    named = ", ".join(f"'{batch}'" for batch in batches)
    session.sql(f"DELETE FROM delta.`{path(table)}` WHERE _batch IN ({named})").collect()


def withdraw(session: SparkSession, table: str, application: str, version: int, batches: list[str]) -> None:
    """Take back what an unfinished commit has put into a table, and what it may still put there.

    A writer can outlive the process that asked for it. The empty commit under the same version comes first: from then
    on Delta refuses or skips the late one, so that the deletion finds all there will ever be. Repeating it is harmless.
    """
    append(read(session, table).limit(0), table, application, version)
    delete_batches(session, table, batches)


def vacuum(session: SparkSession, table: str, days: int) -> tuple[int, int]:
    """Remove the files that left the table more than ``days`` days ago (at least 7); how many, and their bytes."""
    before = _files(table)
    session.sql(f"VACUUM delta.`{path(table)}` RETAIN {days * 24} HOURS").collect()
    gone = before.keys() - _files(table).keys()
    return len(gone), sum(before[name] for name in gone)


def has_leftovers(table: str, days: int) -> bool:
    """Whether a folder holds data files older than ``days`` days that the current version of its table does not."""
    try:
        live = set(files(table))
    except LookupError:
        # Only the engine can tell what rows deleted inside files have left behind.
        return True
    oldest = time.time() - days * 86_400
    return any(name not in live and Path(name).stat().st_mtime < oldest for name in _files(table))


def _files(table: str) -> dict[str, int]:
    """Data files below a table and their bytes."""
    return {
        str(file): size
        for file, size in sizes(path(table))
        if file.suffix == ".parquet" and "_delta_log" not in file.parts
    }


def digest(table: str) -> tuple[int, str]:
    """Rows and content hash of a table, whatever the order of its rows, leaving out run ids and clocks.

    Read from its files beside the engine, which takes seconds for each table. LookupError as ``files``.
    """
    if not (found := files(table)):
        return 0, f"{0:032x}"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        # A column that was declared after all files were written is in none of them: empty, as an empty one.
        rows = connection.read_parquet(found, union_by_name=True)
        names = sorted(set(schema(table).names) - VOLATILE)
        # concat_ws drops nulls, so that a null must be told from an empty text by a mark.
        cells = [f"coalesce('=' || \"{name}\"::VARCHAR, '∅')" if name in rows.columns else "'∅'" for name in names]
        text = f"concat_ws(chr(31), {', '.join(cells)})"
        count, total, parity = rows.aggregate(
            f"count(*), sum(md5_number_lower({text})), bit_xor(md5_number_upper({text}))"
        ).fetchall()[0]
    return int(count), f"{int(total) & (1 << 64) - 1:016x}{int(parity) & (1 << 64) - 1:016x}"
