"""Who holds which certificate since when: persons of the register and firms, before any certificate is written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sample_data.context import INITIAL_DAY, City
from sample_data.persons import CANCELLED, Persons, Register
from sample_data.service.kinds import OF_FIRMS, OF_PERSONS, Kind
from sample_data.truth import Truth

Integers = NDArray[np.int64]
Days = NDArray[np.datetime64]
Flags = NDArray[np.bool_]

LAST = np.datetime64(INITIAL_DAY, "D")
YEAR = 365
BACK_YEARS = 12
"""A certificate that holds for good was issued within so many years."""
RENEWED_LATE = 1.07
"""A certificate of ``n`` years was issued within so many times ``n`` years: some have run out."""


@dataclass(frozen=True)
class Holdings:
    """Certificates of one kind: holder, county and day of issue; ``is_gone`` where the holder is dead or struck off."""

    kind: Kind
    number: pa.Array
    name: pa.Array
    county: pa.Array
    issued: Days
    is_gone: Flags

    def __len__(self) -> int:
        return len(self.issued)

    def take(self, rows: Integers) -> "Holdings":
        """Those rows."""
        at = pa.array(rows)
        columns = (self.number.take(at), self.name.take(at), self.county.take(at))
        return Holdings(self.kind, *columns, self.issued[rows], self.is_gone[rows])


def _issued(rng: np.random.Generator, kind: Kind, first: Days, last: Days) -> Days:
    """A day for each holder between ``first`` and ``last``; NaT where there is none."""
    span = round((kind.years or BACK_YEARS) * YEAR * (RENEWED_LATE if kind.years else 1))
    day = last - (rng.random(len(last)) * span).astype("timedelta64[D]")
    return np.where(first <= last, np.maximum(day, first), np.datetime64("NaT"))


def _of_persons(rng: np.random.Generator, persons: Persons, counties: pa.Array, kind: Kind) -> Holdings:
    youngest, oldest = kind.ages
    old_enough = persons.birth + np.timedelta64(youngest * YEAR + 30, "D")
    age = (LAST - persons.birth).astype(np.int64) // YEAR
    chosen = np.flatnonzero((rng.random(len(persons)) < kind.share) & (age <= oldest) & (age >= youngest))
    table, rows = persons.table, pa.array(chosen)
    is_gone = pc.equal(table["户籍状态"].combine_chunks().take(rows), CANCELLED).to_numpy(zero_copy_only=False)
    touched = pc.utf8_slice_codeunits(table["更新时间"].combine_chunks().take(rows), 0, 10)
    # Nobody gets a certificate after death, nor in the last weeks before it.
    died = touched.to_numpy(zero_copy_only=False).astype("datetime64[D]") - np.timedelta64(30, "D")
    last = np.where(is_gone, died, LAST)
    issued = _issued(rng, kind, old_enough[chosen], last)
    found = Holdings(
        kind,
        table["公民身份号码"].combine_chunks().take(rows),
        table["姓名"].combine_chunks().take(rows),
        counties.take(pa.array(persons.village[chosen])),
        issued,
        is_gone,
    )
    return found.take(np.flatnonzero(~np.isnat(issued)))


def of_persons(city: City) -> Iterator[list[Holdings]]:
    """Holdings of everybody, chunk by chunk; the register is drawn once more from its own streams."""
    register = Register(replace(city, truth=Truth(), rows={}))
    codes = np.array([county.code for county in city.places.counties])
    counties = pa.array(codes[city.places.village_county])
    for number, chunk in enumerate(register.chunks()):
        yield [
            _of_persons(city.stream("certificate", "persons", kind.code, str(number)), chunk, counties, kind)
            for kind in OF_PERSONS
        ]


def of_firms(city: City, entries: pd.DataFrame) -> list[Holdings]:
    """Holdings of firms and sole traders registered by the end of May; a licence dates from the last change."""
    founded = entries["established"].to_numpy().astype("datetime64[D]")
    exists = np.flatnonzero(founded <= LAST)
    touched = entries["updated_at"].to_numpy().astype("datetime64[D]")
    is_active = (entries["status"] == "存续").to_numpy()
    found = []
    for kind in OF_FIRMS:
        rng = city.stream("certificate", "firms", kind.code)
        chosen = rng.permutation(exists)[: city.count(kind.count, 30)]
        drawn = _issued(rng, kind, founded[chosen], np.where(is_active[chosen], LAST, touched[chosen]))
        renewed = np.where(is_active[chosen], np.minimum(touched[chosen], LAST), founded[chosen])
        firms = entries.iloc[chosen]
        issued = drawn if kind.years else np.maximum(renewed, founded[chosen])
        number, name, county = (
            pa.array(firms[c].to_numpy(), pa.string()) for c in ("credit_code", "name", "county_code")
        )
        held = Holdings(kind, number, name, county, issued, ~is_active[chosen])
        found.append(held.take(np.flatnonzero(~np.isnat(issued))))
    return found
