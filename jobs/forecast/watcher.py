"""One series, judged point by point: each by what was known before it, incidents kept out of what is learned."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from jobs.forecast.learned import Effects
from jobs.forecast.series import Floats
from jobs.forecast.smoother import Bank
from jobs.forecast.step import Step
from jobs.forecast.tails import Tail

Shape = Literal["plain", "root", "log"]


@dataclass(frozen=True)
class Pace:
    """How patient a watch over series of one step is, in points."""

    grace: int
    """Points of a new series that raise no alarm."""
    patience: int
    """Points outside after which the new level is accepted."""
    quiet: int
    """Points after the beginning of an alarm in which no other begins."""
    budget: float
    """False alarms a year that chance may raise, for each statistic."""

    @property
    def first(self) -> int:
        """Points of a new series of which nothing is expected; they alone decide on which scale it is watched."""
        return max(3, self.grace // 2)


PACES = {
    "yearly": Pace(5, 2, 0, 0.05),
    "quarterly": Pace(8, 2, 0, 0.05),
    "monthly": Pace(12, 3, 0, 0.1),
    "weekly": Pace(12, 4, 0, 0.3),
    "daily": Pace(21, 7, 0, 1.0),
}
RAREST = 0.004
"""Probability under chance that an alarm may have at most, however few points a year has."""


def pace_of(step: Step) -> Pace:
    """The pace for a step; below a day it follows the day."""
    if step.kind != "fixed":
        return PACES[step.kind]
    day = step.season
    return Pace(max(21, 2 * day if day <= 48 else day), int(np.clip(day // 2, 6, 144)), day if day > 1 else 0, 6.0)


@dataclass
class Verdict:
    """What is said of one point, on the scale of the values."""

    expected: float = np.nan
    lower: float = np.nan
    upper: float = np.nan
    p: float = 1.0
    side: int = 0
    """1 above, -1 below what was expected."""
    is_slow: bool = False
    """The p comes from a statistic over many points, not from this one alone."""


class Watcher:
    """State of one series; ``judge`` a point, then ``learn`` it."""

    def __init__(self, step: Step, start: Floats, effects: int) -> None:
        self.pace = pace_of(step)
        self.alpha = min(RAREST, self.pace.budget / step.per_year)
        self._shape = _shape(start)
        self._start = _start(start, self._shape)
        seasons = [one for one in (step.season, step.second_season) if one > 1]
        self._bank = Bank(tuple(seasons))
        self._effects = Effects(effects) if effects else None
        self._size = 0.0
        self._count = 0
        self._memory = float(np.clip(2 * step.season, 30, 400))
        self._tail, self._drift_tail, self._slow_tail = Tail(), Tail(), Tail()
        self._drift = 0.0
        self._slow: float | None = None
        self._slow_size = 0.0
        # Where a day has many points, the level of hours is watched against that of days.
        self._fast = 0.0
        self._slow_rate = 1.0 / (DAYS * step.season) if step.kind == "fixed" and step.season >= 12 else 0.0
        self._said = (0.0, 0.0, 1.0)
        self._former, self._former_until = 0.0, -1
        self._seen = 0

    def judge(self, value: float, regressor: Floats | None) -> Verdict:
        """What the past says of ``value``; NaN is a point that was not observed."""
        base = self._bank.expect()
        effect, wider = (0.0, 1.0)
        if self._effects is not None and regressor is not None and self._size > 0:
            effect, wider = self._effects.expect(regressor)
        self._said = (base, effect, wider)
        if self._count < self.pace.first or (self._size <= 0 and self._count < self.pace.grace):
            return Verdict()
        size = max(self._size * wider, self._floor(base + effect))
        reach = self._tail.size(self.alpha) * size
        verdict = Verdict(
            self._back(base + effect), self._back(base + effect - reach), self._back(base + effect + reach)
        )
        if np.isnan(value) or self._count < self.pace.grace:
            return verdict
        z = (self._forth(value) - base - effect) / size
        verdict.p, verdict.side = self._tail.p(abs(z)), int(np.sign(z))
        self._judge_slow(verdict, self._forth(value) - effect - self._bank.season, z)
        return verdict

    def _judge_slow(self, verdict: Verdict, value: float, z: float) -> None:
        """The drift of the errors, and how far the level of the last hours is from that of the last days."""
        drift = 0.9 * self._drift + 0.1 * float(np.clip(z, -4, 4))
        statistics = [(self._drift_tail.p(abs(drift) * DRIFT_SCALE), drift)] if self._slow_rate else []
        if self._slow_rate and self._slow is not None and self._slow_size > 0:
            away = (self._hurry(value) - self._slow) / self._slow_size
            statistics.append((self._slow_tail.p(abs(away)), away))
        for p, direction in statistics:
            if p < verdict.p:
                verdict.p, verdict.side, verdict.is_slow = p, int(np.sign(direction)), True

    def learn(self, value: float, regressor: Floats | None, *, is_incident: bool) -> None:
        """Take the point in; an incident only moves on the clock."""
        self._seen += 1
        base, effect, wider = self._said
        if not np.isnan(value):
            self._learn_effect(self._forth(value) - base, regressor)
        if np.isnan(value) or is_incident:
            self._bank.skip()
            return
        level = self._forth(value)
        error = level - base - effect
        size = self._size or abs(error)
        # Where an effect is still being learned, the error is the effect's, not the level's.
        self._bank.learn(level - effect if wider <= WIDE else base + error / wider**2, size)
        if self._count:
            self._learn_size(error / wider, size, level)
        self._learn_slow(level - effect - self._bank.season)
        self._count += 1

    def _learn_effect(self, away: float, regressor: Floats | None) -> None:
        """Incidents too: the first festival is an alarm only until it is known for what it is."""
        if self._effects is not None and regressor is not None and self._size > 0:
            self._effects.learn(regressor, away)

    def _learn_size(self, error: float, size: float, level: float) -> None:
        rate = max(1.0 / self._count, 1.0 / self._memory)
        bounded = min(abs(error), 3.0 * size) if self._count > 5 else abs(error)
        self._size = (1 - rate) * self._size + rate * 1.2533 * bounded
        if self._count >= self.pace.first:
            z = error / max(self._size, self._floor(level))
            self._tail.learn(abs(z))
            self._drift = 0.9 * self._drift + 0.1 * float(np.clip(z, -4, 4))
            if self._slow_rate:
                self._drift_tail.learn(abs(self._drift) * DRIFT_SCALE)

    def _learn_slow(self, level: float) -> None:
        if not self._slow_rate:
            return
        if self._slow is None:
            self._slow = self._fast = level
        self._fast = self._hurry(level)
        away = abs(self._fast - self._slow)
        rate = max(1.0 / (self._count + 1), self._slow_rate / 2)
        bounded = min(away, 4 * self._slow_size) if self._slow_size > 0 else away
        self._slow_size = (1 - rate) * self._slow_size + rate * 1.2533 * bounded
        if self._count >= self.pace.first and self._slow_size > 0:
            self._slow_tail.learn(away / self._slow_size)
        self._slow += max(1.0 / (self._count + 1), self._slow_rate) * (level - self._slow)

    def _hurry(self, level: float) -> float:
        """The level of the last hours, with this point."""
        return self._fast + max(1.0 / (self._count + 1), HURRY * self._slow_rate) * (level - self._fast)

    def accept(self, values: Floats) -> None:
        """The last values were outside for so long that they are the new level."""
        known = values[~np.isnan(values)]
        base, effect, _ = self._said
        offset = float(np.median([self._forth(one) for one in known])) - base - effect
        self._former, self._former_until = offset, self._seen + FORMER * self.pace.patience
        self._move(offset)

    def returns(self, value: float) -> bool:
        """Whether the value is back at the level before the last accepted one: an end of an incident, not a new one."""
        if self._seen > self._former_until or self._size <= 0:
            return False
        base, effect, wider = self._said
        back = abs(self._forth(value) - base - effect + self._former) / (self._size * wider)
        if self._tail.p(back) < self.alpha:
            return False
        self._move(-self._former)
        self._said = (base - self._former, effect, wider)
        self._former_until = -1
        return True

    def _move(self, offset: float) -> None:
        self._bank.accept(offset)
        self._drift = 0.0
        if self._slow is not None:
            self._slow += offset
            self._fast += offset

    def _floor(self, level: float) -> float:
        """No error is smaller than what rounding leaves."""
        if self._shape == "root":
            # Rare counts vary by chance even where they have not yet; the others at least by rounding.
            return 0.35 if level**2 < RARE else 0.15 / level
        return 1e-9 * (1 + abs(level))

    def _forth(self, value: float) -> float:
        if self._shape == "root":
            return float(np.sqrt(max(value, 0.0) + 0.375))
        return float(np.log(max(value + self._start, 0.01 * self._start + 1e-12))) if self._shape == "log" else value

    def _back(self, level: float) -> float:
        if self._shape == "root":
            return max(max(level, 0.0) ** 2 - 0.375, 0.0)
        return max(float(np.exp(min(level, 600.0))) - self._start, 0.0) if self._shape == "log" else level


DRIFT_SCALE = float(np.sqrt((2 - 0.1) / 0.1))
"""Brings the drift of independent errors back to size 1."""
DAYS, HURRY = 3, 12
"""The slow level is that of so many days; the fast one follows so many times faster."""
RARE = 5.0
"""Counts below which the roots of Poisson counts vary by at least some 0.35."""
FORMER = 12
"""Patiences for which the level before an accepted one is remembered."""
WIDE = 1.5
"""Widening beyond which a point says more about the calendar than about the level."""


def _shape(start: Floats) -> Shape:
    """Roots of counts, logarithms of amounts well above 0, all else as it is; decided by the first points alone."""
    known = start[~np.isnan(start)]
    if not len(known) or known.min() < 0:
        return "plain"
    if np.all(known == np.round(known)) and float(np.median(known)) <= 1000:
        return "root"
    return "log" if known.min() > 0.1 * float(np.median(known)) else "plain"


def _start(start: Floats, shape: Shape) -> float:
    """What is added before the logarithm, so that a later 0 is a deep fall and not an infinite one."""
    return 0.1 * float(np.nanmedian(start)) if shape == "log" else 0.0
