"""``taian bench inspect``: what ``taian inspect`` costs on files of many units, beside merely reading such a file.

The files hold honest panels (``honestpanel``) of 36 months and six figures. Each command is a process of its own, so
that its start, its imports and its largest resident memory are its own as well.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

from taian.bench.honestpanel import honest_panel
from taian.bench.place import scratch_place
from taian.bench.report import GIB, Goal, Measure, measure
from taian.errors import ProblemError

MONTHS = 36
FIGURES = ("output", "headcount", "wages", "electricity", "invoices", "tax")
LARGE = 100_000
"""Units of the file that the goals are about."""
SECONDS, MEMORY = Goal("<=", 60.0), Goal("<=", 2e9 / GIB)
LINEAR = Goal("<=", 1.0)
_SEED = 1
_FLOOR = "import sys, pandas; pandas.read_csv(sys.argv[1]).groupby(['industry', 'month']).median(numeric_only=True)"
"""What any comparison of units by month must do first: read the file, and one median a stratum."""


@dataclass(frozen=True)
class Cost:
    """Of one process: wall seconds, processor seconds, largest resident memory (bytes)."""

    seconds: float
    cpu_seconds: float
    memory: int


def bench_inspect(home: Path, units: Sequence[int], say: Callable[[str], None]) -> list[Measure]:
    """Inspect a file of each number of units, smallest first, in a scratch folder below ``home`` that is removed."""
    measures: list[Measure] = []
    costs: dict[int, Cost] = {}
    with scratch_place(home) as scratch:
        for count in sorted(units):
            file = scratch / f"firms-{count}.csv"
            # In a process of its own: what is started later inherits this one's largest memory (getrusage(2)).
            with ProcessPoolExecutor(1, get_context("spawn")) as other:
                other.submit(_write, file, count).result()
            floor = _cost([sys.executable, "-c", _FLOOR, str(file)])
            asked = ["--unit", "firm", "--period", "month", "--peer", "industry"]
            costs[count] = _cost([sys.executable, "-m", "taian", "inspect", str(file), *asked])
            file.unlink()
            measures += cost_measures(count, costs[count], floor)
            say(f"{count:,} units: {costs[count].seconds:.0f} s, {costs[count].memory / GIB:.2f} GiB")
    return measures + growth_measures(costs)


def cost_measures(units: int, cost: Cost, floor: Cost) -> list[Measure]:
    """The cost of one file; its goals are those of 100,000 units."""
    is_large = units == LARGE
    return [
        measure(f"seconds.{units}", cost.seconds, "s", SECONDS if is_large else None),
        measure(f"cpu_seconds.{units}", cost.cpu_seconds, "s"),
        measure(f"memory.{units}", cost.memory / GIB, "GiB", MEMORY if is_large else None),
        measure(f"floor.{units}", cost.seconds / floor.seconds, "times the floor"),
    ]


def growth_measures(costs: dict[int, Cost]) -> list[Measure]:
    """How the time grows from each file to the next larger one, over how the units do: 1 is linear."""
    sizes = sorted(costs)
    return [
        measure(f"growth.{large}", costs[large].seconds / costs[small].seconds / (large / small), "of linear", LINEAR)
        for small, large in pairwise(sizes)
    ]


def _write(file: Path, count: int) -> None:
    frame = honest_panel(count, MONTHS, _SEED).frame()
    frame[["firm", "month", "industry", *FIGURES]].to_csv(file, index=False)


def _cost(command: Sequence[str]) -> Cost:
    """Run a command to its end. Raises ProblemError when it fails."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise ProblemError(f"'{' '.join(command[1:4])}' ended with {process.returncode}: run it to see why.")
    # Linux counts the largest resident memory in KiB.
    return Cost(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)
