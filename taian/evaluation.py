"""The evaluation 考核 of departments, computed from facts: points, ranks, and how the ranks move when weights do.

Pure: the same facts and the same scheme give the same rows and the same digest, bit for bit.
"""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta

from catalog.evaluation import Evaluation
from taian.workdays import is_workday

DECIMALS = 6
"""To which shares and points are rounded."""


@dataclass(frozen=True)
class Share:
    """What an indicator comes to for one department: 0..1, and of how many things how many."""

    value: float
    counted: int
    among: int


@dataclass(frozen=True)
class Line:
    """One indicator of one department. ``points`` of a hundred, after the weight of what does not apply to it was
    shared among the others; ``low_rank`` and ``high_rank`` are its best and worst place when one weight is moved. A
    department to which too little applies has no rank.
    """

    year: int
    version: str
    department: str
    department_name: str
    rank: int | None
    low_rank: int | None
    high_rank: int | None
    score: float
    indicator: str
    title: str
    weight: float
    value: float | None
    counted: int
    among: int
    points: float | None
    source: str


Facts = Mapping[str, Mapping[str, Share]]
"""Department to indicator to what it comes to; an indicator that is not there does not apply."""


def days_of_use(latest: date) -> list[date]:
    """The working days of the last whole month of a log that goes until ``latest``: of these the use of shared data is
    counted."""
    after = (latest + timedelta(days=1)).replace(day=1)
    first = (after - timedelta(days=1)).replace(day=1)
    month = (first + timedelta(days=number) for number in range((after - first).days))
    return [each for each in month if is_workday(each)]


def evaluate(facts: Facts, names: Mapping[str, str], scheme: Evaluation, year: int) -> list[Line]:
    """Every department's lines, the best first."""
    weights = {name: each.weight for name, each in scheme.indicators.items()}
    scores = {department: _score(own, weights) for department, own in facts.items() if own}
    in_rank = [one for one in scores if _weight(facts[one], weights) >= scheme.ranked_from]
    ranks = _ranks({one: scores[one] for one in in_rank})
    moved = [
        _ranks(
            {department: _score(facts[department], {**weights, name: weights[name] * factor}) for department in in_rank}
        )
        for name in weights
        for factor in (1 - scheme.swing / 100, 1 + scheme.swing / 100)
    ]
    found = []
    for department in sorted(scores, key=lambda one: (one not in ranks, -scores[one], one)):
        every = [each[department] for each in (ranks, *moved) if department in each]
        own, whole = facts[department], _weight(facts[department], weights)
        for name, each in scheme.indicators.items():
            share = own.get(name)
            found.append(
                Line(
                    year=year,
                    version=scheme.version,
                    department=department,
                    department_name=names.get(department, department),
                    rank=ranks.get(department),
                    low_rank=min(every, default=None),
                    high_rank=max(every, default=None),
                    score=scores[department],
                    indicator=name,
                    title=each.title,
                    weight=each.weight,
                    value=round(share.value, DECIMALS) if share else None,
                    counted=share.counted if share else 0,
                    among=share.among if share else 0,
                    points=round(100 * share.value * each.weight / whole, DECIMALS) if share else None,
                    source=each.source,
                )
            )
    return found


def _weight(own: Mapping[str, Share], weights: Mapping[str, float]) -> float:
    return sum(weight for name, weight in weights.items() if name in own)


def _score(own: Mapping[str, Share], weights: Mapping[str, float]) -> float:
    got = sum(own[name].value * weight for name, weight in weights.items() if name in own)
    return round(100 * got / _weight(own, weights), DECIMALS)


def _ranks(scores: Mapping[str, float]) -> dict[str, int]:
    """Place of each by its score; equal scores share the better place."""
    return {one: 1 + sum(other > score for other in scores.values()) for one, score in scores.items()}


def as_csv(lines: Sequence[Line]) -> bytes:
    """The result as it is frozen: UTF-8, one line an indicator of a department."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(Line)])
    writer.writerows(["" if value is None else value for value in asdict(line).values()] for line in lines)
    return text.getvalue().encode()


def digest_of(lines: Sequence[Line]) -> str:
    """SHA-256 of the frozen result."""
    return hashlib.sha256(as_csv(lines)).hexdigest()
