"""The persons of the register once more, with their families, for departments that know some of them too.

The register is drawn a second time from its own streams, so that what any department says of a person agrees with it
and no department needs another one's memory.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sample_data import resident
from sample_data.context import City
from sample_data.june import June
from sample_data.persons import Persons, Register, joined
from sample_data.truth import Truth

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Days = NDArray[np.datetime64]

NUMBER, NAME, SEX, BIRTH = "公民身份号码", "姓名", "性别", "出生日期"
HOUSEHOLD, VILLAGE, ADDRESS = "户号", "村居代码", "户籍地址"
MARITAL, STATUS, UPDATED = "婚姻状况", "户籍状态", "更新时间"

NOBODY = -1
ELDEST_GAP = 12 * 365
"""A man and a woman of one household who are further apart in age are no couple but two generations."""
MOTHERS_AGE = (18 * 365, 46 * 365)


@dataclass(frozen=True)
class Folk:
    """A chunk of the register and who belongs to whom in it; rows point into the chunk, NOBODY into none.

    ``home`` numbers the households of the chunk.
    """

    persons: Persons
    home: Integers
    spouse: Integers
    mother: Integers
    father: Integers

    def text(self, header: str, rows: Integers) -> pa.Array:
        """A column of those rows."""
        return self.persons.table[header].combine_chunks().take(pa.array(rows))

    def days_old(self, on: str) -> Integers:
        """Age of everybody on a day, in days; negative before birth."""
        return (np.datetime64(on) - self.persons.birth).astype(np.int64)


def _first_of_home(home: Integers, flags: Flags) -> Integers:
    """For each household the first of its rows that is flagged."""
    rows = np.flatnonzero(flags)[::-1]
    first = np.full(int(home[-1]) + 1, NOBODY)
    first[home[rows]] = rows
    return first


def folk_of(persons: Persons) -> Folk:
    """Families of a chunk. Members stand together, a couple before the older generation."""
    household = persons.table[HOUSEHOLD].combine_chunks()
    is_new = pc.not_equal(household[1:], household[:-1]).to_numpy(zero_copy_only=False)
    home = np.cumsum(np.r_[False, is_new])
    birth = persons.birth.astype("datetime64[D]").astype(np.int64)
    husband = _first_of_home(home, persons.is_married & persons.is_male)
    wife = _first_of_home(home, persons.is_married & ~persons.is_male)
    is_couple = (husband != NOBODY) & (wife != NOBODY) & (np.abs(birth[husband] - birth[wife]) <= ELDEST_GAP)
    spouse = np.full(len(persons), NOBODY)
    spouse[husband[is_couple]], spouse[wife[is_couple]] = wife[is_couple], husband[is_couple]
    first_woman = _first_of_home(home, ~persons.is_male)
    mother = np.where(is_couple, wife, first_woman)[home]
    gap = birth - birth[mother]
    is_child = (mother != NOBODY) & (gap >= MOTHERS_AGE[0]) & (gap <= MOTHERS_AGE[1])
    mother = np.where(is_child, mother, NOBODY)
    father = np.where(is_child & is_couple[home], husband[home], NOBODY)
    return Folk(persons, home, spouse, mother, father)


class Couple(NamedTuple):
    """What a birth certificate needs of the parents."""

    mother: str
    mother_number: str
    father: str
    father_number: str


class Census:
    """One pass over everybody, and then over the days of June."""

    def __init__(self, city: City) -> None:
        self._city = replace(city, truth=Truth(), rows={})
        self.register = Register(self._city)
        self._pool: list[Persons] = []
        self.parents: dict[str, Couple] = {}
        """Couples of the households in which June may see a birth, by household."""
        self.singles: set[str] = set()
        """Numbers of those among whom June may see a marriage."""

    def chunks(self) -> Iterator[Folk]:
        """Everybody, in the order of the register's full export."""
        for persons, reported in resident.chunks(self._city, self.register):
            folk = folk_of(persons)
            self._pool.append(persons.take(reported))
            self._remember_parents(folk, reported)
            is_single = pc.equal(folk.text(MARITAL, reported), "未婚")
            self.singles |= set(folk.text(NUMBER, reported).filter(is_single).to_pylist())
            yield folk

    def _remember_parents(self, folk: Folk, reported: Integers) -> None:
        men = reported[folk.persons.is_male[reported] & (folk.spouse[reported] != NOBODY)]
        wives = folk.spouse[men]
        columns = [folk.text(NAME, wives), folk.text(NUMBER, wives), folk.text(NAME, men), folk.text(NUMBER, men)]
        couples = zip(*(column.to_pylist() for column in columns), strict=True)
        self.parents |= dict(zip(folk.text(HOUSEHOLD, men).to_pylist(), map(Couple._make, couples), strict=True))

    def june(self) -> Iterator[tuple[datetime.date, dict[str, pa.Table]]]:
        """What the register reports day by day, by what happened; to be asked for after the chunks."""
        june = June(self._city, self.register, joined(self._pool))
        for day in self._city.days():
            yield day, june.parts(day, resident.rows_on(june, day))
