"""``taian bench nightly``: the night of the sample city, and the resident path against its floor."""

import datetime as dt
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from taian.bench.memory import peak
from taian.bench.night import NightFigures, make_city, run_night, run_residents, share_landing
from taian.bench.place import free_ports, own_engine, scratch_place, use_home
from taian.bench.report import GIB, Goal, Measure, measure, rounds
from taian.errors import ProblemError
from taian.files import size_of
from taian.settings import ROOT

SEED = 1
DAY = dt.date(2018, 6, 30)
ONE_DAY = dt.timedelta(days=1)
ORDINARY = "day"
FOLLOWING = (
    (ORDINARY, "an ordinary day"),
    ("month_end", "the last day of a quarter, with the returns of its month"),
    ("idle", "nothing new"),
)
"""The nights that follow the one of everything before, by name; the sample's deliveries end with the last but one."""

Say = Callable[[str], None]

MOST_MEMORY = Goal("<=", 8.0)
MOST_GROWTH = Goal("<=", 8.0)
MOST_OF_AN_INCREMENT = Goal("<=", 15.0)
MOST_ORCHESTRATION = Goal("<=", 15.0)
NONE = Goal("=", 0.0)


@dataclass(frozen=True)
class Plan:
    """What to measure: the size of the city, rounds of the ratio, and whether growth, the nights that follow, and
    Airflow are looked at too.
    """

    scale: float
    rounds: int = 3
    growth: bool = False
    following: bool = False
    through_airflow: bool = False


def floor_goal(scale: float) -> Goal | None:
    """How many times the floor the resident path may take; small cities are all start-up and have no goal."""
    if scale >= 1:
        return Goal("<=", 2.0)
    return Goal("<=", 3.0) if scale >= 0.1 else None


def orchestration_goal(scale: float) -> Goal | None:
    """Percent of the wall time; a night of seconds is mostly orchestration and has no goal."""
    return MOST_ORCHESTRATION if scale >= 0.1 else None


def bench_nightly(home: Path, plan: Plan, say: Say) -> list[Measure]:
    """Measure in scratch homes below ``home``; cities are kept there for the next time, everything else is removed."""
    with scratch_place(home) as scratch:
        return _measure_all(home, scratch, plan, say)


def _measure_all(home: Path, scratch: Path, plan: Plan, say: Say) -> list[Measure]:
    day = DAY - len(FOLLOWING[:-1]) * ONE_DAY if plan.following else DAY
    tenth = _night_alone(home, scratch / "tenth", plan.scale / 10, day, say) if plan.growth else None
    city = city_of(home, plan.scale, say)
    use_home(scratch / "night")
    share_landing(city, scratch / "night")
    with own_engine():
        say(f"Night of {day} at scale {plan.scale:g}, every step in turn")
        with peak() as memory:
            night = run_night(day, say, memory)
        measures = night_measures(night)
        measures += [
            measure("memory.peak", memory.total / GIB, "GiB", MOST_MEMORY),
            measure("memory.peak_jvm", memory.java / GIB, "GiB"),
            measure("bytes.landing", size_of(city / "landing") / GIB, "GiB"),
            measure("bytes.lake", size_of(scratch / "night" / "lake") / GIB, "GiB"),
        ]
        if plan.following:
            measures += following_measures(night, _following(day, plan.scale, say), plan.scale)
        measures += against_floor(city, scratch, plan, say)
    if tenth is not None:
        measures.append(measure("growth.seconds_at_a_tenth", tenth.seconds, "s"))
        measures.append(measure("growth", night.seconds / tenth.seconds, "x for 10x data", MOST_GROWTH))
    if plan.through_airflow:
        measures += _through_airflow(city, home / "af", night, day, plan.scale, say)
    return measures


def city_of(home: Path, scale: float, say: Say) -> Path:
    """The sample city of that size, kept below ``home`` for the next time."""
    city = home / f"city-{scale:g}-{SEED}"
    say(f"Sample city at scale {scale:g} in {city}")
    make_city(city, scale, SEED, DAY)
    return city


def _night_alone(home: Path, scratch: Path, scale: float, day: dt.date, say: Say) -> NightFigures:
    """A night on a fresh engine, as the larger one will have it."""
    city = city_of(home, scale, say)
    use_home(scratch)
    share_landing(city, scratch)
    with own_engine():
        say(f"Night of {day} at scale {scale:g}, to see how it grows")
        return run_night(day, say)


def _following(full: dt.date, scale: float, say: Say) -> dict[str, NightFigures]:
    """The nights after the one of everything before, on its engine and lake."""
    nights = {}
    for number, (name, what) in enumerate(FOLLOWING, start=1):
        date = full + number * ONE_DAY
        say(f"Night of {date} at scale {scale:g}, {what}")
        nights[name] = run_night(date, say)
        say(f"{name}: {nights[name].seconds:.0f} s")
    return nights


def following_measures(full: NightFigures, nights: Mapping[str, NightFigures], scale: float) -> list[Measure]:
    """What each of the nights that follow costs beside the load of everything before them."""
    found: list[Measure] = []
    for name, night in nights.items():
        goal = MOST_OF_AN_INCREMENT if scale >= 1 and name == ORDINARY else None
        found += [
            measure(f"following.{name}_rows", night.rows, "rows"),
            measure(f"following.{name}_seconds", night.seconds, "s"),
            measure(f"following.{name}_share", 100 * night.seconds / full.seconds, "%", goal),
            *(measure(f"following.{name}_step.{step}", seconds, "s") for step, seconds in night.steps.items()),
        ]
    failed = sum(len(night.failed) for night in nights.values())
    return [*found, measure("following.failed_steps", failed, "steps", NONE)]


def night_measures(night: NightFigures) -> list[Measure]:
    """The figures of one night."""
    return [
        measure("night.seconds", night.seconds, "s"),
        measure("night.rows", night.rows, "rows"),
        measure("night.rows_per_second", night.rows / night.seconds, "rows/s"),
        measure("night.failed_steps", len(night.failed), "steps", NONE),
        *(measure(f"stage.{name}", seconds, "s") for name, seconds in night.stages.items()),
        *(measure(f"step.{name}", seconds, "s") for name, seconds in night.steps.items()),
        *(measure(f"memory.step.{name}", most / GIB, "GiB") for name, most in night.memory.items()),
    ]


def against_floor(city: Path, scratch: Path, plan: Plan, say: Say) -> list[Measure]:
    """The resident path and the floor in turn on the same files, which the night before has put into the page cache."""
    ours: list[float] = []
    floor: list[float] = []
    differing = 0
    for number in range(plan.rounds):
        home = scratch / f"round-{number}"
        use_home(home)
        share_landing(city, home, "resident")
        path = run_residents(DAY)
        found = _floor(path.files, scratch / f"floor-{number}")
        ours.append(path.seconds)
        floor.append(found["seconds"])
        differing += abs(path.accepted - int(found["accepted"])) + abs(path.refused - int(found["refused"]))
        say(f"Residents, round {number + 1}: {path.seconds:.1f} s, floor {found['seconds']:.1f} s")
        shutil.rmtree(home / "lake", ignore_errors=True)
        shutil.rmtree(scratch / f"floor-{number}", ignore_errors=True)
    return floor_measures(ours, floor, differing, plan.scale)


def floor_measures(ours: Sequence[float], floor: Sequence[float], differing: int, scale: float) -> list[Measure]:
    """Both sides and their ratio, round by round."""
    ratios = [a / b for a, b in zip(ours, floor, strict=True)]
    return [
        rounds("residents.seconds", ours, "s"),
        rounds("residents.floor_seconds", floor, "s"),
        rounds("residents.against_floor", ratios, "x", floor_goal(scale)),
        measure("residents.rows_that_differ_from_floor", differing, "rows", NONE),
    ]


def _floor(files: Sequence[Path], out: Path) -> dict[str, float]:
    out.mkdir(parents=True)
    command = [sys.executable, "-m", "taian.bench.floor", "--out", str(out), "--date", DAY.isoformat()]
    done = subprocess.run([*command, *map(str, files)], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ProblemError(f"The floor did not run ({reason[:200]}).")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def orchestration_measures(wall: float, steps: float, scale: float) -> list[Measure]:
    """The wall time of an Airflow night that the steps themselves do not explain."""
    return [
        measure("airflow.seconds", wall, "s"),
        measure("airflow.orchestration_share", 100 * (wall - steps) / wall, "%", orchestration_goal(scale)),
    ]


def _through_airflow(
    city: Path, home: Path, night: NightFigures, day: dt.date, scale: float, say: Say
) -> list[Measure]:
    """The same night as a real Airflow run on a platform of its own; its start-up is not counted."""
    import os

    from taian.commands.nightly import run_night as airflow_night
    from taian.commands.platform import start
    from taian.services import installation
    from taian.supervise import down

    shutil.rmtree(home, ignore_errors=True)
    os.environ.pop("SPARK_REMOTE", None)
    os.environ["TAIAN_SPARK_PORT"] = str(free_ports(1)[0])
    use_home(home)
    share_landing(city, home)
    say("The same night through Airflow")
    try:
        start()
        began = time.perf_counter()
        found = airflow_night(day.isoformat(), [])
        wall = time.perf_counter() - began
    finally:
        down(installation())
        shutil.rmtree(home, ignore_errors=True)
    if found.state != "success":
        raise ProblemError(f"The night through Airflow ended as {found.state}: {', '.join(found.failed)} failed.")
    return orchestration_measures(wall, sum(night.steps.values()), scale)
