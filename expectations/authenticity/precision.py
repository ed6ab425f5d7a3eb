"""Figures written to another place than everybody else's (family digits): support, never a verdict.

A measuring system writes the same decimals for every unit; figures typed by hand carry as many as the hand likes. But
honest people round too, so this only raises the score. The statistic is the typical number of decimals of a unit's
figures; p is its rank among peers, ties counted against the finding (conformal: Bates et al. 2023).
"""

import numpy as np

from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.tested import Tested

INNOCENT = ("手工取整后填报", "导出时统一了小数位", "所用系统与同类单位不同")
_MOST = 9
_ROWS = 5


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Every value column with more than one number of decimals among its units."""
    if seen.size < limits.few_peers:
        return []
    return [tested for name in seen.values if (tested := _places(name, seen)) is not None]


def decimals(values: Floats) -> Integers:
    """Decimals that each figure is written with, at most ``_MOST``; 0 for unknown."""
    known = np.isfinite(values)
    left = np.where(known, np.abs(values), 0.0)
    count = np.zeros(len(values), dtype=np.int64)
    for power in range(_MOST):
        scaled = left * 10.0**power
        finer = np.abs(scaled - np.round(scaled)) > 1e-9 * np.maximum(scaled, 1.0)
        if not finer.any():
            break
        count = np.where(finer, power + 1, count)
    return count


def _places(name: str, seen: Observations) -> Tested | None:
    values = seen.column(name)
    if not (np.mod(values[np.isfinite(values)][:1000], 1.0) != 0).any():
        return None
    known = np.isfinite(values)
    rows = np.bincount(seen.unit, known, minlength=seen.size)
    total = np.bincount(seen.unit, np.where(known, decimals(values), 0), minlength=seen.size)
    with np.errstate(divide="ignore", invalid="ignore"):
        place = np.where(rows >= _ROWS, np.round(total / rows), np.nan)
    base = np.isfinite(place)
    if seen.reference is not None and (seen.reference & base).sum() >= LIMITS.few_peers:
        base &= seen.reference
    if base.sum() < LIMITS.few_peers or np.nanmin(place) == np.nanmax(place):
        return None
    p, usual = _ranked(place, base)

    def message(unit: int) -> str:
        return f"{seen.units[unit]}的“{name}”一般写到{place[unit]:.0f}位小数，同类单位一般为{usual:.0f}位。"

    return Tested(
        test="precision",
        family="digits",
        columns=(name,),
        p=p,
        statistic=place,
        effect=place - usual,
        unit_of_effect="位小数",
        peers=np.full(seen.size, int(base.sum()) - 1),
        message=message,
        reason=f"每个单位的数值不足{_ROWS}个",
        innocent=INNOCENT,
    )


def _ranked(place: Floats, base: np.ndarray) -> tuple[Floats, float]:
    """p of being written as differently as this from the usual place, and the usual place."""
    usual = float(np.median(place[base]))
    away = np.abs(place - usual)
    ordered = np.sort(away[base])
    as_far = len(ordered) - np.searchsorted(ordered, away, side="left")
    own = base.astype(np.int64)
    p = (1.0 + as_far - own) / (1.0 + len(ordered) - own)
    return np.where(np.isfinite(place), p, np.nan), usual
