"""A bank of robust exponential smoothers, updated point by point: what was to be expected, from what was known before.

Each smoother has a level, perhaps a damped trend, perhaps a season, and its own rates; the one whose errors were
smallest so far speaks. Errors enter the states bounded to a multiple of their usual size, so that one incident moves
nothing (Gelper, Fried and Croux 2010, Robust forecasting with exponential and Holt-Winters smoothing). Nothing is
refitted: a point costs the same however long the past is.
"""

from itertools import product

import numpy as np

from jobs.forecast.series import Floats

LEVEL_RATES, TREND_RATES, SEASON_RATES = (0.05, 0.2, 0.5, 0.9), (0.0, 0.1), (0.1, 0.35)
DAMPED = 0.95
BOUND = 2.5
"""Usual sizes beyond which an error is cut before it moves a state."""
MEMORY = 0.98
"""Weight of an error in the choice of the smoother, against the one after it."""


class Bank:
    """All smoothers of one series; ``seasons`` are the lengths that some of them follow."""

    def __init__(self, seasons: tuple[int, ...]) -> None:
        ways = [(0, 0.0), *product(seasons, SEASON_RATES)]
        grid = list(product(LEVEL_RATES, TREND_RATES, ways))
        self._alpha = np.array([alpha for alpha, _, _ in grid])
        self._beta = np.array([beta for _, beta, _ in grid])
        self._gamma = np.array([gamma for _, _, (_, gamma) in grid])
        self._of = {season: np.flatnonzero([way[0] == season for _, _, way in grid]) for season in seasons}
        self._seasonal = {season: np.zeros((season, len(self._of[season]))) for season in seasons}
        self._begun = dict.fromkeys(seasons, False)
        self._past: list[float] = []
        self._level = np.zeros(len(grid))
        self._trend = np.zeros(len(grid))
        self._loss = np.zeros(len(grid))
        self._last = np.zeros(len(grid))
        self.at = 0
        self.season = 0.0
        """The seasonal part of what was last expected."""

    def expect(self) -> float:
        """What the best smoother so far expects of the next point."""
        flat = self._level + DAMPED * self._trend
        said = flat.copy()
        for season, members in self._of.items():
            if self._begun[season]:
                said[members] += self._seasonal[season][self.at % season]
        self._last = said
        best = int(np.argmin(self._loss))
        self.season = float(said[best] - flat[best])
        return float(said[best])

    def learn(self, value: float, size: float) -> None:
        """Take in the point that ``expect`` spoke about; ``size`` is the usual size of an error."""
        error = value - self._last
        if self.at == 0:
            self._level[:] = value
        else:
            bounded = np.clip(error, -BOUND * size, BOUND * size) if size > 0 else error
            self._loss = MEMORY * self._loss + np.abs(bounded)
            # At first a level is the mean of what there was.
            rate = np.maximum(self._alpha, 1.0 / (self.at + 1))
            self._level = self._level + DAMPED * self._trend + rate * bounded
            self._trend = DAMPED * self._trend + rate * self._beta * bounded
            for season, members in self._of.items():
                if self._begun[season]:
                    part = self._gamma[members] * (1 - self._alpha[members]) * bounded[members]
                    self._seasonal[season][self.at % season] += part
        self._keep(value)

    def skip(self) -> None:
        """Nothing was observed: the trend goes on, the rest stays."""
        self._level = self._level + DAMPED * self._trend
        self._trend = DAMPED * self._trend
        self._keep(np.nan)

    def accept(self, offset: float) -> None:
        """The level is a new one, ``offset`` away from what was expected."""
        self._level = self._level + offset
        self._last = self._last + offset
        self._trend[:] = 0.0

    def _keep(self, value: float) -> None:
        """Count the point; a season begins to be followed when one whole season has been seen."""
        self.at += 1
        if all(self._begun.values()):
            return
        self._past.append(value)
        for season, members in self._of.items():
            if not self._begun[season] and self.at == season:
                seen = np.array(self._past)
                shape = np.where(np.isnan(seen), 0.0, seen - _flat(seen))
                self._seasonal[season][:] = shape[:, None]
                self._level[members] = float(np.nanmedian(seen - shape)) if np.isfinite(seen).any() else 0.0
                self._begun[season] = True


def _flat(seen: Floats) -> float:
    return float(np.nanmean(seen)) if np.isfinite(seen).any() else 0.0
