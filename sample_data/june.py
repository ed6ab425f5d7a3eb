"""What the register of persons reports day by day: births, deaths, moves and many small updates."""

import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sample_data import names
from sample_data.context import City
from sample_data.persons import (
    CANCELLED,
    HEADERS,
    MOVED_OUT,
    REGISTERED,
    Persons,
    Register,
    join,
    moments,
    text_of,
)

Integers = NDArray[np.int64]

A_DAY = 0.00035
"""Rows a day for each registered person; never fewer than ROWS_A_DAY, or a day could not be judged."""
ROWS_A_DAY = 200
BIRTHS_A_YEAR, DEATHS_A_YEAR, LEAVERS_A_YEAR, ARRIVALS_A_YEAR = 0.0115, 0.0072, 0.0040, 0.0030
WEEKEND_FACTOR = 0.8
COMPOUND_SURNAMES = ("欧阳", "司马", "上官")

MOVE_DAY = datetime.date(2018, 6, 10)
"""On this day one person moves from the first county to the third."""


class June:
    """Daily tables of changes; nobody in ``pool`` changes twice."""

    def __init__(self, city: City, register: Register, pool: Persons) -> None:
        self._city, self._register, self._pool = city, register, pool
        self._free = np.ones(len(pool), dtype=bool)
        self._age = (np.datetime64("2018-06-01") - pool.birth).astype(np.int64) / 365.25

    def rows_on(self, day: datetime.date) -> int:
        """How many rows the register hands in on an ordinary day of that weekday."""
        rng = self._city.stream("resident", "volume", day.isoformat())
        usual = max(ROWS_A_DAY, self._register.registered * A_DAY)
        return round(usual * (WEEKEND_FACTOR if day.weekday() >= 5 else 1.0) * rng.uniform(0.92, 1.08))

    def day(self, day: datetime.date, rows: int) -> pa.Table:
        """``rows`` changes of that day in the order in which they were made."""
        table = pa.concat_tables(self.parts(day, rows).values())
        return table.take(pc.sort_indices(table, sort_keys=[(HEADERS[-1], "ascending"), (HEADERS[0], "ascending")]))

    def parts(self, day: datetime.date, rows: int) -> dict[str, pa.Table]:
        """``rows`` changes of that day by what happened: births, arrivals, deaths, leavers, moves, updates.

        Days are asked for in their order, each once.
        """
        rng = self._city.stream("resident", "day", day.isoformat())
        persons = self._register.registered
        births, deaths, leavers, arrivals = (
            int(rng.poisson(persons * yearly / 365))
            for yearly in (BIRTHS_A_YEAR, DEATHS_A_YEAR, LEAVERS_A_YEAR, ARRIVALS_A_YEAR)
        )
        young = -((self._age - 26) ** 2) / 120
        parts = {
            "births": self._births(rng, day, births),
            "arrivals": self._arrivals(rng, day, arrivals),
            "deaths": self._changed(rng, day, self._choose(rng, deaths, 0.09 * self._age), status=CANCELLED),
            "leavers": self._changed(rng, day, self._choose(rng, leavers, young), status=MOVED_OUT),
        }
        if day == MOVE_DAY:
            parts["moves"] = self._moved_between_counties(rng, day)
        remaining = max(0, rows - sum(part.num_rows for part in parts.values()))
        parts["updates"] = self._updates(rng, day, self._choose(rng, remaining, np.zeros(len(self._age))))
        return parts

    def _choose(self, rng: np.random.Generator, count: int, log_weight: NDArray[np.float64]) -> Integers:
        """Persons nobody has reported yet, drawn by weight."""
        key = np.where(self._free, log_weight + rng.gumbel(size=len(log_weight)), -np.inf)
        count = min(count, int(self._free.sum()))
        chosen = np.argsort(key)[len(key) - count :]
        self._free[chosen] = False
        return chosen

    def _changed(
        self, rng: np.random.Generator, day: datetime.date, chosen: Integers, **values: str | pa.Array
    ) -> pa.Table:
        """Those persons with some columns (status, address, marital, …) replaced and the day as their last change."""
        places = {
            "status": "户籍状态",
            "address": "户籍地址",
            "marital": "婚姻状况",
            "household": "户号",
            "village": "村居代码",
        }
        table = self._pool.table.take(pa.array(chosen))
        when = moments(np.full(len(chosen), np.datetime64(day)), rng)
        for header, value in [(places[key], value) for key, value in values.items()] + [(HEADERS[-1], when)]:
            column = pa.array([value] * len(chosen), pa.string()) if isinstance(value, str) else value
            table = table.set_column(table.column_names.index(header), header, column)
        return table

    def _updates(self, rng: np.random.Generator, day: datetime.date, chosen: Integers) -> pa.Table:
        """Half move within their village, some marry, the rest are only confirmed."""
        before = self._pool.table.take(pa.array(chosen))
        prefix = self._register.addresses.take(pa.array(self._pool.village[chosen]))
        house = join(prefix, text_of(rng.integers(1, 400, len(chosen))), "号")
        address = pc.if_else(pa.array(rng.random(len(chosen)) < 0.5), house, before["户籍地址"].combine_chunks())
        marries = (self._age[chosen] >= 22) & (self._age[chosen] < 36) & (rng.random(len(chosen)) < 0.15)
        single = pc.equal(before["婚姻状况"].combine_chunks(), "未婚")
        marital = pc.if_else(pc.and_(single, pa.array(marries)), "已婚", before["婚姻状况"].combine_chunks())
        return self._changed(rng, day, chosen, address=address, marital=marital)

    def _births(self, rng: np.random.Generator, day: datetime.date, count: int) -> pa.Table:
        """Newborns of the last three weeks in the household and with the surname of a father in the pool."""
        can_be = self._pool.is_male & self._pool.is_married & (self._age > 22) & (self._age < 42) & self._free
        father = rng.choice(np.flatnonzero(can_be), count) if can_be.any() else np.empty(0, dtype=np.int64)
        table = self._pool.table.take(pa.array(father))
        back = rng.integers(1, 21, len(father)).astype("timedelta64[D]")
        birth = np.datetime64(day) - back
        is_male = rng.random(len(father)) < 0.53
        surname = [name[:2] if name.startswith(COMPOUND_SURNAMES) else name[:1] for name in table["姓名"].to_pylist()]
        given = names.given_names(rng, np.full(len(father), 2018), is_male)
        county = self._register.places.village_county[self._pool.village[father]]
        return pa.table(
            [
                self._register.numbers.issue(county, birth, is_male),
                names.full_names(pa.array(surname, pa.string()), given),
                pa.array(np.where(is_male, "男", "女"), pa.string()),
                table["民族"],
                pa.array(birth).cast(pa.string()),
                table["户号"],
                table["村居代码"],
                table["户籍地址"],
                pa.array(["未婚"] * len(father), pa.string()),
                pa.array([REGISTERED] * len(father), pa.string()),
                moments(np.full(len(father), np.datetime64(day)), rng),
            ],
            names=list(HEADERS),
        )

    def _arrivals(self, rng: np.random.Generator, day: datetime.date, count: int) -> pa.Table:
        """Adults who move in, each into a household of its own."""
        places = self._register.places
        village = rng.choice(len(places.village_code), count, p=places.village_share / places.village_share.sum())
        age = rng.integers(20 * 365, 45 * 365, count).astype("timedelta64[D]")
        birth = np.datetime64("2018-05-01") - age
        is_male = rng.random(count) < 0.5
        year = birth.astype("datetime64[Y]").astype(np.int64) + 1970
        issued = rng.integers(0, len(places.counties), count)
        return pa.table(
            [
                self._register.numbers.issue(issued, birth, is_male),
                names.full_names(names.surnames(rng, count), names.given_names(rng, year, is_male)),
                pa.array(np.where(is_male, "男", "女"), pa.string()),
                pa.array(["01"] * count, pa.string()),
                pa.array(birth).cast(pa.string()),
                self._register.new_households(village),
                pa.array(places.village_code[village], pa.string()),
                self._register.home_addresses(rng, village),
                pa.array(["未婚"] * count, pa.string()),
                pa.array([REGISTERED] * count, pa.string()),
                moments(np.full(count, np.datetime64(day)), rng),
            ],
            names=list(HEADERS),
        )

    def _moved_between_counties(self, rng: np.random.Generator, day: datetime.date) -> pa.Table:
        places = self._register.places
        county = places.village_county[self._pool.village]
        adult = np.flatnonzero(self._free & (county == county[self._free].min()) & (self._age > 24) & (self._age < 50))
        chosen = adult[:1]
        self._free[chosen] = False
        village = np.flatnonzero(places.village_county == 2)[:1]
        moved = self._changed(
            rng,
            day,
            chosen,
            village=pa.array(places.village_code[village], pa.string()),
            household=self._register.new_households(village),
            address=self._register.home_addresses(rng, village),
        )
        self._city.truth.event(
            "moved_between_counties",
            resource="resident",
            id_number=moved[HEADERS[0]][0].as_py(),
            from_village=self._pool.table["村居代码"][int(chosen[0])].as_py(),
            to_village=str(places.village_code[village[0]]),
            date=day,
        )
        return moved
