"""From a long table to series on their own regular grids; what was odd about each is kept as notes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from jobs.forecast import step
from jobs.forecast.spelling import Writer
from jobs.forecast.step import Step
from taian.errors import ProblemError
from taian.notes import many

Floats = npt.NDArray[np.float64]

ONLY = ""
"""Name of the one series of a table without a series column."""

CONFLICTS = 0.05
"""Share of times with two different values above which the table must hold several series, not a few corrections."""


@dataclass(frozen=True)
class Series:
    """One series: ``values[i]`` belongs to grid position ``first + i`` and is NaN where nothing was observed."""

    name: str
    step: Step
    first: int
    values: Floats
    write: Writer
    notes: tuple[str, ...] = ()

    def times(self, start: int, stop: int) -> pd.DatetimeIndex:
        """First moments of the positions ``start`` to ``stop`` (exclusive), counted from the series' first."""
        return self.step.times(np.arange(self.first + start, self.first + stop, dtype=np.int64))

    def labels(self, start: int, stop: int) -> list[str]:
        """The same, spelled as the file spells its times."""
        return [self.write(time) for time in self.times(start, stop)]


@dataclass(frozen=True)
class Columns:
    """A long table, one row an observation: ``frame`` has series (text), time (datetime64), value (float or NaN)."""

    frame: pd.DataFrame
    grain: str | None = None
    """What one time names, where the file says so: year, quarter, month, week, day, second."""
    write: Writer = str
    """Writes a time as the file does."""
    named: str | None = None
    """The file's column that tells the series apart."""


@dataclass(frozen=True)
class Table:
    """All usable series of a file, one sentence for each that is not, and what was noticed about the file."""

    series: list[Series]
    refused: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def table(columns: Columns, *, whole: bool = False) -> Table:
    """The series of a long table; ``whole`` keeps months and weekdays in the grid that are never published.

    Raises ProblemError when there is none: no time, or several values for one time."""
    rows = columns.frame
    notes: list[str] = []
    blank = int(rows["time"].isna().sum())
    if blank:
        notes.append(f"{many(blank, 'row has no time and was', 'rows have no time and were')} left out")
        rows = rows[rows["time"].notna()]
    made: list[Series] = []
    refused: dict[str, str] = {}
    for name, part in rows.groupby("series", sort=True, observed=True):
        try:
            made.append(_one(str(name), part, columns, whole))
        except ProblemError as error:
            refused[str(name)] = str(error)
    if not made:
        raise ProblemError(next(iter(refused.values()), "No row has a time: name the column of times with --time."))
    return Table(made, refused, tuple(notes))


def _one(name: str, part: pd.DataFrame, columns: Columns, whole: bool) -> Series:
    """One series from its rows. Raises ProblemError when it has fewer than two times, or several values a time."""
    shown = name or "the table"
    notes: list[str] = []
    ordered = part.drop_duplicates(["time", "value"])
    distinct = ordered["time"].drop_duplicates().sort_values(kind="stable")
    if len(distinct) < 2:
        raise ProblemError(f"Series '{shown}' has {len(distinct)} time in it: it takes at least 4 observations.")
    found = step.find(distinct, columns.grain, shown)
    raw = found.raw(ordered["time"])
    _refuse_conflicts(raw, ordered["value"], shown, columns.named)
    if len(np.unique(raw)) < len(part):
        notes.append(
            f"{many(len(part) - len(np.unique(raw)), 'repeated time', 'repeated times')}; the last value counts"
        )
    seen = raw[ordered["value"].notna().to_numpy()]
    if not whole and len(seen):
        found = step.without_unpublished(found, seen)
    kept = np.isin(raw % found.cycle, found.active)
    at = found.position(raw[kept])
    last = pd.Series(ordered["value"].to_numpy()[kept], index=at).groupby(level=0, sort=True).last()
    values = np.full(int(at.max() - at.min()) + 1, np.nan)
    values[last.index.to_numpy() - int(at.min())] = last.to_numpy()
    if found.kind == "monthly" and len(found.active) == 11:
        notes.append("January is never published: January and February are one period, a year has eleven")
    gaps = int(np.isnan(values[_span(values)]).sum())
    if gaps:
        notes.append(f"{gaps} of {len(values)} periods are missing")
    return Series(name, found, int(at.min()), values, columns.write, tuple(notes))


def _span(values: Floats) -> slice:
    known = np.flatnonzero(~np.isnan(values))
    return slice(int(known[0]), int(known[-1]) + 1) if len(known) else slice(0, 0)


def _refuse_conflicts(raw: step.Integers, values: pd.Series, shown: str, column: str | None) -> None:
    known = pd.Series(values.to_numpy(), index=raw).dropna()
    several = known.groupby(level=0).nunique()
    if len(several) and float((several > 1).mean()) > CONFLICTS:
        if column is None:
            remedy = "name the column that tells the series apart with --series"
            raise ProblemError(f"The table has several values for one time: {remedy}.")
        remedy = f"column '{column}' does not tell the series apart, name another with --series"
        raise ProblemError(f"Series '{shown}' has several values for one time: {remedy}.")


def describe(series: Sequence[Series]) -> str:
    """One line: how many series of which step, for people."""
    kinds: dict[str, int] = {}
    for one in series:
        kind = one.step.kind if one.step.kind != "fixed" else _every(one.step.seconds)
        kinds[kind] = kinds.get(kind, 0) + 1
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))


def _every(seconds: int) -> str:
    if seconds == 3600:
        return "hourly"
    if seconds % step.DAY == 0:
        return f"every {seconds // step.DAY} days"
    return f"every {seconds // 60} minutes" if seconds % 60 == 0 else f"every {seconds} seconds"
