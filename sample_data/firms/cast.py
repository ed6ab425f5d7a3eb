"""Who plays which part: reporting units that fabricate, in which form, and honest ones whose habits look alike."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sample_data.context import City
from sample_data.firms.calendar import Months, month_index
from sample_data.firms.industries import COUNTIES, DIVISIONS
from sample_data.firms.register import Firms


@dataclass(frozen=True)
class Part:
    """One form of fabrication or one honest habit.

    ``share`` of the reporting units play it; those in ``counties`` and in ``divisions`` are likelier: the cluster.
    ``starts`` are (month, detail): the detail is a drift a month, a divisor of noise, or 0. ``group`` bounds how many
    units act together. ``columns`` of the return are touched. ``undetectable`` details are too weak for any
    test that may not rest on one column alone. ``scope`` says whether a finding can name the unit or only its group.
    """

    share: float
    counties: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    starts: tuple[tuple[str, float], ...] = (("2016-01", 0.0),)
    group: tuple[int, int] | None = None
    columns: tuple[str, ...] = ()
    undetectable: frozenset[float] = frozenset()
    scope: str = "unit"


FORMS: dict[str, Part] = {
    "bunching": Part(
        0.03, ("370921", "370923"), ("20", "18", "30"), (("2017-01", 0.0),), None, ("output", "revenue"), scope="group"
    ),
    "stopped": Part(
        0.03,
        ("370982", "370911"),
        ("06", "30", "33"),
        (("2017-06", 0.0), ("2017-10", 0.0), ("2018-02", 0.0)),
        None,
        ("output", "revenue", "profit", "tax_payable", "export", "headcount", "wages"),
    ),
    "copied_growth": Part(
        0.035, ("370921",), ("26", "17", "13"), (("2017-04", 0.0), ("2017-09", 0.0)), (5, 12), ("output", "revenue")
    ),
    "copied_period": Part(
        0.03,
        ("370923", "370983"),
        ("14", "29"),
        (("2017-05", 0.0), ("2017-10", 0.0)),
        None,
        ("output", "revenue", "wages"),
    ),
    "one_hand": Part(
        0.04,
        ("370983", "370982"),
        ("34", "35", "33"),
        (("2017-03", 0.0), ("2017-08", 0.0)),
        (6, 15),
        ("output", "revenue", "tax_payable"),
    ),
    "smoothed": Part(
        0.03,
        ("370911",),
        ("38", "36", "31"),
        (("2017-03", 7.0), ("2017-06", 9.0), ("2017-03", -9.0)),
        None,
        ("output", "revenue"),
        frozenset({-9.0}),
    ),
    "inflated": Part(
        0.04,
        ("370982", "370921"),
        ("10", "30", "22", "26"),
        (("2017-01", 0.02), ("2017-07", 0.03), ("2017-10", 0.05), ("2017-07", 0.01)),
        None,
        ("output", "revenue", "profit"),
        frozenset({0.01}),
    ),
    "adjusted_total": Part(
        0.03, ("370902", "370911"), ("39", "15", "27"), (("2017-02", 0.0), ("2017-08", 0.0)), None, ("output",)
    ),
}

HABITS: dict[str, Part] = {
    "rounding_by_hand": Part(0.06),
    "seasonal_stop": Part(0.03, (), ("13", "30", "15")),
    "bookkeeping_agency": Part(0.08, (), (), (("2016-01", 0.0), ("2017-01", 0.0)), (8, 25)),
    "own_solar": Part(0.03, (), ("17", "38"), (("2016-10", 0.0), ("2017-04", 0.0), ("2017-09", 0.0))),
    "constant_rent": Part(0.01),
    "merger": Part(0.01, (), (), (("2017-01", 0.0), ("2017-07", 0.0)), (2, 2)),
    "unit_slip": Part(
        0.015, (), (), (("2016-05", 0.0), ("2016-10", 0.0), ("2017-04", 0.0), ("2017-08", 0.0), ("2018-03", 0.0))
    ),
}

PLANT_CLOSING = "plant_closing"
PLANT_COUNTY, PLANT_DIVISION, PLANT_MONTH, SUPPLIERS = "370982", "06", "2017-11", 11
VAT_DROP_COUNTY, VAT_DROP_MONTH = "370923", "2018-04"

LARGE = 40_000.0
"""Sales of a year, 10,000 yuan, from which a firm plays no part: it would move a whole county."""

_HOME_COUNTY, _HOME_DIVISION = 8.0, 5.0


@dataclass(frozen=True)
class Cast:
    """Per reporting unit: its part ("" for an ordinary one), its first month, its group (-1: alone), a detail."""

    part: NDArray[np.object_]
    since: NDArray[np.int64]
    group: NDArray[np.int64]
    detail: NDArray[np.float64]

    def who(self, part: str) -> NDArray[np.int64]:
        """Rows of the units that play ``part``."""
        return np.flatnonzero(self.part == part)

    def groups(self, part: str) -> list[NDArray[np.int64]]:
        """Rows of each group of ``part``; the first one leads."""
        rows = self.who(part)
        return [rows[self.group[rows] == number] for number in np.unique(self.group[rows])]

    @property
    def is_fabricated(self) -> NDArray[np.bool_]:
        """Units that play one of ``FORMS``."""
        return np.isin(self.part.astype(str), list(FORMS))


def _weights(firms: pd.DataFrame, part: Part) -> NDArray[np.float64]:
    homes = firms["county"].isin([COUNTIES.index(code) for code in part.counties])
    trades = firms["division"].isin([i for i, d in enumerate(DIVISIONS) if d.code in part.divisions])
    return np.where(homes, _HOME_COUNTY, 1.0) * np.where(trades, _HOME_DIVISION, 1.0)


def _into_groups(rng: np.random.Generator, rows: NDArray[np.int64], bounds: tuple[int, int]) -> list[NDArray[np.int64]]:
    """Cut neighbours into groups of ``bounds`` members; a remainder too small for a group is left out."""
    groups, place = [], 0
    while len(rows) - place >= bounds[0]:
        size = int(rng.integers(bounds[0], bounds[1] + 1))
        groups.append(rows[place : place + size])
        place += size
    return groups


def _assign(rng: np.random.Generator, cast: Cast, units: pd.DataFrame, name: str, part: Part, months: Months) -> None:
    free = np.flatnonzero((cast.part == "") & (units["size"].to_numpy() < LARGE))
    weights = _weights(units, part)[free]
    count = min(max(part.group[0] if part.group else 1, round(part.share * len(units))), len(free))
    rows = rng.choice(free, size=count, replace=False, p=weights / weights.sum())
    if part.group:
        order = np.lexsort((units["township"].to_numpy()[rows], units["county"].to_numpy()[rows]))
        groups = _into_groups(rng, rows[order], part.group)
    else:
        groups = [np.array([row]) for row in rows]
    for number, members in enumerate(groups):
        month, detail = part.starts[number % len(part.starts)]
        cast.part[members] = name
        cast.since[members] = month_index(months, month)
        cast.detail[members] = detail
        cast.group[members] = number if part.group else -1


def _close_plant(rng: np.random.Generator, cast: Cast, units: pd.DataFrame, months: Months) -> None:
    """The largest mine of its county, and suppliers nearby, stop for good; its row comes first in the group."""
    in_county = (units["county"] == COUNTIES.index(PLANT_COUNTY)).to_numpy()
    is_mine = in_county & np.array([DIVISIONS[d].code == PLANT_DIVISION for d in units["division"]])
    plant = int(np.flatnonzero(is_mine)[units["size"].to_numpy()[is_mine].argmax()])
    others = np.flatnonzero(in_county)
    suppliers = rng.choice(others[others != plant], size=min(SUPPLIERS, len(others) - 1), replace=False)
    rows = np.concatenate([[plant], suppliers])
    cast.part[rows] = PLANT_CLOSING
    cast.since[rows] = month_index(months, PLANT_MONTH)
    cast.group[rows] = np.where(rows == plant, 0, 1)


def make_cast(city: City, firms: Firms, months: Months) -> Cast:
    """Give parts to the reporting units: the closing plant first, then every form, then every habit."""
    rng = city.stream("firms", "cast")
    units = firms.table.iloc[: firms.counts.units]
    count = len(units)
    part = np.full(count, "", dtype=object)
    cast = Cast(part, np.zeros(count, dtype=np.int64), np.full(count, -1), np.zeros(count))
    _close_plant(rng, cast, units, months)
    for name, item in (FORMS | HABITS).items():
        _assign(rng, cast, units, name, item, months)
    return cast


def is_detectable(name: str, detail: float) -> bool:
    """Whether a test with today's power can see this unit's fabrication."""
    return detail not in FORMS[name].undetectable
