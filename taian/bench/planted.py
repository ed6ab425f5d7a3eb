"""What the watch says of the sample city's planted events, on which day, and what it says where nothing was planted.

A day's number is known in the night of that day, a month's when its slowest source is due. Beside the watch stands the
rule that offices use: mean and standard deviation of all that came before, an alarm beyond three of them.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from catalog import load_catalog
from catalog.warnings import CITY, LEVELS, declared, numbers
from jobs.warning import expected, signals
from taian.bench.report import Goal, Measure, measure, share

EVERYTHING = 10**6
"""Periods of the past that are judged: all."""
SETTLING = {"daily": 28, "monthly": 62}
"""Days after an event in which what is said of its number still belongs to it."""
SIGMAS, ENOUGH = 3.0, {"monthly": 12, "daily": 60}
GRAVE = ("red", "orange")
ALL_FOUND, FEW, NONE = Goal(">=", 1.0), Goal("<=", 1.0), Goal("=", 0.0)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Event:
    """Something planted that wants a warning: which numbers may tell of it, where (empty: anywhere), and when."""

    name: str
    numbers: tuple[str, ...]
    areas: tuple[str, ...]
    since: dt.date
    until: dt.date


TOLD_BY = {
    "heat_wave": ("power_daily",),
    "influenza_season": ("influenza_daily", "infectious_cases"),
    "haze": ("pm25_daily",),
    "plant_closing_complaints": ("hotline_labour_daily",),
    "water_outage": ("hotline_water_daily",),
    "food_price_jump": ("food_prices",),
    "vat_drop": ("vat_sales",),
}
"""Planted kinds that a number read from the deliveries can tell of."""


def events(truth: Sequence[dict[str, object]], first: str, last: str) -> list[Event]:
    """The planted events that want a warning, of those that lie within the days ``first`` to ``last``."""
    found: dict[tuple[str, dt.date], Event] = {}
    for one in truth:
        kind = str(one["kind"])
        if kind not in TOLD_BY or (kind == "water_outage" and one["resource"] != "hotline_12345"):
            continue
        since, until = _span(one)
        area = str(one.get("township") or one.get("county") or "")
        before = found.get((kind, since))
        areas = tuple(sorted({*(before.areas if before else ()), *([area] if area else [])}))
        found[kind, since] = Event(kind, TOLD_BY[kind], areas, since, until)
    return [event for event in found.values() if first <= event.since.isoformat() and event.until.isoformat() <= last]


def _span(one: dict[str, object]) -> tuple[dt.date, dt.date]:
    since = str(one.get("since") or one.get("period"))
    until = str(one.get("until") or since)
    begin = dt.date.fromisoformat(since if len(since) > 7 else f"{since}-01")
    if "days" in one:
        return begin, begin + DAY * (int(str(one["days"])) - 1)
    end = pd.Period(until, "M").end_time.date() if len(until) == 7 else dt.date.fromisoformat(until)
    return begin, end


def watched(rows: pd.DataFrame) -> pd.DataFrame:
    """Signals of the night's watch over all periods of the long table ``rows`` (columns of the night's watch)."""
    rows = rows.assign(series=rows["indicator"] + expected.SEPARATOR + rows["area_code"])
    cycles = rows["indicator"].map({key: one.cycle for key, one in numbers().items()})
    parts = []
    for cycle in ("monthly", "daily"):
        part = rows[(cycles == cycle).to_numpy(bool)]
        if len(part):
            made = expected.watched(part, EVERYTHING, is_monthly=cycle == "monthly")
            made = made.merge(part[["series", *expected.PLACE]].drop_duplicates("series"), on="series")
            parts.append(made.merge(part[["series", "period", "yoy"]], on=["series", "period"], how="left"))
    past = pd.concat(parts, ignore_index=True).assign(is_forecast=False)
    found = signals.signals(past, [], set(), dt.date.max)
    return known(found[found["detector"] != "silence"])


def three_sigma(rows: pd.DataFrame) -> pd.DataFrame:
    """Signals of the fixed rule, on the side that is bad; it knows no levels, so each counts as orange."""
    rows = rows[rows["indicator"].isin(numbers())].sort_values(["indicator", "area_code", "period"])
    past = rows.groupby(["indicator", "area_code"])["value"]
    mean = past.transform(lambda values: values.expanding().mean().shift())
    spread = past.transform(lambda values: values.expanding().std().shift())
    is_old = past.cumcount() >= rows["indicator"].map(lambda key: ENOUGH[numbers()[key].cycle])
    away = (rows["value"] - mean) / spread
    side = rows["indicator"].map(lambda key: {"up": -1, "down": 1}.get(numbers()[key].direction, 0))
    is_raised = is_old & (spread > 0) & np.where(side == 0, away.abs() > SIGMAS, away * side > SIGMAS)
    return known(rows[is_raised.to_numpy(bool)].assign(level="orange", severity=0.5, detector="sigma"))


def known(found: pd.DataFrame) -> pd.DataFrame:
    """With the first day of the period (``day``) and the day on whose night it was known (``known``)."""
    monthly = found["period"].str.len() == 7
    day = pd.to_datetime(found["period"].where(~monthly, found["period"] + "-01"))
    due = {key: _due_days(key) for key in found["indicator"].unique()}
    late = pd.to_timedelta(found["indicator"].map(due).where(monthly, 0).astype(float), unit="D")
    end = day.where(~monthly, day + pd.offsets.MonthEnd(1))
    return found.assign(day=day.dt.date, known=(end + late).dt.date)


def _due_days(key: str) -> int:
    catalog = load_catalog()
    return max((catalog[name].due_days for name in numbers()[key].sources if name in catalog.resources), default=0)


def found_of(event: Event, said: pd.DataFrame) -> pd.DataFrame:
    """What was said of an event while it lasted, the earliest first."""
    mine = said[_belongs(event, said) & (said["known"] <= event.until + DAY * 31)]
    in_time = mine[(mine["day"] <= event.until).to_numpy(bool)]
    return in_time.sort_values(["known", "severity"], ascending=[True, False])


def _belongs(event: Event, said: pd.DataFrame) -> "pd.Series[bool]":
    """Signals on the event's numbers, in its area or one around or inside it, from its first day on."""
    is_month = said["period"].str.len() == 7
    begins = said["day"].where(~is_month, said["known"])
    settled = is_month.map({True: SETTLING["monthly"], False: SETTLING["daily"]})
    last = [event.until + DAY * int(days) for days in settled]
    in_time = (begins >= event.since) & (said["day"] <= pd.Series(last, index=said.index))
    near = [_is_near(str(code), event.areas) for code in said["area_code"]]
    return said["indicator"].isin(event.numbers) & in_time & np.array(near, bool)


def _is_near(code: str, areas: tuple[str, ...]) -> bool:
    return not areas or code == CITY or any(code.startswith(area[:6]) and area.startswith(code[:9]) for area in areas)


def of_events(name: str, planted: Sequence[Event], said: pd.DataFrame) -> list[Measure]:
    """Each event: days from its beginning to the first warning, and days that were left of it then."""
    measures, found = [], 0
    for event in planted:
        first = found_of(event, said).head(1)
        label = f"event.{name}.{event.name}.{event.since}"
        if first.empty:
            measures.append(measure(f"{label}.missed", 1, "event"))
            continue
        found += 1
        on: dt.date = first["known"].iloc[0]
        measures.append(measure(f"{label}.after", (on - event.since).days, "days"))
        measures.append(measure(f"{label}.before_end", (event.until - on).days, "days"))
    return [share(f"event.{name}.found", found, len(planted), ALL_FOUND if name == "watch" else None), *measures]


def of_quiet(name: str, planted: Sequence[Event], said: pd.DataFrame, months: float) -> list[Measure]:
    """Orange and red warnings that no planted event explains, a month of the whole city; those of a department's own
    threshold apart, for a limit that is passed is passed."""
    explained = np.zeros(len(said), bool)
    for event in planted:
        explained |= _belongs(event, said).to_numpy(bool)
    grave = said[~explained & said["level"].isin(GRAVE).to_numpy(bool)]
    is_limit = (grave["detector"] == "threshold").to_numpy(bool)
    kinds = {"orange_or_red_a_month": grave[~is_limit], "thresholds_a_month": grave[is_limit]}
    goals = {"orange_or_red_a_month": FEW} if name == "watch" else {}
    counts = {
        kind: sum(_episodes(each) for _, each in _without_parts(part).groupby(["indicator", "area_code"]))
        for kind, part in kinds.items()
    }
    unit = f"of {months:.0f}"
    return [measure(f"quiet.{name}.{kind}", count / months, unit, goals.get(kind)) for kind, count in counts.items()]


def _without_parts(said: pd.DataFrame) -> pd.DataFrame:
    """Without signals of an area whose whole has one on the same number and period, as grave: it names its parts."""
    rank: dict[str, int] = {level: -at for at, level in enumerate(LEVELS)}
    above = {
        (row.indicator, row.area_code, row.period): rank[str(row.level)]
        for row in said[["indicator", "area_code", "period", "level"]].itertuples()
    }
    kept = [
        above.get((row.indicator, row.parent_code, row.period), -9) < rank[str(row.level)]
        for row in said[["indicator", "parent_code", "period", "level"]].itertuples()
    ]
    return said[np.array(kept, bool)]


def _episodes(said: pd.DataFrame) -> int:
    """Warnings that these signals of one number and area become: one stands until it was quiet long enough."""
    step = 31 if len(str(said["period"].iloc[0])) == 7 else 1
    days = np.sort(np.array([day.toordinal() for day in said["day"]]))
    return 1 + int(np.sum(np.diff(days) > step * (declared().hygiene.quiet_periods + 1)))


def of_fakes(truth: Sequence[dict[str, object]], said: pd.DataFrame) -> list[Measure]:
    """Days on which figures were delivered twice: no surge of the number may be told on them."""
    days = {str(one["date"]) for one in truth if one["kind"] == "exported_twice"}
    raised = said[said["period"].isin(days) & (said["indicator"] == "power_daily")]
    raised = raised[(raised["actual"] > raised["expected"]).to_numpy(bool)]
    return [measure("fake_surge.warnings", len(raised), f"of {len(days)}", NONE)]


def planted_measures(rows: pd.DataFrame, truth: Sequence[dict[str, object]]) -> list[Measure]:
    """All figures of the planted city: the watch, then the fixed rule on the same numbers."""
    rules: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {"watch": watched, "three_sigma": three_sigma}
    periods = rows["period"].str.slice(0, 7)
    months = float(len(pd.period_range(max(periods.min(), "2016-01"), periods.max(), freq="M")))
    planted = events(truth, rows["period"].str.ljust(10, "-").min()[:7], f"{periods.max()}-31")
    measures = []
    for name, rule in rules.items():
        said = rule(rows)
        said = said[(said["period"] >= "2016-01").to_numpy(bool)]
        measures += [*of_events(name, planted, said), *of_quiet(name, planted, said, months)]
        if name == "watch":
            measures += of_fakes(truth, said)
    return measures
