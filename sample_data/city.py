"""The sample city: every delivery of every department up to a day, and the truth about what was planted.

``python -m sample_data.city --scale 0.01 --seed 1 --until 2018-06-30 --out DIR``
"""

import argparse
import datetime
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sample_data import (
    address,
    air,
    division,
    firms,
    governance,
    hotline,
    legal,
    macro,
    people,
    real,
    resident,
    service,
    society,
)
from sample_data.context import City
from sample_data.places import make_places

__all__ = ["City", "Summary", "make_city"]

BUSINESS_DAY = datetime.date(2018, 6, 30)
PEOPLE_SIDE = {
    "区划代码": division,
    "界线、宏观序列与方案任务": real,
    "户籍人口": resident,
    "标准地址": address,
    "12345热线": hotline,
    "空气质量": air,
    "宏观经济": macro,
    "公共企事业与社会运行": society,
    "人口各部门": people,
    "整合共享各台账": governance,
}


@dataclass(frozen=True)
class Summary:
    """What was made: rows handed in by resource, batches, planted rows."""

    out: Path
    rows: dict[str, int]
    batches: int
    planted: int


def _silent(message: str) -> None:
    """No progress wanted."""


def make_city(
    out: Path,
    scale: float = 0.01,
    seed: int = 1,
    until: datetime.date = BUSINESS_DAY,
    progress: Callable[[str], None] = _silent,
) -> Summary:
    """Write ``out/landing`` and ``out/truth``; the same arguments give the same bytes.

    ``scale`` is the share of the whole city (1.0 = 5.47 million registered persons). Raises ValueError on a scale that
    is not within (0, 1].
    """
    if not 0 < scale <= 1:
        raise ValueError(f"scale {scale} is not within (0, 1]; 0.01 is the usual sample, 1.0 the whole city")
    city = City(out, scale, seed, until, make_places(seed), progress=progress)
    for title, part in PEOPLE_SIDE.items():
        progress(title)
        part.deliver(city)
    side = firms.make_firms(city)
    legal.make_legal(city, side)
    service.deliver(city, side.entries)
    city.truth.write(out)
    return Summary(out, dict(sorted(city.rows.items())), len(city.truth.batches), len(city.truth.defects))


def main(arguments: list[str] | None = None) -> int:
    """Make a sample city from the command line."""
    parser = argparse.ArgumentParser(prog="python -m sample_data.city", description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=0.01, help="share of the whole city, up to 1.0")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--until", type=datetime.date.fromisoformat, default=BUSINESS_DAY, help="last day, 2018-06-30")
    parser.add_argument("--out", type=Path, required=True, help="folder that receives landing/ and truth/")
    options = parser.parse_args(arguments)
    summary = make_city(options.out, options.scale, options.seed, options.until, lambda text: print(text, flush=True))
    for resource, rows in summary.rows.items():
        print(f"{resource:24s} {rows:>12,d} rows")
    print(f"{summary.batches} batches, {summary.planted} planted rows, in {summary.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
