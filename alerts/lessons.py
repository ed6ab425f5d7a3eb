"""What warnings that have ended teach: how early they came, how often they were right, what people learned from them.

All of it is read from the histories in the store, each step of which is a line of the audit log.
"""

import calendar
import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import select

from alerts.cases import VERDICTS, WARNING
from alerts.store import Case, CaseEvent, open_store
from alerts.verdicts import Precision
from alerts.words import PLATFORM
from taian.clock import SHANGHAI
from taian.settings import Settings

ENDED = ("lifted", "closed")
TAUGHT = ("confirm", "dismiss", "feedback", "review", "lift", "archive")
"""Steps whose note says what was found out; the last note of a person counts."""


@dataclass(frozen=True)
class Lesson:
    """One warning that was lifted or archived.

    ``lag`` is how many days after the end of its period it was raised, ``lead`` how many days before it was confirmed;
    None where it was not, and of one that was opened afterwards (``is_past``). ``learned`` is the last note of a
    person, else that of the night.
    """

    id: str
    title: str
    level: str
    detector: str
    opened_on: datetime.date
    ended_on: datetime.date
    verdict: str | None
    lag: int | None
    lead: int | None
    learned: str
    who: str
    is_past: bool = False


@dataclass(frozen=True)
class DetectorRecord:
    """What one kind of signal was worth; leads and lags in days, the middle one of all."""

    detector: str
    ended: int
    precision: Precision
    lag: float
    lead: float | None

    @property
    def undecided(self) -> int:
        """Ended without anybody saying whether it was so."""
        return self.ended - self.precision.confirmed - self.precision.dismissed

    @property
    def worth(self) -> str:
        """Whether it earns its place, as far as the interval of its precision tells: right or wrong more often?"""
        if self.precision.interval is None:
            return "还没有结论"
        low, high = self.precision.interval
        if low > 0.5:
            return "对多错少，值得保留"
        return "错多对少，应收紧或停用" if high < 0.5 else "结论太少，还分不清"


def lessons_of(config: Settings) -> list[Lesson]:
    """Every warning that has ended, the last first."""
    if not config.alerts_db.exists():
        return []
    query = (
        select(Case, CaseEvent)
        .join(CaseEvent, CaseEvent.case_id == Case.id)
        .where(Case.kind == WARNING, Case.state.in_(ENDED))
        .order_by(CaseEvent.id)
    )
    histories: dict[str, tuple[Case, list[CaseEvent]]] = {}
    with open_store(config).reading() as session:
        for case, event in session.execute(query):
            histories.setdefault(case.id, (case, []))[1].append(event)
        found = [_lesson(case, events) for case, events in histories.values()]
    return sorted(found, key=lambda one: (one.ended_on, one.id), reverse=True)


def _lesson(case: Case, events: Sequence[CaseEvent]) -> Lesson:
    again = max((place for place, event in enumerate(events) if event.what == "reopen"), default=-1)
    since = events[again + 1 :]  # what was said before it was opened again was taken back
    ended = next((event for event in since if event.what == "lift"), since[-1])
    verdict = next((event for event in reversed(since) if event.what in VERDICTS), None)
    notes = [event for event in since if event.what in TAUGHT and event.why]
    note = next((event for event in reversed(notes) if event.who != PLATFORM), notes[-1] if notes else ended)
    is_past = bool(case.is_past)
    is_so = verdict is not None and VERDICTS[verdict.what] == "confirmed" and not is_past
    return Lesson(
        id=case.id,
        title=case.title,
        level=case.strength,
        detector=case.test or "",
        opened_on=case.opened_on,
        ended_on=_day(ended),
        verdict=case.verdict,
        lag=None if is_past else (case.opened_on - _end_of(case.subject.rpartition("/")[2])).days,
        lead=max((_day(verdict) - case.opened_on).days, 0) if verdict is not None and is_so else None,
        learned=note.why,
        who=note.who,
        is_past=is_past,
    )


def _day(event: CaseEvent) -> datetime.date:
    """The night that made an entry, or the day on which a person did."""
    return event.business_date or event.at.astimezone(SHANGHAI).date()


def _end_of(period: str) -> datetime.date:
    """The last day of a month or the day itself."""
    if len(period) > len("2018-06"):
        return datetime.date.fromisoformat(period)
    year, month = (int(part) for part in period.split("-"))
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def by_detector(found: Sequence[Lesson]) -> list[DetectorRecord]:
    """One record a kind of signal, those that were right most often first, those without a verdict last.

    What was opened afterwards does not count: it came when all was over, and a person had picked it out.
    """
    grouped: dict[str, list[Lesson]] = defaultdict(list)
    for one in found:
        if not one.is_past:
            grouped[one.detector].append(one)
    records = [_record(detector, lessons) for detector, lessons in sorted(grouped.items())]
    return sorted(records, key=lambda record: -(record.precision.share if record.precision.share is not None else -1))


def _record(detector: str, lessons: Sequence[Lesson]) -> DetectorRecord:
    said = [one.verdict for one in lessons]
    leads = [one.lead for one in lessons if one.lead is not None]
    return DetectorRecord(
        detector=detector,
        ended=len(lessons),
        precision=Precision(detector, WARNING, said.count("confirmed"), said.count("dismissed")),
        lag=median(one.lag for one in lessons if one.lag is not None),
        lead=median(leads) if leads else None,
    )


def row_of_record(record: DetectorRecord) -> dict[str, Any]:
    """A record as commands list it."""
    low, high = record.precision.interval or (None, None)
    return {
        "detector": record.detector,
        "ended": record.ended,
        "confirmed": record.precision.confirmed,
        "dismissed": record.precision.dismissed,
        "precision": record.precision.share,
        "low_95": low,
        "high_95": high,
        "lag_days": record.lag,
        "lead_days": record.lead,
        "worth": record.worth,
    }
