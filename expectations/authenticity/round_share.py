"""Shares that are whole percentages more often than counts allow (family round_share).

Who invents a result thinks of a percentage and works the count out from it; who counts gets 61.37 %. The statistic
is the number of a unit's rows whose share lies within .05 percentage points of a whole one (Kobak, Shpilkin and
Pshenichnikov, Annals of Applied Statistics 10, 2016), or, below a thousand, whose count is the nearest one to a whole
percentage: 263 of 317 is what 83 % gives. Their null resamples each count from a binomial; where a binomial is wide
enough for the question (a percentage point and more), its chance of a whole percentage is the share of attainable
counts that give one, which has a closed form and also serves amounts that are no counts. A percentage that stays from
one row to the next (a contract) counts once.
"""

from itertools import permutations

import numpy as np
from scipy import stats

from expectations.authenticity.excused import excused, normal
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.places import last_place
from expectations.authenticity.tally import tally
from expectations.authenticity.tested import Booleans, Tested

NEAR = 0.05
"""Percentage points from a whole percentage that still count as whole (Kobak et al.: printed with one decimal)."""
_LEAST = 10
"""Rows below which even whole shares throughout cannot be told from chance by a margin."""
_MEANT = 20.0
"""Percentage points of excess that an inspector could show: one row in five beyond what chance gives."""
_SAMPLE, _PAIRS = 2000, 4
_SPOILT, _SMALLEST, _MOVES = 0.001, 0.05, 0.5
"""A pair is a share when no more than one row in a thousand denies it, it is no vanishing part, and its rank
correlation is plain: unrelated counts have none."""

INNOCENT = ("名额、提成或税率按整数百分比核定", "分母很小，比例本来只能取少数几个值", "上报的是目标比例而非实际完成数")


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """One Tested a declared pair of numerator and denominator; without any, of the pairs of counts found."""
    return [_tested(seen, top, bottom, limits) for top, bottom in seen.shares or find(seen)]


def find(seen: Observations) -> list[tuple[str, str]]:
    """Columns of counts of which one is always a part of the other, and moves with it; a few at most.

    A pair that nobody thought of as a share costs little: its null holds for any two counts.
    """
    rows = np.flatnonzero(seen.latest)[:: max(int(seen.latest.sum()) // _SAMPLE, 1)]
    columns = {name: seen.column(name)[rows] for name in seen.values}
    counts = {name: values for name, values in columns.items() if last_place(values) == 1 and np.nanmax(values) > 200}
    pairs = []
    for (top, part), (bottom, whole) in permutations(counts.items(), 2):
        known = np.isfinite(part) & np.isfinite(whole) & (whole > 0) & (part >= 0)
        if known.sum() < _LEAST or (part[known] > whole[known]).mean() > _SPOILT:
            continue
        share = float(np.median(part[known] / whole[known]))
        moves = float(stats.spearmanr(part[known], whole[known]).statistic)
        if _SMALLEST < share < 1 and moves >= _MOVES:
            pairs.append((moves, top, bottom))
    return [(top, bottom) for _, top, bottom in sorted(pairs, reverse=True)[:_PAIRS]]


def chance(denominator: Floats) -> Floats:
    """Chance that count / denominator is a whole percentage, for counts that fall anywhere in a percentage point.

    ``denominator`` is in units of the numerator's last place. The fractional parts of the percentage are the
    multiples of 1/m with m = d / gcd(d, 100), of which those up to ``near`` on either side count.
    """
    whole = np.maximum(np.round(denominator), 1).astype(np.int64)
    steps = whole / np.gcd(whole, 100)
    return np.asarray(np.minimum((2 * np.floor(near(whole) * steps + 1e-9) + 1) / steps, 1.0))


def near(denominator: Floats | Integers) -> Floats:
    """Percentage points that count as whole: NEAR, or half a count where that is more."""
    return np.asarray(np.maximum(NEAR, 50 / np.maximum(denominator, 1)))


def _stays(share: Floats, whole: Booleans, seen: Observations) -> Booleans:
    """Rows whose percentage, or whole percentage, is that of the unit's row before: a contract that fixes it decided
    once and not each time."""
    same = np.abs(np.diff(share)) < NEAR
    same |= whole[1:] & whole[:-1] & (np.diff(np.round(share)) == 0)
    return np.append(False, same & (np.diff(seen.unit) == 0))[: len(share)]


def _tested(seen: Observations, top: str, bottom: str, limits: Limits) -> Tested:
    numerator, denominator = seen.figures(top), seen.figures(bottom)
    place = last_place(seen.column(top))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 100 * numerator / denominator
        counts = np.nan_to_num(denominator / place)
        expected = chance(counts)
        # Below 1 % and about 100 % a whole number is no coincidence, and a chance of one in two says nothing.
        judged = (denominator > 0) & (share > 0.5) & (np.abs(share - 100) > 0.5) & (expected <= 0.5) & seen.latest
        whole = judged & (np.abs(share - np.round(share)) <= near(counts) + 1e-9)
        stays = _stays(share, whole, seen)
        judged, whole = judged & ~stays, whole & ~stays
    rows, hits = tally(judged, seen.unit, seen.size), tally(whole, seen.unit, seen.size)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = tally(np.where(judged, expected, 0.0), seen.unit, seen.size) / rows
        tail = np.where(rows >= _LEAST, stats.binom.sf(hits - 1, rows, np.nan_to_num(mean)), np.nan)
        p, peers = excused(normal(tail), seen, limits)
        effect = 100 * (hits / rows - mean)

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的{top}占{bottom}的比例，{rows[unit]:.0f}行中有{hits[unit]:.0f}行恰为整数百分比；"
            f"如实计数时约应有{rows[unit] * mean[unit]:.1f}行。"
        )

    return Tested(
        test="whole_percentages",
        family="round_share",
        columns=(top, bottom),
        p=p,
        statistic=hits,
        effect=effect,
        unit_of_effect="个百分点",
        peers=peers,
        message=message,
        reason=f"可判断的比例不足{_LEAST}行",
        # A count has no reason to be a whole percentage of another; an amount may, by contract. A pair that was only
        # found may be no share at all.
        can_be_strong_alone=place >= 1 and (top, bottom) in seen.shares,
        matters=np.nan_to_num(effect) >= _MEANT,
        innocent=INNOCENT,
    )
