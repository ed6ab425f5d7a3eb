"""The last place that figures are written to, and how many places a unit itself uses."""

import numpy as np

from expectations.authenticity.null import Floats, Integers
from expectations.authenticity.tested import Booleans

_FINEST = 6
"""Decimals beyond which a column is taken as not rounded at all."""
_USUAL = 0.98
"""Share of figures that must be whole at a place; a few typed with more decimals do not change the column's."""


def last_place(values: Floats) -> float:
    """The column's last place: 1 for whole numbers, 0.1 for one decimal, ..., 1e-6 at the finest; 1 when empty."""
    known = np.abs(values[np.isfinite(values) & (values != 0)])
    if known.size > 100_000:
        known = known[:: known.size // 100_000]
    for decimals in range(_FINEST):
        if known.size == 0 or is_multiple(known, 10.0**-decimals).mean() >= _USUAL:
            return float(10.0**-decimals)
    return float(10.0**-_FINEST)


def is_multiple(values: Floats, step: Floats | float) -> Booleans:
    """Whether values are multiples of ``step``, as far as floating point can tell."""
    parts = values / step
    return np.asarray(np.abs(parts - np.round(parts)) <= 1e-9 * np.maximum(np.abs(parts), 1) + 1e-6)


def own_place(values: Floats, unit: Integers, size: int, place: float) -> Floats:
    """Per unit, the largest power of ten times ``place`` that at least 90 % of its figures are a multiple of.

    Firms that round by hand use a coarser place than the table's; what they round away is no contradiction.
    """
    judged = np.isfinite(values) & (values != 0)
    count = np.bincount(unit, weights=judged, minlength=size)
    step = np.full(size, place)
    for power in (10, 100, 1000, 10_000, 100_000):
        fits = judged & is_multiple(np.nan_to_num(values), place * power)
        share = np.bincount(unit, weights=fits, minlength=size) / np.maximum(count, 1)
        reached = (share >= 0.9) & (count >= 3)
        if not reached.any():
            break
        step = np.where(reached, place * power, step)
    return step
