"""Identical growth to 0.1 percentage points over consecutive periods (family copied_growth), in any panel.

- ``shared_growth``: several units show the same growth, period after period: numbers handed down from a target, or
  one hand. A finding on the group that names its members.
- ``constant_growth``: one unit grows by the same rate period after period: the last figure times a factor.

Growth is seen against the period before and, where the labels show a year, against the year before. The null is the
honest density of growth: the share of units in the *neighbouring* bins (copied growth cannot hide there), in all
units or in the stratum, whichever is larger, and for a following period also the density of its change, since honest
growth moves slowly. How many units share a run of bins by chance is then Poisson (a birthday problem, Diaconis and
Mosteller, JASA 1989); p is multiplied by the units, windows and views looked at. Figures of fewer than
``growth_resolution`` units of the unit's own last place are too coarse to compare.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from expectations.authenticity import residual
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST, Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.stamps import season
from expectations.authenticity.tested import Booleans, Group, Tested

NOTHING = -(2**20)
"""Bin of a growth rate that is unknown or too coarse to compare."""
NEIGHBOURS = 25
"""Bins on each side: 2.5 percentage points, the width over which honest growth is even."""
SHARED = ("同一集团按统一口径分摊", "同一代理记账机构用同一模板估报", "同一产业链按同一订单计划排产")
CONSTANT = ("按合同定额或订单均衡生产", "租金、服务费按约定比例递增", "按计划数预填、年末一次调整")


@dataclass(frozen=True)
class View:
    """Bins of growth of one column against ``lag`` periods before, units x periods."""

    column: str
    said: str
    keys: Integers
    lag: int


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Both tests of every value column of a panel."""
    tested = []
    year = season(seen.periods)
    for name in seen.values:
        grid = seen.flows(name) if len(seen.periods) > limits.growth_window else None
        if grid is None:
            continue
        lags = [(1, "环比")] + ([(year, "同比")] if year and len(seen.periods) >= year + limits.growth_window else [])
        place = residual.own_places(seen, name)
        views = [View(name, said, bins(grid, place, lag, limits), lag) for lag, said in lags]
        looked = len(seen.values) * len(lags) * grid.size
        tested += [_shared(views, looked, seen, limits), _constant(views[0], looked, seen, limits)]
    return tested


def bins(grid: Floats, place: Floats, lag: int, limits: Limits) -> Integers:
    """Growth in bins of 0.1 percentage points; NOTHING where unknown, too coarse, ten-fold (a slip), or of a figure
    that is the one before: contracts share that honestly, and ``repeated_period`` looks at copies."""
    with np.errstate(divide="ignore", invalid="ignore"):
        fine = np.where(grid / place[:, None] >= limits.growth_resolution, grid, np.nan)
        growth = fine[:, lag:] / fine[:, :-lag] - 1
        usable = np.isfinite(growth) & (np.abs(growth) < 10) & (grid[:, lag:] != grid[:, lag - 1 : -1])
    keys = np.full(grid.shape, NOTHING, dtype=np.int64)
    keys[:, lag:] = np.where(usable, np.round(np.nan_to_num(growth) / limits.growth_grid), NOTHING)
    return keys


class Density:
    """Honest chance that another unit falls into a unit's bin, asked for few units only."""

    def __init__(self, view: View, seen: Observations, limits: Limits) -> None:
        self._keys, self._stratum, self._prior = view.keys.T.copy(), seen.peer, limits.stratum_prior
        self._sorted: dict[tuple[int, bool], Integers] = {}
        self._strata: dict[tuple[int, bool, int], Integers] = {}

    def chance(self, rows: Integers, period: int) -> Floats:
        """For units ``rows`` in ``period``: the density near the bin, or near its change, whichever is larger."""
        chance = self._near(rows, period, moved=False)
        if period:
            chance = np.fmax(chance, self._near(rows, period, moved=True))
        return chance

    def overall(self, rows: Integers, period: int) -> Floats:
        """The density of all units near the bins of units ``rows``."""
        here = self._values(period, moved=False)
        return around(self._whole(here, period, moved=False), here[rows])

    def _whole(self, here: Integers, period: int, *, moved: bool) -> Integers:
        key = (period, moved)
        if key not in self._sorted:
            self._sorted[key] = np.sort(here[here != NOTHING])
        return self._sorted[key]

    def _near(self, rows: Integers, period: int, *, moved: bool) -> Floats:
        here = self._values(period, moved)
        own = here[rows]
        whole = self._whole(here, period, moved=moved)
        if len(whole) == 0:
            return np.full(len(rows), np.nan)
        result = around(whole, own)
        for stratum in np.unique(self._stratum[rows]):
            inside = self._stratum[rows] == stratum
            key = (period, moved, int(stratum))
            if key not in self._strata:
                members = here[self._stratum == stratum]
                self._strata[key] = np.sort(members[members != NOTHING])
            size = len(self._strata[key])
            if self._prior <= size < len(whole):
                local = (size * around(self._strata[key], own[inside]) + self._prior * result[inside]) / (
                    size + self._prior
                )
                result[inside] = np.maximum(result[inside], local)
        return np.where(own == NOTHING, np.nan, result)

    def _values(self, period: int, moved: bool) -> Integers:
        here: Integers = self._keys[period]
        if not moved:
            return here
        before = self._keys[period - 1]
        return np.asarray(np.where((here != NOTHING) & (before != NOTHING), here - before, NOTHING))


def around(ordered: Integers, keys: Integers) -> Floats:
    """Mean share of the bins within NEIGHBOURS of each key, without the key's own bin (at 0 with it: constant figures
    are honest heaping)."""
    low = np.searchsorted(ordered, keys - NEIGHBOURS, "left")
    high = np.searchsorted(ordered, keys + NEIGHBOURS, "right")
    own = np.searchsorted(ordered, keys, "right") - np.searchsorted(ordered, keys, "left")
    near = (high - low - own + 1.0) / (2 * NEIGHBOURS)
    return np.asarray(np.where(keys == 0, np.maximum(near, own), near) / len(ordered))


@dataclass(frozen=True)
class _Run:
    """Units that share bins from ``first`` to ``last`` period of a view."""

    view: View
    rows: Integers
    first: int
    last: int
    p: float


def _shared(views: list[View], looked: int, seen: Observations, limits: Limits) -> Tested:
    runs = [run for view in views for run in _merged(_windows(view, looked, seen, limits))]
    p, length = np.full(seen.size, np.nan), np.zeros(seen.size)
    of: dict[int, _Run] = {}
    applied = np.zeros(seen.size, dtype=bool)
    for view in views:
        applied |= (view.keys != NOTHING).sum(axis=1) >= limits.growth_window
    p[applied] = 1.0
    for run in sorted(runs, key=lambda run: -run.p):
        p[run.rows] = np.fmin(p[run.rows], run.p)
        length[run.rows] = np.maximum(length[run.rows], run.last - run.first + 1)
        of.update(dict.fromkeys((int(row) for row in run.rows), run))
    name = views[0].column

    def message(unit: int) -> str:
        run = of[unit]
        return (
            f"{seen.units[unit]}与另外{len(run.rows) - 1}个单位的“{name}”{run.view.said}增速在"
            f"{_months(seen, run)}逐期相同（精确到0.1个百分点）。"
        )

    return Tested(
        test="shared_growth",
        family="copied_growth",
        columns=(name,),
        p=np.where(seen.size >= limits.null_units, p, np.nan),
        statistic=length,
        effect=length,
        unit_of_effect="期",
        peers=np.full(seen.size, max(int(applied.sum()) - 1, 0)),
        message=message,
        partners=lambda unit: (unit, *(int(row) for row in of[unit].rows if row != unit)) if unit in of else (),
        period=[_period(seen, of.get(unit)) for unit in range(seen.size)],
        reason=f"可比的增速不足{limits.growth_window}期，或数值位数太少，或单位不足{limits.null_units}个",
        can_be_strong_alone=True,
        matters=length >= limits.growth_window,
        groups=tuple(_group(run, seen) for run in runs) if seen.size >= limits.null_units else (),
        innocent=SHARED,
    )


def _months(seen: Observations, run: _Run) -> str:
    return f"{seen.when(run.first)}至{seen.when(run.last)}"


def _period(seen: Observations, run: _Run | None) -> str:
    return "" if run is None else f"{seen.periods[run.first]}/{seen.periods[run.last]}"


def _group(run: _Run, seen: Observations) -> Group:
    rates = run.view.keys[run.rows, run.first : run.last + 1]
    rates = np.where((rates != NOTHING).any(axis=0), rates.max(axis=0), NOTHING)
    shown = "、".join(f"{rate / 10:+.1f}%" for rate in rates[rates != NOTHING][:6])
    return Group(
        label=f"{seen.units[run.rows[0]]}等{len(run.rows)}个单位",
        unit=seen.units[run.rows[0]],
        members=tuple(int(row) for row in run.rows),
        p=run.p,
        statistic=float(len(run.rows)),
        effect=float(run.last - run.first + 1),
        message=f"{len(run.rows)}个单位的“{run.view.column}”{run.view.said}增速在{_months(seen, run)}逐期相同"
        f"（{shown}），偶然相同的可能性极小。",
        period=_period(seen, run),
    )


def _windows(view: View, looked: int, seen: Observations, limits: Limits) -> list[_Run]:
    """Runs of ``growth_window`` bins that more units share than chance allows."""
    size = limits.growth_window
    density = Density(view, seen, limits)
    runs = []
    for start in range(view.lag, view.keys.shape[1] - size + 1):
        window = view.keys[:, start : start + size]
        rows = np.flatnonzero((window != NOTHING).all(axis=1) & (window != 0).any(axis=1))
        # 21 bits a bin: three make one exact integer key
        code = window[rows] @ (np.int64(1) << (21 * np.arange(size, dtype=np.int64)))
        order = np.argsort(code, kind="stable")
        edges = np.flatnonzero(np.diff(code[order], prepend=NOTHING, append=-NOTHING))
        sizes = np.diff(edges)
        for low in edges[:-1][_rare(density, rows[order], sizes, (start, size), looked, limits)]:
            members = np.sort(rows[order[low : edges[np.searchsorted(edges, low) + 1]]])
            chance = [density.chance(members, start + step).mean() for step in range(size)]
            p = _birthday(len(rows), np.prod(chance), len(members), looked)
            if p <= limits.fdr_group:
                runs.append(_Run(view, members, start, start + size - 1, float(p)))
    return runs


def _rare(
    density: Density, rows: Integers, sizes: Integers, window: tuple[int, int], looked: int, limits: Limits
) -> Integers:
    """Groups (stretches of ``rows`` of the given sizes) that the density of all units alone does not explain."""
    start, length = window
    groups = np.flatnonzero(sizes >= limits.growth_members)
    inside = np.repeat(sizes >= limits.growth_members, sizes)
    owner = np.repeat(np.arange(len(sizes)), sizes)[inside]
    chance = np.ones(len(sizes))
    for step in range(length):
        mean = np.bincount(owner, density.overall(rows[inside], start + step), minlength=len(sizes)) / sizes
        chance *= np.where(sizes >= limits.growth_members, mean, 1.0)
    return groups[_birthday(len(rows), chance[groups], sizes[groups], looked) <= limits.fdr_group]


def _birthday(units: int, chance: Floats | np.floating, members: Integers | int, looked: int) -> Floats:
    """Chance that any run of bins looked at is shared by as many units."""
    return np.asarray(np.clip(looked * stats.poisson.sf(members - 2, units * chance), SMALLEST, 1.0))


def _merged(runs: list[_Run]) -> list[_Run]:
    """Following windows that share most of their members are one run."""
    merged: list[_Run] = []
    for run in runs:
        for at, other in enumerate(merged):
            common = np.intersect1d(run.rows, other.rows)
            if run.first <= other.last + 1 and 2 * len(common) >= min(len(run.rows), len(other.rows)):
                rows = np.union1d(run.rows, other.rows)
                merged[at] = _Run(run.view, rows, other.first, run.last, min(run.p, other.p))
                break
        else:
            merged.append(run)
    return merged


def _constant(view: View, looked: int, seen: Observations, limits: Limits) -> Tested:
    """Units whose growth stays in one bin for more than ``growth_window`` periods; 0 is left to ``repeated_period``."""
    keys = view.keys
    same = np.zeros(keys.shape, dtype=bool)
    same[:, 1:] = (np.abs(keys[:, 1:] - keys[:, :-1]) <= 0) & (keys[:, 1:] != NOTHING) & (np.abs(keys[:, 1:]) > 1)
    longest, last = longest_run(same)
    applied = (keys != NOTHING).sum(axis=1) > limits.growth_window
    p = np.where(applied & (seen.size >= limits.null_units), 1.0, np.nan)
    density = Density(view, seen, limits)
    for row in np.flatnonzero((longest >= limits.growth_window) & np.isfinite(p)):
        inside = range(int(last[row] - longest[row] + 1), int(last[row]) + 1)
        chance = sum(np.log(density.chance(np.array([row]), period)[0]) for period in inside)
        p[row] = np.clip(looked * np.exp(chance), SMALLEST, 1.0)

    # What a message needs, and not the view itself: it would be kept as long as the message.
    name, rates = view.column, keys[np.arange(seen.size), last] / 10

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的“{name}”截至{seen.when(last[unit])}连续{int(longest[unit]) + 1}期"
            f"环比增速都是{rates[unit]:+.1f}%，像是按固定比例推算。"
        )

    return Tested(
        test="constant_growth",
        family="copied_growth",
        columns=(name,),
        p=p,
        statistic=longest.astype(float),
        effect=longest.astype(float) + 1,
        unit_of_effect="期",
        peers=np.full(seen.size, max(int(applied.sum()) - 1, 0)),
        message=message,
        reason=f"可比的增速不足{limits.growth_window}期，或数值位数太少，或单位不足{limits.null_units}个",
        can_be_strong_alone=True,
        matters=longest + 1 >= limits.strong_months,
        innocent=CONSTANT,
    )


def longest_run(mask: Booleans) -> tuple[Integers, Integers]:
    """Length of the longest run of True in each row and the index where it ends."""
    length = np.zeros(mask.shape, dtype=np.int64)
    for column in range(mask.shape[1]):
        before = length[:, column - 1] if column else 0
        length[:, column] = np.where(mask[:, column], before + 1, 0)
    last = length.argmax(axis=1)
    return length[np.arange(len(mask)), last], last
