"""One picture a family that shows the point of a finding at once, drawn from the observations themselves.

Peers appear as bare lines and dots without a name: unit-level data serve statistics only (统计法 art. 25).
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from expectations.authenticity.examine import Lead
from expectations.authenticity.finding import Family
from expectations.authenticity.null import Floats, Integers
from expectations.authenticity.observations import Observations
from taian.inspectpage import svg

PEERS, POINTS, MEMBERS = 12, 400, 8
"""Peers drawn as lines, peers' rows drawn as dots, members of a group drawn as lines."""


_BASE = 3
"""Periods before a finding that can serve as its base."""


class Pictures:
    """Draws the findings of one table."""

    def __init__(self, seen: Observations) -> None:
        self._seen = seen
        self._number = {label: number for number, label in enumerate(seen.units)}
        self._bounds = seen.bounds
        self._drawn: dict[Family, Callable[[Lead], str]] = {
            "dispersion": self._against_peers,
            "underdispersion": self._against_peers,
            "cross_source": self._columns,
            "copied_growth": self._growth,
            "duplicate": self._columns,
            "same_source": self._sources,
            "bunching": self._bunching,
            "round_share": self._shares,
            "number_bunching": self._frequent,
            "digits": self._digits,
            "identity": self._parts,
            "revision": self._columns,
            "outlier": self._columns,
            "multivariate": self._profile,
        }

    def draw(self, lead: Lead) -> str:
        """The picture as SVG; "" when the data behind the finding cannot be drawn."""
        return self._drawn[lead.family](lead)

    def _numeric(self, lead: Lead) -> list[str]:
        frame = self._seen.frame
        return [c for c in lead.columns if c in frame.columns and pd.api.types.is_numeric_dtype(frame[c])]

    def _members(self, lead: Lead) -> list[int]:
        names = lead.members or (lead.unit,)
        return [self._number[name] for name in names if name in self._number]

    def _rows(self, unit: int) -> slice:
        return slice(int(self._bounds[unit]), int(self._bounds[unit + 1]))

    def _others(self, unit: int) -> Integers:
        """Units of the same stratum, evenly drawn."""
        peer = self._seen.peer
        others = np.flatnonzero((peer == peer[unit]) & (np.arange(self._seen.size) != unit))
        return others[:: max(len(others) // PEERS, 1)][:PEERS].astype(np.int64)

    def _lit(self, lead: Lead) -> tuple[int, int] | None:
        """First and last position of the finding's period; None when it is the whole table."""
        first, _, last = lead.period.partition("/")
        periods = self._seen.periods
        if first not in periods or (last or first) not in periods:
            return None
        bounds = periods.index(first), periods.index(last or first)
        return None if bounds == (0, len(periods) - 1) else bounds

    def _against_peers(self, lead: Lead) -> str:
        """The unit's series or distribution against those of its peers."""
        names, members = self._numeric(lead)[:1], self._members(lead)
        if not names or not members:
            return ""
        cells = self._seen.grid(names[0])
        if cells is None or cells.shape[1] < 3:
            return self._distribution(lead, names[0], members[0])
        drawn = [svg.Line("同类单位", _indexed(cells[other]), False) for other in self._others(members[0])]
        drawn.append(svg.Line(lead.unit, _indexed(cells[members[0]])))
        label = f"{names[0]}（各单位均值=100；细线为同类单位）"
        return svg.lines(lead.message, self._seen.periods, drawn, label, self._lit(lead))

    def _distribution(self, lead: Lead, name: str, unit: int) -> str:
        values, peer = self._seen.column(name), self._seen.peer[self._seen.unit]
        own = _known(values[self._rows(unit)])
        rest = _known(values[(peer == self._seen.peer[unit]) & (self._seen.unit != unit)])
        if own.size < 2:
            return ""
        everybody = np.concatenate([own, rest])
        low, high = np.quantile(everybody, [0.01, 0.99])
        edges = np.linspace(min(low, own.min()), max(high, own.max()), 25)
        counts = np.histogram(own, edges)[0].astype(np.float64)
        expected = np.histogram(rest, edges)[0].astype(np.float64) * (own.size / rest.size) if rest.size else None
        label = f"{name}：记录数" + ("（线为同类单位按同样记录数折算）" if rest.size else "")
        return svg.histogram(lead.message, edges, counts, expected, label, lambda _: True)

    def _columns(self, lead: Lead) -> str:
        """The finding's columns of one unit, or its column of several members, over time; without time as dots."""
        names, members, lit = self._numeric(lead), self._members(lead), self._lit(lead)
        grids = {name: self._seen.grid(name) for name in names}
        if not names or not members:
            return ""
        if any(cells is None or cells.shape[1] < 3 for cells in grids.values()):
            return (
                self._dots(lead, names, members) if len(names) > 1 else self._distribution(lead, names[0], members[0])
            )
        if len(members) > 1:
            chosen = [(self._seen.units[m], grids[names[0]], m) for m in members[:MEMBERS]]
            label = f"{names[0]}（各单位此前均值=100）"
        else:
            chosen = [(name, grids[name], members[0]) for name in names[:MEMBERS]]
            label = f"{lead.unit}：此前均值=100" if len(names) > 1 else names[0]
        start = lit[0] if lit else 0
        drawn = [
            svg.Line(said, _indexed(cells[m], start) if len(chosen) > 1 else cells[m])
            for said, cells, m in chosen
            if cells is not None
        ]
        return svg.lines(lead.message, self._seen.periods, drawn, label, lit)

    def _dots(self, lead: Lead, names: Sequence[str], members: Sequence[int]) -> str:
        x, y = self._seen.column(names[0]), self._seen.column(names[1])
        inside = np.isin(self._seen.unit, members)
        rest = np.flatnonzero(~inside)
        rest = rest[:: max(len(rest) // POINTS, 1)][:POINTS]
        own = np.flatnonzero(inside)[:POINTS]
        return svg.dots(lead.message, (x[rest], y[rest]), (x[own], y[own]), (names[0], names[1]))

    def _growth(self, lead: Lead) -> str:
        """Growth of the members from period to period; repeated figures as they are."""
        names, members = self._numeric(lead), self._members(lead)
        cells = self._seen.grid(names[0]) if names else None
        if cells is None or not members or (len(members) == 1 and len(names) > 1):
            return self._columns(lead)
        drawn = [svg.Line(self._seen.units[m], _growth(cells[m])) for m in members[:MEMBERS]]
        if len(members) == 1:
            drawn += [svg.Line("同类单位", _growth(cells[other]), False) for other in self._others(members[0])]
        return svg.lines(lead.message, self._seen.periods, drawn, f"{names[0]}：比上期增长（%）", self._lit(lead))

    def _sources(self, lead: Lead) -> str:
        """How many units each device, account or address stands for."""
        name = next((c for c in lead.columns if c in self._seen.traits), None)
        if name is None:
            return self._columns(lead)
        pairs = pd.DataFrame({"source": self._seen.frame[name].astype(object), "unit": self._seen.unit}).dropna()
        counts = pairs.drop_duplicates()["source"].value_counts().head(12)
        label = f"{name}：每个值对应的单位数（最多的 {len(counts)} 个）"
        return svg.bars(
            lead.message, [str(one) for one in counts.index], np.asarray(counts, dtype=np.float64), None, label
        )

    def _bunching(self, lead: Lead) -> str:
        """The distribution around the value that pays, or of results against their targets."""
        names = self._numeric(lead)
        if not names:
            return ""
        name, column = names[0], self._seen.column(names[0])
        label, values, at = f"{name}：记录数", column, self._seen.thresholds.get(name, 0.0)
        if name in self._seen.targets:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = column / self._seen.column(self._seen.targets[name]) * 100
            label, at = f"{name}÷目标（%）：记录数", 100.0
        if at == 0:
            return self._columns(lead)
        width = abs(at) * 0.02
        edges = np.asarray(at + width * np.arange(-20, 21), dtype=np.float64)
        counts = np.histogram(_known(values), edges)[0].astype(np.float64)
        return svg.histogram(lead.message, edges, counts, None, label, lambda middle: at < middle < at + 3 * width)

    def _shares(self, lead: Lead) -> str:
        """How far the unit's percentages are from the nearest whole one."""
        names, members = self._numeric(lead), self._members(lead)
        if len(names) < 2 or not members:
            return ""
        rows = self._rows(members[0])
        with np.errstate(divide="ignore", invalid="ignore"):
            percent = _known(100 * self._seen.column(names[0])[rows] / self._seen.column(names[1])[rows])
        edges = np.asarray(np.arange(-11, 12, 2) * 0.05, dtype=np.float64)
        counts = np.histogram(percent - np.round(percent), edges)[0].astype(np.float64)
        expected = np.full(11, percent.size / 10)
        expected[[0, -1]] /= 2
        label = f"{names[0]}÷{names[1]}：与最近整数百分比相差（百分点）；线为自然情形"
        return svg.histogram(lead.message, edges, counts, expected, label, lambda middle: abs(middle) < 0.05)

    def _frequent(self, lead: Lead) -> str:
        """The values that a unit reported most often."""
        names, members = self._numeric(lead), self._members(lead)
        if not names or not members:
            return ""
        own = pd.Series(_known(self._seen.column(names[0])[self._rows(members[0])]))
        counts = own.value_counts().head(10)
        label = f"{names[0]}：出现最多的数值及次数（共 {len(own):,} 条记录）"
        return svg.bars(
            lead.message, [svg.short(float(v)) for v in counts.index], np.asarray(counts, dtype=np.float64), None, label
        )

    def _digits(self, lead: Lead) -> str:
        """First digits against Benford's law."""
        names, members = self._numeric(lead), self._members(lead)
        if not names or not members:
            return ""
        own = np.abs(_known(self._seen.column(names[0])[self._rows(members[0])]))
        own = own[own > 0]
        first = np.floor(own / 10.0 ** np.floor(np.log10(own)) + 1e-9).astype(int)
        shares = np.array([(first == digit).mean() * 100 if first.size else np.nan for digit in range(1, 10)])
        benford = 100 * np.log10(1 + 1 / np.arange(1, 10))
        label = f"{names[0]}：首位数字占比（%）；横线为本福特定律"
        return svg.bars(lead.message, [str(digit) for digit in range(1, 10)], shares, benford, label)

    def _parts(self, lead: Lead) -> str:
        """The figures that should have agreed, in the period of the finding."""
        names, members = self._numeric(lead), self._members(lead)
        if len(names) < 2 or not members:
            return self._columns(lead)
        rows = np.arange(self._rows(members[0]).start, self._rows(members[0]).stop)
        lit = self._lit(lead)
        if lit is not None and self._seen.period is not None:
            within = rows[(self._seen.period[rows] >= lit[0]) & (self._seen.period[rows] <= lit[1])]
            rows = within if within.size else rows
        values = np.array([np.nansum(self._seen.column(name)[rows]) for name in names])
        return svg.bars(lead.message, names, values, None, f"{lead.unit} {lead.period}：各项数值（合计）")

    def _profile(self, lead: Lead) -> str:
        """How far each of the unit's columns is from its peers, in robust deviations."""
        names, members = self._numeric(lead), self._members(lead)
        if not names or not members:
            return ""
        unit = members[0]
        stratum = self._seen.peer[self._seen.unit] == self._seen.peer[unit]
        away = []
        for name in names:
            values = self._seen.column(name)
            rest = _known(values[stratum])
            spread = 1.4826 * np.median(np.abs(rest - np.median(rest))) if rest.size else np.nan
            own = _known(values[self._rows(unit)])
            away.append((np.median(own) - np.median(rest)) / spread if spread > 0 and own.size else np.nan)
        return svg.bars(lead.message, names, np.array(away), None, "与同类单位中位数的距离（稳健标准差的倍数）")


def _known(values: Floats) -> Floats:
    return np.asarray(values[np.isfinite(values)])


def _indexed(values: Floats, start: int = 0) -> Floats:
    """Relative to the series' mean before position ``start``, which becomes 100; to its whole mean when little is known
    before."""
    before = _known(values[:start])
    known = before if before.size >= _BASE else _known(values)
    mean = abs(float(known.mean())) if known.size else 0.0
    return np.asarray(values / mean * 100) if mean > 0 else np.asarray(values)


def _growth(values: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = (values[1:] / values[:-1] - 1) * 100
    return np.concatenate([[np.nan], np.where(np.isfinite(rate), rate, np.nan)])
