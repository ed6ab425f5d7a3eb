"""``taian bench validation``: sixteen checks of the residents by the gate, beside what else could compute them."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psutil

from catalog import Catalog, load_catalog
from jobs.manifest import Manifest, read_manifest
from taian.bench.night import RESIDENT, share_landing
from taian.bench.nightly import DAY, city_of
from taian.bench.place import own_engine, scratch_place, use_home
from taian.bench.report import Goal, Measure, measure, rounds
from taian.bench.sixteen import Answers, by_bare_spark, by_duckdb, by_ours, by_stock, differing, sixteen
from taian.errors import ProblemError
from taian.settings import settings

WARMING = 2
OURS, STOCK, BARE, DUCK = "ours", "stock_gx", "bare_spark", "duckdb"
FASTER_THAN_STOCK = Goal(">=", 8.0)
OVER_BARE = Goal("<=", 1.5)
NONE = Goal("=", 0.0)
Say = Callable[[str], None]
Side = Callable[[], Answers]


@dataclass(frozen=True)
class Plan:
    """What to measure: the size of the city and how often each side is timed."""

    scale: float
    rounds: int = 3


def bench_validation(home: Path, plan: Plan, say: Say) -> list[Measure]:
    """Measure in a scratch home below ``home``; the city is kept there for the next time, everything else removed."""
    with scratch_place(home) as scratch:
        city = city_of(home, plan.scale, say)
        # The engine looks at landing to choose how thoroughly to compile.
        share_landing(city, scratch / "home", RESIDENT)
        use_home(scratch / "home")
        with own_engine():
            return _measure_all(scratch, plan, say)


def _measure_all(scratch: Path, plan: Plan, say: Say) -> list[Measure]:
    catalog = load_catalog(settings().catalog_dir)
    table = scratch / "parsed"
    batch = parse_largest(catalog, scratch / "raw.parquet", table)
    say(f"{batch.rows:,} residents parsed")
    rules = sixteen(catalog)
    sides: dict[str, Side] = {
        OURS: lambda: by_ours(table, batch.batch, catalog[RESIDENT], rules),
        STOCK: lambda: by_stock(table, rules),
        BARE: lambda: by_bare_spark(table, rules),
        DUCK: lambda: by_duckdb(table, rules),
    }
    costs, answers = in_turn(sides, plan.rounds, say)
    # GX counts rows only where it is asked to, which costs it more: once, and no part of a goal.
    began = time.perf_counter()
    counted = differing(answers | {STOCK: by_stock(table, rules, "SUMMARY")})
    counting = time.perf_counter() - began
    disagreements = sorted({*differing(answers), *counted})
    for sentence in disagreements:
        say(f"The sides disagree on {sentence}")
    failed = sum(not found.success for found in answers[OURS].values())
    return [
        measure("rows", batch.rows, "rows"),
        measure("checks", len(rules), "checks"),
        measure("checks.failed", failed, "checks"),
        measure("checks.that_differ", len(disagreements), "checks", NONE),
        *timing(costs),
        measure(f"{STOCK}.seconds.summary", counting, "s"),
    ]


def parse_largest(catalog: Catalog, raw: Path, table: Path) -> Manifest:
    """The largest delivery of residents as the table that every side starts from: typed values, no rule applied.

    Rows that break rules stay in it, so that there is something to find. ProblemError when there is no delivery.
    """
    from jobs.ingest.stage import stage
    from jobs.session import spark
    from jobs.standardize.project import project

    folders = [path.parent for path in (settings().landing / RESIDENT).glob("*/*/manifest.json")]
    if not folders:
        raise ProblemError("The sample city has no delivery of residents: remove its folder and run this again.")
    manifest = max((read_manifest(folder) for folder in folders), key=lambda each: each.rows)
    resource = catalog[RESIDENT]
    stage(manifest, resource, raw)
    typed = project(spark().read.parquet(str(raw)), resource, catalog.codelists, DAY)
    typed.select("_batch", *(column.name for column in resource.columns)).write.parquet(str(table))
    raw.unlink()
    return manifest


class Cost(NamedTuple):
    """What one side took once: wall time, and the processor time of this process and the engine's."""

    wall: float
    processor: float


def in_turn(sides: Mapping[str, Side], times: int, say: Say) -> tuple[dict[str, list[Cost]], dict[str, Answers]]:
    """What every side took in every round, and what each last answered.

    WARMING rounds before the first warm the engine, the page cache and the imports and are not counted; another side
    begins each round.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in sides}
    answers: dict[str, Answers] = {}
    names = list(sides)
    for number in range(times + WARMING):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            began, used = time.perf_counter(), _processor_seconds()
            answers[name] = sides[name]()
            costs[name].append(Cost(time.perf_counter() - began, _processor_seconds() - used))
        told = ", ".join(f"{name} {costs[name][-1].wall:.1f} s" for name in names)
        say(f"Round {number - WARMING + 1}: {told}" if number >= WARMING else f"To warm up: {told}")
    return {name: found[WARMING:] for name, found in costs.items()}, answers


def _processor_seconds() -> float:
    """Processor time so far of this process and its children, the engine among them."""
    total = 0.0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        with suppress(psutil.Error):
            used = process.cpu_times()
            total += used.user + used.system
    return total


def timing(costs: Mapping[str, Sequence[Cost]]) -> list[Measure]:
    """Seconds of each side, and ours against each of the others, round by round.

    Goals belong to wall time. Processor time stands beside it: other work on the machine hardly moves it.
    """

    def ratios(side: str, other: str, part: int) -> list[float]:
        return [a[part] / b[part] for a, b in zip(costs[side], costs[other], strict=True)]

    wall, processor = range(2)
    return [
        *(rounds(f"{name}.seconds", [cost.wall for cost in found], "s") for name, found in costs.items()),
        *(rounds(f"{name}.processor", [cost.processor for cost in found], "s") for name, found in costs.items()),
        rounds("faster_than_stock_gx", ratios(STOCK, OURS, wall), "x", FASTER_THAN_STOCK),
        rounds("faster_than_stock_gx.processor", ratios(STOCK, OURS, processor), "x"),
        rounds("against_bare_spark", ratios(OURS, BARE, wall), "x", OVER_BARE),
        rounds("against_bare_spark.processor", ratios(OURS, BARE, processor), "x"),
        rounds("against_duckdb", ratios(OURS, DUCK, wall), "x"),
    ]
