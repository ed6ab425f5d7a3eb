"""Quantiles of a matrix that has gaps: numpy's own are slow beside NaN, and large panels need them often."""

import numpy as np

from expectations.authenticity.null import Floats, Integers


def quantiles(values: Floats, levels: tuple[float, ...], axis: int) -> Floats:
    """Quantiles (linear interpolation) along ``axis`` of a matrix, NaN left out; one row a level, NaN where empty."""
    rows = values if axis == 1 else values.T
    ordered = np.sort(rows, axis=1)  # NaN goes last
    count = np.isfinite(ordered).sum(axis=1)
    place = np.maximum(count - 1, 0) * np.asarray(levels)[:, None]
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    row = np.arange(len(ordered))
    if ordered.shape[1] == 0:
        return np.full(place.shape, np.nan)
    below, above = ordered[row, low], ordered[row, high]
    return np.asarray(below + (above - below) * (place - low))


def median(values: Floats, axis: int) -> Floats:
    """Median along ``axis`` of a matrix, NaN left out; NaN where empty."""
    return np.asarray(quantiles(values, (0.5,), axis)[0])


def stratum_median(values: Floats, stratum: Integers) -> Floats:
    """For each row of a matrix, the column medians of its stratum."""
    out = np.full(values.shape, np.nan)
    for each in np.unique(stratum):
        rows = stratum == each
        out[rows] = median(values[rows], axis=0)
    return out
