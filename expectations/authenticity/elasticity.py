"""How far one column moves when another does, for all units together.

The slope on a noisy column is too small, leaves honest growth in what is left and accuses whoever grows. So units are
sorted by the change of *third* columns and the outer thirds are compared (Wald 1940): noise in the column itself then
cancels. With no third column the ratio of robust spreads stands in (reduced major axis), which is right when both are
equally noisy.
"""

from collections.abc import Mapping

import numpy as np
from scipy import stats

from expectations.authenticity.null import Floats
from expectations.authenticity.residual import medians

_LEAST_RUN = 0.01  # log points between the thirds: below, the slope is noise
_BOUNDS = (0.1, 10.0)


def half_change(rest: Floats) -> Floats:
    """Typical value of the second half less that of the first, a unit."""
    half = rest.shape[1] // 2
    return medians(rest[:, half:]) - medians(rest[:, :half])


def elasticity(of: str, on: str, changes: Mapping[str, Floats]) -> float:
    """Slope of the change of one column on that of another; 1 when too few units tell."""
    y, x = changes[of], changes[on]
    rest = [change for name, change in changes.items() if name not in (of, on)]
    if not rest:
        return _axis(y, x)
    scaled = [change / max(_spread(change), 1e-9) for change in rest]
    known = np.isfinite(y) & np.isfinite(x) & np.isfinite(scaled).all(axis=0)
    third = int(known.sum()) // 3
    if third < 10:
        return 1.0
    order = np.argsort(np.mean(scaled, axis=0)[known], kind="stable")
    # Means, because medians of the cut-off thirds of skewed changes are not on one line; the outermost 5 % are trimmed.
    rise, run = (
        float(stats.trim_mean(v[known][order[-third:]], 0.05) - stats.trim_mean(v[known][order[:third]], 0.05))
        for v in (y, x)
    )
    return _bounded(rise / run) if run > _LEAST_RUN else 1.0


def _axis(y: Floats, x: Floats) -> float:
    known = np.isfinite(y) & np.isfinite(x)
    if known.sum() < 30:
        return 1.0
    run = _spread(x[known])
    return _bounded(_spread(y[known]) / run) if run > _LEAST_RUN else 1.0


def _spread(values: Floats) -> float:
    low, high = np.nanquantile(values, [0.25, 0.75]) if np.isfinite(values).any() else (0.0, 0.0)
    return float(high - low)


def _bounded(slope: float) -> float:
    return float(np.clip(slope, *_BOUNDS)) if np.isfinite(slope) else 1.0
