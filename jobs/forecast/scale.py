"""On which scale the errors of a series are alike: as they are, or as logarithms."""

from dataclasses import dataclass

import numpy as np

from jobs.forecast.series import Floats

START = 0.1
"""Share of the median that is added before the logarithm where values come near 0, so that 0 stays usable."""


@dataclass(frozen=True)
class Scale:
    """``log(y + start)`` or ``y``; ``unit`` is the smallest step in which the values are written."""

    is_log: bool
    start: float
    unit: float

    def forth(self, values: Floats) -> Floats:
        """Values on the scale."""
        return np.log(np.maximum(values + self.start, 1e-12 + 0.01 * self.start)) if self.is_log else values

    def back(self, values: Floats) -> Floats:
        """Values as they were."""
        return np.exp(np.minimum(values, 600.0)) - self.start if self.is_log else values

    def rounding(self, level: float) -> float:
        """What rounding alone does to a value of ``level``, on the scale: no interval may be narrower."""
        half = self.unit / 2
        return half / max(abs(level) + self.start, half) if self.is_log else half


def scale_of(values: Floats, fitted: Floats) -> Scale:
    """The scale on which the one-step errors are likelier, both taken as normal (the Jacobian counted)."""
    known = values[~np.isnan(values)]
    unit = resolution(known)
    plain = Scale(False, 0.0, unit)
    if not len(known) or known.min() < 0 or known.max() <= 0:
        return plain
    middle = float(np.median(known[known > 0]))
    logged = Scale(True, 0.0 if known.min() > START * middle else START * middle, unit)
    both = ~(np.isnan(values) | np.isnan(fitted))
    if both.sum() < 12:
        return logged if known.min() > START * middle else plain
    y, f = values[both], np.maximum(fitted[both], 0.0)
    jacobian = -float(np.mean(np.log(y + logged.start + 1e-12)))
    return logged if _fit(logged.forth(y) - logged.forth(f)) + jacobian > _fit(y - f) else plain


def _fit(errors: Floats) -> float:
    """Mean log-likelihood of centred normal errors at their best scale, up to a constant."""
    return -float(np.log(np.sqrt(np.mean(errors**2)) + 1e-12))


def resolution(values: Floats) -> float:
    """The decimal step in which values are written: 1 for whole numbers, 0.01 for two decimals."""
    if not len(values):
        return 1.0
    size = float(np.max(np.abs(values))) or 1.0
    for decimals in range(0, 7):
        if np.allclose(values, np.round(values, decimals), rtol=0, atol=max(1e-9, size * 1e-12)):
            return float(10.0**-decimals)
    return 1e-6


def spread(values: Floats, fitted: Floats, scale: Scale, season: int) -> float:
    """Size of one-step errors on the scale (as a standard deviation of normal ones), never below rounding.

    Half comes from all of the past, half from the recent past: the size of errors changes slowly.
    """
    errors = np.abs(scale.forth(values) - scale.forth(np.maximum(fitted, 0.0) if scale.is_log else fitted))
    errors = errors[~np.isnan(errors)]
    # The first fitted values are starting values, not forecasts.
    errors = errors[min(season, len(errors) // 3) :]
    level = float(np.median(np.abs(values[-max(season, 4) :])))
    floor = scale.rounding(level)
    if not len(errors):
        return floor
    weight = 0.5 ** (np.arange(len(errors))[::-1] / max(2.0 * season, 15.0))
    recent = float(np.sum(weight * errors) / np.sum(weight))
    return max(1.2533 * (0.5 * float(np.mean(errors)) + 0.5 * recent), floor)
