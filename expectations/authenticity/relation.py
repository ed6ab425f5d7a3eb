"""An additive relation between columns that honest rows keep to the last place, and the units that break it."""

from dataclasses import dataclass

import numpy as np

from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST, Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.places import last_place, own_place
from expectations.authenticity.tested import Booleans, Tested
from expectations.authenticity.wording import interval

HOLDS = 0.8
"""Share of rows that keep a relation found in the data: up to a fifth may be fabricated (issue: 20 % of units)."""
CERTAIN = 0.95
"""Share of units that keep it before a breach alone is strong: below, a part may simply be missing from the table."""
_SLIPS = (10.0, 100.0, 1000.0, 0.1, 0.01, 0.001)
_ROWS = 6
"""Rows from which a single breach is a slip of the pen rather than a way of reporting."""
_UNITS = 20

INNOCENT = (
    "录入差错：个别行漏填或错位",
    "表中缺少某一分项",
    "更正时只改了合计或只改了分项",
    "换算单位时各项小数位不同",
)


@dataclass(frozen=True)
class Relation:
    """``total`` = sum of ``parts``, each (column, sign), plus ``before``: the total's own previous value."""

    total: str
    parts: tuple[tuple[str, int], ...]
    before: bool = False
    declared: bool = False
    """Known to bind every honest row, and not merely found in most of them."""

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, the total first."""
        return (self.total, *(name for name, _ in self.parts))

    @property
    def said(self) -> str:
        """As an equation."""
        terms = "".join(f"{'+' if sign > 0 else '-'}{name}" for name, sign in self.parts)
        return f"{self.total}=" + (f"上期{self.total}{terms}" if self.before else terms.lstrip("+"))


def gap(relation: Relation, seen: Observations) -> Floats:
    """Total less what the relation makes it, one entry a row; NaN where a figure is missing."""
    total = seen.column(relation.total)
    return total - previous(total, seen) * relation.before - parts_of(relation, seen)


def parts_of(relation: Relation, seen: Observations) -> Floats:
    """Signed sum of the parts."""
    return np.asarray(sum(sign * seen.column(name) for name, sign in relation.parts))


def previous(values: Floats, seen: Observations) -> Floats:
    """The value of the same unit one period before, NaN when that row is not there."""
    before = np.full(values.shape, np.nan)
    if seen.period is not None:
        follows = np.flatnonzero((np.diff(seen.unit) == 0) & (np.diff(seen.period) == 1)) + 1
        before[follows] = values[follows - 1]
    return before


def broken(relation: Relation, seen: Observations, limits: Limits = LIMITS) -> Booleans:
    """Rows where the gap exceeds what rounding explains: half a last place a figure, in the places each unit uses."""
    allowed = np.zeros(seen.size)
    for name in relation.columns + ((relation.total,) if relation.before else ()):
        values = seen.column(name)
        allowed += limits.rounding * own_place(values, seen.unit, seen.size, last_place(values))
    distance = np.abs(gap(relation, seen))
    size = np.abs(np.nan_to_num(seen.column(relation.total)))
    # Floating point keeps some fifteen digits of the figures.
    return np.nan_to_num(distance) > allowed[seen.unit] * (1 + 1e-6) + 1e-9 * size


def judge(relation: Relation, seen: Observations, test: str, limits: Limits = LIMITS) -> Tested | None:
    """What the relation says of every unit; None when too few rows keep one that nobody declared."""
    rows = np.isfinite(gap(relation, seen)) & seen.latest
    wrong = broken(relation, seen, limits) & rows
    count, breaches = (np.bincount(seen.unit[what], minlength=seen.size) for what in (rows, wrong))
    if rows.sum() == 0 or (not relation.declared and 1 - wrong.sum() / rows.sum() < HOLDS):
        return None
    keeps = float((breaches[count > 0] == 0).mean())
    certain = relation.declared or (keeps >= CERTAIN and seen.size >= _UNITS)
    worst, missing = _worst(relation, seen, wrong)
    slips = _slips(relation, seen, wrong)
    is_error = (breaches > 0) & ((slips == breaches) | ((breaches == 1) & (count >= _ROWS)))

    def message(unit: int) -> str:
        when = seen.when(seen.period[worst[unit]]) if seen.period is not None else "差额最大的一行"
        side = "多" if missing[unit] > 0 else "少"
        slip = "，像是多写或少写了位数" if slips[unit] else ""
        return (
            f"{seen.units[unit]}有{breaches[unit]}行不符合“{relation.said}”；{when}的{relation.total}"
            f"比应有的{side}{seen.quantity(relation.total, abs(missing[unit]))}{slip}。"
        )

    return Tested(
        test=test,
        family="identity",
        columns=relation.columns,
        p=np.where(count == 0, np.nan, np.where(breaches > 0, SMALLEST, 1.0)),
        statistic=breaches.astype(float),
        effect=missing,
        unit_of_effect=relation.total,
        peers=np.full(seen.size, int((count > 0).sum()) - 1, dtype=np.int64),
        message=message,
        period=_span(seen, wrong),
        reason="没有各项齐全的行",
        can_be_strong_alone=certain,
        is_error=is_error,
        innocent=INNOCENT,
    )


def _worst(relation: Relation, seen: Observations, wrong: Booleans) -> tuple[Integers, Floats]:
    """Per unit, the row with the largest breach and its gap (row 0 and gap 0 without any)."""
    row, missing = np.zeros(seen.size, dtype=np.int64), np.zeros(seen.size)
    at = np.flatnonzero(wrong)
    distance = gap(relation, seen)[at]
    order = np.argsort(np.abs(distance), kind="stable")
    row[seen.unit[at[order]]] = at[order]
    missing[seen.unit[at[order]]] = distance[order]
    return row, missing


def _slips(relation: Relation, seen: Observations, wrong: Booleans) -> Integers:
    """Breaches a unit that one wrong figure explains: decimal places moved, or a single wrong stock."""
    at = np.flatnonzero(wrong)
    distance = gap(relation, seen)[at]
    explained = np.zeros(at.size, dtype=bool)
    for name, sign in ((relation.total, -1), *relation.parts):
        values = seen.column(name)[at]
        place = last_place(seen.column(name))
        for back in _SLIPS:
            # The right figure is ``back`` times the one written, as far as its last place still tells.
            left = np.abs(distance - sign * values * (back - 1))
            explained |= (np.abs(values) >= 10 * place) & (left <= 1e-6 * np.abs(values) + place * max(back, 1) / 2)
    if relation.before:
        # One wrong stock breaks its own row and, the other way round, the next.
        again = np.flatnonzero((np.diff(at) == 1) & np.isclose(distance[1:], -distance[:-1], rtol=1e-6))
        explained[again] = explained[again + 1] = True
    return np.bincount(seen.unit[at[explained]], minlength=seen.size)


def _span(seen: Observations, wrong: Booleans) -> list[str] | None:
    """First and last period of each unit's breaches."""
    if seen.period is None:
        return None
    said = [""] * seen.size
    at = np.flatnonzero(wrong)
    units, first = np.unique(seen.unit[at], return_index=True)
    last = np.append(first[1:], at.size)[: units.size] - 1
    for unit, a, b in zip(units, first, last, strict=True):
        said[unit] = interval(*(seen.periods[seen.period[at[i]]] for i in (a, b)))
    return said
