"""Values just above a line that other books support less than values farther up (family bunching): a finding on a
group, never on one unit.

Who would fall out of a directory, or short of a subsidy, lifts the figure over the line; electricity and invoices stay
where they were. A list that holds only those above the line has no density below it, so its density jumps by
construction and ``threshold`` cannot be asked. But honest units just above the line are supported by their other books
as well as those farther up: how far a figure lies above what the witnesses carry does not depend on where the line is.
The statistic is the number of units just above the line that lie beyond the upper tenth of the others; Fisher's exact
test says how rare that is (Fisher 1935). A witness that falls behind for an honest reason (a solar roof) does so above
the line as often as near it.

The figure is the year's where a running total is reported, and each unit counts once.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from expectations.authenticity.judge import adjust
from expectations.authenticity.level import slope
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST, Floats, standardise
from expectations.authenticity.observations import Observations
from expectations.authenticity.stamps import stamps
from expectations.authenticity.tested import Booleans, Group, Tested
from expectations.authenticity.threshold import INNOCENT, JUST_ABOVE
from expectations.authenticity.wording import number

_FAR = 3.0
"""Times the line up to which units are compared with those just above it: beyond, firms are of another kind."""
_UPPER = 0.1
_LEAST = 20
"""Others needed: an upper tenth of fewer is one unit or none."""


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """One Tested a line (threshold or floor) on a column that belongs to a set of related columns."""
    tested = []
    for name, at in {**seen.thresholds, **seen.floors}.items():
        others = next((columns for columns in seen.together if name in columns), ())
        witnesses = [column for column in others if column != name]
        if witnesses and at > 0:
            tested.append(_tested(seen, name, at, witnesses, limits))
    return tested


def _tested(seen: Observations, name: str, at: float, witnesses: Sequence[str], limits: Limits) -> Tested:
    own = _typical(seen, name)
    value, gaps = _gaps(seen, name, witnesses, limits)
    excess = _weighed(gaps)
    near = (value > at) & (value <= at * (1 + JUST_ABOVE))
    unit = own.index.get_level_values("unit").to_numpy()
    # Each unit once: in its last year just above the line, else in its last year among the others.
    rows = pd.DataFrame({"unit": unit, "near": near, "z": excess})
    rows = rows[np.isfinite(excess) & (value > at) & (value <= _FAR * at)].sort_values("near", kind="stable")
    rows = rows.drop_duplicates("unit", keep="last")
    looked = np.zeros(seen.size, dtype=bool)
    looked[rows["unit"].to_numpy()] = True
    able = rows["near"].sum() >= limits.few_peers and (~rows["near"]).sum() >= _LEAST
    unknown = np.full(seen.size, np.nan)
    return Tested(
        test="unsupported_above",
        family="bunching",
        columns=(name, *witnesses),
        p=unknown,
        statistic=unknown,
        effect=unknown,
        unit_of_effect="个",
        peers=np.full(seen.size, int((~rows["near"]).sum()), dtype=np.int64),
        message=lambda _: "",
        reason="聚集是一群单位的性质，不归到单个单位"
        if able
        else f"刚过{seen.quantity(name, at)}的单位不足{limits.few_peers}个",
        groups=tuple(_groups(seen, name, at, witnesses, rows, limits)) if able else (),
        looked=looked if able else None,
        innocent=INNOCENT,
    )


def _typical(seen: Observations, name: str) -> pd.Series:
    """A column by unit and period: a running total as its complete years', anything else as it stands."""
    values = seen.column(name)
    if seen.period is None:
        return _series(values, seen.unit, np.zeros(len(values), dtype=np.int64))
    ends = seen.latest & _year_ends(seen)[seen.period] if name in seen.running else seen.latest
    return _series(values[ends], seen.unit[ends], seen.period[ends])


def _series(values: Floats, unit: np.ndarray, period: np.ndarray) -> pd.Series:
    known = np.isfinite(values)
    index = pd.MultiIndex.from_arrays([unit[known], period[known]], names=["unit", "period"])
    return pd.Series(values[known], index=index)


def _year_ends(seen: Observations) -> Booleans:
    """Periods that close a year: those of the highest number that any year has."""
    found = stamps(seen.periods)
    if found is None:
        return np.ones(len(seen.periods), dtype=bool)
    last = max(number_ for _, number_ in found)
    return np.array([number_ == last for _, number_ in found], dtype=bool)


def _beside(seen: Observations, name: str, of: str) -> pd.Series:
    """A witness by unit and period: its typical value over the year that ends there, where ``of`` is a year's total."""
    values = seen.figures(name)
    if seen.period is None or of not in seen.running:
        own = seen.latest
        period = np.zeros(len(values), dtype=np.int64) if seen.period is None else seen.period
        return _series(values[own], seen.unit[own], period[own])
    found = stamps(seen.periods) or []
    ends = {year: at for at, (year, _) in enumerate(found) if _year_ends(seen)[at]}
    end = np.array([ends.get(year, -1) for year, _ in found], dtype=np.int64)[seen.period]
    inside = np.isfinite(values) & (end >= 0) & seen.latest
    return (
        pd.Series(values[inside])
        .groupby([pd.Series(seen.unit[inside], name="unit"), pd.Series(end[inside], name="period")])
        .mean()
    )


def carried(seen: Observations, name: str, witnesses: Sequence[str], limits: Limits = LIMITS) -> tuple[Floats, Floats]:
    """The column by unit and period, and what the witnesses carry of it."""
    value, gaps = _gaps(seen, name, witnesses, limits)
    with np.errstate(divide="ignore", invalid="ignore"):
        return value, value / np.exp(_weighed(gaps))


def _gaps(
    seen: Observations, name: str, witnesses: Sequence[str], limits: Limits
) -> tuple[Floats, list[tuple[Floats, Floats]]]:
    """The column, and by how many robust deviations it lies above what each witness carries among peers, with their
    size in log points."""
    own = _typical(seen, name)
    strata = pd.Series(seen.peer[own.index.get_level_values("unit").to_numpy()])
    gaps = []
    for witness in witnesses:
        beside = _beside(seen, witness, name).reindex(own.index)
        with np.errstate(divide="ignore", invalid="ignore"):
            y, x = (np.log(np.where(part > 0, part, np.nan)) for part in (own.to_numpy(), beside.to_numpy()))
        standard = standardise(y - slope(y, x, strata) * x, strata, limits)
        gaps.append((standard.z, standard.scale))
    return own.to_numpy(dtype=np.float64), gaps


def _weighed(gaps: Sequence[tuple[Floats, Floats]]) -> Floats:
    """How far the column lies above what the known witnesses carry, in log points, each witness weighed by how closely
    it follows among peers; NaN without any."""
    z, scale = (np.array(part) for part in zip(*gaps, strict=True))
    known = np.isfinite(z) & (scale > 0)
    weight = np.where(known, 1 / np.where(known, scale, 1.0) ** 2, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((np.where(known, z * scale, 0.0) * weight).sum(axis=0) / weight.sum(axis=0))


def _groups(
    seen: Observations, name: str, at: float, witnesses: Sequence[str], rows: pd.DataFrame, limits: Limits
) -> list[Group]:
    """All units, and those of each place that has enough of them just above the line."""
    strata = [("全部", np.ones(seen.size, dtype=bool))]
    strata += [(label, seen.place == number_) for number_, label in enumerate(seen.places) if len(seen.places) > 1]
    found = [_group(seen, name, at, witnesses, rows[units[rows["unit"]]], label, limits) for label, units in strata]
    groups = [group for group in found if group is not None]
    q = adjust(np.array([group.p for group in groups]))
    return [group for group, level in zip(groups, q, strict=True) if level <= limits.fdr_group]


def _group(
    seen: Observations,
    name: str,
    at: float,
    witnesses: Sequence[str],
    rows: pd.DataFrame,
    label: str,
    limits: Limits,
) -> Group | None:
    near, others = (rows.loc[rows["near"] == side, "z"].to_numpy(dtype=np.float64) for side in (True, False))
    if len(near) < limits.few_peers or len(others) < _LEAST:
        return None
    line = np.quantile(others, 1 - _UPPER)
    high, usual = int((near > line).sum()), int((others > line).sum())
    p = stats.hypergeom.sf(high - 1, len(near) + len(others), high + usual, len(near))
    expected = usual / len(others) * len(near)
    members = rows.loc[rows["near"] & (rows["z"] > line)].sort_values("z", ascending=False)["unit"]
    where = "" if label == "全部" else f"{label}的"
    return Group(
        label=f"{where}{name}刚过{seen.quantity(name, at)}的单位",
        unit=f"{name} {number(at)} {label}",
        members=tuple(int(unit) for unit in members),
        p=float(np.maximum(p, SMALLEST)),
        statistic=float(high),
        effect=high - expected,
        message=f"{where}{name}刚过{seen.quantity(name, at)}（高出{JUST_ABOVE:.0%}以内）的{len(near)}个单位中，"
        f"有{high}个的数远高于{'、'.join(witnesses)}所能支撑的水平；按界线以上其他单位的情形约应有{expected:.0f}个。",
    )
