"""One picture a family that shows the point of a finding at once, made from the observations themselves.

Each test names what it saw; here the figures are looked up again, so that a picture is made only for the findings that
somebody will read. What cannot be drawn in its family's way is drawn as its columns over time, or not at all.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from expectations.authenticity import lifted, shared_source
from expectations.authenticity.drawn import growth, indexed, known, numbers, short_number
from expectations.authenticity.evidence import (
    Bars,
    Evidence,
    Histogram,
    Member,
    PeersScatter,
    Series,
    Timeline,
    Waterfall,
)
from expectations.authenticity.finding import Family, Finding
from expectations.authenticity.level import typical_level
from expectations.authenticity.null import Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.stamps import season

PEERS, POINTS, LINES, MEMBERS = 12, 300, 8, 60
"""Peers drawn as lines, peers drawn as dots, columns or members drawn as lines, members named."""
_LEAST = 3
"""Periods below which a line shows nothing."""
_BAND = 24


class Pictures:
    """Makes the evidence of the findings of one table."""

    def __init__(self, seen: Observations) -> None:
        self._seen = seen
        self._number = {label: number for number, label in enumerate(seen.units)}
        self._bounds = seen.bounds
        self._filed: tuple[str, pd.DataFrame] = ("", pd.DataFrame())
        self._made: dict[Family, Callable[[Finding], Evidence | None]] = {
            "dispersion": self._against_peers,
            "underdispersion": self._against_peers,
            "revision": self._against_peers,
            "cross_source": self._sources,
            "copied_growth": self._growth,
            "duplicate": self._alike,
            "same_source": self._filings,
            "bunching": self._line,
            "round_share": self._shares,
            "number_bunching": self._frequent,
            "digits": self._digits,
            "identity": self._parts,
            "outlier": self._columns,
            "multivariate": self._profile,
        }

    def of(self, finding: Finding) -> Evidence | None:
        """The data of its picture; None when the figures behind it cannot be shown."""
        made = self._made[finding.family](finding)
        named = [Member(unit=name, name=name) for name in finding.members[:MEMBERS]]
        return made.model_copy(update={"members": tuple(named)}) if made is not None and named else made

    def _numeric(self, finding: Finding) -> list[str]:
        frame = self._seen.frame
        return [c for c in finding.columns if c in frame.columns and pd.api.types.is_numeric_dtype(frame[c])]

    def _units(self, finding: Finding) -> list[int]:
        names = finding.members or (finding.unit,)
        return [self._number[name] for name in names if name in self._number]

    def _rows(self, unit: int) -> slice:
        return slice(int(self._bounds[unit]), int(self._bounds[unit + 1]))

    def _figures(self, name: str, unit: int) -> Floats:
        """``Observations.figures`` of one unit."""
        rows, flows, period = self._rows(unit), self._seen.flows(name), self._seen.period
        return self._seen.column(name)[rows] if flows is None or period is None else flows[unit, period[rows]]

    def _others(self, unit: int, most: int) -> Integers:
        """Units of the same stratum, evenly drawn."""
        peer = self._seen.peer
        others = np.flatnonzero((peer == peer[unit]) & (np.arange(self._seen.size) != unit))
        return others[:: max(len(others) // most, 1)][:most].astype(np.int64)

    def _lit(self, finding: Finding) -> tuple[int, int] | None:
        """First and last position of the finding's period; None when it is the whole table."""
        first, _, last = finding.period.partition("/")
        periods = self._seen.periods
        if first not in periods or (last or first) not in periods:
            return None
        bounds = periods.index(first), periods.index(last or first)
        return None if bounds == (0, len(periods) - 1) else bounds

    def _grids(self, names: Sequence[str]) -> dict[str, Floats] | None:
        """The columns over time; None unless all of them can be laid out so."""
        grids = {name: self._seen.flows(name) for name in names[:LINES]}
        laid = {name: cells for name, cells in grids.items() if cells is not None and cells.shape[1] >= _LEAST}
        return laid if laid and len(laid) == len(grids) else None

    def _series(
        self, lines: Sequence[tuple[str, Floats]], finding: Finding, y_label: str = "", peers: Sequence[Floats] = ()
    ) -> Evidence | None:
        if not any(np.isfinite(values).any() for _, values in lines):
            return None
        lit = self._lit(finding)
        periods = self._seen.periods
        return Series(
            x=tuple(periods),
            lines=tuple((label, numbers(values)) for label, values in lines),
            lit=None if lit is None else (periods[lit[0]], periods[lit[1]]),
            y_label=y_label,
            peers=tuple(numbers(values) for values in peers),
        )

    def _columns(self, finding: Finding) -> Evidence | None:
        """The finding's columns of one unit, each on its own scale; without time as dots or as a distribution."""
        names, units = self._numeric(finding), self._units(finding)
        grids = self._grids(names)
        if not names or not units:
            return None
        if grids is None:
            return self._dots(names, units) if len(names) > 1 else self._distribution(names[0], units[0])
        return self._series([(name, cells[units[0]]) for name, cells in grids.items()], finding)

    def _against_peers(self, finding: Finding) -> Evidence | None:
        """The unit's series or distribution against those of its peers."""
        names, units = self._numeric(finding)[:1], self._units(finding)
        if not names or not units:
            return None
        grids = self._grids(names)
        if grids is None:
            return self._distribution(names[0], units[0])
        cells, unit = grids[names[0]], units[0]
        peers = [indexed(cells[other]) for other in self._others(unit, PEERS)]
        label = f"{names[0]}（各单位中位数=100）"
        return self._series([(finding.unit, indexed(cells[unit]))], finding, label, peers)

    def _distribution(self, name: str, unit: int) -> Evidence | None:
        values, peer = self._seen.column(name), self._seen.peer[self._seen.unit]
        own = known(values[self._rows(unit)])
        rest = known(values[(peer == self._seen.peer[unit]) & (self._seen.unit != unit)])
        if own.size < 2:
            return None
        low, high = np.quantile(np.concatenate([own, rest]), [0.01, 0.99])
        edges = np.linspace(min(low, own.min()), max(high, own.max()), 25)
        expected = np.histogram(rest, edges)[0] * (own.size / rest.size) if rest.size else None
        label = name + ("（线为同类单位按同样记录数折算）" if rest.size else "")
        return _histogram(label, edges, own, None, "条", expected)

    def _dots(self, names: Sequence[str], units: Sequence[int]) -> Evidence | None:
        x, y = self._seen.column(names[0]), self._seen.column(names[1])
        both = np.isfinite(x) & np.isfinite(y)
        inside = np.isin(self._seen.unit, units)
        rest, own = np.flatnonzero(both & ~inside), np.flatnonzero(both & inside)[:POINTS]
        if not own.size:
            return None
        rest = rest[:: max(len(rest) // POINTS, 1)][:POINTS]
        points = [
            tuple((short_number(a), short_number(b)) for a, b in zip(x[at], y[at], strict=True)) for at in (rest, own)
        ]
        return PeersScatter(x_label=names[0], y_label=names[1], peers=points[0], own=points[1], is_log=False)

    def _sources(self, finding: Finding) -> Evidence | None:
        """What was reported and what else speaks of it, each against its own median before the finding."""
        names, units = self._numeric(finding), self._units(finding)
        grids = self._grids(names)
        if grids is None or not units:
            return self._columns(finding)
        if finding.test == "level":
            return self._scatter(names, units[0])
        start = (self._lit(finding) or (0, 0))[0]
        lines = [(name, indexed(cells[units[0]], start)) for name, cells in grids.items()]
        return self._series(lines, finding, "此前中位数=100")

    def _scatter(self, names: Sequence[str], unit: int) -> Evidence | None:
        """The first column against the second, typical values of the unit among its stratum, with the central 98 %."""
        cells = [self._seen.flows(name) for name in names[:2]]
        if len(cells) < 2 or cells[0] is None or cells[1] is None:
            return None
        y, x = (np.exp(typical_level(each)) for each in cells if each is not None)
        others = self._others(unit, self._seen.size)
        others = others[np.isfinite(x[others]) & np.isfinite(y[others])]
        if len(others) < _LEAST or not np.isfinite(x[unit] * y[unit]):
            return None
        low, high = np.quantile(y[others] / x[others], [0.01, 0.99])
        shown = others[:: max(len(others) // POINTS, 1)]
        return PeersScatter(
            x_label=f"{names[1]}（典型值）",
            y_label=f"{names[0]}（典型值）",
            peers=tuple((short_number(x[at]), short_number(y[at])) for at in shown),
            unit=(short_number(x[unit]), short_number(y[unit])),
            band=tuple(
                (float(at), float(at * low), float(at * high))
                for at in np.geomspace(x[others].min(), x[others].max(), _BAND)
            ),
        )

    def _growth(self, finding: Finding) -> Evidence | None:
        """Growth of the members from period to period, or of one unit among its peers; repeated figures as they are."""
        names, units = self._numeric(finding), self._units(finding)
        grids = self._grids(names[:1])
        if grids is None or not units or (len(units) == 1 and len(names) > 1):
            return self._columns(finding)
        lag, said = self._lag(grids[names[0]], units, finding)
        lines = [(self._seen.units[unit], growth(grids[names[0]][unit], lag)) for unit in units[:LINES]]
        peers = [growth(grids[names[0]][other], lag) for other in self._others(units[0], PEERS)]
        return self._series(lines, finding, f"{names[0]}：比{said}增长（%）", peers)

    def _lag(self, cells: Floats, units: Sequence[int], finding: Finding) -> tuple[int, str]:
        """Against the period before, or against the year before where the members agree more."""
        year, lit = season(self._seen.periods), self._lit(finding)
        if year is None or lit is None or len(units) < 2:
            return 1, "上期"
        inside = slice(lit[0], lit[1] + 1)
        apart = []
        for lag in (1, year):
            rates = np.array([growth(cells[unit], lag)[inside] for unit in units])
            rates = rates[:, np.isfinite(rates).all(axis=0)]
            apart.append(float(np.ptp(rates, axis=0).max()) if rates.size else np.inf)
        return (1, "上期") if apart[0] <= apart[1] else (year, "上年同期")

    def _alike(self, finding: Finding) -> Evidence | None:
        """One column of the units that move together, each against its own level."""
        names, units = self._numeric(finding), self._units(finding)
        grids = self._grids(names[:1])
        if grids is None or len(units) < 2:
            return self._columns(finding)
        cells, start = grids[names[0]], (self._lit(finding) or (0, 0))[0]
        lines = [(self._seen.units[unit], indexed(cells[unit], start)) for unit in units[:LINES]]
        return self._series(lines, finding, f"{names[0]}（各单位此前中位数=100）")

    def _filings(self, finding: Finding) -> Evidence | None:
        """When the source filed, in the period in which it filed for most; without times how many it filed for."""
        name = next((column for column in finding.columns if column in self._seen.traits), None)
        if name is None:
            return self._columns(finding)
        if self._filed[0] != name:
            # Of the last column alone: those of all would take as much memory as the table.
            self._filed = name, shared_source.filings(name, shared_source.clock(self._seen), self._seen)
        rows = self._filed[1]
        own = rows[rows["source"] == finding.unit]
        if own.empty or own["seconds"].isna().all():
            counts = rows.drop_duplicates(["source", "unit"])["source"].value_counts().head(LINES)
            bars = tuple((str(source), float(count)) for source, count in counts.items())
            return Bars(y_label=f"{name}：单位数", bars=bars) if bars else None
        own = own[own["period"] == own.groupby("period")["unit"].nunique().idxmax()].sort_values("seconds")
        when = f"，{self._seen.when(int(own['period'].iloc[0]))}报表" if self._seen.periods else ""
        stamps = pd.to_datetime(own["seconds"], unit="s")
        events = zip(stamps, own["unit"], strict=True)
        return Timeline(
            device=f"{name} {finding.unit}{when}",
            events=tuple((stamp.isoformat(), self._seen.units[unit]) for stamp, unit in events),
        )

    def _line(self, finding: Finding) -> Evidence | None:
        """The distribution around the value that pays, or of results against their targets."""
        seen, names = self._seen, self._numeric(finding)
        if not names:
            return None
        name = names[0]
        if name in seen.targets:
            with np.errstate(divide="ignore", invalid="ignore"):
                share = seen.column(name) / seen.column(seen.targets[name]) * 100
            return _around(f"{name}÷目标（%）", known(share), 100.0, None)
        at = seen.floors.get(name, seen.thresholds.get(name, 0.0))
        if at == 0:
            return self._columns(finding)
        if finding.test == "unsupported_above":
            reported, carried = lifted.carried(seen, name, names[1:])
            label = f"{name}（线为{'、'.join(names[1:])}所能支撑的水平）"
            return _around(label, known(reported), at, known(carried))
        return _around(name, known(seen.column(name)), at, None)

    def _shares(self, finding: Finding) -> Evidence | None:
        """How far the unit's percentages are from the nearest whole one."""
        names, units = self._numeric(finding), self._units(finding)
        if len(names) < 2 or not units:
            return None
        over, under = (self._figures(name, units[0]) for name in names[:2])
        with np.errstate(divide="ignore", invalid="ignore"):
            percent = known(100 * over / under)
        percent = percent[percent > 0]
        if not percent.size:
            return None
        edges: Floats = np.arange(-11, 12, 2) * np.float64(0.05)
        expected = np.full(11, percent.size / 10)
        expected[[0, -1]] /= 2
        label = f"{names[0]}÷{names[1]}：与最近整数百分比相差（百分点）；线为自然情形"
        return _histogram(label, edges, percent - np.round(percent), (-0.05, 0.05), "期", expected)

    def _frequent(self, finding: Finding) -> Evidence | None:
        """The values that a unit reported most often."""
        names, units = self._numeric(finding), self._units(finding)
        if not names or not units:
            return None
        own = pd.Series(known(self._figures(names[0], units[0])))
        counts = own[own != 0].value_counts().head(10)
        bars = tuple((f"{value:,.10g}", float(count)) for value, count in counts.items())
        return Bars(y_label=f"{names[0]}：出现次数（共{len(own):,}个数）", bars=bars) if bars else None

    def _digits(self, finding: Finding) -> Evidence | None:
        """First digits against Benford's law."""
        names, units = self._numeric(finding), self._units(finding)
        if not names or not units:
            return None
        own = np.abs(known(self._figures(names[0], units[0])))
        own = own[own > 0]
        if not own.size:
            return None
        first = np.floor(own / 10.0 ** np.floor(np.log10(own)) + 1e-9).astype(int)
        bars = tuple((str(digit), short_number(100 * (first == digit).mean())) for digit in range(1, 10))
        benford = tuple(short_number(100 * np.log10(1 + 1 / digit)) for digit in range(1, 10))
        return Bars(y_label=f"{names[0]}：首位数字占比（%）；横线为本福特定律", bars=bars, expected=benford)

    def _parts(self, finding: Finding) -> Evidence | None:
        """The parts beside the total in the row that is farthest off."""
        names, units = self._numeric(finding), self._units(finding)
        if finding.test != "parts_and_total" or not units:
            return self._columns(finding)
        rows = np.arange(self._rows(units[0]).start, self._rows(units[0]).stop)
        table = np.column_stack([self._seen.column(name)[rows] for name in names])
        away = np.abs(table[:, 0] - table[:, 1:].sum(axis=1))
        if not np.isfinite(away).any():
            return None
        at = int(np.nanargmax(away))
        period = self._seen.period
        when = f"（{self._seen.when(int(period[rows[at]]))}）" if period is not None else ""
        parts = tuple((name, short_number(value)) for name, value in zip(names[1:], table[at, 1:], strict=True))
        return Waterfall(parts=parts, total=(f"{names[0]}{when}", short_number(table[at, 0])))

    def _profile(self, finding: Finding) -> Evidence | None:
        """How far each of the unit's columns is from its peers, in robust deviations."""
        names, units = self._numeric(finding), self._units(finding)
        if not names or not units:
            return None
        stratum = self._seen.peer[self._seen.unit] == self._seen.peer[units[0]]
        away = []
        for name in names:
            values = self._seen.figures(name)
            rest, own = known(values[stratum]), known(values[self._rows(units[0])])
            spread = 1.4826 * np.median(np.abs(rest - np.median(rest))) if rest.size else np.nan
            away.append((np.median(own) - np.median(rest)) / spread if spread > 0 and own.size else np.nan)
        bars = tuple(zip(names, numbers(np.array(away)), strict=True))
        return (
            Bars(y_label="与同类单位中位数的距离（稳健标准差的倍数）", bars=bars) if np.isfinite(away).any() else None
        )


def _histogram(
    label: str,
    edges: Floats,
    values: Floats,
    lit: tuple[float, float] | None,
    counted: str,
    expected: Floats | None,
) -> Histogram | None:
    if not edges[0] < edges[-1]:
        return None
    counts = np.histogram(values, edges)[0]
    shown = [short_number(edge) for edge in edges]
    return Histogram(
        x_label=label,
        bins=tuple((a, b, int(count)) for a, b, count in zip(shown, shown[1:], counts, strict=False)),
        lit=lit,
        counted=counted,
        expected=() if expected is None else tuple(short_number(one) for one in expected),
    )


def _around(label: str, values: Floats, at: float, expected: Floats | None) -> Histogram | None:
    """Values within two fifths of a line, in steps of a fiftieth, those just above it lit."""
    width = abs(at) * 0.02
    edges: Floats = at + width * np.arange(-20, 21, dtype=np.float64)
    usual = None if expected is None else np.histogram(expected, edges)[0].astype(np.float64)
    return _histogram(label, edges, values, (at, short_number(at + 2 * width)), "个", usual)
