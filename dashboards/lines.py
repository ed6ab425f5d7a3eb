"""Thresholds of one's own held against what a night published: the last figure, and since when it lies beyond."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from dashboards import queries
from dashboards.format import is_missing
from dashboards.pages.indicator import Indicator, definitions
from dashboards.queries import Row
from dashboards.serving import Snapshot
from taian.mine.thresholds import SIDES, Threshold

State = Literal["crossed", "calm", "unknown"]


class Look(NamedTuple):
    """A threshold as a night sees it: ``row`` is the last figure, ``since`` the first period of those in a row up to it
    that lie beyond; unknown where no figure is published or the last one is withheld.
    """

    threshold: Threshold
    indicator: Indicator | None
    area_name: str
    row: Row | None
    state: State
    since: str = ""

    @property
    def title(self) -> str:
        """What it is about: 泰安市 · 规上工业总产值 低于 120.0 亿元."""
        one = self.threshold
        name, value = (
            (one.indicator, str(one.value))
            if self.indicator is None
            else (self.indicator.title, self.indicator.amount({"value": one.value}))
        )
        return f"{self.area_name or one.area} · {name} {SIDES[one.side]} {value}"


def looks(snapshot: Snapshot, thresholds: Sequence[Threshold]) -> list[Look]:
    """Each of them against the night of the snapshot."""
    if not thresholds:
        return []
    known = definitions(snapshot)
    names = {code: name for code, name, _ in queries.areas(snapshot)}
    return [_look(snapshot, one, known.get(one.indicator), names.get(one.area, "")) for one in thresholds]


def _look(snapshot: Snapshot, one: Threshold, indicator: Indicator | None, area_name: str) -> Look:
    rows = comparable(snapshot, one.indicator, one.area) if indicator is not None else []
    if not rows:
        return Look(one, indicator, area_name, None, "unknown")
    last = rows[-1]
    if is_missing(last["value"]):
        return Look(one, indicator, area_name, last, "unknown")
    since = ""
    for row in reversed(rows):
        if is_missing(row["value"]) or not one.is_crossed_by(float(row["value"])):
            break
        since = str(row["period"])
    return Look(one, indicator, area_name, last, "crossed" if since else "calm", since)


def comparable(snapshot: Snapshot, indicator: str, area: str) -> list[Row]:
    """The figures of an indicator that cover as many months as most of them do: that of January and February in one is
    no figure of a month. Withheld ones are among them, without a value.
    """
    frame = queries.histories(snapshot, (indicator,), area)
    frame = frame[frame["value"].notna() | frame["is_withheld"]]
    if frame.empty:
        return []
    usual = frame["months"].mode().iloc[0] if frame["months"].notna().any() else None
    return [row for row in frame.to_dict("records") if usual is None or row["months"] in (usual, None)]
