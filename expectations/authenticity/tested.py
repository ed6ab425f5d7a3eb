"""What one test says of all units at once, before anything is judged."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from expectations.authenticity.finding import Family, UnitKind
from expectations.authenticity.null import Floats, Integers

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Group:
    """Several units together: values that bunch above a threshold, one device for many, a sum that meets a target."""

    label: str
    """What the group is called."""
    unit: str
    """What tells it from other groups, from night to night: its first member, its device, its line."""
    members: tuple[int, ...]
    """Unit numbers."""
    p: float
    """NaN for an exact identity, where chance plays no part."""
    statistic: float
    effect: float
    message: str
    period: str = ""
    kind: UnitKind = "group"
    seconded: bool = False
    """Another family speaks of the group as a whole, in columns that it was not found by."""


@dataclass(frozen=True)
class Tested:
    """One test on one column, pair or set of columns; every array has one entry a unit.

    A NaN in ``p`` means *not applicable*, never a pass, and ``reason`` then says why in one Chinese phrase (one
    for all units, or one a unit). ``p`` is P(a statistic as extreme | the unit is honest), against the null named
    in the test's docstring. ``effect`` is in ``unit_of_effect``, the data's own unit wherever there is one.
    """

    __test__: ClassVar[bool] = False  # its name begins like a test's, but pytest has nothing to collect here

    test: str
    family: Family
    columns: tuple[str, ...]
    p: Floats
    statistic: Floats
    effect: Floats
    unit_of_effect: str
    peers: Integers
    """How many others, or other values, each unit was compared with."""
    message: Callable[[int], str]
    """The sentence an inspector can read aloud about one unit."""
    partners: Callable[[int], tuple[int, ...]] | None = None
    """Unit -> the units it was found with, itself first; None where a unit is found for what it is alone."""
    period: list[str] | None = None
    """First and last period of what was seen, a unit; ``""`` or None: all periods of the unit."""
    reason: str | list[str] = ""
    can_be_strong_alone: bool = False
    """An exact identity, or a family whose tail is justified far beyond chance (rules of judgement 4)."""
    sources: int = 1
    """Books of different keepers that each contradict the report: two are as good as two families (decision 0006)."""
    supports_only: bool = False
    """Raises the score and supports other findings, but makes no unit a lead."""
    matters: Booleans | None = None
    """Where the effect is large enough to act on; None: wherever it is significant."""
    is_error: Booleans | None = None
    """Slips of the pen (x10, shifted column): reported as errors, never as fabrication."""
    groups: tuple[Group, ...] = ()
    """Findings on groups, which are not pinned on a member."""
    looked: Booleans | None = None
    """Units that a test of groups looked at; None: those with a ``p``."""
    innocent: tuple[str, ...] = field(default=())
    """Honest explanations to rule out before anybody is accused."""

    @property
    def applied(self) -> Booleans:
        """Units that the test could judge, alone or in a group."""
        known = np.isfinite(self.p)
        return known if self.looked is None else known | self.looked

    def why(self, unit: int) -> str:
        """Why the test did not apply to this unit; empty when it did."""
        if np.isfinite(self.p[unit]):
            return ""
        return self.reason if isinstance(self.reason, str) else self.reason[unit]
