"""Counts of persons that may be told of areas: none so small that it points at somebody, none that gives one away.

A count from 1 to 9 is withheld (k >= 10), and with it as many of its neighbours as it takes that nobody can subtract
what is told from a total and be left with fewer than that. The areas are one fixed hierarchy (city, county, township,
village), so that no other sum of the same persons is offered.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

LEAST = 10
"""Persons below whom a count is not told."""

CITY = "370900"

Counts = Mapping[str, float]
"""Persons by area, or by part of a total."""


def parent_of(code: str) -> str | None:
    """The division above: village, township, county, city."""
    return {12: code[:9], 9: code[:6]}.get(len(code), None if code == CITY else CITY)


def is_few(count: float) -> bool:
    """Whether a count points at somebody; that there is nobody may be told."""
    return 0 < count < LEAST


def withheld(counts: Counts, also: Collection[str] = ()) -> set[str]:
    """The areas whose count may not be told: too few, those that are withheld ``also``, and what would tell them."""
    below: dict[str | None, list[str]] = defaultdict(list)
    for code in counts:
        parent = parent_of(code)
        below[parent if parent in counts else None].append(code)
    hidden = set(also)
    while found := _of_one_pass(counts, below, hidden) - hidden:
        hidden |= found
    return hidden


def _of_one_pass(counts: Counts, below: Mapping[str | None, list[str]], hidden: Collection[str]) -> set[str]:
    """From the top down; an area whose parts cannot hide one another is withheld too, which asks for another pass."""
    found = {code for code in below[None] if is_few(counts[code])} | set(hidden)
    waiting = list(below[None])
    while waiting:
        parent = waiting.pop()
        children = below.get(parent, [])
        if parent in found:
            found.update(children)
        elif children:
            parts, is_enough = withheld_parts(counts[parent], {code: counts[code] for code in children}, hidden)
            found |= parts if is_enough else {*parts, parent}
        waiting += children
    return found


def withheld_parts(total: float, parts: Counts, also: Collection[str] = ()) -> tuple[set[str], bool]:
    """The parts of a ``total`` that is told which may not be told themselves, and whether that is enough; what belongs
    to no part never is told.

    The smallest go first: as many as it takes that at least two are unknown, together LEAST persons.
    """
    some = sorted((count, name) for name, count in parts.items() if count > 0)
    found = {name for count, name in some if is_few(count) or name in also}
    rest = total - sum(parts.values())
    if not found and not is_few(rest):
        return found, True
    for _, name in [(0.0, ""), *some]:
        found |= {name} - {""}
        unknown = rest + sum(parts[each] for each in found)
        if len(found) + (rest > 0) > 1 and not is_few(unknown):
            return found, True
    return found, False


Cell = tuple[str, str]
"""A number and its area."""


def withheld_cells(counted: Mapping[str, Iterable[Counts]], parts: Mapping[str, str]) -> set[Cell]:
    """The cells of one period that may not be told.

    ``counted`` has of each number the counts that its figures tell, by area (of a share how many there are, how many
    are such and how many are not); ``parts`` names the total of a number that is part of one. A total less its parts
    is told as well; so areas and parts are gone through until neither asks for more.
    """
    tables = {name: list(every) for name, every in counted.items()}
    hidden: set[Cell] = set()
    while True:
        asked = {(name, area) for name, every in tables.items() for area in _of_areas(every, _areas_of(hidden, name))}
        asked |= _of_totals(tables, parts, asked)
        if asked <= hidden:
            return hidden
        hidden |= asked


def _areas_of(hidden: Collection[Cell], name: str) -> set[str]:
    return {area for each, area in hidden if each == name}


def _of_areas(every: Iterable[Counts], also: set[str]) -> set[str]:
    """All counts of one number are told or withheld together."""
    found = set(also)
    for counts in every:
        found |= withheld(counts, found)
    return found


def _of_totals(tables: Mapping[str, list[Counts]], parts: Mapping[str, str], hidden: Collection[Cell]) -> set[Cell]:
    """The cells to withhold so that no total less its parts tells of a few."""
    found: set[Cell] = set()
    for total in sorted({parts[name] for name in tables if name in parts} & set(tables)):
        names = [name for name in tables if parts.get(name) == total]
        for area, count in tables[total][0].items():
            here = {name: tables[name][0].get(area, 0) for name in names}
            secret = {name for name in names if (name, area) in hidden}
            if (total, area) in hidden:
                found |= {(name, area) for name in names if here[name] > 0}
                continue
            asked, is_enough = withheld_parts(count, here, secret)
            found |= {(name, area) for name in (asked if is_enough else {*asked, total})}
    return found
