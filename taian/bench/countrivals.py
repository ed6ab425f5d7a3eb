"""What surveillance offices watch counts with, as published: EARS C2 and the algorithm of Farrington and others."""

import numpy as np
import numpy.typing as npt
from scipy import stats

from taian.bench.countpanel import YEAR

Floats = npt.NDArray[np.float64]

C2_BASE, C2_LAG, C2_LIMIT = 7, 2, 3.0
C2_LEAST = 0.5
"""Standard deviation at least: a week of equal counts would make any other an alarm."""

BACK, HALF = 5, 3
"""Years and half-width of the window in weeks of Farrington's baseline."""
QUANTILE = float(stats.norm.ppf(0.995))
RECENT, RECENT_WEEKS = 5, 4
"""Fewer reports than so many in so many weeks never raise an alarm."""


def ears_c2(counts: Floats, first: int) -> npt.NDArray[np.bool_]:
    """Alarm where a week is three standard deviations above the mean of seven weeks that end two weeks before it
    (Hutwagner et al. 2003, Journal of Urban Health 80); judged from ``first`` on."""
    alarms = np.zeros(len(counts), bool)
    for at in range(first, len(counts)):
        base = counts[at - C2_LAG - C2_BASE : at - C2_LAG]
        alarms[at] = counts[at] > base.mean() + C2_LIMIT * max(float(base.std(ddof=1)), C2_LEAST)
    return alarms


def farrington(counts: Floats, first: int) -> npt.NDArray[np.bool_]:
    """Alarm where a week exceeds the upper limit of a quasi-Poisson regression on the same weeks of five years, past
    outbreaks weighted down (Farrington, Andrews, Beale and Catchpole 1996, JRSS A 159)."""
    offsets = np.array([-YEAR * back + near for back in range(BACK, 0, -1) for near in range(-HALF, HALF + 1)])
    weeks = np.arange(max(first, -int(offsets.min())), len(counts))
    is_enough = np.array([counts[at - RECENT_WEEKS + 1 : at + 1].sum() >= RECENT for at in weeks])
    alarms = np.zeros(len(counts), bool)
    alarms[weeks] = is_enough & (counts[weeks] > _limits(counts[weeks[:, None] + offsets], offsets / YEAR))
    return alarms


def _limits(base: Floats, when: Floats) -> Floats:
    """Upper limits by the two-thirds power, a row of ``base`` each; the trend stays where it is significant and does
    not run away. The week itself is at 0 on the time axis, so the intercept is its logarithm."""
    flat, _, _, _ = _upper(base, np.ones((len(when), 1)))
    sloped, mean, slope, error = _upper(base, np.column_stack([np.ones(len(when)), when]))
    is_sloped = np.abs(slope) > stats.t.ppf(0.975, len(when) - 2) * error
    return np.where(is_sloped & (mean <= base.max(axis=1)), sloped, flat)


def _upper(base: Floats, x: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """The upper limit, the mean, and the last coefficient with its standard error."""
    beta, cover = _reweighted(base, x)
    mean = np.exp(np.clip(beta[:, 0], -20, 20))
    spread = np.sqrt(cover[1] * mean + cover[0][:, 0, 0] * mean**2)
    limit = mean * np.maximum(0.0, 1 + 2 / 3 * QUANTILE * spread / mean) ** 1.5
    return limit, mean, beta[:, -1], np.sqrt(cover[0][:, -1, -1])


def _reweighted(base: Floats, x: Floats) -> tuple[Floats, tuple[Floats, Floats]]:
    """Fit, weigh down weeks with large Anscombe residuals, fit again: coefficients, their covariance, dispersion."""
    _, bread, mean, dispersion = _poisson(base, x, np.ones_like(base))
    leverage = np.clip(np.einsum("kp,npq,kq->nk", x, bread, x) * mean, 0, 0.99)
    off = 1.5 * (base ** (2 / 3) * mean ** (-1 / 6) - np.sqrt(mean)) / np.sqrt(dispersion[:, None] * (1 - leverage))
    weight = np.where(off > 1, 1 / np.maximum(off, 1) ** 2, 1.0)
    weight *= base.shape[1] / weight.sum(axis=1, keepdims=True)
    beta, bread, _, dispersion = _poisson(base, x, weight)
    return beta, (bread * dispersion[:, None, None], dispersion)


def _poisson(base: Floats, x: Floats, weight: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Weighted Poisson regressions with a log link by iterated least squares, a row each: coefficients, their
    covariance at dispersion 1, means, and the dispersion (1 at least)."""
    mean = base + 0.5
    for _ in range(8):
        working = np.log(mean) + (base - mean) / mean
        heavy = weight * mean
        bread = np.linalg.pinv(np.einsum("kp,nk,kq->npq", x, heavy, x))
        beta = np.einsum("npq,kq,nk->np", bread, x, heavy * working)
        mean = np.exp(np.clip(beta @ x.T, -20, 20))
    excess = np.sum(weight * (base - mean) ** 2 / mean, axis=1) / (base.shape[1] - x.shape[1])
    return beta, bread, mean, np.maximum(1.0, excess)
