"""Which columns move with each other in honest data: as the user says, or as the table shows."""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats
from expectations.authenticity.observations import Observations
from expectations.authenticity.residual import residual

_CLIP = 3.0


def related(seen: Observations, limits: Limits = LIMITS) -> list[tuple[str, ...]]:
    """Sets of two or more columns of a panel that belong together.

    Without ``--together``: value columns whose residuals correlate over all units, joined where they do. The
    correlation is of values clipped at three robust deviations, so that a few fabricators do not make it.
    """
    if seen.together:
        return [columns for columns in seen.together if len(columns) > 1]
    names, scaled = [], []
    for name in seen.values:
        rest = residual(seen, name, limits)
        if rest is not None and np.isfinite(rest).any():
            names.append(name)
            scaled.append(_scaled(rest))
    if len(names) < 2:
        return []
    edges = [
        (a, b)
        for a in range(len(names))
        for b in range(a)
        if correlation(scaled[a], scaled[b]) >= limits.related_correlation
    ]
    if not edges:
        return []
    rows, columns = zip(*edges, strict=True)
    graph = coo_matrix((np.ones(len(edges)), (rows, columns)), shape=(len(names),) * 2)
    _, label = connected_components(graph, directed=False)
    sets = [tuple(name for name, own in zip(names, label, strict=True) if own == each) for each in np.unique(label)]
    return [columns for columns in sets if len(columns) > 1]


def _scaled(rest: Floats) -> Floats:
    """Residuals over their own typical size, clipped; unknown stays NaN."""
    size = 1.4826 * float(np.nanmedian(np.abs(rest)))
    return np.clip(rest / size, -_CLIP, _CLIP) if size > 0 else np.full(rest.shape, np.nan)


def correlation(a: Floats, b: Floats) -> float:
    """Of the values known in both; 0 where fewer than a hundred are."""
    known = np.isfinite(a) & np.isfinite(b)
    if known.sum() < 100:
        return 0.0
    x, y = a[known], b[known]
    spread = float(x.std() * y.std())
    return float(((x - x.mean()) * (y - y.mean())).mean() / spread) if spread > 0 else 0.0
