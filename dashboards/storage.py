"""How much room the platform takes on its disk, and how fast that grows."""

import datetime as dt
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import median

from taian.settings import Settings

AREAS = {
    "landing": "报送原件",
    "lake": "数据湖",
    "serving": "网页读的文件",
    "airflow": "Airflow 与任务日志",
    "log": "日志",
    "mail": "邮件收取器",
}
"""Folders of an installation that grow."""

GROWING = ("landing", "lake")
"""Folders whose files are written once and stay: their dates tell how much came when."""

DAYS = 30


@dataclass(frozen=True)
class Usage:
    """Bytes by area, of all the rest, and by the day on which the files of GROWING were written, oldest first."""

    areas: dict[str, int]
    other: int
    written: tuple[tuple[dt.date, int], ...]

    @property
    def daily(self) -> float | None:
        """Bytes of a usual day; None before there are two days to compare."""
        return median(size for _, size in self.written) if len(self.written) > 1 else None


@dataclass(frozen=True)
class Disk:
    """Bytes of the disk that the installation stands on."""

    total: int
    free: int


def disk(config: Settings) -> Disk:
    """Room on the disk, now."""
    found = shutil.disk_usage(config.home if config.home.exists() else config.home.parent)
    return Disk(found.total, found.free)


def _files(folder: Path) -> Iterator[os.stat_result]:
    """Status of every file below ``folder``; one that goes away meanwhile is left out."""
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                yield (Path(place) / name).lstat()
            except OSError:
                continue


def _rest(home: Path) -> int:
    """Bytes below ``home`` that belong to none of AREAS: the cases, scratch of Spark, what else is there."""
    found = 0
    for place in home.iterdir() if home.exists() else ():
        if place.is_dir() and not place.is_symlink():
            found += 0 if place.name in AREAS else sum(status.st_size for status in _files(place))
        else:
            with suppress(OSError):
                found += place.lstat().st_size
    return found


@lru_cache(maxsize=4)
def usage(home: Path, night: str) -> Usage:
    """What an installation takes, counted once a ``night``: its folders hold thousands of files."""
    areas: dict[str, int] = {}
    written: Counter[dt.date] = Counter()
    for area in AREAS:
        sizes = 0
        for status in _files(home / area):
            sizes += status.st_size
            if area in GROWING:
                written[dt.date.fromtimestamp(status.st_mtime)] += status.st_size
        areas[area] = sizes
    return Usage(areas, _rest(home), tuple(sorted(written.items())[-DAYS:]))
