"""``taian bench month``: thirty nights in a row on one engine, and what grows that the data do not explain."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import stats

from taian.bench.memory import JAVA, family, peak
from taian.bench.night import run_night, share_landing
from taian.bench.nightly import NONE, city_of
from taian.bench.place import own_engine, scratch_place, use_home
from taian.bench.report import GIB, Goal, Measure, measure

FIRST = dt.date(2018, 6, 1)
NIGHTS = 30
MOST_MEMORY = Goal("<=", 8.0)
Say = Callable[[str], None]
Series = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Night:
    """What one night cost and left behind: processor seconds of this process, the engine and its workers; wall seconds;
    rows taken in; resident memory of the engine at its end and the peak of all (bytes); data files and bytes that the
    tables hold now, and bytes of the lake's folder with what they held before.
    """

    cpu_seconds: float
    seconds: float
    rows: int
    engine_memory: int
    peak_memory: int
    files: int
    bytes_live: int
    bytes_all: int
    failed: int


def bench_month(home: Path, scale: float, nights: int, say: Say) -> list[Measure]:
    """Nights of June 2018 in a scratch home below ``home``, which is removed; the city is kept for the next time."""
    with scratch_place(home) as scratch:
        city = city_of(home, scale, say)
        use_home(scratch / "month")
        share_landing(city, scratch / "month")
        with own_engine():
            days = (FIRST + dt.timedelta(days=number) for number in range(nights))
            found = [_night(day, scratch / "month" / "lake", say) for day in days]
    return month_measures(found)


def _night(day: dt.date, lake: Path, say: Say) -> Night:
    before = _cpu_seconds()
    lines: list[str] = []
    with peak() as memory:
        night = run_night(day, lines.append, memory)
    files, live, everything = _lake(lake)
    found = Night(
        cpu_seconds=_cpu_seconds() - before,
        seconds=night.seconds,
        rows=night.rows,
        engine_memory=_engine_memory(),
        peak_memory=memory.total,
        files=files,
        bytes_live=live,
        bytes_all=everything,
        failed=len(night.failed),
    )
    say(
        f"{day}: {found.cpu_seconds:.0f} CPU s, {found.seconds:.0f} s, {found.rows} rows, engine "
        f"{found.engine_memory / GIB:.2f} GiB, {found.files} files, {found.bytes_live / GIB:.3f} GiB"
    )
    for line in lines:
        if any(f" {name}: " in line for name in night.failed):
            say(line)
    return found


def _cpu_seconds() -> float:
    """Of this process and everything it started, those that have ended included."""
    times = [process.cpu_times() for process in family()]
    return float(sum(each.user + each.system + each.children_user + each.children_system for each in times))


def _engine_memory() -> int:
    return sum(process.memory_info().rss for process in family() if process.name() == JAVA)


def _lake(folder: Path) -> tuple[int, int, int]:
    """Data files and bytes of all tables as they are now, and bytes of everything below the folder."""
    from jobs import lake
    from taian.files import size_of

    live = [Path(file) for table in lake.tables() for file in lake.files(table)]
    return len(live), sum(file.stat().st_size for file in live), size_of(folder)


def month_measures(nights: Sequence[Night]) -> list[Measure]:
    """Growth over the nights after the first, which takes in the history before them and warms the engine.

    ``growth.cpu`` is the slope of a night's processor seconds over the nights, rows taken in held equal (least squares
    on rows and night), in per cent of a mean night, a night; its 95 % interval stands beside it. ``growth.engine`` is
    the slope of the engine's memory over the second half, when its heap has found its size. Files and bytes are
    compared with the rows that are held.
    """
    later = nights[1:]
    middle = len(later) // 2
    rows = np.array([night.rows for night in later], dtype=float)
    held = np.cumsum([night.rows for night in nights], dtype=float)
    mib = np.array([night.engine_memory for night in later[middle:]], dtype=float) / (1 << 20)
    return [
        measure("nights", len(nights), "nights"),
        measure("failed_steps", sum(night.failed for night in nights), "steps", NONE),
        measure("first.cpu_seconds", nights[0].cpu_seconds, "s"),
        measure("night.cpu_seconds", float(np.mean([night.cpu_seconds for night in later])), "s"),
        measure("night.seconds", float(np.mean([night.seconds for night in later])), "s"),
        measure("night.rows", float(rows.mean()), "rows"),
        _slope("growth.cpu", np.array([night.cpu_seconds for night in later]), rows),
        _slope("growth.engine", mib, None),
        measure("memory.peak", max(night.peak_memory for night in nights) / GIB, "GiB", MOST_MEMORY),
        measure("files.first", nights[0].files, "files"),
        measure("files.last", nights[-1].files, "files"),
        measure("bytes_a_row.first", nights[0].bytes_live / held[0], "B"),
        measure("bytes_a_row.last", nights[-1].bytes_live / held[-1], "B"),
        measure("bytes.folder_last", nights[-1].bytes_all / GIB, "GiB"),
    ]


def _slope(name: str, values: Series, beside: Series | None) -> Measure:
    """Per cent of the mean that a night adds to the one before, with its 95 % interval; ``beside`` is held equal."""
    night = np.arange(len(values), dtype=float)
    columns = [np.ones_like(night), night] + ([] if beside is None or np.ptp(beside) == 0 else [beside])
    design = np.column_stack(columns)
    solution, *_ = np.linalg.lstsq(design, values, rcond=None)
    free = len(values) - design.shape[1]
    error = np.sqrt(((values - design @ solution) ** 2).sum() / free * np.linalg.pinv(design.T @ design)[1, 1])
    half = stats.t.ppf(0.975, free) * error
    low, middle, high = (100 * each / values.mean() for each in (solution[1] - half, solution[1], solution[1] + half))
    return Measure(name, round(middle, 3), "% a night", None, None, (round(low, 3), round(high, 3)))
