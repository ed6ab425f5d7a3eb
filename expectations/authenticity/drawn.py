"""Figures as a picture needs them: few digits, indices, growth."""

import numpy as np

from expectations.authenticity.evidence import Number
from expectations.authenticity.null import Floats

_BASE = 3
"""Periods before a finding that can serve as its base."""


def short_number(value: float) -> float:
    """Six digits: more are never seen in a picture, and evidence is stored once a finding."""
    return float(f"{value:.6g}")


def numbers(values: Floats) -> tuple[Number, ...]:
    """As stored: unknown is None."""
    return tuple(short_number(float(value)) if np.isfinite(value) else None for value in values)


def known(values: Floats) -> Floats:
    """The values that are known."""
    return np.asarray(values[np.isfinite(values)], dtype=np.float64)


def indexed(values: Floats, start: int = 0) -> Floats:
    """Relative to the series' median before position ``start``, which becomes 100; to its whole median when little is
    known before; as they are when that is 0."""
    before = known(values[:start])
    used = before if before.size >= _BASE else known(values)
    middle = abs(float(np.median(used))) if used.size else 0.0
    return np.asarray(values / middle * 100) if middle > 0 else np.asarray(values)


def growth(values: Floats, lag: int) -> Floats:
    """Percent against ``lag`` periods before; NaN where unknown."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = (values[lag:] / values[:-lag] - 1) * 100
    return np.concatenate([np.full(lag, np.nan), np.where(np.isfinite(rate), rate, np.nan)])
