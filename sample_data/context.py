"""What every generator of the sample city is given."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sample_data import rng
from sample_data.places import Places
from sample_data.truth import Truth

INITIAL_DAY = datetime.date(2018, 5, 31)
"""Everything up to this day is one initial batch a resource."""
INITIAL_DELIVERY = "2018-06-01T06:00:00+08:00"


def _silent(message: str) -> None:
    """No progress wanted."""


@dataclass
class City:
    """One sample city in the making: where it is written, how large, from which seed, up to which day."""

    out: Path
    scale: float
    seed: int
    until: datetime.date
    places: Places
    truth: Truth = field(default_factory=Truth)
    progress: Callable[[str], None] = _silent
    rows: dict[str, int] = field(default_factory=dict)

    def stream(self, *name: str) -> np.random.Generator:
        """The random stream of that name under this city's seed."""
        return rng.stream(self.seed, *name)

    def count(self, whole_city: int, at_least: int = 1) -> int:
        """A volume of the whole city at this city's scale."""
        return max(at_least, round(whole_city * self.scale))

    def days(self) -> Iterator[datetime.date]:
        """Days after the initial batch, up to and with ``until``."""
        day = INITIAL_DAY
        while (day := day + datetime.timedelta(days=1)) <= self.until:
            yield day

    def delivered(self, resource: str, rows: int) -> None:
        """Count rows handed in for a resource."""
        self.rows[resource] = self.rows.get(resource, 0) + rows
