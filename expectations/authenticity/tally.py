"""Sums by unit: the one aggregation that every test over rows needs."""

import numpy as np
import numpy.typing as npt

from expectations.authenticity.null import Floats, Integers
from expectations.authenticity.tested import Booleans


def tally(what: Floats | Integers | Booleans, unit: Integers, size: int) -> Floats:
    """Sum (of a boolean: number) of ``what`` over the rows of each of ``size`` units; NaN is not skipped."""
    weights: npt.NDArray[np.float64] = np.asarray(what, dtype=np.float64)
    return np.asarray(np.bincount(unit, weights=weights, minlength=size), dtype=np.float64)
