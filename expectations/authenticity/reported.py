"""The figures that a finding on one unit rests on, as they were filed, beside what its peers filed: for the printed
sheet, which a reader holds against the unit's own books.
"""

import warnings

import numpy as np

from expectations.authenticity.evidence import Number, Reported
from expectations.authenticity.finding import Finding
from expectations.authenticity.null import Floats, Integers
from expectations.authenticity.observations import Observations

BY_PERIOD = frozenset({"repeated_period", "repeated_year"})
"""Tests that speak of what came in each period, also where the form asks for totals since January."""

STEADY = 0.9
"""Share of the unit's own periods in which a peer must have reported to stand in its median."""

LEAST_PEERS = 3
"""Below which a median would tell what a single peer filed (统计法 2009, art. 25)."""


class Filed:
    """What was filed in one table; laid out once for all of its findings."""

    def __init__(self, seen: Observations) -> None:
        self._seen = seen
        self._number = {label: number for number, label in enumerate(seen.units)}
        self._known = {*seen.values, *(name for columns in seen.together for name in columns)}
        self._grids: dict[tuple[str, bool], Floats | None] = {}

    def of(self, finding: Finding) -> Reported | None:
        """What was filed in the columns of a finding on one unit, period by period; None where no such table can be
        made: without periods, for a group, or for columns without figures.
        """
        unit = self._number.get(finding.unit)
        if finding.unit_kind != "unit" or unit is None:
            return None
        # Running totals never repeat: what is said of months is shown by months.
        is_by_period = finding.test in BY_PERIOD
        laid = {name: cells for name in finding.columns if (cells := self._grid(name, is_by_period)) is not None}
        if not laid:
            return None
        peer = self._seen.peer
        others = np.flatnonzero((peer == peer[unit]) & (np.arange(len(peer)) != unit))
        own = np.column_stack([cells[unit] for cells in laid.values()])
        filed = np.flatnonzero(np.isfinite(own).any(axis=1))
        if not filed.size:
            return None
        periods = range(int(filed[0]), int(filed[-1]) + 1)
        usual = np.column_stack([_medians(cells[others], filed) for cells in laid.values()])
        return Reported(
            columns=tuple(_title(self._seen, name, is_by_period) for name in laid),
            rows=tuple((self._seen.periods[at], _exact(own[at]), _exact(usual[at])) for at in periods),
        )

    def _grid(self, name: str, is_by_period: bool) -> Floats | None:
        key = (name, is_by_period)
        if name in self._known and key not in self._grids:
            self._grids[key] = self._flows(name) if is_by_period else self._seen.grid(name)
        return self._grids.get(key)

    def _flows(self, name: str) -> Floats | None:
        """Differences of decimals, to the place in which they were filed and no dust behind it."""
        flows = self._seen.flows(name)
        return None if flows is None else np.round(flows, 6)


def _exact(values: Floats) -> tuple[Number, ...]:
    """To the last place, since the reader has the return beside it; unknown is None."""
    return tuple(float(value) if np.isfinite(value) else None for value in values)


def _medians(cells: Floats, filed: Integers) -> Floats:
    """Of each period, among the peers that reported in all of the periods ``filed`` or all but a few: of others each
    time, a running total would seem to fall. Unknown where too few did."""
    known = np.isfinite(cells)
    cells = cells[known[:, filed].mean(axis=1) >= STEADY]
    enough = np.isfinite(cells).sum(axis=0) >= LEAST_PEERS
    with warnings.catch_warnings():
        # A period in which no peer reported has no median; that is what NaN says.
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.where(enough, np.nanmedian(cells, axis=0) if len(cells) else np.nan, np.nan)


def _title(seen: Observations, name: str, is_by_period: bool) -> str:
    covers = "当月" if is_by_period else "本年累计"
    said = [seen.measures.get(name, ""), covers if name in seen.running else ""]
    inside = "，".join(filter(None, said))
    return f"{name}（{inside}）" if inside else name
