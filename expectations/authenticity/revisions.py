"""Breaks in a unit's series and revisions that go one way (family revision).

- ``level_break``: the logarithm of a value less the stratum's median of the period; the statistic is the largest
  difference between the medians of the three periods after and before a point, over the unit's own spread shrunk to
  its peers'. Three periods, so that one slip is no break. It finds the correction as well as the fabrication
  (Liaoning 2017), and honest mergers: null is the mirror, the same statistic of breaks the other way, which are
  honest as often. Where units are few, the peers' own spread in a t-distribution. What all columns of a unit do
  together is a merger or a move, so with three columns or more only what goes beyond their median counts.
- ``one_way_revision``: where a unit reported a period several times, the share of its revisions that go up, against
  the share among all units (binomial, two-sided). Honest revisions are news and go either way (Mankiw and Shapiro,
  Survey of Current Business 66, 1986).
"""

import numpy as np
from scipy import stats

from expectations.authenticity import null
from expectations.authenticity.excused import excused, normal
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import MAD, SMALLEST, Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.quantiles import median, stratum_median
from expectations.authenticity.tally import tally
from expectations.authenticity.tested import Tested

_SIDE = 3
_PERIODS = 8
_PRIOR = 12.0
"""Periods a unit's own spread needs to weigh as much as its peers': below, a MAD errs by a fifth."""
_PEERS = 10
_REVISIONS = 8
_BLOCK = 4096

INNOCENT = (
    "合并、分立、搬迁或新线投产",
    "普查后统一修订历史数据",
    "统计口径、行业归类或计量单位变更",
    "核实后更正前期误报",
)


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """A level_break a value column, and, where there are vintages, a one_way_revision a value column."""
    if seen.period is None:
        return []
    grids = {name: cells for name in seen.values if (cells := seen.flows(name)) is not None}
    moves = beyond_common(np.stack([shifts(cells, seen.peer) for cells in grids.values()])) if grids else ()
    found = [_break(seen, name, moved, limits) for name, moved in zip(grids, moves, strict=True)]
    if seen.vintage is not None:
        found += [_revised(seen, name, limits) for name in seen.values]
    return found


def shifts(cells: Floats, stratum: Integers) -> Floats:
    """Median of three periods after less median of three before, of the log series against its stratum; units x
    points between periods, NaN where a side is not fully known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(cells > 0, np.log(cells), np.nan)
    if cells.shape[1] < 2 * _SIDE:
        return np.full((len(cells), 0), np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(logs - stratum_median(logs, stratum), _SIDE, axis=1)
    # The median of three, faster than sorting.
    first, second, third = (windows[:, :, at] for at in range(_SIDE))
    middle = np.maximum(np.minimum(first, second), np.minimum(np.maximum(first, second), third))
    middle = np.where(np.isfinite(third), middle, np.nan)
    return np.asarray(middle[:, _SIDE:] - middle[:, :-_SIDE])


def beyond_common(moves: Floats) -> Floats:
    """Shifts of several columns (columns x units x points), each cut to what goes beyond the columns' median; as they
    are with fewer than three columns."""
    if len(moves) < 3:
        return moves
    # Some units at a time: several columns of a large table at once would be most of its memory.
    return np.concatenate(
        [_beyond(moves[:, at : at + _BLOCK]) for at in range(0, max(moves.shape[1], 1), _BLOCK)], axis=1
    )


def _beyond(moves: Floats) -> Floats:
    rest = moves - median(moves.reshape(len(moves), -1), axis=0).reshape(moves.shape[1:])
    same = np.sign(rest) == np.sign(moves)
    cut = np.where(same, np.sign(moves) * np.minimum(np.abs(moves), np.abs(rest)), 0.0)
    return np.asarray(np.where(np.isfinite(moves), cut, np.nan))


def _break(seen: Observations, name: str, moved: Floats, limits: Limits) -> Tested:
    known = np.isfinite(moved).sum(axis=1)
    usual = _spread(moved, known, seen.peer)
    z = moved / usual[:, None]
    able = known >= _PERIODS - 2 * _SIDE + 1
    up = np.where(able, np.nanmax(np.where(np.isfinite(z), z, -np.inf), axis=1, initial=-np.inf), np.nan)
    down = np.where(able, np.nanmax(np.where(np.isfinite(z), -z, -np.inf), axis=1, initial=-np.inf), np.nan)
    p = np.minimum(2 * np.fmin(_tail(up, down, known, limits), _tail(down, up, known, limits)), 1.0)
    at = np.argmax(np.nan_to_num(np.abs(z)), axis=1) if z.shape[1] else np.zeros(seen.size, dtype=np.int64)
    row = np.arange(seen.size)
    step = moved[row, at] if z.shape[1] else np.full(seen.size, np.nan)
    ratio = np.exp(step)

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的{name}在{seen.when(at[unit] + _SIDE)}前后水平突变为原来的{ratio[unit]:.2f}倍"
            "（已扣除同类单位同期的变化），此后没有恢复。"
        )

    return Tested(
        test="level_break",
        family="revision",
        columns=(name,),
        p=np.where(np.isfinite(p), np.maximum(p, SMALLEST), np.nan),
        statistic=np.fmax(up, down),
        effect=100 * (ratio - 1),
        unit_of_effect="%",
        peers=np.full(seen.size, max(int(able.sum()) - 1, 0), dtype=np.int64),
        message=message,
        period=[seen.periods[int(t) + _SIDE] if ok else "" for t, ok in zip(at, able, strict=True)],
        reason=f"连续为正的数不足{_PERIODS}期，或可比的单位不足{_PEERS}个",
        # A solar roof breaks one column of several: where there are others, one alone carries no finding.
        supports_only=len(seen.values) > 1,
        matters=np.abs(step) >= np.log(limits.meaningful_ratio),
        innocent=INNOCENT,
    )


def _spread(moved: Floats, known: Integers, stratum: Integers) -> Floats:
    """Each unit's usual shift, shrunk to its stratum's."""
    own = MAD * median(np.abs(moved), axis=1)
    typical = stratum_median(own[:, None], stratum)[:, 0]
    weight = known / (known + _PRIOR)
    usual = np.sqrt(weight * np.nan_to_num(own) ** 2 + (1 - weight) * typical**2)
    return np.where(usual > 0, usual, np.nan)


def _tail(values: Floats, mirror: Floats, known: Integers, limits: Limits) -> Floats:
    """P(a largest shift as large) by the mirror; with few units by a t-distribution over all points looked at."""
    count = int(np.isfinite(values).sum())
    if count >= limits.null_units:
        return null.upper_tail(values, mirror, limits)
    if count < _PEERS:
        return np.full(values.shape, np.nan)
    single = stats.t.sf(values, count / 2 - 1)
    return np.asarray(np.minimum(known * single, 1.0))


def _revised(seen: Observations, name: str, limits: Limits) -> Tested:
    values = seen.column(name)
    key = seen.unit * np.int64(max(len(seen.periods), 1)) + (seen.period if seen.period is not None else 0)
    follows = np.flatnonzero(np.diff(key) == 0) + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where(values[follows] * values[follows - 1] > 0, np.log(values[follows] / values[follows - 1]), 0.0)
    unit, change = seen.unit[follows][change != 0], change[change != 0]
    count = np.bincount(unit, minlength=seen.size)
    ups, total = tally(change > 0, unit, seen.size), tally(change, unit, seen.size)
    with np.errstate(divide="ignore", invalid="ignore"):
        usual = float(np.nanmedian(ups / count)) if (count > 0).any() else 0.5
        mean = 100 * np.expm1(total / count)
    usual = min(max(usual, 0.05), 0.95)
    tails = np.minimum(stats.binom.sf(ups - 1, count, usual), stats.binom.cdf(ups, count, usual))
    two = np.where(count >= _REVISIONS, np.minimum(2 * tails, 1.0), np.nan)
    p, peers = excused(normal(two), seen, limits)

    def message(row: int) -> str:
        return (
            f"{seen.units[row]}的{name}先后修订{count[row]}次，其中上调{ups[row]:.0f}次，"
            f"平均每次{mean[row]:+.1f}%；其他单位上调的约占{usual:.0%}。"
        )

    return Tested(
        test="one_way_revision",
        family="revision",
        columns=(name,),
        p=p,
        statistic=ups,
        effect=mean,
        unit_of_effect="%",
        peers=peers,
        message=message,
        reason=f"修订不足{_REVISIONS}次",
        innocent=INNOCENT,
    )
