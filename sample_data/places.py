"""Counties, townships and villages of the sample city: real names and codes, invented sizes and positions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sample_data import geo, reference, rng

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Texts = NDArray[np.str_]

CITY_CODE = "370900"

SAMPLE_CODES = {
    "370902": "379901",
    "370911": "379902",
    "370921": "379903",
    "370923": "379904",
    "370982": "379905",
    "370983": "379906",
}
"""Unassigned area codes that stand for each county in invented identity numbers and credit codes."""


@dataclass(frozen=True)
class Merger:
    """A village that became part of another one; offices that have not caught up still write its ``old`` code."""

    old: str
    name: str
    successor: str
    since: str


MERGED = Merger(old="370982001399", name="样例并入村", successor="370982001010", since="2016-07-01")
"""Invented: the old code stands in no edition of the real list."""

COUNTY_SHARES = {
    "370902": 0.128,
    "370911": 0.176,
    "370921": 0.146,
    "370923": 0.142,
    "370982": 0.238,
    "370983": 0.170,
}
"""Share of each county in the sample city's registered persons: invented, of the real ones' order of magnitude."""


@dataclass(frozen=True)
class County:
    """A county-level unit; ``sample_code`` opens invented identity numbers issued there."""

    code: str
    name: str
    sample_code: str


@dataclass(frozen=True)
class Township:
    """A township-level unit in the statistical code system; ``county`` is the index of its county."""

    code: str
    name: str
    county: int


@dataclass(frozen=True)
class Places:
    """All areas; villages as parallel arrays sorted by code. ``share`` is a village's part of the city's persons."""

    counties: tuple[County, ...]
    townships: tuple[Township, ...]
    village_code: Texts
    village_name: Texts
    village_township: Integers
    village_county: Integers
    village_lon: Floats
    village_lat: Floats
    village_share: Floats
    village_is_urban: NDArray[np.bool_]


def _shares(seed: int, county: Integers, is_urban: NDArray[np.bool_], codes: tuple[str, ...]) -> Floats:
    """Lognormal village sizes, neighbourhoods of towns three times as large, scaled to the county shares."""
    sizes = rng.stream(seed, "places", "sizes").lognormal(0.0, 0.6, len(county)) * np.where(is_urban, 3.0, 1.0)
    totals = np.bincount(county, weights=sizes)
    wanted = np.array([COUNTY_SHARES[code] for code in codes])
    return sizes * (wanted / totals)[county]


def make_places(seed: int) -> Places:
    """The areas of the statistical code system, with village sizes and centres drawn from ``seed``."""
    counties = tuple(
        County(row["code"], row["name"], SAMPLE_CODES[row["code"]]) for row in reference.rows("counties.csv")
    )
    index = {county.code: i for i, county in enumerate(counties)}
    townships = tuple(
        Township(row["code"], row["name"], index[row["areaCode"]]) for row in reference.rows("townships_nbs2023.csv")
    )
    town_index = {town.code: i for i, town in enumerate(townships)}
    villages = sorted(reference.rows("villages_nbs2023.csv"), key=lambda row: row["code"])
    town = np.array([town_index[row["streetCode"]] for row in villages])
    county = np.array([index[row["areaCode"]] for row in villages])
    name = np.array([row["name"] for row in villages])
    is_urban = np.char.endswith(name, "居委会") | (np.char.find(name, "社区") >= 0)
    shapes = geo.county_shapes()
    centres = np.vstack(
        [
            geo.village_centres(
                rng.stream(seed, "places", "centres", unit.code),
                shapes[unit.name],
                [int(np.sum(town == i)) for i, t in enumerate(townships) if t.county == index[unit.code]],
            )
            for unit in counties
        ]
    )
    share = _shares(seed, county, is_urban, tuple(unit.code for unit in counties))
    return Places(
        counties,
        townships,
        np.array([row["code"] for row in villages]),
        name,
        town,
        county,
        centres[:, 0],
        centres[:, 1],
        share,
        is_urban,
    )
