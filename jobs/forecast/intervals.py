"""Prediction intervals from what the backtest missed: conformal, pooled over series of one kind and over horizons.

Errors are divided by each series' own one-step spread, then by a growth curve over the horizon that never falls.
What is left is alike for all series and horizons, so its quantiles are taken from one pool, mixed with a few
pseudo-errors of a Student distribution that rule when there is little evidence (split conformal on one series alone
needs 19 errors for 95 %). A series whose own errors were larger or smaller than its spread promised moves its
interval as far as it has evidence (after Gibbs and Candès 2021, adaptive conformal inference; Romano et al. 2019,
normalised scores).
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.optimize import isotonic_regression

from jobs.forecast.series import Floats

PRIOR = 20
"""Pseudo-errors in the pool."""
PRIOR_SIZE, PRIOR_GROWTH, PRIOR_FREEDOM = 1.1, 0.4, 5
"""A forecast misses a little more than its fit did, and more the further it reaches, less than a random walk."""
SLIP = 6.0
"""Usual sizes beyond which an error says nothing of how errors grow: it counts in the pool's tail alone."""
OWN = 8.0
"""Errors of the pool that a series' own evidence is weighed against."""


@dataclass(frozen=True)
class Trial:
    """One origin of the backtest: errors over the horizon on the scale of the series, divided by its spread then."""

    series: int
    errors: Floats


@dataclass(frozen=True)
class Pool:
    """What was learned about errors: ``growth`` over the horizon, quantiles of what is left, a factor a series."""

    growth: Floats
    scores: Floats
    weights: Floats
    factors: dict[int, float]

    def reach(self, share: float, series: int) -> Floats:
        """Half-width over the horizon, in spreads of the series, that covers ``share`` of the values."""
        order = np.argsort(self.scores)
        mass = np.cumsum(self.weights[order]) / (float(np.sum(self.weights)) + 1.0)
        at = min(int(np.searchsorted(mass, share)), len(order) - 1)
        return self.growth * float(self.scores[order][at]) * self.factors.get(series, 1.0)


def pool(trials: list[Trial], horizon: int) -> Pool:
    """Learn from all trials of one kind of series."""
    growth = _growth(trials, horizon)
    prior = stats.t.ppf(0.5 + 0.5 * (np.arange(PRIOR) + 0.5) / PRIOR, PRIOR_FREEDOM)
    prior /= np.mean(prior)
    rests = [trial.errors / growth[: len(trial.errors)] for trial in trials]
    centre = [np.abs(rest[~np.isnan(rest)]) for rest in rests]
    # Errors of one origin move together: each origin weighs as a few errors, however far it looks.
    weights = [np.full(len(one), min(1.0, 3.0 / max(len(one), 1))) for one in centre]
    scores = np.concatenate([*centre, prior])
    return Pool(growth, scores, np.concatenate([*weights, np.full(PRIOR, 1.0)]), _factors(trials, centre, weights))


def _growth(trials: list[Trial], horizon: int) -> Floats:
    """Mean absolute error at each horizon, never falling; beyond what was tried it grows as it did so far."""
    steps = np.arange(1, horizon + 1, dtype=float)
    prior = 0.8 * PRIOR_SIZE * steps**PRIOR_GROWTH
    total, count = np.zeros(horizon), np.zeros(horizon)
    for trial in trials:
        known = np.flatnonzero(~np.isnan(trial.errors[:horizon]))
        total[known] += np.minimum(np.abs(trial.errors[known]), SLIP * prior[known])
        count[known] += 1
    weight = 4.0
    mixed = (total + weight * prior) / (count + weight)
    tried = int(np.max(np.flatnonzero(count >= 1), initial=-1)) + 1
    if tried:
        mixed[:tried] = isotonic_regression(mixed[:tried], weights=count[:tried] + weight).x
        slope = np.clip(np.log(mixed[tried - 1] / mixed[0]) / np.log(tried), 0.15, 0.6) if tried > 3 else PRIOR_GROWTH
        mixed[tried:] = mixed[tried - 1] * (steps[tried:] / tried) ** slope
    return np.asarray(np.maximum.accumulate(mixed))


def _factors(trials: list[Trial], scores: list[Floats], weights: list[Floats]) -> dict[int, float]:
    usual = float(np.mean(np.concatenate(scores))) if scores and sum(map(len, scores)) else 1.0
    total: dict[int, float] = {}
    mass: dict[int, float] = {}
    for trial, one, weight in zip(trials, scores, weights, strict=True):
        total[trial.series] = total.get(trial.series, 0.0) + float(np.sum(one * weight))
        mass[trial.series] = mass.get(trial.series, 0.0) + float(np.sum(weight))
    return {key: (total[key] / max(usual, 1e-12) + OWN) / (mass[key] + OWN) for key in total}
