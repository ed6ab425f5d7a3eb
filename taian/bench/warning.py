"""``taian bench warning``: forecasts, intervals, surges, planted events and notification, beside what is usual.

Nothing of the platform is read or changed: the series are those of a sample city's deliveries, of the reference data,
and of files that are named; the engine is the one of the night and of ``taian forecast`` and ``taian watch``.
"""

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from jobs.forecast.series import Series
from jobs.warning.expected import SEPARATOR, series_of
from taian import seriesfile
from taian.bench import citydeliveries
from taian.bench.countpanel import count_panel
from taian.bench.foresight import HORIZONS, ORIGINS, accuracy, by_number, coverage, hindcast
from taian.bench.nightly import city_of
from taian.bench.outbreaks import surges
from taian.bench.place import scratch_place
from taian.bench.planted import planted_measures
from taian.bench.post import LETTERS, post_measures
from taian.bench.report import Measure, measure
from taian.errors import ProblemError

Say = Callable[[str], None]
REAL = ("gdp_CHN.csv", "population_CHN.csv")
"""Real series that are shipped, by year; the value is in the last column."""
KINDS = ("monthly", "daily", "yearly")
PARTS = ("planted", "surges", "notification", *KINDS)


@dataclass(frozen=True)
class Plan:
    """How much is tried: origins of each series, series of a kind at most, counties of the panel of counts; ``files``
    are more series, each as file, time, value and (or none) the column that tells the series apart; ``only`` names one
    of PARTS."""

    scale: float = 0.01
    origins: int = ORIGINS
    most: int = 150
    counties: int = 60
    files: tuple[tuple[str, ...], ...] = ()
    only: str | None = None

    def __post_init__(self) -> None:
        if self.only is not None and self.only not in PARTS:
            raise ProblemError(f"There is no part '{self.only}' of this benchmark: name one of {', '.join(PARTS)}.")

    def wants(self, part: str) -> bool:
        """Whether this part is measured."""
        return self.only in (None, part)

    @property
    def quick(self) -> "Plan":
        """The same from one origin of fewer series, for a look."""
        return replace(self, origins=1, most=40, counties=40)


def bench_warning(home: Path, plan: Plan, say: Say) -> list[Measure]:
    """All figures; the city is made below ``home`` and kept for the next time."""
    named = {Path(file[0]).stem: _file(file) for file in plan.files}
    with scratch_place(home) as scratch:
        city = city_of(home, plan.scale, say)
        begun = time.monotonic()
        say("Reading the deliveries of the city")
        daily, monthly = citydeliveries.daily(city), citydeliveries.monthly(city)
        truth = json.loads((city / "truth" / "events.json").read_text(encoding="utf-8"))
        measures: list[Measure] = []
        if plan.wants("planted"):
            say("Planted events")
            measures += planted_measures(pd.concat([daily, monthly]), truth)
        if plan.wants("surges"):
            say(f"Surges in {plan.counties} counties")
            measures += surges(count_panel(plan.counties, 1))
        if plan.wants("notification"):
            say("Notification")
            measures += post_measures(scratch, LETTERS)
        kinds = {name: series for name, series in _kinds(city, daily, monthly).items() if plan.wants(name)}
        for name, all_of_them in {**kinds, **named}.items():
            measures += _forecast_measures(name, _even(all_of_them, plan.most), plan.origins, say)
    return [*measures, measure("seconds", time.monotonic() - begun, "s")]


def _forecast_measures(name: str, series: Sequence[Series], origins: int, say: Say) -> list[Measure]:
    say(f"Forecasts of {len(series)} {name} series")
    kind = series[0].step.kind
    shots = hindcast(series, HORIZONS.get(kind, HORIZONS["monthly"]), origins)
    # Series of a file that is named are each a number of their own.
    apart = by_number(name, shots) if name in KINDS else []
    return [*accuracy(name, shots, kind), *apart, *coverage(name, shots)]


def _kinds(city: Path, daily: pd.DataFrame, monthly: pd.DataFrame) -> dict[str, list[Series]]:
    """The series that are forecast, by name: the city's by month and by day, the real ones by year."""
    more = pd.concat([monthly, citydeliveries.more_monthly(city)])
    return {
        "monthly": series_of(_named(more), is_monthly=True),
        # Days of a township are mostly without any call: their sum is forecast, not they.
        "daily": series_of(_named(daily[daily["area_level"] != "township"]), is_monthly=False),
        "yearly": [one for name in REAL for one in _real(name)],
    }


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(series=rows["indicator"] + SEPARATOR + rows["area_code"])


def _even(series: Sequence[Series], most: int) -> list[Series]:
    """At most so many of the series, evenly over all of them."""
    at = np.unique(np.linspace(0, len(series) - 1, min(most, len(series))).astype(int))
    return [series[int(place)] for place in at]


def _real(name: str) -> list[Series]:
    # Both files call their one series by the country: told apart by the file.
    found = _file((str(citydeliveries.REFERENCE / name), "Year", "Value", "Country Code"))
    return [replace(one, name=f"{name}{SEPARATOR}{one.name}") for one in found]


def _file(file: tuple[str, ...]) -> list[Series]:
    """The series of a file as ``taian forecast`` reads it. Raises ProblemError in one sentence."""
    if len(file) not in (3, 4):
        raise ProblemError(
            f"--also '{','.join(file)}' names {len(file)} things: file, time, value and, if any, series."
        )
    # The reader looks whether an answer could be written; here there is none.
    out = Path(tempfile.gettempdir()) / "none.csv"
    asked = seriesfile.Asked(Path(file[0]), file[1], file[2], file[3] if len(file) > 3 else None, out)
    return seriesfile.read(asked)[0].series
