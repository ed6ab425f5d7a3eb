"""A series that becomes smooth from some month on, or is smoother than any honest one (family dispersion).

Invented figures follow the trend and lack the accidents of real business. ``noise_fell`` scans the change month with
a Laplace likelihood ratio of the mean absolute change before and after (Hinkley, Biometrika 1970, for the scan), on
first, second and year-on-year differences of the residual (the last because a fake may keep the season), winsorised,
with the rounding of the figures as a floor. The null is the mirror: the same scan for noise that *rose*, which
nobody fabricates; the firm's own rise is taken away first, so that a firm of calm and wild months is compared with
itself. ``noise_small`` asks for both at once: changes as filed smaller than any peer's in the same year and a half (a
fake lacks the season of its trade and the accidents of its own) and smaller than the unit's own before. The statistic
is the sum of the logarithms of the two chances; firms that honestly follow no season are more than those that follow it
twice, so no mirror holds, and the null is the exponential tail of the statistic's own body (``null.body_tail``).
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from expectations.authenticity import judge, null, peers, residual
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats
from expectations.authenticity.observations import Observations
from expectations.authenticity.residual import medians
from expectations.authenticity.stamps import season
from expectations.authenticity.tested import Booleans, Tested
from expectations.authenticity.wording import part

INNOCENT = (
    "合同定额、固定租金等收入本来平稳",
    "改为按计划均衡生产",
    "更换核算口径后逐期波动减小",
    "年末一次性调整代替逐月记账",
)
_LEAST = 0.1  # of its typical change: in a month in which nothing moves at all nothing is learnt
_WINSOR = 4.0
"""Medians of absolute change beyond which a change counts no more: mergers and shared jumps are no noise."""
_WINDOW, _STEP = 18, 6
"""Changes in a window that is placed among peers, and from window to window: one whole season and half of the next."""


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Both tests of every value column of a panel."""
    tested = []
    for name in seen.values:
        rest = residual.residual(seen, name, limits)
        grid = seen.flows(name)
        if rest is not None and grid is not None:
            floor = rounding(grid, residual.own_places(seen, name))
            # Spikes are masked in the residual; what the figures themselves did is looked at where they are not.
            raw = np.where(np.isfinite(rest), residual.logarithms(grid), np.nan)
            calm = is_constant(raw, floor)
            floor = np.where(calm, np.nan, floor)
            fell = _fell(name, (raw, rest), floor, seen, limits)
            tested += [fell, _small(fell, raw, floor, seen, limits)]
    return tested


def rounding(grid: Floats, place: Floats) -> Floats:
    """Half of the last place of a unit's figures over their typical size: noise that rounding alone makes, a unit."""
    size = medians(np.abs(grid))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size > 0, 0.5 * place / size, np.nan)


def _fell(name: str, series: tuple[Floats, Floats], floor: Floats, seen: Observations, limits: Limits) -> Tested:
    ps, contrasts, starts, ratios = [], [], [], []
    for view in _views(series, season(seen.periods), limits):
        fell, rose, change, ratio = _scan(_floored(_deflated(view, seen, limits), floor), limits)
        contrast = np.where(np.isfinite(floor), fell - rose, np.nan)
        ps.append(null.upper_tail(contrast, peers.null_sample(-contrast, seen, limits), limits))
        contrasts.append(contrast)
        # Differences lose the first periods.
        starts.append(change + series[0].shape[1] - view.shape[1])
        ratios.append(ratio)
    p = np.column_stack(ps)
    best = np.where(np.isfinite(p), p, np.inf).argmin(axis=1)
    rows = np.arange(seen.size)
    statistic, at, effect = (np.column_stack(each)[rows, best] for each in (contrasts, starts, ratios))
    combined = judge.combine(p, limits)

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的“{name}”自{seen.when(at[unit])}起突然平稳：逐期波动降到此前的{part(effect[unit])}，"
            "正常经营的偶然起伏几乎消失。"
        )

    return Tested(
        test="noise_fell",
        family="dispersion",
        columns=(name,),
        p=combined,
        statistic=statistic,
        effect=effect,
        unit_of_effect="此前波动的倍数",
        peers=np.full(seen.size, max(int(np.isfinite(combined).sum()) - 1, 0)),
        message=message,
        period=seen.between(at, np.full(seen.size, len(seen.periods) - 1)),
        reason=f"前后各不足{limits.change_side}期，或可比单位不足{limits.null_units}个，或数值基本不变",
        can_be_strong_alone=True,
        matters=effect <= limits.meaningful_spread,
        innocent=INNOCENT,
    )


def _views(series: tuple[Floats, Floats], year: int | None, limits: Limits) -> Iterator[Floats]:
    """Absolute changes in every way a fake may be smooth: as filed (it lacks the season), against the industry (it
    keeps it), and against the year before (it keeps its own)."""
    for each in series:
        for n in (1, 2):
            yield np.abs(np.diff(each, n=n, axis=1))
    raw = series[0]
    if year is not None and raw.shape[1] >= 2 * year + limits.change_side:
        yield np.abs(np.diff(raw[:, year:] - raw[:, :-year], axis=1))


def _deflated(view: Floats, seen: Observations, limits: Limits) -> Floats:
    """Changes over the typical change of the stratum in that period: a calm year of a whole trade is nobody's."""
    typical = residual.effects(view, seen.peer, limits, seen.tainted)
    typical = typical / np.maximum(medians(typical)[:, None], 1e-12)
    return np.asarray(view / np.maximum(typical, _LEAST)[seen.peer])


def _floored(view: Floats, floor: Floats) -> Floats:
    """Absolute changes, winsorised at the unit's own typical change and never below what rounding makes."""
    typical = medians(view)
    low = np.nan_to_num(floor) + 1e-9
    return np.where(
        np.isfinite(view), np.clip(view, low[:, None], np.maximum(_WINSOR * typical, 2 * low)[:, None]), np.nan
    )


def _scan(view: Floats, limits: Limits) -> tuple[Floats, Floats, np.ndarray, Floats]:
    """Largest likelihood ratio of a fall and of a rise, where the fall is (index into the view), and what is left of
    the noise after it."""
    known = np.isfinite(view)
    n = known.cumsum(axis=1).astype(float)
    total = np.where(known, view, 0.0).cumsum(axis=1)
    n1, s1 = n[:, :-1], total[:, :-1]
    n2, s2 = n[:, -1:] - n1, total[:, -1:] - s1
    with np.errstate(divide="ignore", invalid="ignore"):
        m1, m2, m = s1 / n1, s2 / n2, total[:, -1:] / n[:, -1:]
        ratio = n[:, -1:] * np.log(m) - n1 * np.log(m1) - n2 * np.log(m2)
        enough = (n1 >= limits.change_side) & (n2 >= limits.change_side)
        fell = np.where(enough & (m2 < m1), ratio, np.where(enough, 0.0, -np.inf))
        rose = np.where(enough & (m2 > m1), ratio, np.where(enough, 0.0, -np.inf))
        at = fell.argmax(axis=1)
        rows = np.arange(len(view))
        left = m2[rows, at] / m1[rows, at]
    best_fell, best_rose = fell.max(axis=1), rose.max(axis=1)
    none = ~np.isfinite(best_fell)
    return np.where(none, np.nan, best_fell), np.where(none, np.nan, best_rose), at + 1, left


def is_constant(raw: Floats, floor: Floats) -> Booleans:
    """Units whose figures mostly do not move, or by no more than their own rounding: rents and contracts."""
    change = medians(np.abs(np.diff(raw, axis=1)))
    return np.asarray(~(change > 2 * np.nan_to_num(floor) + 1e-9))


def _small(fell: Tested, raw: Floats, floor: Floats, seen: Observations, limits: Limits) -> Tested:
    (name,) = fell.columns
    view = _floored(np.abs(np.diff(raw, axis=1)), floor)
    length = min(_WINDOW, view.shape[1])
    starts = sorted({*range(0, view.shape[1] - length + 1, _STEP), view.shape[1] - length})
    windows = [_among_peers(view[:, at : at + length], np.isfinite(floor), seen, limits) for at in starts]
    calm, ratio, count = (np.column_stack(each) for each in zip(*windows, strict=True))
    best = np.where(np.isfinite(calm), calm, -np.inf).argmax(axis=1)
    begins = np.array(starts)[best]
    rows = np.arange(seen.size)
    calm, effect, count = calm[rows, best], ratio[rows, best], count[rows, best]
    alone = null.body_tail(calm, peers.null_sample(calm, seen, limits), limits)
    both = -np.log(alone) - np.log(np.where(np.isfinite(fell.p), fell.p, 1.0))
    p = np.maximum(null.body_tail(both, peers.null_sample(both, seen, limits), limits), null.SMALLEST)

    def message(unit: int) -> str:
        first = begins[unit]
        usual = f"{count[unit]}个同类单位典型值的{part(effect[unit])}"
        when = f"{seen.when(first)}至{seen.when(first + length)}"
        return f"{seen.units[unit]}的“{name}”在{when}比同类都平稳：逐期波动只有{usual}。"

    return Tested(
        test="noise_small",
        family="dispersion",
        columns=(name,),
        p=p,
        statistic=both,
        effect=effect,
        unit_of_effect="同类波动的倍数",
        peers=count.astype(np.int64),
        message=message,
        period=seen.between(begins, begins + length),
        reason=f"不足{2 * limits.change_side}期，或可比单位不足{limits.null_units}个，或数值基本不变",
        matters=effect <= limits.meaningful_spread,
        innocent=INNOCENT,
    )


def _among_peers(view: Floats, able: Booleans, seen: Observations, limits: Limits) -> tuple[Floats, Floats, Floats]:
    """How much smaller each unit's mean change in a window is than its peers', in robust deviations of its logarithm;
    the ratio to their typical one; and how many they are."""
    known = np.isfinite(view)
    count = known.sum(axis=1)
    mean = np.where(known, view, 0.0).sum(axis=1) / np.maximum(count, 1)
    enough = able & (count >= 2 * limits.change_side) & (mean > 0)
    value = np.where(enough, -np.log(np.where(enough, mean, 1.0)), np.nan)
    standard = null.standardise(value, pd.Series(seen.peer), limits)
    return null.empirical_null(standard.z), np.exp(standard.location - value), standard.peers.astype(float)
