"""Output that rises and stays above what electricity, invoices and staff carry: the trace of invented growth.

ln(output) less its elasticity times ln(source), freed of the industry's month and the firm's own level, is
scanned for the step with the largest contrast in units of the firm's own noise. For the pair the scan maximises
the *smaller* of the two contrasts, so neither source can carry it alone. The null is the mirror: the same scan
for steps down over all firms, with a generalised Pareto tail where one fits. Isolated spikes are slips, not
evidence, and are masked first.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from expectations.authenticity import null
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats
from expectations.authenticity.scored import PAIRS, Scored

INSTRUMENTS = {"electricity_kwh": "sales_yuan", "sales_yuan": "electricity_kwh", "headcount": "electricity_kwh"}
"""Which other source tells that a firm really grew, free of the noise of the source in question."""


def score(
    output: Floats,
    sources: dict[str, Floats],
    strata: pd.Series,
    honest: npt.NDArray[np.bool_],
    limits: Limits = LIMITS,
) -> Scored:
    """The test on every unit; ``output`` and ``sources`` are monthly averages, units x observations.

    ``honest`` are the units from which the null is taken. Not applicable to a unit without ``change_side``
    observations on each side of some month.
    """
    contrast, step = {}, {}
    for name, source in sources.items():
        rest = residuals(output, source, sources[INSTRUMENTS[name]], strata, limits)
        step[name], error = _steps(rest, _noise(rest, strata, limits), limits)
        moved, _ = _steps(_log(source), np.zeros(len(source)), limits)
        with np.errstate(invalid="ignore", divide="ignore"):
            contrast[name] = step[name] / np.hypot(error, limits.elasticity_spread * np.nan_to_num(moved))
    p = [_agreement(contrast[a], contrast[b], honest, limits) for a, b in PAIRS]
    peaks = [_peak(np.minimum(contrast[a], contrast[b])) for a, b in PAIRS]
    rows = np.arange(len(output))
    ratio = [
        np.exp(np.minimum(step[a][rows, at], step[b][rows, at])) for (a, b), (_, at) in zip(PAIRS, peaks, strict=True)
    ]
    first = np.column_stack([at for _, at in peaks])
    return Scored(
        test="output_change",
        p=np.column_stack(p),
        statistic=np.column_stack([best for best, _ in peaks]),
        ratio=np.column_stack(ratio),
        first=first,
        last=np.full(first.shape, output.shape[1] - 1),
        peers=np.full(len(output), max(int(np.isfinite(peaks[0][0]).sum()) - 1, 0)),
    )


def _agreement(a: Floats, b: Floats, honest: npt.NDArray[np.bool_], limits: Limits) -> Floats:
    """Chance of both contrasts rising this far at one month in an honest firm.

    Most honest firms break with neither source: for them the mirror of the pair counts. Some break with one (a
    solar roof, a price), and then the other source alone is left to chance: they are counted, and their share
    weighs that source's own tail. Never more than the larger of the two tails, which bounds the chance whatever
    the firm does.
    """
    best, _ = _peak(np.minimum(a, b))
    mirrors = [_peak(-contrast)[0][honest] for contrast in (a, b)]
    alone = [
        null.upper_tail(_peak(contrast)[0], mirror, limits) for contrast, mirror in zip((a, b), mirrors, strict=True)
    ]
    tails = [null.upper_tail(best, mirror, limits) for mirror in mirrors]
    neither = null.upper_tail(best, _peak(np.minimum(-a, -b))[0][honest], limits)
    with_a, with_b = (_broken(alone[i][honest], alone[1 - i][honest]) for i in (0, 1))
    return np.asarray(np.minimum(np.maximum(*tails), neither + with_a * tails[1] + with_b * tails[0]))


def _broken(one: Floats, other: Floats) -> float:
    """Share of honest firms that break with one source and not with the other, never below one firm's worth."""
    known = np.isfinite(one) & np.isfinite(other)
    level, calm = 0.01, 0.1  # of which chance alone gives level x (1 - calm)
    count = max(int(known.sum()), 1)
    share = float(((one <= level) & (other > calm) & known).sum()) / count
    return max(share - level * (1 - calm), 0.0) + 1 / count


def residuals(output: Floats, source: Floats, instrument: Floats, strata: pd.Series, limits: Limits = LIMITS) -> Floats:
    """ln(output) less elasticity x ln(source), less the stratum's month, less the unit's median; spikes are NaN."""
    y, x = _log(output), _log(source)
    rest = y - elasticity(y, x, _log(instrument)) * x
    rest = rest - _median(rest)
    rest = rest - _month_effect(rest, strata, limits)
    rest = rest - _median(rest)
    return _without_spikes(rest, limits)


def _log(values: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(np.where(values > 0, values, np.nan)))


def _median(values: Floats) -> Floats:
    """Median of each row as a column; NaN for a row without values."""
    return np.asarray(pd.DataFrame(values).median(axis=1).to_numpy(dtype=float)[:, None])


def elasticity(y: Floats, x: Floats, z: Floats) -> float:
    """How far ln output moves with ln source, from the change between the halves of the panel; 1 when too few
    units tell.

    The units are sorted by the change of *another* source ``z`` and the outer thirds are compared (Wald 1940):
    noise in the source itself would pull the slope to 0, leave honest growth in the rest, and accuse whoever
    grows.
    """
    half = y.shape[1] // 2
    known = np.isfinite(y) & np.isfinite(x) & np.isfinite(z)
    moved = []
    for values in (y, x, z):
        shown = np.where(known, values, np.nan)
        moved.append((_median(shown[:, half:]) - _median(shown[:, :half]))[:, 0])
    dy, dx, dz = (change[np.isfinite(moved).all(axis=0)] for change in moved)
    third = len(dz) // 3
    if third < 10:
        return 1.0
    order = np.argsort(dz, kind="stable")
    # Means, because medians of the cut-off thirds of skewed changes are not on one line; the outermost 5 % are trimmed.
    rise, run = (
        float(stats.trim_mean(v[order[-third:]], 0.05) - stats.trim_mean(v[order[:third]], 0.05)) for v in (dy, dx)
    )
    return rise / run if run > 0.01 else 1.0


def _month_effect(rest: Floats, strata: pd.Series, limits: Limits) -> Floats:
    """Median of each stratum in each month, shrunk to that of all units when the stratum is thin."""
    frame = pd.DataFrame(rest)
    by = frame.groupby(strata.to_numpy())
    count = by.transform("count").to_numpy(dtype=float)
    whole = frame.median().to_numpy(dtype=float)
    own = by.transform("median").to_numpy(dtype=float)
    weight = count / (count + limits.stratum_prior)
    return np.asarray(weight * np.nan_to_num(own) + (1 - weight) * np.nan_to_num(whole))


def _without_spikes(rest: Floats, limits: Limits) -> Floats:
    """Isolated observations far from the known ones on both sides become NaN; at an end, from the one side
    there is."""
    frame = pd.DataFrame(rest)
    before = frame.ffill(axis=1).shift(1, axis=1).to_numpy(dtype=float)
    after = frame.bfill(axis=1).shift(-1, axis=1).to_numpy(dtype=float)
    noise = null.MAD * _median(np.abs(np.diff(rest, axis=1))) / np.sqrt(2)
    far = limits.spike * np.maximum(noise, 1e-9)
    with np.errstate(invalid="ignore"):
        lone = ~(np.abs(rest - before) <= far) & ~(np.abs(rest - after) <= far)
    return np.where(lone, np.nan, rest)


def _steps(rest: Floats, noise: Floats, limits: Limits) -> tuple[Floats, Floats]:
    """Mean after less mean before each observation, and its standard error; NaN too close to an end."""
    known = np.isfinite(rest)
    count = known.cumsum(axis=1)
    total = np.nan_to_num(rest).cumsum(axis=1)
    n_before = np.hstack([np.zeros((len(rest), 1)), count[:, :-1]])
    sum_before = np.hstack([np.zeros((len(rest), 1)), total[:, :-1]])
    n_after = count[:, -1:] - n_before
    enough = (n_before >= limits.change_side) & (n_after >= limits.change_side)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = (total[:, -1:] - sum_before) / n_after - sum_before / n_before
        error = noise[:, None] * np.sqrt(1 / n_before + 1 / n_after)
    return np.where(enough, step, np.nan), np.where(enough, error, np.nan)


def _noise(rest: Floats, strata: pd.Series, limits: Limits) -> Floats:
    """Month-to-month noise of each unit (MAD of differences), shrunk to its stratum's median by the number of
    months."""
    difference = pd.DataFrame(np.abs(np.diff(rest, axis=1)))
    own = (null.MAD * difference.median(axis=1) / np.sqrt(2)).to_numpy(dtype=float) ** 2
    count = difference.count(axis=1).to_numpy(dtype=float)
    typical = (
        pd.Series(own)
        .groupby(strata.to_numpy())
        .transform("median")
        .fillna(np.nanmedian(own) if count.any() else np.nan)
    )
    weight = count / (count + limits.change_side)
    return np.asarray(np.sqrt(weight * np.nan_to_num(own) + (1 - weight) * typical.to_numpy(dtype=float)))


def _peak(contrast: Floats) -> tuple[Floats, np.ndarray]:
    """Largest value of each row and where; NaN (at 0) for a row without values."""
    filled = np.where(np.isfinite(contrast), contrast, -np.inf)
    at = filled.argmax(axis=1)
    best = filled[np.arange(len(filled)), at]
    return np.where(np.isfinite(best), best, np.nan), at
