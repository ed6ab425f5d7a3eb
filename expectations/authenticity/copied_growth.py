"""Identical growth to 0.1 percentage points over consecutive months (family copied_growth).

- ``shared_growth``: several firms show the same growth, month after month: numbers handed down from a target,
  or one hand. A finding on the group, which names its members.
- ``constant_growth``: one firm grows by the same rate month after month: last period times a factor, without
  noise.

Growth is seen in three ways, because nobody tells which one was copied: month on month, year on year,
cumulative year on year. The null is the honest density of growth: the share of firms in the *neighbouring*
bins, in all firms or in the industry, whichever is larger, and for a following month also the density of its
change, since honest year-on-year growth moves slowly. The number of firms that share a run of bins by chance is
then Poisson (a birthday problem); p-values are multiplied by the number of firms, windows, views and grids
looked at. Firms that file in round figures have coarse growth: a value needs ``growth_resolution`` units of its
own last place.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from expectations.authenticity import wording
from expectations.authenticity.evidence import Histogram, Member, Series
from expectations.authenticity.finding import Finding
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST, Floats
from expectations.authenticity.panel import FLOWS, grid, labels, last_place
from expectations.authenticity.units import Directory

COLUMNS = ("output_10k_yuan", "revenue_10k_yuan")
YEAR = 11
"""Observations in a year: January and February are one."""

Keys = npt.NDArray[np.int64]

NOTHING = -(2**20)
"""Key of a growth rate that is unknown, constant or too coarse to compare."""
_NEIGHBOURS = 25  # bins on each side: 2.5 percentage points, the width over which honest growth is even
_GRIDS = (0.0, 0.5)  # two offsets, so that a rate on the edge of a bin is whole in one of them

INNOCENT = (
    "同一集团按统一口径分摊产值",
    "同一代理记账机构用同一模板估报当月数",
    "按合同定额或订单均衡生产",
    "同一产业链按同一订单计划排产",
)


@dataclass(frozen=True)
class View:
    """Growth of one column seen in one way: bins of 0.1 pp (units x periods) on one of the two grids."""

    column: str
    title: str
    growth: Floats
    keys: Keys
    chance: Floats


@dataclass(frozen=True)
class Group:
    """Firms that share growth in a run of windows of one view."""

    view: View
    rows: tuple[int, ...]
    first: int
    last: int
    p: float


def inspect(panel: pd.DataFrame, directory: Directory, limits: Limits = LIMITS) -> list[Finding]:
    """Findings on groups and on firms of the rectangular panel; not applicable below ``null_units`` firms."""
    units, periods = labels(panel)
    if len(units) < limits.null_units or len(periods) <= limits.growth_window:
        return []
    seen = views(panel, directory.strata(units), limits)
    looked = len(seen) * len(units) * len(periods)
    groups = [group for view in seen for group in _shared(view, looked, limits)]
    constant = [group for view in seen if view.title == "环比" for group in _constant(view, looked, limits)]
    names = _Names(units, periods, directory)
    return [_group_finding(g, names, limits) for g in _distinct(groups)] + [
        _firm_finding(g, names, limits) for g in _distinct(constant)
    ]


@dataclass(frozen=True)
class _Names:
    units: list[str]
    periods: list[str]
    directory: Directory


def views(panel: pd.DataFrame, strata: pd.Series, limits: Limits = LIMITS) -> list[View]:
    """Every column in every way on both grids."""
    _, periods = labels(panel)
    months = np.array([2.0 if period.endswith("-02") else 1.0 for period in periods])
    seen = []
    for column in COLUMNS:
        flow, total = grid(panel, column), grid(panel, f"cum_{column}")
        for title, values, lag in (("环比", flow / months, 1), ("同比", flow, YEAR), ("累计同比", total, YEAR)):
            if len(periods) > lag:
                growth = _growth(values, flow if title != "累计同比" else total, lag, limits)
                for offset in _GRIDS:
                    keys = _keys(growth, offset, limits)
                    seen.append(View(column, title, growth, keys, _chances(keys, strata, limits)))
    return seen


def _growth(values: Floats, filed: Floats, lag: int, limits: Limits) -> Floats:
    """Growth over ``lag`` observations; NaN where either end is unknown, not positive or filed too coarsely."""
    step = last_place(filed)
    with np.errstate(divide="ignore", invalid="ignore"):
        fine = np.where(filed / step[:, None] >= limits.growth_resolution, values, np.nan)
        growth = np.full(values.shape, np.nan)
        growth[:, lag:] = fine[:, lag:] / fine[:, :-lag] - 1
    return growth


def _keys(growth: Floats, offset: float, limits: Limits) -> Keys:
    """Bin of 0.1 pp; NOTHING for unknown growth and for beyond ten-fold, which is a slip."""
    with np.errstate(invalid="ignore"):
        usable = np.isfinite(growth) & (np.abs(growth) < 10)
    return np.where(usable, np.round(np.nan_to_num(growth) / limits.growth_grid + offset), NOTHING).astype(np.int64)


def _chances(keys: Keys, strata: pd.Series, limits: Limits) -> Floats:
    """Honest chance that another firm falls into the same bin, given the month before (units x periods)."""
    chance = np.full(keys.shape, np.nan)
    codes = pd.factorize(strata.to_numpy())[0]
    for column in range(keys.shape[1]):
        here = keys[:, column]
        chance[:, column] = _density(here, codes, limits)
        if column:
            before = keys[:, column - 1]
            moved = np.where((here != NOTHING) & (before != NOTHING), here - before, NOTHING)
            chance[:, column] = np.fmax(chance[:, column], _density(moved, codes, limits))
    return chance


def _density(keys: Keys, codes: npt.NDArray[np.int64], limits: Limits) -> Floats:
    """Share of firms per bin near each firm's own bin: all firms or its stratum, whichever is larger.

    The own bin is left out, for copied growth would hide itself; only at 0 (constant figures, honest heaping)
    it counts.
    """
    known = keys != NOTHING
    result = np.full(len(keys), np.nan)
    if not known.any():
        return result
    whole = _around(keys[known])
    near = whole
    strata = codes[known]
    prior = limits.stratum_prior
    for code in np.unique(strata):
        inside = strata == code
        if inside.sum() >= prior:
            size = inside.sum()
            near = near.copy()
            near[inside] = (size * _around(keys[known][inside]) + prior * whole[inside]) / (size + prior)
    result[known] = np.maximum(whole, near)
    return result


def _around(keys: Keys) -> Floats:
    """Mean share of the bins within _NEIGHBOURS of each key, without the key's own bin (except 0)."""
    place = keys - keys.min() + _NEIGHBOURS
    count = np.bincount(place, minlength=int(place.max()) + _NEIGHBOURS + 1)
    below = np.concatenate([[0], count.cumsum()])
    own = count[place]
    others = below[place + _NEIGHBOURS + 1] - below[place - _NEIGHBOURS] - own
    near = (others + 1.0) / (2 * _NEIGHBOURS)
    return np.asarray(np.where(keys == 0, np.maximum(near, own), near) / len(keys))


def _shared(view: View, looked: int, limits: Limits) -> list[Group]:
    """Groups that share ``growth_window`` bins in a row by more than chance, windows with common members joined."""
    size = limits.growth_window
    edges: list[tuple[Keys, int, float, int]] = []
    for start in range(view.keys.shape[1] - size + 1):
        window = view.keys[:, start : start + size]
        rows = np.flatnonzero((window != NOTHING).all(axis=1) & (window != 0).any(axis=1))
        # 21 bits a bin: three make one exact integer key
        code = window[rows] @ (np.int64(1) << (21 * np.arange(size, dtype=np.int64)))
        _, which, count = np.unique(code, return_inverse=True, return_counts=True)
        for index in np.flatnonzero(count >= limits.growth_members):
            members = rows[which == index]
            expected = len(rows) * float(view.chance[members, start : start + size].mean(axis=0).prod())
            p = float(np.clip(looked * stats.poisson.sf(len(members) - 2, expected), SMALLEST, 1.0))
            if p <= limits.fdr_weak:
                edges.append((members, start, p, start + size - 1))
    return _joined(view, edges)


def _joined(view: View, edges: list[tuple[Keys, int, float, int]]) -> list[Group]:
    """Connected windows become one group with the smallest p of its windows."""
    if not edges:
        return []
    units = view.keys.shape[0]
    rows = np.concatenate([members for members, *_ in edges])
    nodes = np.concatenate([np.full(len(edge[0]), units + i) for i, edge in enumerate(edges)])
    graph = coo_matrix((np.ones(len(rows)), (rows, nodes)), shape=(units + len(edges),) * 2)
    _, component = connected_components(graph, directed=False)
    groups = []
    for label in np.unique(component[units:]):
        inside = [edge for i, edge in enumerate(edges) if component[units + i] == label]
        members = np.unique(np.concatenate([edge[0] for edge in inside]))
        first, last = min(edge[1] for edge in inside), max(edge[3] for edge in inside)
        groups.append(Group(view, tuple(int(m) for m in members), first, last, min(edge[2] for edge in inside)))
    return groups


def _constant(view: View, looked: int, limits: Limits) -> list[Group]:
    """Firms whose growth stays in one bin for more than ``growth_window`` months; 0 is left to
    ``repeated_month``."""
    keys = view.keys
    same = np.zeros(keys.shape, dtype=bool)
    same[:, 1:] = (keys[:, 1:] == keys[:, :-1]) & (keys[:, 1:] != NOTHING) & (np.abs(keys[:, 1:]) > 1)
    log_chance = np.where(same, np.log(np.nan_to_num(view.chance, nan=1.0)), 0.0)
    groups = []
    for row in np.flatnonzero(same.sum(axis=1) >= limits.growth_window):
        for first, last in _runs(same[row]):
            p = float(np.clip(looked * np.exp(log_chance[row, first : last + 1].sum()), SMALLEST, 1.0))
            if last - first + 1 >= limits.growth_window and p <= limits.fdr_weak:
                groups.append(Group(view, (int(row),), first - 1, last, p))
    return groups


def _runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of each run of True."""
    change = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b) - 1) for a, b in zip(change[::2], change[1::2], strict=True)]


def _distinct(groups: list[Group]) -> list[Group]:
    """The surest first; a group of which half the members were already named says nothing new."""
    kept: list[Group] = []
    named: set[int] = set()
    for group in sorted(groups, key=lambda g: (g.p, -len(g.rows), g.first, g.rows)):
        if len(named.intersection(group.rows)) * 2 < len(group.rows):
            kept.append(group)
            named.update(group.rows)
    return kept


def _strength(group: Group, limits: Limits) -> str:
    """One family alone is strong only far beyond chance and over half a year."""
    months = group.last - group.first + 1
    return "strong" if group.p <= limits.far_beyond_chance and months >= limits.strong_months else "weak"


def _group_finding(group: Group, names: _Names, limits: Limits) -> Finding:
    members = [names.units[row] for row in group.rows]
    first, last = names.periods[group.first], names.periods[group.last]
    months = group.last - group.first + 1
    listed = "、".join(names.directory.name(unit) for unit in members[:3]) + ("等" if len(members) > 3 else "")
    at, rate = _brightest(group)
    measure = f"{FLOWS[group.view.column]}{group.view.title}增速"
    return Finding(
        **names.directory.common(members),
        unit=f"group-{members[0]}",
        unit_name=f"{listed}{len(members)}家企业",
        unit_kind="group",
        resource="enterprise_return",
        columns=(group.view.column,),
        period=wording.interval(first, last),
        test="shared_growth",
        family="copied_growth",
        strength=_strength(group, limits),
        statistic=float(len(members)),
        effect=float(months),
        unit_of_effect="个月",
        p_value=group.p,
        q_value=group.p,
        peers=len(names.units) - len(members),
        message=f"{listed}{len(members)}家企业{wording.span(first, last)}的{measure}连续相同（精确到0.1个百分点），"
        f"例如{wording.month(names.periods[at])}均为{rate:.1%}。",
        innocent=INNOCENT,
        evidence=_histogram(group, names, at, rate, limits),
    )


def _brightest(group: Group) -> tuple[int, float]:
    """The observation in which most members share one rate, and that rate."""
    keys = group.view.keys[list(group.rows), group.first : group.last + 1]
    best, at, key = 0, group.first, NOTHING
    for column in range(keys.shape[1]):
        values, counts = np.unique(keys[:, column][keys[:, column] != NOTHING], return_counts=True)
        if counts.size and counts.max() > best:
            best, at, key = int(counts.max()), group.first + column, int(values[counts.argmax()])
    rows = [row for row in group.rows if group.view.keys[row, at] == key]
    return at, float(np.median(group.view.growth[rows, at]))


def _histogram(group: Group, names: _Names, at: int, rate: float, limits: Limits) -> Histogram:
    """Growth of all firms in that month around the shared rate, 0.1 pp a bin."""
    width = limits.growth_grid
    edges = rate + width * (np.arange(2 * _NEIGHBOURS + 2) - _NEIGHBOURS - 0.5)
    growth = group.view.growth[:, at]
    counts, _ = np.histogram(growth[np.isfinite(growth)], bins=edges)
    shown = [round(float(edge) * 100, 3) for edge in edges]
    return Histogram(
        x_label=f"{wording.month(names.periods[at])}{FLOWS[group.view.column]}{group.view.title}增速（%）",
        bins=tuple((a, b, int(count)) for a, b, count in zip(shown, shown[1:], counts, strict=False)),
        lit=(shown[_NEIGHBOURS], shown[_NEIGHBOURS + 1]),
        members=tuple(Member(unit=names.units[r], name=names.directory.name(names.units[r])) for r in group.rows),
    )


def _firm_finding(group: Group, names: _Names, limits: Limits) -> Finding:
    (row,) = group.rows
    who = names.directory.who(names.units[row])
    first, last = names.periods[group.first], names.periods[group.last]
    rate = float(np.median(group.view.growth[row, group.first : group.last + 1]))
    growth = group.view.growth[row]
    measure = f"{FLOWS[group.view.column]}{group.view.title}增速"
    values = tuple(None if not np.isfinite(v) else round(float(v) * 100, 2) for v in growth)
    return Finding(
        **who.fields(),
        unit_kind="firm",
        resource="enterprise_return",
        columns=(group.view.column,),
        period=wording.interval(first, last),
        test="constant_growth",
        family="copied_growth",
        strength=_strength(group, limits),
        statistic=float(group.last - group.first + 1),
        effect=float(group.last - group.first + 1),
        unit_of_effect="个月",
        p_value=group.p,
        q_value=group.p,
        peers=len(names.units) - 1,
        message=f"{who.unit_name}{wording.span(first, last)}的{measure}每月都是{rate:.1%}（精确到0.1个百分点），"
        "没有正常生产应有的波动。",
        innocent=INNOCENT,
        evidence=Series(x=tuple(names.periods), lines=((f"{measure}（%）", values),), lit=(first, last)),
    )
