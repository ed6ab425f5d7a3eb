"""How soon surges of counts are seen, and how often one is seen that is none: the watch beside published rules."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from jobs.forecast.series import Columns, table
from jobs.forecast.watch import watch
from taian.bench.countpanel import YEAR, CountPanel, Onset
from taian.bench.countrivals import ears_c2, farrington
from taian.bench.report import Goal, Measure, measure, share

Alarms = npt.NDArray[np.bool_]
WITHIN = 3
"""Weeks after its first in which an onset must be seen."""
SETTLING = 3
"""Weeks after the end of a surge in which an alarm still belongs to it."""
SOON, FEW = Goal(">=", 0.9), Goal("<=", 1.0)
RIVALS: dict[str, Callable[[npt.NDArray[np.float64], int], Alarms]] = {"ears_c2": ears_c2, "farrington": farrington}


def surges(panel: CountPanel) -> list[Measure]:
    """Onsets seen within three weeks and false alarms a county-year, by the watch and by each rival."""
    raised = {"ours": _watched(panel)}
    for name, rule in RIVALS.items():
        raised[name] = np.array([rule(row.astype(float), panel.judged_from) for row in panel.counts])
    return [found for name, alarms in raised.items() for found in judged(name, panel, alarms)]


def _watched(panel: CountPanel) -> Alarms:
    """The alarms of ``taian watch`` on the side that is bad: more than was expected."""
    counties, weeks = panel.counts.shape
    times = pd.date_range("2010-01-04", periods=weeks, freq="7D")
    frame = pd.DataFrame(
        {
            "series": np.repeat([f"{at:04d}" for at in range(counties)], weeks),
            "time": np.tile(times.to_numpy(), counties),
            "value": panel.counts.ravel().astype(float),
        }
    )
    rows = watch(table(Columns(frame, "week", str), whole=True).series)
    is_raised = rows["is_alarm"].to_numpy(bool) & (rows["value"] > rows["expected"]).to_numpy(bool)
    return is_raised.reshape(counties, weeks)


def judged(name: str, panel: CountPanel, alarms: Alarms) -> list[Measure]:
    """The figures of one detector."""
    ours = name == "ours"
    onsets = [onset for onset in panel.onsets if onset.first >= panel.judged_from]
    seen = [_delay(alarms, onset) for onset in onsets]
    found = [delay for delay in seen if delay is not None]
    years = panel.counts.shape[0] * (panel.counts.shape[1] - panel.judged_from) / YEAR
    false = _false(panel, alarms)
    return [
        share(f"surge.{name}.within_3_weeks", len(found), len(onsets), SOON if ours else None),
        measure(f"surge.{name}.false_a_county_year", false / years, f"of {years:.0f}", FEW if ours else None),
        measure(f"surge.{name}.delay", float(np.mean(found)) if found else np.nan, "weeks"),
    ]


def _delay(alarms: Alarms, onset: Onset) -> int | None:
    """Weeks from the onset to the first alarm that is raised, or stands, after it; None when it is too late."""
    raised = np.flatnonzero(alarms[onset.county, onset.first : onset.first + WITHIN + 1])
    return int(raised[0]) if len(raised) else None


def _false(panel: CountPanel, alarms: Alarms) -> int:
    """Runs of alarms that touch no surge; a week without an alarm ends a run."""
    own = np.zeros_like(alarms)
    for onset in panel.onsets:
        own[onset.county, onset.first : onset.end + SETTLING] = True
    judged_alarms, own = alarms[:, panel.judged_from :], own[:, panel.judged_from :]
    false = 0
    for row, mine in zip(judged_alarms, own, strict=True):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
        false += sum(1 for begin, end in edges.reshape(-1, 2) if not mine[begin:end].any())
    return false
