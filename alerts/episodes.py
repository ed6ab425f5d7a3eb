"""Episodes: runs of past signals of one number in one area. What a night would have opened one warning for, had it run
at the time.

The watch judges many periods back, but only the last one of each number opens a warning; what came before stands in the
table of signals and is found by these.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from alerts.casebook import CaseView
from alerts.cases import RANK
from alerts.night import WarningFact
from alerts.store import Case

NO_DATA = "no_data"
AnyCase = TypeVar("AnyCase", Case, CaseView)


class Signal(NamedTuple):
    """One row of ``topic_warning__signal``; ``is_current``: at the last period of its number."""

    id: str
    is_current: bool
    fact: WarningFact


@dataclass(frozen=True)
class Episode:
    """A run of signals that is over. ``fact`` is the gravest of them and ``id`` its number in the table; ``inside``
    names areas whose own signals are part of it, ``detectors`` what was seen, in that order."""

    id: str
    fact: WarningFact
    first: str
    last: str
    signals: int
    detectors: tuple[str, ...]
    inside: tuple[str, ...] = ()

    @property
    def span(self) -> str:
        """From when to when, in words."""
        return self.first if self.first == self.last else f"{self.first} 至 {self.last}"


def episodes(signals: Iterable[Signal], quiet_periods: int) -> list[Episode]:
    """The episodes that are over, the last first; one ends with ``quiet_periods`` quiet ones, as a warning does.

    One that lasts is the night's to warn of. One of an area inside another that signals the same number as gravely at
    the same time is part of that one.
    """
    grouped: dict[tuple[str, str], list[Signal]] = defaultdict(list)
    for one in signals:
        if one.fact.detector != NO_DATA:
            grouped[one.fact.indicator, one.fact.area_code].append(one)
    over = [
        _episode(run)
        for group in grouped.values()
        for run in _runs(group, quiet_periods)
        if not any(one.is_current for one in run)
    ]
    return sorted(_folded(over), key=lambda one: (one.last, RANK[one.fact.level], one.id), reverse=True)


def _runs(group: Sequence[Signal], quiet_periods: int) -> list[list[Signal]]:
    runs: list[list[Signal]] = []
    for one in sorted(group, key=lambda signal: (signal.fact.period, signal.id)):
        if runs and _place(one.fact.period) - _place(runs[-1][-1].fact.period) <= quiet_periods:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _place(period: str) -> int:
    """The number of a day or of a month on the calendar: neighbours differ by one."""
    if len(period) > len("2018-06"):
        return datetime.date.fromisoformat(period).toordinal()
    year, month = period.split("-")
    return int(year) * 12 + int(month)


def _episode(run: Sequence[Signal]) -> Episode:
    gravest = max(run, key=lambda one: (not one.fact.is_held, RANK[one.fact.level], one.fact.severity))
    return Episode(
        id=gravest.id,
        fact=gravest.fact,
        first=run[0].fact.period,
        last=run[-1].fact.period,
        signals=len({one.fact.period for one in run}),
        detectors=tuple(dict.fromkeys(one.fact.detector for one in run)),
    )


def _folded(found: Sequence[Episode]) -> list[Episode]:
    """Without those that are part of another, which names their areas."""
    by_area: dict[tuple[str, str], list[Episode]] = defaultdict(list)
    for one in found:
        by_area[one.fact.indicator, one.fact.area_code].append(one)
    whole = {one.id: _whole(one, by_area) for one in found}
    inside: dict[str, list[str]] = defaultdict(list)
    for one in found:
        if whole[one.id] is not one:
            inside[whole[one.id].id].append(one.fact.area_name)
    tops = [one for one in found if whole[one.id] is one]
    return [replace(one, inside=tuple(sorted(set(inside[one.id])))) for one in tops]


def _whole(part: Episode, by_area: dict[tuple[str, str], list[Episode]]) -> Episode:
    """The episode of the area around, as grave and at the same time, that this one is part of; itself without one."""
    for other in by_area.get((part.fact.indicator, part.fact.parent_code), []):
        is_then = other.first <= part.last and part.first <= other.last
        if is_then and not other.fact.is_held and RANK[other.fact.level] >= RANK[part.fact.level]:
            return _whole(other, by_area)
    return part


def is_about(warning: Case | CaseView, episode: Episode) -> bool:
    """Whether a warning is of this number and area and of the time of the episode."""
    fact = episode.fact
    if (warning.family, warning.unit) != (fact.indicator, fact.area_code):
        return False
    begun = warning.subject.rpartition("/")[2]
    seen = WarningFact.model_validate_json(warning.facts).period if warning.facts else begun
    return min(begun, seen) <= episode.last and episode.first <= max(begun, seen)


def about(episode: Episode, warnings: Iterable[AnyCase]) -> AnyCase | None:
    """The first of the warnings that is about the episode; None where it has none."""
    return next((one for one in warnings if is_about(one, episode)), None)
