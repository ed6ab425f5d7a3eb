"""What a benchmark hands over: measures with their goals, and the machine they were taken on."""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Literal

import psutil
from scipy import stats

GIB = 1 << 30


@dataclass(frozen=True)
class Goal:
    """A limit that a figure should keep, in the figure's own unit."""

    sign: Literal["<=", ">=", "="]
    limit: float

    def __str__(self) -> str:
        return f"{self.sign} {self.limit:g}" if self.limit != int(self.limit) else f"{self.sign} {self.limit:.1f}"

    def is_met(self, value: float) -> bool:
        """Whether the figure keeps it."""
        return {"<=": value <= self.limit, ">=": value >= self.limit, "=": value == self.limit}[self.sign]


@dataclass(frozen=True)
class Measure:
    """One figure; ``spread`` is the smallest and largest of its rounds where there were several, and the 95 % interval
    of a share."""

    name: str
    value: float
    unit: str
    goal: str | None = None
    met: bool | None = None
    spread: tuple[float, float] | None = None


def measure(name: str, value: float, unit: str, goal: Goal | None = None) -> Measure:
    """A figure that was taken once; one of an array becomes a plain number, which JSON knows."""
    plain = float(value)
    return Measure(name, round(plain, 3), unit, str(goal) if goal else None, goal.is_met(plain) if goal else None)


def rounds(name: str, values: Sequence[float], unit: str, goal: Goal | None = None) -> Measure:
    """The median of several rounds with their spread."""
    middle = measure(name, median(values), unit, goal)
    return Measure(**{**asdict(middle), "spread": (round(min(values), 3), round(max(values), 3))})


def share(name: str, hits: int, of: int, goal: Goal | None = None) -> Measure:
    """A share of ``of`` independent cases, with its 95 % interval (Wilson, JASA 22, 1927); nothing to count is 0."""
    if of == 0:
        return measure(name, 0.0, "of 0", None)
    interval = stats.binomtest(hits, of).proportion_ci(method="wilson")
    figure = measure(name, hits / of, f"of {of}", goal)
    return Measure(**{**asdict(figure), "spread": (round(interval.low, 3), round(interval.high, 3))})


def machine() -> dict[str, float]:
    """Cores this process may use, memory in GiB, and the load of the last minute when the benchmark begins."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "memory_gib": round(psutil.virtual_memory().total / GIB, 1),
        "load": round(os.getloadavg()[0], 2),
    }


def report(bench: str, scale: float, at: dict[str, float], measures: Sequence[Measure]) -> dict[str, Any]:
    """The contract's JSON form."""
    return {"bench": bench, "machine": at, "scale": scale, "measures": [asdict(each) for each in measures]}


def table(measures: Sequence[Measure]) -> list[dict[str, Any]]:
    """The measures as people read them; a missed goal says so."""
    verdicts = {True: "met", False: "MISSED", None: None}
    return [
        {
            "measure": each.name,
            "value": f"{each.value:,.3f}".rstrip("0").rstrip("."),
            "unit": each.unit,
            "spread": None if each.spread is None else f"{each.spread[0]:g} to {each.spread[1]:g}",
            "goal": each.goal,
            "verdict": verdicts[each.met],
        }
        for each in measures
    ]
