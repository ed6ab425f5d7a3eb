"""Are these firms' months more alike than those of any as many firms? (family duplicate, as a second look at
one source)

One hand that fills in for many writes one story: growth rates that rise and fall together. Firms of one industry
share a season honestly, so the null is random sets of the same make-up: for each member a random other firm of its
industry (of any, where the industry has too few), over the same months, with a generalised Pareto tail where it fits.
The statistic is the mean distance between the members' monthly growth of output.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from expectations.authenticity import null
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats
from expectations.authenticity.panel import grid, labels
from expectations.authenticity.units import Directory

_DRAWS = 999
_MOST = 40  # members compared: every pair of a larger set says no more


@dataclass(frozen=True)
class Alikeness:
    """Mean distance of growth within the set and within random sets, in percentage points; chance of so little."""

    distance: float
    usual: float
    p: float


class Growth:
    """Monthly growth of output of all firms; built once, asked for many sets."""

    def __init__(self, panel: pd.DataFrame, directory: Directory, limits: Limits = LIMITS) -> None:
        units, self._periods = labels(panel)
        self._row = {unit: row for row, unit in enumerate(units)}
        self._limits = limits
        months = np.array([2.0 if period.endswith("-02") else 1.0 for period in self._periods])
        output = grid(panel, "output_10k_yuan") / months if units else np.empty((0, 0))
        with np.errstate(divide="ignore", invalid="ignore"):
            self._growth = np.diff(np.log(np.where(output > 0, output, np.nan)), axis=1)
        self._strata = directory.strata(units).to_numpy()

    def alike(self, members: Sequence[str], first: str, last: str) -> Alikeness | None:
        """How alike the members are from ``first`` to ``last``; None (not applicable) with too few firms or
        months."""
        inside = [at for at, period in enumerate(self._periods[1:]) if first <= period <= last]
        growth = self._growth[:, inside]
        usable = np.isfinite(growth).sum(axis=1) * 2 >= max(len(inside), 1)
        rows = [self._row[unit] for unit in members if unit in self._row and usable[self._row[unit]]][:_MOST]
        others = np.setdiff1d(np.flatnonzero(usable), rows)
        limits = self._limits
        if len(rows) < limits.growth_members or len(inside) < limits.growth_window or len(others) < limits.null_units:
            return None
        rng = np.random.default_rng(len(rows))
        sets = np.column_stack([rng.choice(self._peers(row, others), _DRAWS) for row in rows])
        drawn = np.array([_distance(growth[each]) for each in sets])
        own = _distance(growth[rows])
        # Logarithms, because a distance ends at 0 and its lower tail would otherwise too.
        p = null.upper_tail(-np.log(np.array([max(own, 1e-9)])), -np.log(np.maximum(drawn, 1e-9)), limits)
        return Alikeness(own * 100, float(np.median(drawn)) * 100, float(p[0]))

    def _peers(self, row: int, others: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        same = others[self._strata[others] == self._strata[row]]
        return same if len(same) >= self._limits.stratum_prior else others


def _distance(growth: Floats) -> float:
    """Mean over pairs of the typical (root mean square, clipped) monthly difference; slips are clipped at 50
    points."""
    known = np.isfinite(growth).astype(float)
    value = np.clip(np.nan_to_num(growth), -0.5, 0.5)
    shared = known @ known.T
    square = value**2 * known
    total = square @ known.T + known @ square.T - 2 * (value * known) @ (value * known).T
    pairs = np.triu_indices(len(growth), 1)
    enough = shared[pairs] > 0
    return (
        float(np.sqrt(np.maximum(total[pairs][enough] / shared[pairs][enough], 0)).mean()) if enough.any() else np.inf
    )
