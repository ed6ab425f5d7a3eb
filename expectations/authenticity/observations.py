"""A table of what units reported, and the part each of its columns plays: what every test of a file works on.

Nothing here knows where the table came from. Units and periods become numbers, so that tests are vectorised over
units; a column is a vector of rows, or a matrix of units x periods when each unit reports once a period.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from expectations.authenticity.null import Floats, Integers
from expectations.authenticity.running import as_flows, same_year, starts_again
from expectations.authenticity.stamps import said, spans
from expectations.authenticity.tested import Booleans
from expectations.authenticity.wording import quantity

_TRAIT = re.compile(
    r"device|mac|\bip\b|_ip|ip_|terminal|account|addr|phone|mobile|tel|email|contact|operator|user|filed|submit|"
    r"设备|终端|账号|账户|帐号|地址|电话|手机|邮箱|联系人|填报人|填表人|经办|报送时间|填报时间|提交时间|会计",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(
    r"(^|_)(id|no|code|index|key|zip|postcode|lat|lon|lng)$|编号|序号|代码|编码|邮编|经度|纬度", re.I
)
_CALENDAR = re.compile(
    r"^(year|month|quarter|week|day|date|time|period)$|^(年份?|月份?|季度?|日期|时间|期别|报告期)$", re.I
)
_VINTAGE = re.compile(r"vintage|batch|version|delivered|revision|版本|批次|修订|轮次|报送日期", re.IGNORECASE)
_NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True, eq=False)
class Observations:
    """What units reported, with the roles of the columns; rows are sorted by unit, period and vintage.

    Without a unit column the whole table is one unit. ``frame`` keeps every column; those that play a numeric part
    are float64 with NaN for unknown.
    """

    frame: pd.DataFrame
    unit: Integers
    """Row -> unit number, ascending."""
    units: list[str]
    """Unit number -> label, in natural order (2 before 10)."""
    period: Integers | None
    """Row -> period number in time order; None when the table has no periods."""
    periods: list[str]
    values: tuple[str, ...]
    """The numeric columns to inspect."""
    peer: Integers
    """Unit -> number of its stratum; all 0 when none was given."""
    peers: list[str]
    reference: Booleans | None = None
    """Unit -> known to be genuine; None when nothing is known."""
    shares: tuple[tuple[str, str], ...] = ()
    """Numerator and denominator of ratios that are reported as percentages."""
    together: tuple[tuple[str, ...], ...] = ()
    """Columns that move with each other in honest data; one that is no value is a witness and never accused."""
    thresholds: dict[str, float] = field(default_factory=dict)
    """Column -> value that pays to be just above, in the column's own unit."""
    floors: dict[str, float] = field(default_factory=dict)
    """Column -> value below which units leave the list: no density below it, but a line that pays to stay above."""
    targets: dict[str, str] = field(default_factory=dict)
    """Column -> column of handed-down targets."""
    sums: tuple[tuple[str, ...], ...] = ()
    """A total and the parts that make it up, as its form declares them."""
    place: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Unit -> number of its place, for findings on groups; empty when none was given."""
    places: list[str] = field(default_factory=list)
    running: frozenset[str] = frozenset()
    """Columns declared to be running totals of their year; others are found by how they move."""
    measures: dict[str, str] = field(default_factory=dict)
    """Column -> what its figures are measured in (万元, 千瓦时), where that is known."""
    traits: tuple[str, ...] = ()
    """Columns that could tell who filed: device, account, address, phone, time of filing."""
    tainted: Booleans | None = None
    """Unit -> a surer family already named it, or an inspector confirmed it: still judged, but no part of what honest
    units look like."""
    cleared: Booleans | None = None
    """Unit -> an inspector found an honest explanation: part of what honest units look like, whatever a test says."""
    known: dict[tuple[str, str], Floats] = field(default_factory=dict, repr=False)
    """(what, column) -> what several tests need and one has computed."""
    vintage: str | None = None
    """Column that tells several reports of one unit and period apart, in order; None when there is one each."""

    @property
    def size(self) -> int:
        """Number of units."""
        return len(self.units)

    @property
    def bounds(self) -> Integers:
        """Rows ``bounds[i]:bounds[i + 1]`` are those of unit ``i``."""
        return np.searchsorted(self.unit, np.arange(self.size + 1)).astype(np.int64)

    def column(self, name: str) -> Floats:
        """A numeric column, one entry a row."""
        return np.asarray(self.frame[name].to_numpy(dtype=np.float64))

    @property
    def latest(self) -> Booleans:
        """Rows that are the last vintage of their unit and period; all rows when there are no periods."""
        if self.period is None:
            return np.ones(len(self.unit), dtype=bool)
        follows = (np.diff(self.unit) == 0) & (np.diff(self.period) == 0)
        return np.append(~follows, np.ones(min(len(self.unit), 1), dtype=bool))

    def grid(self, name: str) -> Floats | None:
        """A column as units x periods, the last vintage of each; None without periods, or when a unit has several rows
        in one period that no vintage tells apart."""
        if self.period is None:
            return None
        latest = self.latest
        if self.vintage is None and not latest.all():
            return None
        shape = (self.size, len(self.periods))
        values = self.column(name) if latest.all() else self.column(name)[latest]
        if values.size == shape[0] * shape[1]:
            return values.reshape(shape)
        cells = np.full(shape, np.nan)
        cells[self.unit[latest], self.period[latest]] = values
        return cells

    def flows(self, name: str) -> Floats | None:
        """The ``grid`` of a column, with a running total that starts again each year as what came in each period."""
        key = ("flows", name)
        if key not in self.known:
            cells = self.grid(name)
            if cells is None:
                return None
            is_total = name in self.running or starts_again(cells, same_year(self.periods))
            self.known[key] = as_flows(cells, self.periods) if is_total else cells
            covered = spans(self.periods) if is_total else None
            self.known["months", name] = np.ones(len(self.periods)) if covered is None else covered
        return self.known[key]

    def months(self, name: str) -> Floats:
        """How many months (or periods of any length) each of a column's ``flows`` is the average of."""
        return np.ones(len(self.periods)) if self.flows(name) is None else self.known["months", name]

    def figures(self, name: str) -> Floats:
        """A numeric column, one entry a row, with a running total as what came in each period."""
        flows = self.flows(name)
        if flows is None or self.period is None:
            return self.column(name)
        return np.asarray(flows[self.unit, self.period])

    def quantity(self, name: str, value: float) -> str:
        """A figure of a column as it is read aloud."""
        return quantity(value, self.measures.get(name, ""))

    def between(self, first: Integers, last: Integers) -> list[str]:
        """First and last period of what was seen, a unit; units with the same share one text."""
        told: dict[tuple[int, int], str] = {}
        pairs = zip(first.tolist(), last.tolist(), strict=True)
        return [told.setdefault((a, b), f"{self.periods[a]}/{self.periods[b]}") for a, b in pairs]

    def when(self, at: int) -> str:
        """A period as it is read aloud."""
        return said(self.periods[at], self.periods)


@dataclass(frozen=True)
class Roles:
    """Which column plays which part, as the user named them; what is not named is found where it can be."""

    unit: str | None = None
    period: str | None = None
    values: tuple[str, ...] = ()
    shares: tuple[tuple[str, str], ...] = ()
    peer: str | None = None
    place: str | None = None
    reference: str | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)
    together: tuple[tuple[str, ...], ...] = ()
    sums: tuple[tuple[str, ...], ...] = ()
    running: tuple[str, ...] = ()
    floors: Mapping[str, float] = field(default_factory=dict)
    measures: Mapping[str, str] = field(default_factory=dict)

    @property
    def labels(self) -> set[str]:
        """Columns that are no quantities of their own."""
        named = (self.unit, self.period, self.peer, self.place, self.reference)
        return {name for name in named if name} | set(self.targets.values())


def observe(frame: pd.DataFrame, roles: Roles) -> Observations:
    """Give the columns of ``frame`` their parts.

    ``frame`` has unique column names, and numbers where numbers are meant (a text that is no number becomes NaN in a
    column that must be numeric). Without ``values``, every numeric column is inspected that plays no other part and
    is neither an identifier nor a calendar field. Rows whose unit is empty are left out.
    """
    named = roles.labels
    traits = tuple(c for c in frame.columns if c not in named and c not in roles.values and _TRAIT.search(str(c)))
    chosen = roles.values or tuple(c for c in frame.columns if c not in named | set(traits) and _is_value(frame[c]))
    listed = [c for columns in (*roles.shares, *roles.together, *roles.sums) for c in columns]
    parts = {*chosen, *roles.thresholds, *roles.floors, *roles.targets, *roles.targets.values(), *listed}
    table = frame.assign(**{c: _numbers(frame[c]) for c in parts})
    if roles.unit is not None:
        table = table[table[roles.unit].notna()]
    number, labels = _numbered(table[roles.unit]) if roles.unit else (np.zeros(len(table), dtype=np.int64), ["全部"])
    times, stamps = _numbered(table[roles.period]) if roles.period else (None, [])
    vintage = _vintage(table, number, times, {*named, *chosen})
    order = _order(table, number, times, vintage)
    if order is not None:
        table, number = table.iloc[order], number[order]
        times = None if times is None else times[order]
    table = table.reset_index(drop=True)
    stratum, strata = _strata(table, roles.peer, number, len(labels))
    place, places = _strata(table, roles.place, number, len(labels)) if roles.place else (number[:0], [])
    return Observations(
        frame=table,
        unit=number,
        units=labels,
        period=times,
        periods=stamps,
        values=chosen,
        peer=stratum,
        peers=strata,
        reference=_genuine(table[roles.reference], number, len(labels)) if roles.reference else None,
        shares=roles.shares,
        together=roles.together,
        sums=roles.sums,
        running=frozenset(roles.running),
        floors=dict(roles.floors),
        measures=dict(roles.measures),
        place=place,
        places=places,
        thresholds=dict(roles.thresholds),
        targets=dict(roles.targets),
        traits=tuple(c for c in traits if c != vintage),
        vintage=vintage,
    )


def _order(table: pd.DataFrame, unit: Integers, period: Integers | None, vintage: str | None) -> Integers | None:
    """The order by unit, period and vintage; None when the rows already stand in it."""
    keys = [unit] if period is None else [period, unit]
    if vintage is not None:
        keys.insert(0, _numbered(table[vintage])[0])
    order = np.lexsort(keys).astype(np.int64)
    return None if np.array_equal(order, np.arange(len(order))) else order


def _strata(table: pd.DataFrame, peer: str | None, unit: Integers, size: int) -> tuple[Integers, list[str]]:
    """Unit -> its stratum, by its first row."""
    if peer is None or table.empty:
        return np.zeros(size, dtype=np.int64), ["全部"]
    first = np.searchsorted(unit, np.arange(size))
    return _numbered(table[peer].iloc[first])


def _numbers(column: pd.Series) -> pd.Series:
    """As float64; infinities and what is no number are unknown."""
    numbers = pd.to_numeric(column, errors="coerce").astype(np.float64)
    return numbers.where(np.isfinite(numbers))


def _is_value(column: pd.Series) -> bool:
    """Whether an unnamed column is a quantity: numeric, not a flag, not a number that only names or dates."""
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return False
    name = str(column.name)
    if _IDENTIFIER.search(name) or _CALENDAR.search(name) or not column.notna().any():
        return False
    steps = np.diff(column.to_numpy(dtype=np.float64)[:1000])
    return not (len(steps) > 2 and np.all(steps == 1.0))


def _numbered(column: pd.Series) -> tuple[Integers, list[str]]:
    """Number the distinct values of a column in natural order; an empty one is the label ``(空)``."""
    codes, found = pd.factorize(column, use_na_sentinel=True)
    labels = [_label(value) for value in found]
    if (codes < 0).any():
        codes = np.where(codes < 0, len(labels), codes)
        labels.append("(空)")
    order = sorted(range(len(labels)), key=lambda i: _natural(labels[i]))
    rank = np.empty(len(labels), dtype=np.int64)
    rank[order] = np.arange(len(labels))
    return rank[codes], [labels[i] for i in order]


def _label(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d" if value == value.normalize() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _natural(label: str) -> tuple[tuple[int, int, str], ...]:
    """A key that puts 2 before 10, wherever in the label the number stands."""
    parts = _NUMBER.split(label)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)


def _vintage(table: pd.DataFrame, unit: Integers, period: Integers | None, taken: set[str]) -> str | None:
    """The column by whose name reports of one unit and period can be told apart, if there are several."""
    if period is None or not pd.DataFrame({"u": unit, "p": period}).duplicated().any():
        return None
    for name in table.columns:
        if name not in taken and _VINTAGE.search(str(name)):
            keys = pd.DataFrame({"u": unit, "p": period, "v": pd.factorize(table[name])[0]})
            if not keys.duplicated().any():
                return str(name)
    return None


_TRUE = {"true", "1", "1.0", "yes", "y", "t", "是", "真", "真实", "genuine", "honest"}


def _genuine(column: pd.Series, unit: Integers, size: int) -> npt.NDArray[np.bool_]:
    """Unit -> all of its rows say that it is genuine."""
    said = column.map(lambda value: str(value).strip().lower() in _TRUE).to_numpy(dtype=bool)
    genuine = np.ones(size, dtype=bool)
    np.logical_and.at(genuine, unit, said)
    return genuine
