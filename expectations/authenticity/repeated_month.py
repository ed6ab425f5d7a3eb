"""A month that repeats another in every figure: last period's return handed in again (family copied_growth).

Counts the transitions in which at least ``repeat_columns`` flows (output, revenue, profit, tax, wages) equal
those of the month before, or of the same month a year before, to the last 千元. Zeros never count: a stop is
honest.

Small figures coincide by chance and a rent is honestly constant, so each column of each firm has its own chance
of repeating: that of peers' usual relative change in units of the firm's own last place, raised by what the
firm itself does in months that do *not* repeat as a whole. Columns are independent under the null; the expected
number of whole repeats of a firm is the sum of their Poisson-binomial chances, the tail is Poisson, firms go
through Benjamini-Hochberg.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from expectations.authenticity import judge, wording
from expectations.authenticity.evidence import Series
from expectations.authenticity.finding import Finding
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST, Floats
from expectations.authenticity.panel import FLOWS, grid, labels, last_place
from expectations.authenticity.units import Directory

COLUMNS = ("output_10k_yuan", "revenue_10k_yuan", "profit_10k_yuan", "tax_payable_10k_yuan", "wages_10k_yuan")
YEAR = 11
"""Observations in a year: January and February are one."""

INNOCENT = ("系统带出上月数后未及时更正", "停产检修期间按固定费用结转", "按合同定额生产、定额结算的企业")

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Repeats:
    """Per unit: which transitions repeat as a whole (units x transitions), how many were judged, and the chance."""

    whole: Booleans
    judged: npt.NDArray[np.int64]
    p: Floats


def inspect(panel: pd.DataFrame, directory: Directory, limits: Limits = LIMITS) -> list[Finding]:
    """Firms of the rectangular panel that hand in the same month again; one finding a firm."""
    units, periods = labels(panel)
    findings: dict[str, Finding] = {}
    if not units:
        return []
    values = np.stack([grid(panel, name) for name in COLUMNS])
    for lag, said in ((1, "上月"), (YEAR, "上年同月")):
        if len(periods) <= lag:
            continue
        found = _repeats(values, periods, lag, limits)
        q = judge.adjust(found.p)
        for row in np.flatnonzero((q <= limits.fdr_weak) & (found.whole.sum(axis=1) >= limits.repeat_months)):
            months = [periods[at] for at in np.flatnonzero(found.whole[row]) + lag]
            picture = _series(values[:, row], periods, (months[0], months[-1]))
            finding = _finding(units[row], months, said, (found.p[row], q[row]), picture, directory, limits)
            findings.setdefault(units[row], finding.model_copy(update={"peers": int((found.judged > 0).sum()) - 1}))
    return list(findings.values())


def _repeats(values: Floats, periods: list[str], lag: int, limits: Limits) -> _Repeats:
    now, before = values[:, :, lag:], values[:, :, :-lag]
    alike = np.array(
        [a.endswith("-02") == b.endswith("-02") for a, b in zip(periods[lag:], periods, strict=False)], dtype=bool
    )
    judged = np.isfinite(now) & np.isfinite(before) & (now != 0) & alike
    equal = judged & (now == before)
    whole = equal.sum(axis=0) >= limits.repeat_columns
    applied = (judged.sum(axis=0) >= limits.repeat_columns).sum(axis=1)
    chance = np.stack([_chance(v, e, j, whole, lag, limits) for v, e, j in zip(values, equal, judged, strict=True)])
    expected = at_least(np.where(judged, chance, 0.0), limits.repeat_columns).sum(axis=1)
    enough = (applied >= limits.change_side) & (int((applied > 0).sum()) >= limits.null_units)
    p = np.maximum(stats.poisson.sf(whole.sum(axis=1) - 1, expected), SMALLEST)
    return _Repeats(whole, applied, np.where(enough, p, np.nan))


def _chance(values: Floats, equal: Booleans, judged: Booleans, whole: Booleans, lag: int, limits: Limits) -> Floats:
    """Honest chance that one column of one firm repeats in one transition (units x transitions)."""
    now, before = values[:, lag:], values[:, :-lag]
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(judged & ~equal, np.abs(now - before) / np.abs(before), np.nan)
        usual = float(np.nanmedian(relative)) if np.isfinite(relative).any() else 1.0
        # Density at 0 of a change whose median size is m: about one unit of the last place in four medians.
        peers = np.minimum(last_place(values)[:, None] / (4 * usual * np.abs(before)), 1.0)
    single = judged & ~whole
    prior = limits.change_side
    alone = (equal & single).sum(axis=1, keepdims=True)
    own = (alone + prior * np.nan_to_num(peers)) / (single.sum(axis=1, keepdims=True) + prior)
    return np.asarray(np.fmax(peers, own))


def at_least(chance: Floats, count: int) -> Floats:
    """Probability that at least ``count`` of the columns (first axis) come true, by the Poisson-binomial
    recursion."""
    exactly = np.zeros((chance.shape[0] + 1, *chance.shape[1:]))
    exactly[0] = 1.0
    for p in np.nan_to_num(chance):
        exactly[1:] = exactly[1:] * (1 - p) + exactly[:-1] * p
        exactly[0] *= 1 - p
    return np.asarray(exactly[count:].sum(axis=0))


def _finding(
    unit: str,
    months: list[str],
    said: str,
    chance: tuple[float, float],
    picture: Series,
    directory: Directory,
    limits: Limits,
) -> Finding:
    who = directory.who(unit)
    certain = chance[1] <= limits.far_beyond_chance and len(months) >= limits.strong_months
    return Finding(
        **who.fields(),
        unit_kind="firm",
        resource="enterprise_return",
        columns=COLUMNS,
        period=wording.interval(months[0], months[-1]),
        test="repeated_month",
        family="copied_growth",
        strength="strong" if certain else "weak",
        statistic=float(len(months)),
        effect=float(len(months)),
        unit_of_effect="个月",
        p_value=float(chance[0]),
        q_value=float(chance[1]),
        peers=0,
        message=f"{who.unit_name}{wording.span(months[0], months[-1])}有{len(months)}个月的报表与{said}相同："
        f"至少{limits.repeat_columns}项当月数精确到千元完全一致。",
        innocent=INNOCENT,
        evidence=picture,
    )


def _series(values: Floats, periods: list[str], lit: tuple[str, str]) -> Series:
    lines = tuple(
        (f"{FLOWS[name]}（当月）", tuple(None if not np.isfinite(v) else float(v) for v in row))
        for name, row in zip(COLUMNS, values, strict=True)
    )
    return Series(x=tuple(periods), lines=lines, lit=lit)
