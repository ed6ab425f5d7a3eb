"""Identities that a return must keep to the last unit (family identity).

- ``parts_of_output``: output = domestic sales value + export delivery value. Every amount was rounded to a
  whole 千元, so an honest gap is at most half a unit for each part and half for the total. Broken in two months
  or more it is strong: no chance plays a part, and a slip of the pen is not repeated in cumulative figures that
  are typed anew each month. Broken once it is a slip until shown otherwise, and weak.
- ``falling_total``: a cumulative value below the month before in the same year. The month's flow is then
  negative, which an honest correction of earlier months does too: always weak.

Two of AUTHENTICITY.md's identities (stock, county sums) need columns that the return does not carry.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from expectations.authenticity import wording
from expectations.authenticity.evidence import Series, Waterfall
from expectations.authenticity.finding import Finding
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats
from expectations.authenticity.panel import FLOWS, UNIT, grid, labels
from expectations.authenticity.units import Directory

TOTAL = "output_10k_yuan"
PARTS = ("domestic_10k_yuan", "export_10k_yuan")
RISING = (TOTAL, "revenue_10k_yuan", *PARTS, "wages_10k_yuan")
"""Cumulative values that only a correction lowers; profit and tax may fall honestly."""

_SLIP = ("录入差错：个别月份漏填或错位", "更正前期数时只改了合计或只改了分项", "单位换算时分项与合计的小数位不同")
_CORRECTION = (
    "上月多写一位等录入差错，本月已更正",
    "冲减前期多报数",
    "跨年结算或退货冲销",
    "统计口径或行业归类在年中调整",
)


def inspect(panel: pd.DataFrame, directory: Directory, limits: Limits = LIMITS) -> list[Finding]:
    """Findings on every firm of the rectangular panel that breaks an identity; at most one a firm and test."""
    units, periods = labels(panel)
    if not units:
        return []
    book = _Book(units, periods, {name: grid(panel, f"cum_{name}") for name in FLOWS}, directory)
    return _unequal_parts(book, limits) + _falling_totals(book, limits)


class _Book(NamedTuple):
    """Cumulative values, units x periods."""

    units: list[str]
    periods: list[str]
    cumulative: dict[str, Floats]
    directory: Directory


def _unequal_parts(book: _Book, limits: Limits) -> list[Finding]:
    total = book.cumulative[TOTAL]
    gap = total - sum(book.cumulative[part] for part in PARTS)
    allowed = limits.rounding * UNIT * (len(PARTS) + 1)
    with np.errstate(invalid="ignore"):
        broken = np.abs(gap) > allowed + UNIT / 1000  # floats of whole units
    findings = []
    for row in np.flatnonzero(broken.any(axis=1)):
        months = np.flatnonzero(broken[row])
        worst = int(months[np.argmax(np.abs(gap[row, months]))])
        when = (book.periods[months[0]], book.periods[months[-1]])
        who = book.directory.who(book.units[row])
        missing = float(gap[row, worst])
        side = "多" if missing > 0 else "少"
        findings.append(
            Finding(
                **who.fields(),
                unit_kind="firm",
                resource="enterprise_return",
                columns=(TOTAL, *PARTS),
                period=wording.interval(*when),
                test="parts_of_output",
                family="identity",
                strength="strong" if len(months) >= limits.repeat_months else "weak",
                statistic=float(missing / allowed),
                effect=round(missing, 1),
                unit_of_effect="10k_yuan",
                p_value=None,
                q_value=None,
                peers=0,
                message=f"{who.unit_name}{wording.span(*when)}有{len(months)}个月的工业总产值不等于内销产值与出口交货值之和；"
                f"差额最大的{wording.month(book.periods[worst])}累计，总产值比两项之和{side}{wording.money(abs(missing))}。",
                innocent=_SLIP,
                evidence=_waterfall(book, int(row), worst),
            )
        )
    return findings


def _waterfall(book: _Book, row: int, month: int) -> Waterfall:
    parts = tuple((FLOWS[part], round(float(book.cumulative[part][row, month]), 1)) for part in PARTS)
    total = round(float(book.cumulative[TOTAL][row, month]), 1)
    return Waterfall(parts=parts, total=(f"{FLOWS[TOTAL]}（{wording.month(book.periods[month])}累计）", total))


def _falling_totals(book: _Book, limits: Limits) -> list[Finding]:
    same_year = np.array([a[:4] == b[:4] for a, b in zip(book.periods, book.periods[1:], strict=False)], dtype=bool)
    allowed = 2 * limits.rounding * UNIT
    worst, column = _largest_fall(book, same_year)
    findings = []
    for row in np.flatnonzero(worst.min(axis=1, initial=0.0) < -allowed - UNIT / 1000):
        at = int(np.argmin(worst[row]))
        name = RISING[column[row, at]]
        month = book.periods[at + 1]
        fall = float(-worst[row, at])
        before = float(book.cumulative[name][row, at])
        slip = "，上月疑为多写一位的录入差错" if before >= limits.slip_ratio * (before - fall) else ""
        who = book.directory.who(book.units[row])
        findings.append(
            Finding(
                **who.fields(),
                unit_kind="firm",
                resource="enterprise_return",
                columns=(name,),
                period=month,
                test="falling_total",
                family="identity",
                strength="weak",
                statistic=fall / allowed,
                effect=round(fall, 1),
                unit_of_effect="10k_yuan",
                p_value=None,
                q_value=None,
                peers=0,
                message=f"{who.unit_name}{wording.month(month)}的{FLOWS[name]}累计数比上月减少{wording.money(fall)}{slip}；"
                "累计数不应下降。",
                innocent=_CORRECTION,
                evidence=_series(book, int(row), name, month),
            )
        )
    return findings


def _largest_fall(book: _Book, same_year: np.ndarray) -> tuple[Floats, np.ndarray]:
    """Most negative step of any rising total at each month (0 when unknown or across years), and which total it
    was."""
    steps = np.stack([np.diff(book.cumulative[name], axis=1) for name in RISING])
    steps = np.where(np.isfinite(steps) & same_year, steps, 0.0)
    return steps.min(axis=0), steps.argmin(axis=0)


def _series(book: _Book, row: int, column: str, month: str) -> Series:
    values = tuple(None if not np.isfinite(v) else round(float(v), 1) for v in book.cumulative[column][row])
    return Series(x=tuple(book.periods), lines=((f"{FLOWS[column]}（本年累计）", values),), lit=(month, month))
