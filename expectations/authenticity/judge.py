"""From p-values to findings: combine the tests of a unit, control false discoveries over units, decide the
strength."""

import numpy as np
import numpy.typing as npt

from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats


def combine(p: Floats, limits: Limits = LIMITS, weight: Floats | None = None) -> Floats:
    """One p-value a row from dependent tests (Cauchy combination, Liu and Xie, JASA 2020); NaN is a test not
    applicable.

    P-values are capped, for one p = 1 would cancel real evidence elsewhere. NaN when no test applied.
    """
    capped = np.clip(p, 1e-300, limits.cauchy_cap)
    with np.errstate(divide="ignore"):
        # tan loses all digits near p = 0, where it is 1 / (pi p)
        score = np.where(capped < 1e-8, 1 / (np.pi * capped), np.tan((0.5 - capped) * np.pi))
    applied = np.isfinite(p)
    shares = applied * (np.ones(p.shape[1]) if weight is None else weight)
    count = shares.sum(axis=1)
    total = (np.where(applied, score, 0.0) * shares).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / count
        tail = np.where(mean > 1e8, 1 / (np.pi * mean), 0.5 - np.arctan(mean) / np.pi)
    return np.where(count > 0, np.clip(tail, 0.0, 1.0), np.nan)


def adjust(p: Floats) -> Floats:
    """Benjamini-Hochberg q-values over the units on which the test applied; NaN stays NaN."""
    q = np.full(p.shape, np.nan)
    known = np.flatnonzero(np.isfinite(p))
    if known.size == 0:
        return q
    order = known[np.argsort(p[known], kind="stable")]
    scaled = p[order] * known.size / np.arange(1, known.size + 1)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q


def select_tests(p: Floats, q: Floats, level: float) -> npt.NDArray[np.bool_]:
    """Which tests speak within the selected units: BH inside each at level x selected / all (Benjamini,
    Bogomolov 2014).

    ``p`` is units x tests, ``q`` the units' q-values; the result is a boolean array of the shape of ``p``.
    """
    selected = q <= level
    share = selected.sum() / max(int(np.isfinite(q).sum()), 1)
    chosen = np.zeros(p.shape, dtype=bool)
    for row in np.flatnonzero(selected):
        within = adjust(p[row]) <= level * share
        chosen[row] = within if within.any() else p[row] == np.nanmin(p[row])
    return chosen
