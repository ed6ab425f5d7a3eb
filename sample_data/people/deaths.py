"""卫生计生委: deaths, every month a workbook with a sheet a county. What it knows the register learns days later."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sample_data import corrupt, defects, delivery
from sample_data.context import INITIAL_DAY, City
from sample_data.corrupt import Edit
from sample_data.firms.handover import Office, months_due
from sample_data.june import DEATHS_A_YEAR
from sample_data.people import spelling
from sample_data.people.census import ADDRESS, BIRTH, NAME, NUMBER, SEX, UPDATED, VILLAGE, Days, Flags, Folk, Integers
from sample_data.people.workbook import deliver_workbook
from sample_data.persons import CANCELLED

OFFICE = Office("death", "weijiwei")
FIRST_DAY = np.datetime64("2016-01-01")
LAST_DAY = np.datetime64(INITIAL_DAY)
OPEN_SHARE = 0.04
"""Of the dead, those whose record in the register is still open at the end of May: mostly the latest."""
OPEN_DAYS = 45.0
OPEN_IN_JUNE = 0.4
"""Of June's dead, those whose record is still open when June ends."""

HEADER = (
    "死亡证编号",
    "登记乡镇",
    "姓名",
    "性别",
    "身份号码",
    "出生日期",
    "死亡日期",
    "生前住址村居代码",
    "生前住址",
    "死亡地点",
    "登记日期",
)
TITLES = ("居民死亡登记月报表", "填报单位：泰安市卫生和计划生育委员会　　　　单位：人")
PLACES, PLACE_SHARES = ("医疗卫生机构", "家中", "养老机构", "其他场所"), (0.35, 0.55, 0.05, 0.05)
SPELLINGS = {spelling.MISSING: 0.03, spelling.OLD: 0.05, spelling.WRONG_DIGIT: 0.008, spelling.SWAPPED: 0.004}

EDITS = (
    Edit("姓名为空", "R001", "姓名", defects.blank),
    Edit("死亡日期不是日期", "R002", "死亡日期", defects.always("不详")),
    Edit("村居代码不存在", "R003", "生前住址村居代码", defects.always("379999999999")),
    Edit("登记早于死亡", "R105", "登记日期", defects.always("2015-12-01")),
    Edit("2197年出生", "R005;R105", "出生日期", defects.future_date),
    Edit("编号缺位", "R004", "死亡证编号", lambda cell, rng: cell[:-1]),
    corrupt.lost_character("生前住址"),
    corrupt.DUPLICATE,
    Edit("全角编号", "", "死亡证编号", defects.full_width),
    Edit("斜线日期", "", "出生日期", defects.slash_date),
    Edit("紧凑日期", "", "登记日期", defects.compact_date),
    corrupt.TOTALS,
)


@dataclass(frozen=True)
class Dead:
    """Persons of the register who died: their rows of it, when, and whether the register has closed their record."""

    table: pa.Table
    birth: Days
    died: Days
    registered: Days
    is_closed: Flags

    def __len__(self) -> int:
        return len(self.died)

    def text(self, header: str) -> pa.Array:
        """A column of the register."""
        return self.table[header].combine_chunks()

    def take(self, rows: Integers) -> "Dead":
        """Those rows, in that order."""
        parts = (getattr(self, name)[rows] for name in ("birth", "died", "registered", "is_closed"))
        return Dead(self.table.take(pa.array(rows)), *parts)


def joined(parts: Iterable[Dead]) -> Dead:
    """All parts in one."""
    parts = list(parts)
    names = ("birth", "died", "registered", "is_closed")
    arrays = (np.concatenate([getattr(part, name) for part in parts]) for name in names)
    return Dead(pa.concat_tables([part.table for part in parts]), *arrays)


def _days_of(column: pa.ChunkedArray) -> Days:
    days: Days = column.to_numpy().astype("datetime64[s]").astype("datetime64[D]")
    return days


def _dead(rng: np.random.Generator, table: pa.Table, died: Days, last: np.datetime64, *, is_closed: bool) -> Dead:
    registered = np.minimum(died + rng.integers(0, 7, len(died)).astype("timedelta64[D]"), last)
    return Dead(table, _days_of(table[BIRTH]), died, registered, np.full(len(died), is_closed))


class Deaths:
    """Gathers the dead of the register chunk by chunk, then those of June."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._early: list[Dead] = []
        self._june: list[Dead] = []
        self._known: set[str] = set()
        self._closed: set[str] = set()

    def gather(self, folk: Folk, number: int) -> Flags:
        """The dead of a chunk: cancelled records, some that are still open, and some who die in June.

        Returns who of the registered is among them, so that no other office takes them for living.
        """
        rng = self._city.stream("death", "chunk", str(number))
        table = folk.persons.table
        cancelled = np.flatnonzero(pc.equal(table["户籍状态"], CANCELLED).to_numpy())
        closed = table.take(pa.array(cancelled))
        late = rng.integers(3, 40, len(cancelled)).astype("timedelta64[D]")
        died = np.maximum(_days_of(closed[UPDATED]) - late, folk.persons.birth[cancelled].astype("datetime64[D]"))
        watched = np.flatnonzero(died >= FIRST_DAY)
        early = _dead(rng, closed.take(pa.array(watched)), died[watched], LAST_DAY, is_closed=True)
        alive = np.flatnonzero(folk.persons.is_registered)
        count = round(len(watched) * OPEN_SHARE)
        in_june = round(int(folk.persons.is_registered.sum()) * DEATHS_A_YEAR / 12 * OPEN_IN_JUNE)
        key = 0.09 * folk.days_old("2018-05-31")[alive] / 365.25 + rng.gumbel(size=len(alive))
        oldest = alive[np.argsort(-key, kind="stable")[: count + in_june]]
        back = np.minimum(rng.exponential(OPEN_DAYS, count), 360.0).astype("timedelta64[D]")
        died = np.maximum(LAST_DAY - back, folk.persons.birth[oldest[:count]].astype("datetime64[D]"))
        still_open = _dead(rng, table.take(pa.array(oldest[:count])), died, LAST_DAY, is_closed=False)
        self._early += [early, still_open]
        june = np.datetime64("2018-06-01") + rng.integers(0, 30, in_june).astype("timedelta64[D]")
        last = np.datetime64("2018-06-30")
        self._june.append(_dead(rng, table.take(pa.array(oldest[count:])), june, last, is_closed=False))
        is_dead = np.zeros(len(folk.persons), dtype=bool)
        is_dead[oldest] = True
        return is_dead

    def gather_day(self, day: datetime.date, parts: dict[str, pa.Table]) -> None:
        """Those whose record the register closes on a day of June: registered before that, in June."""
        rng = self._city.stream("death", "day", day.isoformat())
        if not self._known:
            self._known = {number for part in (*self._early, *self._june) for number in part.text(NUMBER).to_pylist()}
        numbers = parts["deaths"][NUMBER].to_pylist()
        self._closed |= self._known.intersection(numbers)
        table = parts["deaths"].filter(pa.array([number not in self._known for number in numbers], pa.bool_()))
        last = np.datetime64(day)
        registered = np.maximum(last - rng.integers(0, 20, table.num_rows).astype("timedelta64[D]"), LAST_DAY + 1)
        died = registered - rng.integers(0, 5, table.num_rows).astype("timedelta64[D]")
        birth = _days_of(table[BIRTH])
        closed = np.ones(table.num_rows, dtype=bool)
        self._june.append(Dead(table, birth, np.maximum(died, birth), registered, closed))

    def early(self) -> Dead:
        """Everybody registered as dead up to the end of May."""
        return joined(self._early)

    def deliver(self) -> None:
        """One workbook a year up to May, then one a month."""
        city, early = self._city, self.early()
        year = early.registered.astype("datetime64[Y]").astype(str)
        sheets = {f"死亡登记_{y}.xlsx": early.take(np.flatnonzero(year == y)) for y in sorted(set(year.tolist()))}
        self._hand_in(OFFICE.initial("monthly"), sheets)
        self._tell_open(early)
        for month in months_due(city):
            june = joined(self._june)
            rows = np.flatnonzero(june.registered.astype("datetime64[M]") == month)
            self._hand_in(OFFICE.monthly(month), {f"死亡登记_{month}.xlsx": june.take(rows)})

    def _tell_open(self, early: Dead) -> None:
        """Whose record the register has not closed, not even in June."""
        for row in np.flatnonzero(~early.is_closed).tolist():
            number = early.table[NUMBER][row].as_py()
            if number not in self._closed:
                died_on = str(early.died[row])
                self._city.truth.event(
                    "registered_after_death", resource=OFFICE.resource, id_number=number, died_on=died_on
                )

    def _hand_in(self, batch: delivery.Batch, files: dict[str, Dead]) -> Path:
        tables = {file: self._table(batch, file, dead) for file, dead in files.items()}
        return deliver_workbook(self._city, batch, tables, TITLES, EDITS, merged="登记乡镇")

    def _table(self, batch: delivery.Batch, file: str, dead: Dead) -> pa.Table:
        """The form's columns, county by county and township by township."""
        city, rng = self._city, self._city.stream("death", "form", batch.batch, file)
        village = dead.text(VILLAGE).to_pylist()
        dead = dead.take(np.lexsort((dead.died.astype(np.int64), np.array([v[:9] for v in village]))))
        towns = {town.code: town.name for town in city.places.townships}
        village = dead.text(VILLAGE).to_pylist()
        numbers = dead.text(NUMBER).to_pylist()
        written, how = spelling.written_numbers(rng, numbers, SPELLINGS)
        year = file.removesuffix(".xlsx").partition("_")[2].replace("-", "").ljust(6, "0")
        records = [f"S{year}{place:06d}" for place in range(1, len(dead) + 1)]
        city.truth.know(spelling.known(OFFICE.resource, records, numbers, how))
        place = rng.choice(len(PLACES), size=len(dead), p=PLACE_SHARES)
        return pa.table(
            [
                records,
                [towns[code[:9]] for code in village],
                spelling.spaced(rng, dead.text(NAME)),
                dead.text(SEX),
                written,
                dead.text(BIRTH),
                dead.died,
                village,
                dead.text(ADDRESS),
                np.array(PLACES, dtype=object)[place],
                pa.array(dead.registered).cast(pa.string()),
            ],
            names=list(HEADER),
        )
