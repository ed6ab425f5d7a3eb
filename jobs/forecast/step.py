"""The step of a series and its grid: which moments belong to it, and which parts of the calendar are never published.

A grid position is one period that could be observed. Positions of the year (months) or of the week (days) that are
never observed do not belong to the grid: where January is not published and February carries two months, a year has
eleven positions; where nothing happens at weekends, a week has five.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from taian.errors import ProblemError

Kind = Literal["fixed", "daily", "weekly", "monthly", "quarterly", "yearly"]
Integers = npt.NDArray[np.int64]

DAY = 86_400
MONDAY = np.datetime64("1970-01-05", "s").astype("int64")
"""First Monday of the epoch, seconds: day 0 of the grid of days, so that day modulo 7 is the weekday."""

SPANS: tuple[tuple[Kind, float, float], ...] = (
    ("daily", 0.9, 1.9),
    ("weekly", 6.0, 8.0),
    ("monthly", 27.0, 32.0),
    ("quarterly", 88.0, 94.0),
    ("yearly", 360.0, 370.0),
)
"""Usual distance of two observations in days."""


@dataclass(frozen=True)
class Step:
    """A grid: ``cycle`` raw positions a year or week, of which ``active`` exist; fixed: ``seconds``, ``origin``."""

    kind: Kind
    cycle: int = 1
    active: tuple[int, ...] = (0,)
    seconds: int = 0
    origin: int = 0

    @property
    def season(self) -> int:
        """Periods of the shortest season worth modelling: the week for days, the year for months, the day for hours."""
        if self.kind == "weekly":
            return 52
        if self.kind == "fixed":
            return DAY // self.seconds if self.seconds < DAY and DAY % self.seconds == 0 else 1
        return len(self.active)

    @property
    def second_season(self) -> int:
        """A longer season over the first one: the week over hours; 0 when there is none."""
        return 7 * self.season if self.kind == "fixed" and self.season > 1 else 0

    @property
    def per_year(self) -> float:
        """Grid positions a year."""
        if self.kind == "fixed":
            return 365.25 * DAY / self.seconds
        return {"daily": 52.18, "weekly": 52.18}.get(self.kind, 1.0) * (
            1 if self.kind == "weekly" else len(self.active)
        )

    def raw(self, times: pd.Series) -> Integers:
        """Raw positions of times: months since year 0, days since a Monday, and so on."""
        years, months = times.dt.year.to_numpy(np.int64), times.dt.month.to_numpy(np.int64) - 1
        seconds = times.to_numpy().astype("datetime64[s]").astype(np.int64)
        if self.kind == "monthly":
            return np.asarray(years * 12 + months)
        if self.kind == "quarterly":
            return np.asarray(years * 4 + months // 3)
        if self.kind == "yearly":
            return np.asarray(years)
        size = {"daily": DAY, "weekly": 7 * DAY}.get(self.kind, self.seconds)
        origin = MONDAY if self.kind == "daily" else self.origin
        # Stamps that jitter by less than half a step belong to the nearest position; days are cut, not rounded.
        shift = 0 if self.kind == "daily" else size // 2
        return np.asarray((seconds - origin + shift) // size)

    def position(self, raw: Integers) -> Integers:
        """Grid positions of raw positions that are active."""
        rank = np.zeros(self.cycle, np.int64)
        rank[list(self.active)] = np.arange(len(self.active))
        return np.asarray(raw // self.cycle * len(self.active) + rank[raw % self.cycle])

    def times(self, position: Integers) -> pd.DatetimeIndex:
        """First moments of grid positions."""
        raw = position // len(self.active) * self.cycle + np.asarray(self.active)[position % len(self.active)]
        if self.kind in ("monthly", "quarterly", "yearly"):
            width = {"monthly": 1, "quarterly": 3, "yearly": 12}[self.kind]
            return pd.DatetimeIndex((raw * width - 1970 * 12).astype("datetime64[M]").astype("datetime64[s]"))
        size = {"daily": DAY, "weekly": 7 * DAY}.get(self.kind, self.seconds)
        origin = MONDAY if self.kind == "daily" else self.origin
        return pd.DatetimeIndex((raw * size + origin).astype("datetime64[s]"))


WHOLE_STEPS = 0.95
"""Share of distances that must be whole steps; below, days are the step and most days are missing."""

CYCLES: dict[Kind, int] = {"monthly": 12, "quarterly": 4, "daily": 7}


def find(times: pd.Series, grain: str | None, name: str) -> Step:
    """The step of one series from its distinct sorted times (two at least); ``grain`` is what one names, if known.

    Raises ProblemError when it has none.
    """
    seconds = times.to_numpy().astype("datetime64[s]").astype(np.int64)
    gaps = np.diff(seconds)
    usual = float(np.median(gaps)) / DAY
    kind = next((kind for kind, low, high in SPANS if low <= usual <= high), None)
    if grain in ("month", "quarter", "year", "week"):
        kind = kind if kind in ("weekly", "monthly", "quarterly", "yearly") else None
    if kind is None and usual > 31:
        raise ProblemError(
            f"Series '{name}' has one value every {usual:.0f} days, which is no step known here: "
            "hand in hours, days, weeks, months, quarters or years."
        )
    if kind is None:
        sizes, counts = np.unique(gaps, return_counts=True)
        size = int(sizes[np.argmax(counts)])
        if size < 0.9 * DAY or np.mean(gaps % size == 0) >= WHOLE_STEPS:
            return Step("fixed", seconds=size, origin=int(seconds[0]))
        kind = "daily"
    if kind == "weekly":
        return Step("weekly", origin=int(seconds[0]))
    cycle = CYCLES.get(kind, 1)
    return Step(kind, cycle=cycle, active=tuple(range(cycle)))


def without_unpublished(step: Step, raw: Integers) -> Step:
    """The step without months (or weekdays) that were passed at least twice and never published."""
    if step.cycle == 1:
        return step
    passed = np.bincount(np.arange(raw.min(), raw.max() + 1) % step.cycle, minlength=step.cycle)
    seen = np.bincount(raw % step.cycle, minlength=step.cycle)
    least = 2 if step.kind != "daily" else 4
    if step.kind == "monthly":
        # January alone (or with nothing else) is a habit of publication; several silent months are a coarser step.
        missing = [0] if passed[0] >= least and seen[0] == 0 and np.all(seen[1:] > 0) else []
    else:
        missing = [at for at in range(step.cycle) if passed[at] >= least and seen[at] == 0]
    kept = tuple(at for at in range(step.cycle) if at not in missing)
    return replace(step, active=kept) if missing and kept else step
