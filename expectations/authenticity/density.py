"""A jump in a density at a known point: local polynomial regression of the distribution function on either side.

The estimator and its variance are those of Cattaneo, Jansson and Ma (JASA 115, 2020), the successor of McCrary's test
(Journal of Econometrics 142, 2008), as in the R package rddensity: the slope of a local cubic is used with a
bandwidth meant for a local quadratic, so that smoothing bias does not pass for a jump. Variances add up over
clusters, because a unit's rows are not independent. The authors' Python package is not used: its licence (GPL-3)
does not suit ours, and it knows no clusters.
"""

from dataclasses import dataclass

import numpy as np

from expectations.authenticity.null import MAD, Floats, Integers
from expectations.authenticity.tally import tally

_DEGREE = 3
_LEAST = 20
"""Observations either side needs within the bandwidth (rddensity's default)."""


@dataclass(frozen=True)
class Jump:
    """Densities left and right of the point (per unit of the values), and their difference over its standard
    error: standard normal without a jump, positive when the right side is denser."""

    left: float
    right: float
    t: float


def bandwidth(values: Floats) -> float:
    """The rate of a local quadratic's best bandwidth, n^(-1/5), times two and a half robust standard deviations.

    A rule of thumb: for a normal density the mean squared error at a boundary is flat around it.
    """
    spread = MAD * float(np.median(np.abs(values - np.median(values))))
    return float(2.5 * spread * values.size**-0.2)


def jump(values: Floats, at: float, width: float, cluster: Integers | None = None) -> Jump | None:
    """The jump at ``at``; ``values`` ascending, ``cluster`` numbers their units. None when a side has too few."""
    centred = values - at
    first, middle, last = np.searchsorted(centred, [-width, 0.0, width])
    if middle - first < _LEAST or last - middle < _LEAST:
        return None
    share = np.arange(values.size) / (values.size - 1)
    # Equal values have one share: that of the last of them.
    share = share[np.searchsorted(values, values[first:last], side="right") - 1]
    own = np.arange(last - first) if cluster is None else np.unique(cluster[first:last], return_inverse=True)[1]
    sides = [
        _slope(centred[a:b] / width, share[a - first : b - first], values.size, own[a - first : b - first], own)
        for a, b in ((first, middle), (middle, last))
    ]
    if sides[0] is None or sides[1] is None:
        return None
    (left, by_left), (right, by_right) = sides[0], sides[1]
    error = np.sqrt(((by_right - by_left) ** 2).sum())
    return Jump(left / width, right / width, float((right - left) / error)) if error > 0 else None


def _slope(x: Floats, y: Floats, size: int, owner: Integers, owners: Integers) -> tuple[float, Floats] | None:
    """Slope at 0 by weighted least squares, and the influence of each cluster on it."""
    weight = 1 - np.abs(x)
    powers = x[:, None] ** np.arange(_DEGREE + 1)
    weighted = powers * weight[:, None]
    try:
        inverse = np.linalg.inv(weighted.T @ powers)
    except np.linalg.LinAlgError:
        return None
    slope = float((inverse @ (weighted.T @ y))[1])
    # Moving one value moves the distribution function at all values above it.
    above = np.cumsum(weighted[::-1], axis=0)[::-1] @ inverse[1] / (size - 1)
    return slope, tally(above, owner, int(owners.max()) + 1)
