"""Period-to-period ratios far out for their size (family outlier): slips of the pen, reported as errors.

Hidiroglou and Berthelot, Survey Methodology 12, 1986, with the usual U = .5, A = .05, C = 4 (Statistics Canada's banff,
R's univOutl): the ratio to the period before, centred by the period's median and made symmetric, times the size to
the power U; out when beyond C interquartile-like distances from the median effect. Nobody fabricates this way, so a
value that is out on both sides and a power of ten off its neighbours is called an error, and the rest only support.
"""

import numpy as np

from expectations.authenticity import null
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST, Floats
from expectations.authenticity.observations import Observations
from expectations.authenticity.quantiles import median, quantiles
from expectations.authenticity.tested import Booleans, Tested

_U, _A, C = 0.5, 0.05, 4.0
_NEGATIVE = 0.01
"""Share of negative figures from which a column has no ratios."""
_PERIOD = 10
"""Units a period needs before its quartiles mean anything."""
_NEAR = 1.3
"""How far from a power of ten a slip may be, because its neighbours differ honestly."""

INNOCENT = ("多写或少写一位、小数点错位", "单位（元、千元、万元）写错", "一次性的大额业务")


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """One Tested a value column that can be laid out as units x periods."""
    if seen.period is None:
        return []
    grids = ((name, seen.flows(name)) for name in seen.values)
    return [_tested(seen, name, cells, limits) for name, cells in grids if cells is not None and _has_ratios(cells)]


def _has_ratios(cells: Floats) -> bool:
    """Whether ratios of a column mean anything: profits that are losses in other months pass 0 on the way."""
    known = cells[np.isfinite(cells)]
    return cells.shape[1] > 1 and not (known.size and (known < 0).mean() >= _NEGATIVE)


def distances(cells: Floats) -> Floats:
    """Signed distance of each step's effect from its period's median, in units of its quartile distance; units x
    steps, NaN for non-positive figures and thin periods. Out when beyond C."""
    before, after = cells[:, :-1], cells[:, 1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((before > 0) & (after > 0), after / before, np.nan)
    able = np.isfinite(ratio).sum(axis=0) >= _PERIOD
    out = np.full(ratio.shape, np.nan)
    if not able.any():
        return out
    ratio, size = ratio[:, able], np.maximum(before, after)[:, able]
    middle = median(ratio, axis=0)
    with np.errstate(invalid="ignore"):
        effect = np.where(ratio < middle, 1 - middle / ratio, ratio / middle - 1) * size**_U
    low, centre, high = quantiles(effect, (0.25, 0.5, 0.75), axis=0)
    floor = np.abs(_A * centre)
    side = np.where(effect < centre, np.maximum(centre - low, floor), np.maximum(high - centre, floor))
    with np.errstate(divide="ignore", invalid="ignore"):
        out[:, able] = np.where(side > 0, (effect - centre) / side, np.nan)
    return out


def slips(cells: Floats, away: Floats) -> Booleans:
    """Figures out against both neighbours, in opposite directions, a power of ten from them; units x periods."""
    found = np.zeros(cells.shape, dtype=bool)
    if cells.shape[1] < 3:
        return found
    with np.errstate(divide="ignore", invalid="ignore"):
        around = np.log10(cells[:, 1:-1]) - (np.log10(cells[:, :-2]) + np.log10(cells[:, 2:])) / 2
        opposite = (np.minimum(np.abs(away[:, :-1]), np.abs(away[:, 1:])) > C) & (away[:, :-1] * away[:, 1:] < 0)
        power = np.abs(around - np.round(around)) <= np.log10(_NEAR)
        found[:, 1:-1] = opposite & power & (np.abs(np.round(around)) >= 1) & (np.abs(np.round(around)) <= 4)
    return found


def _tested(seen: Observations, name: str, cells: Floats, limits: Limits) -> Tested:
    away = distances(cells)
    wrong = slips(cells, away)
    is_error: Booleans = np.asarray(wrong.any(axis=1))
    known = np.isfinite(away)
    size = np.nan_to_num(np.abs(away))
    single = null.upper_tail(size.max(axis=1, initial=0.0), size[known], limits)
    looks = known.sum(axis=1)
    with np.errstate(invalid="ignore"):
        p = np.where(looks > 0, np.clip(looks * single, SMALLEST, 1.0), np.nan)
    p = np.where(is_error, SMALLEST, p)
    at = np.where(is_error, wrong.argmax(axis=1), size.argmax(axis=1) + 1)
    row = np.arange(seen.size)
    value = cells[row, at]
    usual = median(cells, axis=1)

    def message(unit: int) -> str:
        slip = "，像是多写或少写了位数" if is_error[unit] else ""
        return (
            f"{seen.units[unit]}{seen.when(at[unit])}的{name}为{seen.quantity(name, value[unit])}，其余各期多在"
            f"{seen.quantity(name, usual[unit])}上下，与上期之比远超同期其他单位{slip}。"
        )

    return Tested(
        test="ratio_outlier",
        family="outlier",
        columns=(name,),
        p=p,
        statistic=size.max(axis=1, initial=0.0),
        effect=value - usual,
        unit_of_effect=name,
        peers=np.where(looks > 0, max(int((looks > 0).sum()) - 1, 0), 0).astype(np.int64),
        message=message,
        period=[seen.periods[int(t)] for t in at],
        reason="没有前后两期都为正的数，或同期单位太少",
        is_error=is_error,
        innocent=INNOCENT,
    )
