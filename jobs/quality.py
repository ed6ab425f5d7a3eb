"""How good and how punctual each department's deliveries are, by the dimensions of GB/T 36344-2018, day by day.

Everything is read from what the journal keeps of the batches, so that the history is whole from the first night on and
the same whenever it is made again. Rows are judged by the newest day on which something could be read, promptness and
availability by what was due and what came in the last while.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Any, NamedTuple

from catalog import Catalog, Resource, all_codes
from catalog.model import Dimension
from expectations.profile import BatchProfile, period_of
from jobs.journal import VISIBLE

READ = (*VISIBLE, "held", "replaced")
"""States of batches whose rows were read."""
KINDS = {"daily": "day", "monthly": "month", "quarterly": "quarter", "yearly": "year"}
LAST_DUE = {"daily": 30, "monthly": 12, "quarterly": 4, "yearly": 3}
"""So many periods are looked back on for promptness."""
LAST_DAYS = {"daily": 30, "monthly": 366, "quarterly": 366, "yearly": 1096, "event": 366}
"""So many days are looked back on for availability."""
ROW_DIMENSIONS: tuple[Dimension, ...] = ("conformity", "accuracy", "consistency")

Batch = Mapping[str, Any]
"""A row of the journal's ``delivery``."""


class Measure(NamedTuple):
    """One dimension of what one department delivers of one resource, as known at the end of a business date.

    ``value`` is ``numerator`` over ``denominator``, None where there is nothing to judge by:

    conformity, accuracy, consistency  rows that break no rule of the dimension, of the rows delivered; a row that
                                       breaks two of them counts twice
    completeness                       filled cells, of those that the declaration requires or bounds (``gate.mostly``)
    timeliness                         periods whose batch came within ``due_days``, of those that were due
    accessibility                      batches that were published, of those delivered
    """

    resource: str
    owner: str
    business_date: date
    dimension: Dimension
    value: float | None
    numerator: int
    denominator: int


def measures(catalog: Catalog, deliveries: Iterable[Batch], until: date) -> list[Measure]:
    """All measures up to a business date: on each day on which something came or was due, and on the last one."""
    batches: dict[tuple[str, str], list[Batch]] = defaultdict(list)
    for row in deliveries:
        resource = catalog.resources.get(row["resource"])
        if resource is not None and row["state"] != "duplicate" and _day(row) <= until:
            batches[resource.resource, owner_of(resource, row["provider"])].append(row)
    return [
        measure
        for (name, owner), own in sorted(batches.items())
        for measure in _of_owner(catalog[name], owner, own, until)
    ]


def owner_of(resource: Resource, provider: str | None) -> str:
    """Code of the department that answers for a delivery: who delivered it, if the catalogue knows it as a provider."""
    return provider if provider in {each.code for each in resource.providers} else resource.provider.code


def _day(batch: Batch) -> date:
    return date.fromisoformat(batch["delivered_at"][:10])


def _of_owner(resource: Resource, owner: str, batches: Sequence[Batch], until: date) -> list[Measure]:
    prompt, available = _Promptness(resource, batches, until), _Availability(resource, batches)
    by_day: dict[date, list[Batch]] = defaultdict(list)
    for batch in batches:
        by_day[_day(batch)].append(batch)
    rows: dict[Dimension, tuple[int, int]] = {}
    found = []
    for day in sorted({*by_day, *prompt.due, until}):
        read = [batch for batch in by_day.get(day, ()) if batch["state"] in READ]
        if read:
            rows = _rows(resource, read)
        shares = {**rows, "timeliness": prompt.at(day), "accessibility": available.at(day)}
        for dimension, (numerator, denominator) in sorted(shares.items()):
            value = numerator / denominator if denominator else None
            found.append(Measure(resource.resource, owner, day, dimension, value, numerator, denominator))
    return found


def _rows(resource: Resource, batches: Sequence[Batch]) -> dict[Dimension, tuple[int, int]]:
    """Rows and cells of these batches that keep the rules."""
    delivered = sum(batch["rows_delivered"] or 0 for batch in batches)
    broken: Counter[Dimension] = Counter()
    for batch in batches:
        for code, count in (batch["codes"] or {}).items():
            broken[all_codes()[code].dimension] += count
    found: dict[Dimension, tuple[int, int]] = {
        dimension: (max(0, delivered - broken[dimension]), delivered) for dimension in ROW_DIMENSIONS
    }
    required = sum(column.required for column in resource.columns)
    bounded = [name for name in resource.gate.mostly if not resource.column(name).required]
    profiles = [BatchProfile.model_validate_json(batch["profile"]) for batch in batches if batch["profile"]]
    empty = sum(profile.nulls.get(name, 0) for profile in profiles for name in bounded)
    asked = delivered * required + sum(profile.rows for profile in profiles) * len(bounded)
    found["completeness"] = (max(0, asked - broken["completeness"] - empty), asked)
    return found


class _Promptness:
    """Which periods were due, from the first delivered one on, and which of their batches came in time."""

    def __init__(self, resource: Resource, batches: Sequence[Batch], until: date) -> None:
        self._last = LAST_DUE.get(resource.cycle, 0)
        kind = KINDS.get(resource.cycle)
        came = [(end, _day(batch)) for batch in batches if (end := _end(batch, kind)) is not None]
        self.due: list[date] = []
        self._in_time: list[bool] = []
        if kind is None or not came:
            return
        first: dict[date, date] = {}
        for period, arrived in came:
            first[period] = min(arrived, first.get(period, arrived))
        end, grace = min(first), timedelta(days=resource.due_days)
        while end + grace <= until:
            if end.month not in resource.exempt_months:
                self.due.append(end + grace)
                self._in_time.append(end in first and first[end] <= end + grace)
            _, end = period_of(period_name(kind, end + timedelta(days=1)))

    def at(self, day: date) -> tuple[int, int]:
        """Periods in time, of the last ones that were due at the end of a day."""
        asked = self._in_time[: bisect_right(self.due, day)][-self._last :]
        return sum(asked), len(asked)


def days_overdue(resource: Resource, last: str, day: date) -> int:
    """How many days what follows the period ``last`` of a resource has been due by ``day``; 0 where it is not due yet,
    or nobody knows when it would be.
    """
    kind, ended = period_of(last)
    if KINDS.get(resource.cycle) != kind:
        return 0
    end = period_of(period_name(kind, ended + timedelta(days=1)))[1]
    while end.month in resource.exempt_months:
        end = period_of(period_name(kind, end + timedelta(days=1)))[1]
    return max(0, (day - end).days - resource.due_days)


def period_name(kind: str, day: date) -> str:
    """The period of that kind that a day belongs to."""
    quarter = (day.month + 2) // 3
    return {"day": f"{day}", "month": f"{day:%Y-%m}", "quarter": f"{day.year}Q{quarter}", "year": f"{day.year}"}[kind]


def _end(batch: Batch, kind: str | None) -> date | None:
    """Last day of a batch's period; None when its rows were not read or the period is of another kind."""
    if batch["state"] not in READ:
        return None
    found, end = period_of(batch["period"])
    return end if found == kind else None


class _Availability:
    """When batches came and which of them were published."""

    def __init__(self, resource: Resource, batches: Sequence[Batch]) -> None:
        self._back = timedelta(days=LAST_DAYS[resource.cycle])
        came = sorted((_day(batch), batch["state"] in (*VISIBLE, "replaced")) for batch in batches)
        self._days = [day for day, _ in came]
        self._published = [0, *accumulate(int(is_published) for _, is_published in came)]

    def at(self, day: date) -> tuple[int, int]:
        """Batches published, of those that came lately."""
        first, last = bisect_right(self._days, day - self._back), bisect_right(self._days, day)
        return self._published[last] - self._published[first], last - first
