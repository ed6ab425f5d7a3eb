"""Effects of the calendar, learned on the way by recursive least squares; not knowing one widens what is usual."""

import numpy as np

from jobs.forecast.series import Floats

UNKNOWN = 100.0
"""Variance of an effect nothing is known of, in squared usual errors: the first festival may be ten of them off."""


class Effects:
    """Effects of ``count`` regressors; how well they are known is kept in squared usual errors."""

    def __init__(self, count: int) -> None:
        self._beta = np.zeros(count)
        self._cover = UNKNOWN * np.eye(count)

    def expect(self, regressor: Floats) -> tuple[float, float]:
        """The effect on a point, and the factor by which not knowing it widens what is usual."""
        return float(regressor @ self._beta), float(np.sqrt(1 + regressor @ self._cover @ regressor))

    def learn(self, regressor: Floats, error: float) -> None:
        """``error`` is the point less what was expected without any effect."""
        if not regressor.any():
            return
        # Nothing is forgotten: the same festival comes once a year.
        gain = self._cover @ regressor / (1 + regressor @ self._cover @ regressor)
        self._beta = self._beta + gain * (error - float(regressor @ self._beta))
        self._cover = self._cover - np.outer(gain, regressor @ self._cover)
