"""How unlikely an error is, judged by the errors of the same series so far: conformal in the middle, a tail beyond.

Within what was seen often enough, the share of past errors that were as large is the p-value. Beyond, the excesses
over the largest tenth are taken as exponential, the tail without a shape parameter of Siffer et al. 2017 (Anomaly
detection in streams with extreme value theory); while fewer than ENOUGH errors are known, a Student tail rules.
"""

from bisect import insort

import numpy as np
from scipy import stats

ENOUGH = 40
MOST = 2000
FREEDOM = 4
SHARE = 0.1


class Tail:
    """Past sizes of errors of one series, in units of their usual size."""

    def __init__(self) -> None:
        self._sorted: list[float] = []
        self._order: list[float] = []
        self._cut = (0.0, 1.0)
        self._stale = 0

    def learn(self, size: float) -> None:
        """One more error; the oldest is forgotten when there are MOST."""
        insort(self._sorted, size)
        self._order.append(size)
        if len(self._order) > MOST:
            self._sorted.remove(self._order.pop(0))
        self._stale += 1
        if self._stale >= max(1, len(self._order) // 20):
            self._fit()

    def _fit(self) -> None:
        self._stale = 0
        first = int((1 - SHARE) * len(self._sorted))
        top = self._sorted[first:]
        # Never thinner than a normal tail at this height.
        self._cut = (top[0], max(float(np.mean(top)) - top[0], 0.3 * top[0], 1e-9))

    def p(self, size: float) -> float:
        """Probability of an error at least as large (two-sided)."""
        student = 2 * float(stats.t.sf(size, FREEDOM)) if len(self._order) < ENOUGH else 0.0
        if len(self._order) < ENOUGH:
            return student
        start, mean = self._cut
        if size > start:
            return SHARE * float(np.exp(-(size - start) / mean))
        larger = len(self._sorted) - int(np.searchsorted(self._sorted, size))
        return (larger + 1) / (len(self._sorted) + 1)

    def size(self, p: float) -> float:
        """The size that is exceeded with probability ``p``, at most SHARE."""
        if len(self._order) < ENOUGH:
            return float(stats.t.isf(p / 2, FREEDOM))
        start, mean = self._cut
        return start + mean * float(np.log(SHARE / p))
