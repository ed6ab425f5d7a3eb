"""The figures that a finding on one unit rests on, as they were filed, beside what its peers filed: for the printed
sheet, which a reader holds against the unit's own books.
"""

import warnings

import numpy as np

from expectations.authenticity.evidence import Number, Reported
from expectations.authenticity.finding import Finding
from expectations.authenticity.null import Floats
from expectations.authenticity.observations import Observations

LEAST_PEERS = 3
"""Below which a median would tell what a single peer filed (统计法 2009, art. 25)."""


def reported(seen: Observations, finding: Finding) -> Reported | None:
    """What was filed in the columns of a finding on one unit, period by period; None where no such table can be made:
    without periods, for a group, or for columns without figures.
    """
    grids = {name: seen.grid(name) for name in finding.columns if name in seen.values or name in _witnesses(seen)}
    laid = {name: cells for name, cells in grids.items() if cells is not None}
    if finding.unit_kind != "unit" or finding.unit not in seen.units or not laid:
        return None
    unit = seen.units.index(finding.unit)
    others = np.flatnonzero((seen.peer == seen.peer[unit]) & (np.arange(seen.size) != unit))
    own = np.column_stack([cells[unit] for cells in laid.values()])
    usual = np.column_stack([_medians(cells[others]) for cells in laid.values()])
    filed = np.flatnonzero(np.isfinite(own).any(axis=1))
    if not filed.size:
        return None
    periods = range(int(filed[0]), int(filed[-1]) + 1)
    return Reported(
        columns=tuple(_title(seen, name) for name in laid),
        rows=tuple((seen.periods[at], _exact(own[at]), _exact(usual[at])) for at in periods),
    )


def _exact(values: Floats) -> tuple[Number, ...]:
    """To the last place, since the reader has the return beside it; unknown is None."""
    return tuple(float(value) if np.isfinite(value) else None for value in values)


def _witnesses(seen: Observations) -> set[str]:
    return {name for columns in seen.together for name in columns}


def _medians(cells: Floats) -> Floats:
    """Of each period; unknown where too few reported."""
    enough = np.isfinite(cells).sum(axis=0) >= LEAST_PEERS
    with warnings.catch_warnings():
        # A period in which no peer reported has no median; that is what NaN says.
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.where(enough, np.nanmedian(cells, axis=0) if len(cells) else np.nan, np.nan)


def _title(seen: Observations, name: str) -> str:
    said = [seen.measures.get(name, ""), "本年累计" if name in seen.running else ""]
    inside = "，".join(filter(None, said))
    return f"{name}（{inside}）" if inside else name
