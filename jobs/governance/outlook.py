"""How far a share will have come by a day, from its own progress: at the slowest, the usual and the fastest pace."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

LOOKED_AT, TOGETHER = 6, 3
"""Months whose pace counts, and how many in a row make one: a month alone has its holidays."""


@dataclass(frozen=True)
class Outlook:
    """Percent of the whole that will be done: low and high are the slowest and fastest three months going on."""

    low: float
    mean: float
    high: float


def months_between(first: str, last: str) -> int:
    """Whole months from one month (YYYY-MM) to another; negative when it lies before."""
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])


def _before(month: str, back: int) -> str:
    number = int(month[:4]) * 12 + int(month[5:7]) - 1 - back
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def outlook(moved: Mapping[str, int], done: int, whole: int, now: str, by: datetime.date) -> Outlook | None:
    """Where ``done`` of ``whole`` will stand at ``by``; ``moved`` says how many were added in each month (YYYY-MM).

    ``now`` is the last month that is known. None where there is no whole.
    """
    if whole == 0:
        return None
    paces = [moved.get(_before(now, back), 0) for back in range(LOOKED_AT)]
    runs = [sum(paces[at : at + TOGETHER]) / TOGETHER for at in range(LOOKED_AT - TOGETHER + 1)]
    left = max(0, months_between(now, by.isoformat()[:7]))

    def reached(pace: float) -> float:
        return min(100.0, 100 * (done + pace * left) / whole)

    return Outlook(reached(min(runs)), reached(sum(paces) / LOOKED_AT), reached(max(runs)))
