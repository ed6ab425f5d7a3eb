"""How many rows a batch may have, given how many its predecessors had."""

import math
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

MIN_HISTORY = 3
"""Fewer comparable batches than this say nothing about what is usual."""

WINDOW = 31
"""Only the latest batches count: a month of days, two and a half years of months."""

Z_WARN, Z_HOLD = 4.0, 6.0
"""Distance on the square-root scale below which a count is noise, whatever its ratio: some 15 resources a night for a
year give less than one false flag, and no false hold, at these values."""


class Bounds(NamedTuple):
    """Smallest and largest number of rows that pass, inclusive; ``most`` is None when there is no upper limit."""

    least: int
    most: int | None


def usual_rows(counts: Sequence[int]) -> float | None:
    """Median of the latest ``WINDOW`` counts, or None when there are fewer than ``MIN_HISTORY``."""
    return median(counts[-WINDOW:]) if len(counts) >= MIN_HISTORY else None


def bounds(counts: Sequence[int], limit: float, z: float) -> Bounds | None:
    """Rows that pass ``limit``: a loss of that share of the median, or its mirror image upwards (0.5: half to double).

    A count beyond the limit passes all the same when it lies within ``z`` standard errors of the median on the
    square-root scale, where a Poisson count has variance 1/4 (Anscombe, Biometrika 35, 1948) and the median of k counts
    1/4 of pi/2k: tens of rows a day halve and double by chance. None when the history is too short to say.
    """
    usual = usual_rows(counts)
    if usual is None:
        return None
    noise = z / 2 * math.sqrt(1 + math.pi / (2 * len(counts[-WINDOW:])))
    root = math.sqrt(usual)
    least = min(usual * (1 - limit), max(0.0, root - noise) ** 2)
    most = None if limit >= 1 else math.floor(max(usual / (1 - limit), (root + noise) ** 2))
    return Bounds(math.ceil(least), most)


def widest(found: Sequence[Bounds | None]) -> Bounds | None:
    """What passes one of several bounds; None when nothing is known by one of them."""
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    most = [each.most for each in known if each.most is not None]
    return Bounds(min(each.least for each in known), max(most) if len(most) == len(known) else None)
