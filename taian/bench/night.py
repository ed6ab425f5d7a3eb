"""One night in this process, step by step, and what the journal wrote down about it."""

import datetime as dt
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Protocol

from taian.bench.memory import Peak
from taian.errors import ProblemError
from taian.settings import ROOT, settings

RESIDENT = "resident"
RESIDENT_STAGES = ("land", "ods", "standardize", "gate", "dwd")


class PlannedStep(Protocol):
    """What the order of the steps is made from."""

    @property
    def name(self) -> str:
        """Name of the step."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """Steps that come before."""
        ...


@dataclass
class NightFigures:
    """Seconds and peak memory (bytes) of each step, seconds of each kind of stage, rows taken in, and what failed."""

    seconds: float = 0.0
    steps: dict[str, float] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)
    stages: dict[str, float] = field(default_factory=dict)
    rows: int = 0
    failed: list[str] = field(default_factory=list)


def make_city(out: Path, scale: float, seed: int, day: dt.date) -> None:
    """The sample city, made by a process of its own; one that is whole is used again. ProblemError when it fails."""
    if (out / "truth" / "batches.csv").exists():
        return
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "sample_data.city", "--scale", str(scale), "--seed", str(seed)]
    done = subprocess.run(
        [*command, "--until", day.isoformat(), "--out", str(out)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ProblemError(f"The sample city could not be made ({reason[:200]}).")


def share_landing(city: Path, home: Path, resource: str | None = None) -> None:
    """Let ``home`` read the city's deliveries (of one resource), which no night changes."""
    home.mkdir(parents=True, exist_ok=True)
    if resource is None:
        (home / "landing").symlink_to(city / "landing")
        return
    (home / "landing").mkdir()
    (home / "landing" / resource).symlink_to(city / "landing" / resource)


def in_order(steps: Iterable[PlannedStep]) -> list[str]:
    """Names of the steps, each after those it needs."""
    known = {step.name: step for step in steps}
    graph = {name: [need for need in step.needs if need in known] for name, step in known.items()}
    return list(TopologicalSorter(graph).static_order())


def run_night(day: dt.date, say: Callable[[str], None], memory: Peak | None = None) -> NightFigures:
    """Every step of the plan in turn; as in a real night a failed one stops nothing. ``memory`` is asked after each."""
    from catalog import load_catalog
    from jobs import night
    from jobs.plan import night_plan

    found, started, run = NightFigures(), time.perf_counter(), run_of(day)
    night.begin(run, day)
    for name in in_order(night_plan(load_catalog(settings().catalog_dir))):
        began = time.perf_counter()
        try:
            sentence = night.run_step(name, day, run)
        except Exception as error:
            # As Airflow does: the step is failed, the night goes on, and the report says so.
            sentence = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            found.failed.append(name)
        found.steps[name] = time.perf_counter() - began
        if memory is not None:
            found.memory[name] = memory.lap()
        say(f"{found.steps[name]:7.1f} s  {name}: {sentence}")
    night.finish(run, found.failed)
    found.seconds = time.perf_counter() - started
    _read_journal(found, run)
    return found


def run_of(day: dt.date) -> str:
    """The run id of a night of the benchmark."""
    return f"bench__{day}"


def _read_journal(found: NightFigures, run: str) -> None:
    from jobs import journal

    stages: dict[str, float] = defaultdict(float)
    for _, stage, seconds, _ in stage_rows(run):
        stages[stage] += seconds
    found.stages = dict(stages)
    found.rows = sum(row["rows_delivered"] or 0 for row in journal.deliveries() if row["run_id"] == run)


def stage_rows(run: str) -> list[tuple[str, str, float, int | None]]:
    """Step, stage, seconds and rows of every stage of a run in the journal."""
    import sqlalchemy as sa

    from jobs import journal

    columns = (journal.STAGE.c.step, journal.STAGE.c.stage, journal.STAGE.c.seconds, journal.STAGE.c.rows)
    query = sa.select(*columns).where(journal.STAGE.c.run_id == run)
    return [(row["step"], row["stage"], row["seconds"], row["rows"]) for row in journal.rows(query)]


@dataclass(frozen=True)
class ResidentFigures:
    """The resident path once: seconds of its stages, rows accepted and refused, files of the batches it took."""

    seconds: float
    accepted: int
    refused: int
    files: tuple[Path, ...]


def run_residents(day: dt.date) -> ResidentFigures:
    """The resident step in the home of this process, from landing to dwd and quarantine."""
    from jobs import journal, night

    run = run_of(day)
    night.begin(run, day)
    night.run_step(RESIDENT, day, run)
    taken = [row for row in journal.deliveries(RESIDENT) if row["rows_delivered"] is not None]
    landing = settings().landing
    return ResidentFigures(
        seconds=sum(s for step, stage, s, _ in stage_rows(run) if step == RESIDENT and stage in RESIDENT_STAGES),
        accepted=sum(row["rows_accepted"] for row in taken),
        refused=sum(row["rows_quarantined"] for row in taken),
        files=tuple(path for row in taken for path in sorted((landing / row["folder"]).glob("*.csv"))),
    )
