"""Files of series in, tables of forecasts and alarms out: what ``taian forecast`` and ``taian watch`` share."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import typer

from jobs.forecast.series import ONLY, Columns, Table, describe, table
from jobs.forecast.spelling import Writer, like
from taian.errors import ProblemError
from taian.spreadsheet import neutral
from taian.tablefile import Table as FileTable
from taian.tablefile import read_table

FORMS = (".csv", ".xlsx", ".parquet")
UNREADABLE = 0.05
"""Share of rows whose time is no time above which the wrong column must have been named."""


@dataclass(frozen=True)
class Asked:
    """Which columns of which file, and where the answer goes."""

    file: Path
    time: str
    value: str
    series: str | None
    out: Path


def read(asked: Asked, *, whole: bool = False) -> tuple[Table, list[str]]:
    """The series of the file (``whole``: see ``jobs.forecast.series.table``), and what was noticed about it.

    Raises ProblemError in one sentence.
    """
    check_out(asked)
    found = read_table(asked.file)
    time, value = found.named(asked.time, "--time"), found.named(asked.value, "--value")
    series = found.named(asked.series, "--series") if asked.series is not None else None
    if len({time, value, series}) < 3:
        raise ProblemError("--time, --value and --series name the same column: each takes a column of its own.")
    numbers = found.quantity(value, "--value")
    times, write, grain = _times(found, time)
    # A table of one series is called by its value: an empty name would be lost by whoever groups by it.
    names = found.texts(series).astype("string").fillna(ONLY) if series else pd.Series(value, index=range(found.rows))
    frame = pd.DataFrame({"series": names.to_numpy(), "time": times, "value": numbers.values})
    made = table(Columns(frame, grain, write, series), whole=whole)
    return made, [note.en for note in found.notes] + list(made.notes)


def _times(found: FileTable, column: str) -> tuple[pd.DatetimeIndex, Writer, str | None]:
    times = found.times(column)
    known = np.flatnonzero(~np.isnat(times.values))
    if len(times.unreadable) > max(2, UNREADABLE * found.rows) or not len(known):
        where = found.cell(column, int(times.unreadable[0])) if len(times.unreadable) else "it is empty"
        raise ProblemError(
            f"--time '{column}' of {found.name} holds no times ({where}): write them like 2018-06 or 2018-06-30."
        )
    stamps = pd.DatetimeIndex(times.values)
    samples = [str(found.data[column][int(row)].as_py()) for row in known[:50]]
    return stamps, like(samples, stamps[known], times.step), times.step


def check_out(asked: Asked) -> None:
    """The answer can be written. Raises ProblemError before any work is done."""
    out = asked.out
    if out.suffix.lower() not in FORMS:
        raise ProblemError(f"--out '{out}' is none of {', '.join(FORMS)}: name a file like answer.csv.")
    if not out.parent.is_dir():
        raise ProblemError(f"--out '{out}' lies in a folder that does not exist: make {out.parent} first.")
    if out.is_dir() or not os.access(out.parent, os.W_OK):
        raise ProblemError(f"--out '{out}' cannot be written: name a file in a folder of yours.")
    if out.exists() and asked.file.exists() and out.samefile(asked.file):
        raise ProblemError(f"--out '{out}' is the file that is read: name another.")


def write(rows: pd.DataFrame, out: Path) -> None:
    """Write the answer whole or not at all: CSV in UTF-8, a workbook, or Parquet, by the file's name."""
    texts = rows.select_dtypes(include=["object", "string"]).columns
    part = out.with_name(f".{out.name}.{os.getpid()}{out.suffix}")
    try:
        if out.suffix.lower() == ".parquet":
            rows.to_parquet(part, index=False)
        else:
            # Names come from the file: none of them may be run by a spreadsheet.
            safe = rows.assign(**{name: rows[name].map(lambda cell: neutral(str(cell))) for name in texts})
            if out.suffix.lower() == ".xlsx":
                safe.to_excel(part, index=False, engine="xlsxwriter")
            else:
                safe.to_csv(part, index=False, float_format="%.10g")
        part.replace(out)
    except OSError as error:
        raise ProblemError(
            f"--out '{out}' cannot be written ({error.strerror}): free some space or name another."
        ) from error
    finally:
        part.unlink(missing_ok=True)


def tell(made: Table, lines: Sequence[str], refused: dict[str, str], *, out: Path, as_json: bool) -> None:
    """What was read, noticed, refused and written: lines on standard error, or JSON on standard output."""
    noticed = [f"{one.name or 'The series'}: {note}" for one in made.series for note in one.notes]
    if as_json:
        said = {"series": len(made.series), "steps": describe(made.series), "notes": [*lines, *noticed]}
        typer.echo(json.dumps({**said, "refused": refused, "out": str(out)}, ensure_ascii=False, indent=1))
        return
    for line in [f"Read {len(made.series)} series: {describe(made.series)}.", *map(_stopped, lines)]:
        sys.stderr.write(f"{line}\n")
    for kept, word in (
        (noticed, "more notes of this kind (--json lists all)"),
        (list(refused.values()), "more refused"),
    ):
        for line in kept[:MOST]:
            sys.stderr.write(f"{_stopped(line)}\n")
        if len(kept) > MOST:
            sys.stderr.write(f"… {len(kept) - MOST} {word}.\n")
    sys.stderr.write(f"Wrote {out}.\n")


MOST = 8
"""Lines of one kind that a terminal is given."""


def _stopped(line: str) -> str:
    return line if line.endswith((".", "。")) else f"{line}."
