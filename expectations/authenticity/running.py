"""Running totals (1-本月累计): columns that only rise, and start again each year or never.

Departments report them as often as monthly values. Noise, growth and levels can be judged only on what came in each
period, so tests of those work on the steps of such a column (``Observations.flows``).
"""

import re
from itertools import pairwise

import numpy as np

from expectations.authenticity.null import Floats
from expectations.authenticity.places import last_place
from expectations.authenticity.stamps import spans
from expectations.authenticity.tested import Booleans

_RISES = 0.97
"""Share of steps within a year that do not fall, of a column that is a running total: noise falls every other time."""
_STARTS = 0.8
LEAST_STEPS = 4
_YEAR = re.compile(r"(?:19|20)\d\d")


def same_year(periods: list[str]) -> Booleans:
    """Steps between periods that stay within a year; all of them when periods name no years."""
    years = [found.group() if (found := _YEAR.search(period)) else "" for period in periods]
    return np.array([a == b for a, b in pairwise(years)], dtype=bool)


def starts_again(cells: Floats, same: Booleans) -> bool:
    """Whether a column (units x periods) is a running total that starts again each year, where ``same`` is False."""
    across = _known(cells, ~same)
    return _rises(cells, same) and across.size > 0 and bool((across < 0).mean() >= _STARTS)


def is_cumulative(cells: Floats, same: Booleans) -> bool:
    """Whether a column (units x periods) is a running total that starts again where ``same`` is False, or never."""
    across = _known(cells, ~same)
    never = across.size == 0 or bool((across >= 0).mean() >= _RISES)
    return starts_again(cells, same) or (never and _rises(cells, same))


def never_falls(cells: Floats) -> bool:
    """Whether a column of counts only rises, if seldom: a running total that has come to rest keeps its height."""
    steps = _known(cells, np.ones(cells.shape[1] - 1, dtype=bool))
    return steps.size >= LEAST_STEPS and bool((steps >= 0).mean() >= _RISES and (steps > 0).mean() > 1 - _RISES)


def as_flows(cells: Floats, periods: list[str]) -> Floats:
    """What came in each period of a running total, as the average of the months (or quarters) that it covers.

    The first period's is unknown where nobody says when its total began.
    """
    same, covered = same_year(periods), spans(periods)
    flows = cells.copy()
    flows[:, 1:][:, same] = np.diff(cells, axis=1)[:, same]
    if covered is None:
        flows[:, 0] = np.nan
        covered = np.ones(len(periods))
    # Differences of decimals are not decimals, and figures that repeat must be equal.
    return np.round(flows / covered, 3 - round(np.log10(last_place(cells))))


def _known(cells: Floats, which: Booleans) -> Floats:
    steps = np.diff(cells, axis=1)[:, which]
    return np.asarray(steps[np.isfinite(steps)])


def _rises(cells: Floats, same: Booleans) -> bool:
    inside = _known(cells, same)
    return inside.size >= LEAST_STEPS and bool((inside >= 0).mean() >= _RISES and (inside > 0).mean() >= 0.5)
