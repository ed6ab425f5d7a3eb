"""Moments and quartiles of many stretches of rows at once; unknown values are left out."""

from dataclasses import dataclass

import numpy as np

from expectations.authenticity.null import Floats, Integers


@dataclass(frozen=True)
class Segments:
    """The values of one column, cut into stretches; every method gives one value a stretch."""

    values: Floats
    owner: Integers
    size: int

    @classmethod
    def of(cls, column: Floats, rows: Integers, bounds: Integers) -> "Segments":
        """Stretches ``rows[bounds[i]:bounds[i + 1]]`` of a column, without what is not finite."""
        values = column[rows]
        owner = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
        known = np.isfinite(values)
        return cls(values[known], owner[known], len(bounds) - 1)

    @property
    def count(self) -> Floats:
        """Known values."""
        return np.bincount(self.owner, minlength=self.size).astype(float)

    def mean(self) -> Floats:
        """Arithmetic mean; NaN without values."""
        return _over(np.bincount(self.owner, self.values, minlength=self.size).astype(float), self.count)

    def centred(self) -> Floats:
        """The values less their own mean, one entry a value."""
        return np.asarray(self.values - self.mean()[self.owner])

    def variance(self) -> Floats:
        """Sample variance; NaN below two values."""
        square = np.bincount(self.owner, self.centred() ** 2, minlength=self.size).astype(float)
        return np.where(self.count > 1, _over(square, self.count - 1), np.nan)

    def quantiles(self, *shares: float) -> list[Floats]:
        """Quantiles (nearest rank) of each stretch."""
        order = np.lexsort((self.values, self.owner))
        ordered = np.append(self.values[order], np.nan)
        first = np.searchsorted(self.owner[order], np.arange(self.size))
        count = self.count
        at = [first + np.round(share * np.maximum(count - 1, 0)).astype(np.int64) for share in shares]
        return [np.where(count > 0, ordered[np.minimum(place, len(ordered) - 1)], np.nan) for place in at]


def _over(a: Floats, b: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(a / b)
