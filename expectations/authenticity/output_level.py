"""A year's output far above what electricity, invoices and staff carry in the same industry.

Growth rates are blind to constant inflation, so this test compares levels: the median of the last year's
ln(output) less its elasticity times ln(source), standardised by the industry's median and MAD (shrunk when
thin), then by the pooled centre (Efron 2004). Firms differ honestly by a lot, so the p-value is the larger of
the normal tail's and the mirror's.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from expectations.authenticity import null
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats
from expectations.authenticity.scored import PAIRS, Scored


def score(
    output: Floats,
    sources: dict[str, Floats],
    strata: pd.Series,
    honest: npt.NDArray[np.bool_],
    limits: Limits = LIMITS,
) -> Scored:
    """The test on every unit over its last ``window`` observations (monthly averages); half of them must be known.

    ``honest`` are the units from which the mirror is taken.
    """
    z, rest, p = {}, {}, {}
    for name, source in sources.items():
        y, x = _year(output, source, limits)
        raw = y - slope(y, x, strata) * x
        standard = null.standardise(raw, strata, limits)
        z[name], rest[name] = null.empirical_null(standard.z), raw - standard.location
        p[name] = _tail(z[name], -z[name][honest], limits)
    shape = (len(output), len(PAIRS))
    last = output.shape[1] - 1
    return Scored(
        test="output_level",
        p=np.column_stack([np.maximum(p[a], p[b]) for a, b in PAIRS]),
        statistic=np.column_stack([np.minimum(z[a], z[b]) for a, b in PAIRS]),
        ratio=np.exp(np.column_stack([np.minimum(rest[a], rest[b]) for a, b in PAIRS])),
        first=np.full(shape, max(last + 1 - limits.window, 0)),
        last=np.full(shape, last),
        peers=strata.groupby(strata.to_numpy()).transform("size").to_numpy(dtype=np.int64) - 1,
    )


def slope(y: Floats, x: Floats, strata: pd.Series) -> float:
    """Elasticity of output in the source between firms of one industry: Huber's line through the demeaned pairs.

    1 when there are too few firms to tell.
    """
    frame = pd.DataFrame({"y": y, "x": x})[np.isfinite(y) & np.isfinite(x)]
    frame = frame - frame.groupby(strata.to_numpy()[frame.index]).transform("median")
    if len(frame) < 30 or not frame["x"].abs().sum() > 0:
        return 1.0
    weight, beta = np.ones(len(frame)), 1.0
    for _ in range(20):
        beta = float((weight * frame["x"] * frame["y"]).sum() / (weight * frame["x"] ** 2).sum())
        rest = (frame["y"] - beta * frame["x"]).abs()
        spread = null.MAD * rest.median()
        weight = np.minimum(1.0, 1.345 * spread / np.maximum(rest.to_numpy(dtype=float), 1e-12))
    return beta


def _year(output: Floats, source: Floats, limits: Limits) -> tuple[Floats, Floats]:
    """Medians of ln(output) and ln(source) over the window's months with both above 0."""
    y, x = output[:, -limits.window :], source[:, -limits.window :]
    both = (y > 0) & (x > 0)
    enough = both.sum(axis=1) * 2 >= limits.window
    medians = []
    for values in (y, x):
        logs = np.log(np.where(both, values, np.nan))
        medians.append(np.where(enough, pd.DataFrame(logs).median(axis=1).to_numpy(dtype=float), np.nan))
    return medians[0], medians[1]


def _tail(values: Floats, mirrored: Floats, limits: Limits) -> Floats:
    """The larger of the normal and the mirrored tail: where honest firms are spread wider than a normal, the
    mirror knows."""
    return np.asarray(np.maximum(stats.norm.sf(values), null.upper_tail(values, mirrored, limits)))
