"""P-values of a test whose null is known in theory, with peers to excuse what theory does not know.

Theory says what chance alone does; honest people also round, pay by contract and share software. So a z-value is
read against where honest units really stand: never below the theoretical null, and above it as far as the unit's
stratum does (Efron, JASA 2004, one-sided). Known genuine units stand in for the peers when there are any.
"""

import numpy as np
import pandas as pd
from scipy import stats

from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import MAD, SMALLEST, Floats, Integers, standardise
from expectations.authenticity.observations import Observations

_FEWEST = 5
"""Fewer peers than this have no spread worth measuring: theory alone speaks."""


def excused(z: Floats, seen: Observations, limits: Limits = LIMITS) -> tuple[Floats, Integers]:
    """One-sided p-values of units' z-values (standard normal in theory, NaN where the test does not apply), and how
    many peers each was compared with."""
    p = np.full(z.shape, np.nan)
    known = np.isfinite(z)
    genuine = known & seen.reference if seen.reference is not None else np.zeros(z.shape, dtype=bool)
    if genuine.sum() >= _FEWEST:
        count = int(genuine.sum())
        centre = float(np.median(z[genuine]))
        spread = MAD * float(np.median(np.abs(z[genuine] - centre))) * np.sqrt(1 + 1 / count)
        score = (z - max(centre, 0.0)) / max(spread, 1.0)
        p[known] = stats.t.sf(score[known], count - 1)
        return np.maximum(p, SMALLEST, where=known, out=p), np.where(known, count - genuine, 0).astype(np.int64)
    if known.sum() < _FEWEST:
        p[known] = np.maximum(stats.norm.sf(z[known]), SMALLEST)
        return p, np.where(known, known.sum() - 1, 0).astype(np.int64)
    peers = standardise(z, pd.Series(seen.peer), limits)
    score = (z - np.fmax(peers.location, 0.0)) / np.fmax(peers.scale, 1.0)
    p[known] = np.maximum(stats.norm.sf(score[known]), SMALLEST)
    return p, np.where(known, peers.peers, 0).astype(np.int64)


def normal(p: Floats) -> Floats:
    """P-values as upper z-values of the standard normal; NaN stays NaN."""
    return np.asarray(stats.norm.isf(np.clip(p, 1e-300, 1 - 1e-12)))
