"""Which code meant which place, in which system, on which day.

Two offices number the same places: 统计局 (``nbs``) and 民政局 (``mca``). A code means something only with its system
and a day: twelve codes of townships mean different towns in the two systems, 370903 was 岱岳区 in the statistical
editions of 2002 to 2006 and nothing since. Editions are lists as they were published; between two of them nobody knows
the day of a change, so that it counts from the later edition on.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class Listed:
    """One code in one edition of one system; ``ended_on`` marks a code that the edition lists as given up."""

    system: str
    edition: str
    edition_on: date
    level: str
    code: str
    name: str
    parent_code: str
    ended_on: date | None = None
    successor_code: str | None = None
    batch: str = ""


@dataclass(frozen=True)
class Place:
    """What a code meant over a time: from ``valid_from`` (None: since before the first edition that is held) up to, not
    including, ``valid_to`` (None: it still does).

    ``edition`` is the last one that lists it so, ``documented_from`` the day of the first: before that day the meaning
    is taken back from a later edition, not read from one of the time.
    """

    system: str
    level: str
    code: str
    name: str
    parent_code: str
    edition: str
    documented_from: date
    valid_from: date | None
    valid_to: date | None
    successor_code: str | None
    batch: str

    def holds_on(self, day: date) -> bool:
        """Whether the code meant this place on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


def histories(listed: Iterable[Listed]) -> list[Place]:
    """Places over time from all editions: unbroken runs of editions of one system and level that give a code one name.

    An edition lists every code of a level it speaks of; what it leaves out had been given up by then.
    """
    rows = sorted(listed, key=lambda row: (row.system, row.level, row.code, row.name, row.edition_on))
    days = defaultdict(set)
    for row in rows:
        if row.ended_on is None:
            days[row.system, row.level].add(row.edition_on)
    order = {key: sorted(found) for key, found in days.items()}
    places = [place for run in _runs(rows, order) for place in [_place(run, order[run[0].system, run[0].level])]]
    places += [_ended(row) for row in rows if row.ended_on is not None]
    return _with_successors(places)


def _runs(rows: list[Listed], order: dict[tuple[str, str], list[date]]) -> Iterator[list[Listed]]:
    """Rows of one code and name in editions that follow each other without a gap."""
    run: list[Listed] = []
    for row in rows:
        if row.ended_on is not None:
            continue
        known = order[row.system, row.level]
        last = run[-1] if run else None
        follows = (
            last is not None
            and (last.system, last.level, last.code, last.name) == (row.system, row.level, row.code, row.name)
            and known.index(row.edition_on) - known.index(last.edition_on) <= 1
        )
        if run and not follows:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _place(run: list[Listed], known: list[date]) -> Place:
    first, last = run[0], run[-1]
    later = known.index(last.edition_on) + 1
    return Place(
        last.system,
        last.level,
        last.code,
        last.name,
        last.parent_code,
        last.edition,
        first.edition_on,
        None if first.edition_on == known[0] else first.edition_on,
        known[later] if later < len(known) else None,
        last.successor_code,
        last.batch,
    )


def _ended(row: Listed) -> Place:
    return Place(
        row.system,
        row.level,
        row.code,
        row.name,
        row.parent_code,
        row.edition,
        row.edition_on,
        None,
        row.ended_on,
        row.successor_code,
        row.batch,
    )


def _with_successors(places: list[Place]) -> list[Place]:
    """Where no office said what a code became: the code that has the name, else the name that has the code, next."""
    begun: dict[tuple[str, str, str, date | None], str] = {}
    for place in places:
        begun[place.system, place.level, place.name, place.valid_from] = place.code
        begun[place.system, place.level, place.code, place.valid_from] = place.code

    def successor(place: Place) -> str | None:
        if place.valid_to is None or place.successor_code is not None:
            return place.successor_code
        keys = ((place.system, place.level, known, place.valid_to) for known in (place.name, place.code))
        return next((begun[key] for key in keys if key in begun), None)

    return [replace(place, successor_code=successor(place)) for place in places]


class Gazetteer:
    """Answers what a code meant."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._by_code: dict[tuple[str, str], list[Place]] = defaultdict(list)
        self._by_name: dict[tuple[str, str, str, str], Place] = {}
        for place in places:
            self._by_code[place.system, place.code].append(place)
            if place.valid_to is None:
                self._by_name[place.system, place.level, place.name, place.parent_code] = place

    def on(self, system: str, code: str, day: date) -> Place | None:
        """The place that ``code`` meant in ``system`` on ``day``; None when it meant none."""
        return next((place for place in self._by_code[system, code] if place.holds_on(day)), None)

    def changes_after(self, day: date) -> date | None:
        """The first later day on which some code begins or ends to mean a place; None when no edition knows of one."""
        bounds = (bound for held in self._by_code.values() for p in held for bound in (p.valid_from, p.valid_to))
        return min((bound for bound in bounds if bound is not None and bound > day), default=None)

    def now_in(self, system: str, place: Place) -> Place | None:
        """The same place (level, name and county) under today's code of another system."""
        return self._by_name.get((system, place.level, place.name, place.parent_code))
