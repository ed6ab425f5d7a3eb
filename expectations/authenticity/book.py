"""A table of the platform ready for examination, and its findings in the words of the platform.

The tests speak of the columns and units of a table by their Chinese names, as a file from anywhere would; a book knows
which resource, column and unit each name stands for.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from expectations.authenticity.evidence import Evidence
from expectations.authenticity.examine import Report, Test, examine
from expectations.authenticity.finding import Finding, UnitKind
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.observations import Observations
from expectations.authenticity.pictures import Pictures
from expectations.authenticity.reported import Filed
from expectations.authenticity.units import Who, common


@dataclass(frozen=True)
class Place:
    """Where a column of a book comes from, and the unit of its figures (``""`` for a label)."""

    resource: str
    column: str
    measure: str = ""


@dataclass(frozen=True)
class Book:
    """Observations by Chinese names; ``columns`` and ``whose`` say what the names stand for; ``tests`` are those that
    have something to say of it, all when None."""

    title: str
    seen: Observations
    kind: UnitKind
    columns: Mapping[str, Place]
    whose: Mapping[str, Who] = field(default_factory=dict)
    tests: Sequence[Test] | None = None


@dataclass(frozen=True)
class Examined:
    """A book, what was said of it, and the findings as the platform keeps them."""

    book: Book
    report: Report
    findings: list[Finding]


def examined(book: Book, limits: Limits = LIMITS) -> Examined:
    """Run the tests of a book and put its findings into the platform's words, each with the data of its picture."""
    report = examine(book.seen, limits, tests=book.tests)
    pictures, filed = Pictures(book.seen), Filed(book.seen)
    kept = _one_story(report.findings)
    shown = [found.model_copy(update={"reported": filed.of(found)}) for found in kept]
    return Examined(book, report, [_told(book, found, pictures.of(found)) for found in shown])


def informed(book: Book, confirmed: Collection[str], cleared: Collection[str]) -> Book:
    """The book with what inspectors found of units (by code): the confirmed are no honest peers, the cleared are."""
    codes = [book.whose[name].unit if name in book.whose else name for name in book.seen.units]
    out, in_ = (np.array([code in known for code in codes], dtype=bool) for known in (confirmed, cleared))
    seen = replace(book.seen, tainted=out if out.any() else None, cleared=in_ if in_.any() else None)
    return replace(book, seen=seen)


def _one_story(findings: Sequence[Finding]) -> list[Finding]:
    """Findings without those on a member of a group that the same test names: a reader would count one observation
    twice."""
    named = {(found.test, member) for found in findings if found.unit_kind != "unit" for member in found.members}
    return [found for found in findings if found.unit_kind != "unit" or (found.test, found.unit) not in named]


def _told(book: Book, found: Finding, evidence: Evidence | None) -> Finding:
    first = next((book.columns[name] for name in found.columns if name in book.columns), Place("", ""))
    columns = tuple(book.columns[name].column if name in book.columns else name for name in found.columns)
    measure = book.columns.get(found.unit_of_effect)
    members = [book.whose.get(name, Who(name)) for name in found.members]
    if found.unit_kind == "unit":
        whose = book.whose.get(found.unit, Who(found.unit))
        place, unit, kind = common([whose]), whose.unit, book.kind
    else:
        place, unit, kind = common(members), book.whose.get(found.unit, Who(found.unit)).unit, found.unit_kind
    return found.model_copy(
        update={
            **place,
            "unit": unit,
            "unit_name": found.called,
            "unit_kind": kind,
            "resource": first.resource,
            "columns": columns,
            "unit_of_effect": measure.measure if measure and measure.measure else found.unit_of_effect,
            "members": tuple(who.unit for who in members),
            "evidence": _coded(book, evidence),
        }
    )


def _coded(book: Book, evidence: Evidence | None) -> Evidence | None:
    """Members by their codes, so that a page finds their own findings."""
    if evidence is None or not evidence.members:
        return evidence
    members = [
        member.model_copy(update={"unit": book.whose.get(member.unit, Who(member.unit)).unit})
        for member in evidence.members
    ]
    return evidence.model_copy(update={"members": tuple(members)})
