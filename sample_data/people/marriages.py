"""民政局: marriages, every month a CSV. Of the newest the register has often not heard."""

import datetime
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import corrupt, defects, delivery
from sample_data.context import INITIAL_DAY, City
from sample_data.corrupt import Edit
from sample_data.firms.handover import Office, csv_editor, hand_in, months_due, soil
from sample_data.people.census import (
    BIRTH,
    MARITAL,
    NAME,
    NOBODY,
    NUMBER,
    SEX,
    VILLAGE,
    Census,
    Days,
    Folk,
    Integers,
)
from sample_data.people.permits import Holders

OFFICE = Office("marriage", "minzhengju")
FILE = "jiehun.csv"
A_YEAR = 45_000
FIRST_DAY, LAST_DAY = np.datetime64("2016-01-01"), np.datetime64(INITIAL_DAY)
FIRST_CHILD = np.datetime64("2016-07-01")
"""A couple whose first child is older married before the time of the delivery."""
COUPLES_SHARE = 0.72
"""Of the young couples without an older child, those who married in the city since 2016."""
WITH_NEWCOMERS = 0.03
"""Marriages of somebody of the register with a holder of a residence permit."""

FIRST_OF_JUNE = 500_000
"""Numbers of the year's first months stay below."""

HEADER = ("登记字号", "男方姓名", "男方身份号码", "女方姓名", "女方身份号码", "登记日期", "登记机关区划")
HUSBAND, WIFE, REGISTERED = "男方身份号码", "女方身份号码", "登记日期"


def _of_other_sex(cell: str, rng: np.random.Generator) -> str:
    """Another valid number: that of the next order code, which belongs to the other sex."""
    seventeen = cell[:16] + str((int(cell[16]) + 1) % 10)
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(seventeen))
    return seventeen + defects.CHECK_CHARACTERS[total % 11]


EDITS = (
    Edit("男方姓名为空", "R001", "男方姓名", defects.blank),
    Edit("校验码错误", "R006", WIFE, defects.wrong_check_digit),
    Edit("区划不在本市", "R003", "登记机关区划", defects.always("370999")),
    Edit("日期不是日期", "R002", REGISTERED, defects.not_a_number),
    Edit("2197年登记", "R005", REGISTERED, defects.future_date),
    Edit("男方号码是女性的", "R102", HUSBAND, _of_other_sex),
    corrupt.lost_character("女方姓名"),
    corrupt.DUPLICATE,
    corrupt.SHORT_ROW,
    Edit("全角数字", "", HUSBAND, defects.full_width),
    Edit("小写x校验码", "", WIFE, defects.lower_case, fits=lambda cell: cell.endswith("X")),
    Edit("斜线日期", "", REGISTERED, defects.slash_date),
    corrupt.TRAILING_COMMAS,
)
ONCE_A_FILE = (corrupt.REPEATED_HEADER, corrupt.TOTALS, corrupt.ALL_ZERO)


@dataclass(frozen=True)
class _Single:
    """Somebody the register has as unmarried."""

    number: str
    name: str
    is_male: bool
    birth: np.datetime64
    county: str


@dataclass(frozen=True)
class _Wedding:
    husband: tuple[str, str]
    wife: tuple[str, str]
    day: np.datetime64
    county: str


def _wedding(one: _Single, other: _Single, day: np.datetime64) -> _Wedding:
    man, woman = (one, other) if one.is_male else (other, one)
    return _Wedding((man.name, man.number), (woman.name, woman.number), day, one.county)


class Marriages:
    """Gathers couples of the register, and single persons of whose marriage the register has not heard."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._weddings: list[pa.Table] = []
        self._singles: list[_Single] = []
        self._newlyweds: list[tuple[np.datetime64, _Single]] = []
        self._married: set[str] = set()

    def gather(self, folk: Folk, is_dead: NDArray[np.bool_], number: int) -> None:
        """Couples of a chunk who married since 2016, and singles for the marriages of June and with newcomers."""
        rng = self._city.stream("marriage", "chunk", str(number))
        age = folk.days_old("2018-05-31") / 365.25
        is_there = folk.persons.is_registered & ~is_dead
        man = np.flatnonzero(folk.persons.is_male & is_there & (folk.spouse != NOBODY) & (age > 22) & (age < 46))
        man = man[is_there[folk.spouse[man]] & (rng.random(len(man)) < COUPLES_SHARE)]
        first = self._first_child(folk)[folk.home[man]]
        man, first = man[first >= FIRST_CHILD], first[first >= FIRST_CHILD]
        anywhen = FIRST_DAY + rng.integers(0, 881, len(man)).astype("timedelta64[D]")
        before = first - rng.integers(180, 700, len(man)).astype("timedelta64[D]")
        day = np.where(first <= LAST_DAY, np.maximum(before, FIRST_DAY), anywhen)
        self._weddings.append(self._couples(folk, man, day))
        is_single = is_there & (age > 22) & (age < 35)
        is_single &= np.array(folk.persons.table[MARITAL].to_pylist()) == "未婚"
        wanted = len(folk.persons) * A_YEAR / 5_472_217 * (2 / 12 + WITH_NEWCOMERS * 29 / 12)
        rows = rng.permutation(np.flatnonzero(is_single))[: round(wanted)]
        self._singles += self._single(folk, rows)

    def _first_child(self, folk: Folk) -> Days:
        """Birth of the first child of each household; the end of time where there is none."""
        found = np.full(int(folk.home[-1]) + 1, np.datetime64("2100-01-01"))
        children = np.flatnonzero(folk.mother != NOBODY)
        days = found.view("i8")
        np.minimum.at(days, folk.home[children], folk.persons.birth[children].astype("datetime64[D]").view("i8"))
        return found

    def _couples(self, folk: Folk, man: Integers, day: Days) -> pa.Table:
        wife = folk.spouse[man]
        county = pa.array([code[:6] for code in folk.text(VILLAGE, man).to_pylist()], pa.string())
        people = [folk.text(header, rows) for rows in (man, wife) for header in (NAME, NUMBER)]
        return pa.table([*people, pa.array(day.astype("datetime64[D]")), county], names=list(HEADER[1:]))

    def _single(self, folk: Folk, rows: Integers) -> list[_Single]:
        columns = (folk.text(header, rows).to_pylist() for header in (NUMBER, NAME, SEX, VILLAGE))
        births = folk.persons.birth[rows]
        return [
            _Single(number, name, sex == "男", birth, village[:6])
            for number, name, sex, village, birth in zip(*columns, births, strict=True)
        ]

    def gather_day(self, day: datetime.date, parts: dict[str, pa.Table], census: Census) -> None:
        """Those of whom the register says on a day of June that they are married now."""
        for row in parts["updates"].select([NUMBER, NAME, SEX, BIRTH, VILLAGE, MARITAL]).to_pylist():
            if row[MARITAL] == "已婚" and row[NUMBER] in census.singles:
                person = _Single(row[NUMBER], row[NAME], row[SEX] == "男", np.datetime64(row[BIRTH]), row[VILLAGE][:6])
                self._newlyweds.append((np.datetime64(day), person))

    def deliver(self, holders: Holders) -> None:
        """Everything to the end of May in one file, then what was registered in June."""
        city, rng = self._city, self._city.stream("marriage", "pairs")
        newcomers = city.count(round(A_YEAR * 29 / 12 * WITH_NEWCOMERS), at_least=3)
        with_newcomers = self._with_newcomers(rng, holders, newcomers)
        first = pa.concat_tables([*self._weddings, self._table(with_newcomers)])
        self._hand_in(OFFICE.initial("monthly"), first)
        for month in months_due(city):
            self._hand_in(OFFICE.monthly(month), self._table(self._june(rng, month)))

    def _with_newcomers(self, rng: np.random.Generator, holders: Holders, count: int) -> list[_Wedding]:
        age = (LAST_DAY - holders.birth).astype(np.int64) / 365.25
        free = rng.permutation(np.flatnonzero(holders.is_valid & (age > 22) & (age < 38)))
        columns = [holders.text(header).take(pa.array(free)).to_pylist() for header in (NUMBER, NAME)]
        men, women = self._by_sex(self._singles)
        found: list[_Wedding] = []
        for number, name, row in zip(*columns, free, strict=True):
            here = women if holders.is_male[row] else men
            if len(found) == count or not here:
                break
            guest = _Single(number, name, bool(holders.is_male[row]), holders.birth[row], "")
            day = FIRST_DAY + np.timedelta64(int(rng.integers(500, 881)), "D")
            found.append(_wedding(here.pop(), guest, day))
        self._singles = men + women
        self._married |= {number for one in found for number in (one.husband[1], one.wife[1])}
        return found

    def _june(self, rng: np.random.Generator, month: np.datetime64) -> list[_Wedding]:
        """Newlyweds of the register, each with one of whom it has not heard, and couples of whom it has not heard."""
        known = {person.number for _, person in self._newlyweds}
        men, women = self._by_sex([single for single in self._singles if single.number not in known])
        found = []
        for day, person in self._newlyweds:
            here = women if person.is_male else men
            if here and person.number not in self._married:
                back = np.timedelta64(int(rng.integers(0, 9)), "D")
                found.append(_wedding(person, here.pop(), max(day - back, month.astype("datetime64[D]"))))
        count = self._city.count(round(A_YEAR / 12), at_least=20) - len(found)
        for man, woman in zip(men[: max(count, 0)], women, strict=False):
            found.append(_wedding(man, woman, month.astype("datetime64[D]") + int(rng.integers(0, 30))))
        return found

    @staticmethod
    def _by_sex(singles: list[_Single]) -> tuple[list[_Single], list[_Single]]:
        """Men and women by age, so that neighbours of the two lists are of like age."""
        ordered = sorted(singles, key=lambda single: (single.birth, single.number))
        return [s for s in ordered if s.is_male], [s for s in ordered if not s.is_male]

    def _table(self, weddings: list[_Wedding]) -> pa.Table:
        couples = ([w.husband for w in weddings], [w.wife for w in weddings])
        columns = [
            *(pa.array([who[part] for who in couple], pa.string()) for couple in couples for part in (0, 1)),
            pa.array(np.array([w.day for w in weddings], dtype="datetime64[D]")),
            pa.array([w.county for w in weddings], pa.string()),
        ]
        return pa.table(columns, names=list(HEADER[1:]))

    def _hand_in(self, batch: delivery.Batch, weddings: pa.Table) -> Path:
        """Weddings in the order of their registration, numbered within county and year."""
        day = weddings[REGISTERED].to_numpy().astype("datetime64[D]")
        order = np.lexsort((weddings[HUSBAND].to_numpy(zero_copy_only=False).astype(str), day))
        table = weddings.take(pa.array(order))
        days, counties = table[REGISTERED].to_pylist(), table[HEADER[-1]].to_pylist()
        start = 0 if batch.period == str(LAST_DAY)[:7] else FIRST_OF_JUNE
        serials = [
            f"J{county}-{day.year}-{start + place:06d}"
            for place, (county, day) in enumerate(zip(counties, days, strict=True), start=1)
        ]
        table = table.set_column(4, REGISTERED, table[REGISTERED].cast(pa.string()))
        table = table.add_column(0, HEADER[0], pa.array(serials, pa.string()))
        files = {FILE: lambda path: delivery.write_csv(path, table, bom=True, newline="\r\n")}
        folder = hand_in(self._city, batch, files, table.num_rows)
        soil(self._city, folder, FILE, (*EDITS, *ONCE_A_FILE), csv_editor, rows=table.num_rows)
        return folder
