"""卫生计生委: birth certificates, every month a workbook with a sheet a county. The child has no number yet."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sample_data import corrupt, defects, delivery, names
from sample_data.context import INITIAL_DAY, City
from sample_data.corrupt import Edit
from sample_data.firms.handover import Office, months_due
from sample_data.june import BIRTHS_A_YEAR, COMPOUND_SURNAMES
from sample_data.people import spelling
from sample_data.people.census import (
    BIRTH,
    HOUSEHOLD,
    NAME,
    NOBODY,
    NUMBER,
    SEX,
    VILLAGE,
    Census,
    Days,
    Flags,
    Folk,
    Integers,
)
from sample_data.people.workbook import deliver_workbook
from sample_data.truth import Identity

OFFICE = Office("birth", "weijiwei")
FIRST_DAY = np.datetime64("2016-01-01")
LAST_DAY = np.datetime64(INITIAL_DAY)
BORN_HERE = 0.94
"""Share of the registered children whose certificate was issued in the city."""
RENAMED_SHARE = 0.02
"""Children registered under another given name than their certificate has."""
UNREGISTERED_A_MONTH = 0.25
"""Of a month's births, those whom the register does not have yet: in May, and again in June."""

HEADER = (
    "出生医学证明编号",
    "接生机构",
    "新生儿姓名",
    "性别",
    "出生日期",
    "母亲姓名",
    "母亲身份号码",
    "父亲姓名",
    "父亲身份号码",
    "母亲住址村居代码",
    "签发日期",
)
TITLES = ("出生医学证明签发月报表", "填报单位：泰安市卫生和计划生育委员会　　　　单位：人")
HOSPITALS = ("人民医院", "妇幼保健院", "中医院", "中心卫生院")
SPELLINGS = {spelling.MISSING: 0.006, spelling.WRONG_DIGIT: 0.002}

EDITS = (
    Edit("母亲姓名为空", "R001", "母亲姓名", defects.blank),
    Edit("出生日期不是日期", "R002", "出生日期", defects.always("不详")),
    Edit("村居代码不存在", "R003", "母亲住址村居代码", defects.always("379999999999")),
    Edit("签发早于出生", "R105", "签发日期", defects.always("2015-12-01")),
    Edit("2197年出生", "R005;R105", "出生日期", defects.future_date),
    Edit("编号缺位", "R004", "出生医学证明编号", lambda cell, rng: cell[:-1]),
    corrupt.lost_character("新生儿姓名"),
    corrupt.DUPLICATE,
    Edit("全角编号", "", "出生医学证明编号", defects.full_width),
    Edit("斜线日期", "", "出生日期", defects.slash_date),
    Edit("紧凑日期", "", "签发日期", defects.compact_date),
    corrupt.TOTALS,
)


@dataclass(frozen=True)
class Born:
    """Newborns with their parents: ``number`` is empty for a child the register does not have."""

    table: pa.Table
    birth: Days
    issued: Days

    def __len__(self) -> int:
        return len(self.birth)


PARTS = ("number", "name", "sex", "mother", "mother_number", "father", "father_number", "village")


def _texts(columns: Sequence[pa.Array | Sequence[str]]) -> pa.Table:
    return pa.table([pa.array(column, pa.string()) for column in columns], names=list(PARTS))


def _joined(parts: Iterable[Born]) -> Born:
    parts = list(parts)
    return Born(
        pa.concat_tables([part.table for part in parts]),
        np.concatenate([part.birth for part in parts]),
        np.concatenate([part.issued for part in parts]),
    )


def _take(born: Born, rows: Integers) -> Born:
    return Born(born.table.take(pa.array(rows)), born.birth[rows], born.issued[rows])


class Births:
    """Gathers the children of the register chunk by chunk, then the newborns of June."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._early: list[Born] = []
        self._june: list[Born] = []

    def gather(self, folk: Folk, is_dead: Flags, number: int) -> None:
        """Children since 2016 whose mother is registered in their household, and newborns nobody registered yet."""
        rng = self._city.stream("birth", "chunk", str(number))
        birth = folk.persons.birth.astype("datetime64[D]")
        is_here = rng.random(len(birth)) < BORN_HERE
        children = np.flatnonzero((birth >= FIRST_DAY) & (folk.mother != NOBODY) & is_here)
        self._early.append(self._certified(rng, folk, children))
        monthly = int(folk.persons.is_registered.sum()) * BIRTHS_A_YEAR / 12 * UNREGISTERED_A_MONTH
        for first, parts in (("2018-05-01", self._early), ("2018-06-01", self._june)):
            parts.append(self._unregistered(rng, folk, ~is_dead, round(monthly), np.datetime64(first)))

    def _certified(self, rng: np.random.Generator, folk: Folk, children: Integers) -> Born:
        mother, father = folk.mother[children], folk.father[children]
        birth = folk.persons.birth[children].astype("datetime64[D]")
        name = np.array(folk.text(NAME, children).to_pylist(), dtype=object)
        renamed = np.flatnonzero(rng.random(len(children)) < RENAMED_SHARE)
        given = names.given_names(rng, np.full(len(renamed), 2017), folk.persons.is_male[children[renamed]])
        name[renamed] = [old[: _length(old)] + new for old, new in zip(name[renamed], given.to_pylist(), strict=True)]
        own = [folk.text(NUMBER, children), name, folk.text(SEX, children)]
        table = _texts([*own, *_parents(folk, mother, father), folk.text(VILLAGE, mother)])
        issued = np.minimum(birth + rng.integers(1, 12, len(birth)).astype("timedelta64[D]"), LAST_DAY)
        return Born(table, birth, issued)

    def _unregistered(
        self, rng: np.random.Generator, folk: Folk, is_living: Flags, count: int, first: np.datetime64
    ) -> Born:
        """Newborns of couples of the register, born within the month that begins on ``first``."""
        age = folk.days_old("2018-06-01") / 365.25
        is_wife = ~folk.persons.is_male & (folk.spouse != NOBODY) & folk.persons.is_registered & is_living
        can_be = np.flatnonzero(is_wife & (age > 20) & (age < 40))
        mother = rng.choice(can_be, size=min(count, len(can_be)), replace=False)
        father = folk.spouse[mother]
        is_male = rng.random(len(mother)) < 0.53
        surname = [name[: _length(name)] for name in folk.text(NAME, father).to_pylist()]
        name = names.full_names(
            pa.array(surname, pa.string()), names.given_names(rng, np.full(len(mother), 2018), is_male)
        )
        sex = np.where(is_male, "男", "女").astype(object)
        own = [[""] * len(mother), name, sex]
        table = _texts([*own, *_parents(folk, mother, father), folk.text(VILLAGE, mother)])
        birth = first + rng.integers(0, 25, len(mother)).astype("timedelta64[D]")
        return Born(table, birth, birth + rng.integers(1, 5, len(mother)).astype("timedelta64[D]"))

    def gather_day(self, day: datetime.date, parts: dict[str, pa.Table], census: Census) -> None:
        """Newborns whom the register takes in on a day of June; their certificates are of June."""
        rng = self._city.stream("birth", "day", day.isoformat())
        rows = [row for row in parts["births"].to_pylist() if row[HOUSEHOLD] in census.parents]
        couples = [census.parents[row[HOUSEHOLD]] for row in rows]
        own = [[row[header] for row in rows] for header in (NUMBER, NAME, SEX)]
        parents = [list(column) for column in zip(*couples, strict=True)] or [[], [], [], []]
        table = _texts([*own, *parents, [row[VILLAGE] for row in rows]])
        birth = np.array([row[BIRTH] for row in rows], dtype="datetime64[D]")
        back = rng.integers(0, 4, len(rows)).astype("timedelta64[D]")
        issued = np.maximum(np.maximum(np.datetime64(day) - back, birth), LAST_DAY + 1)
        self._june.append(Born(table, birth, issued))

    def deliver(self) -> None:
        """One workbook a year up to May, then one a month."""
        early = _joined(self._early)
        year = early.issued.astype("datetime64[Y]").astype(str)
        files = {f"出生医学证明_{y}.xlsx": _take(early, np.flatnonzero(year == y)) for y in sorted(set(year.tolist()))}
        self._hand_in(OFFICE.initial("monthly"), files)
        for month in months_due(self._city):
            june = _joined(self._june)
            rows = np.flatnonzero(june.issued.astype("datetime64[M]") == month)
            self._hand_in(OFFICE.monthly(month), {f"出生医学证明_{month}.xlsx": _take(june, rows)})

    def _hand_in(self, batch: delivery.Batch, files: dict[str, Born]) -> Path:
        tables = {file: self._table(batch, file, born) for file, born in files.items()}
        return deliver_workbook(self._city, batch, tables, TITLES, EDITS, merged="接生机构")

    def _table(self, batch: delivery.Batch, file: str, born: Born) -> pa.Table:
        """The form's columns, county by county and hospital by hospital."""
        city, rng = self._city, self._city.stream("birth", "form", batch.batch, file)
        county = np.array([code[:6] for code in born.table["village"].to_pylist()])
        hospital = rng.choice(len(HOSPITALS), size=len(born), p=(0.35, 0.35, 0.2, 0.1))
        order = np.lexsort((born.issued.astype(np.int64), hospital, county))
        born, hospital, county = _take(born, order), hospital[order], county[order]
        names_of = {unit.code: unit.name for unit in city.places.counties}
        period = file.removesuffix(".xlsx").partition("_")[2].replace("-", "")
        series = chr(ord("P") + int(period[:4]) - 2016) if len(period) == 4 else "T"
        records = [f"{series}{place:09d}" for place in range(1, len(born) + 1)]
        own = {name: born.table[name].to_pylist() for name in PARTS}
        mothers, how = spelling.written_numbers(rng, own["mother_number"], SPELLINGS)
        resource = OFFICE.resource
        city.truth.know(
            Identity(resource, r, "child", n, "新生儿无号码") for r, n in zip(records, own["number"], strict=True)
        )
        city.truth.know(
            Identity(resource, records[i], "mother", own["mother_number"][i], kind) for i, kind in how.items()
        )
        return pa.table(
            [
                records,
                [names_of[code] + HOSPITALS[kind] for code, kind in zip(county, hospital, strict=True)],
                own["name"],
                own["sex"],
                pa.array(born.birth).cast(pa.string()),
                spelling.spaced(rng, born.table["mother"].combine_chunks()),
                mothers,
                own["father"],
                own["father_number"],
                own["village"],
                pa.array(born.issued).cast(pa.string()),
            ],
            names=list(HEADER),
        )


def _length(name: str) -> int:
    """How many characters of a name are its surname."""
    return 2 if name.startswith(COMPOUND_SURNAMES) else 1


def _parents(folk: Folk, mother: Integers, father: Integers) -> list[pa.Array]:
    """Name and number of the mother, then of the father, empty where the household has none."""
    is_there, at = pa.array(father != NOBODY), np.maximum(father, 0)
    fathers = [pc.if_else(is_there, folk.text(header, at), "") for header in (NAME, NUMBER)]
    return [folk.text(NAME, mother), folk.text(NUMBER, mother), *fathers]
