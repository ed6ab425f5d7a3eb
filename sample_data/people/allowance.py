"""民政局: who draws the minimum living allowance 低保, every month a workbook with a sheet a county."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import corrupt, defects, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms.handover import LAST_INITIAL_MONTH, Office, months_due
from sample_data.people import spelling
from sample_data.people.census import ADDRESS, BIRTH, NAME, NUMBER, SEX, VILLAGE, Folk, Integers
from sample_data.people.deaths import Dead
from sample_data.people.workbook import deliver_workbook

OFFICE = Office("minimum_living_allowance", "minzhengju")
HOMES_SHARE = 0.022
STILL_DRAWING_DEAD = 480
"""Dead persons for whom the allowance is still paid."""
NO_LONGER = 0.015
"""Share of May's recipients who draw nothing in June any more."""

HEADER = (
    "低保证号",
    "所在乡镇",
    "姓名",
    "性别",
    "身份号码",
    "出生日期",
    "与户主关系",
    "家庭住址村居代码",
    "家庭住址",
    "保障类别",
    "发放月份",
    "月保障金额",
)
TITLES = ("最低生活保障对象发放名册", "填报单位：泰安市民政局　　　　单位：元")
HEAD, SPOUSE, CHILD, OTHER = "户主", "配偶", "子女", "其他"
SPELLINGS = {spelling.MISSING: 0.01, spelling.OLD: 0.06, spelling.WRONG_DIGIT: 0.006, spelling.SWAPPED: 0.003}

EDITS = (
    Edit("姓名为空", "R001", "姓名", defects.blank),
    Edit("金额不是数字", "R002", "月保障金额", defects.always("待定")),
    Edit("金额过大", "R005", "月保障金额", defects.always("385000")),
    Edit("村居代码不存在", "R003", "家庭住址村居代码", defects.always("379999999999")),
    Edit("关系不在范围", "R004", "与户主关系", defects.always("邻居")),
    Edit("2197年出生", "R005", "出生日期", defects.future_date),
    corrupt.lost_character("家庭住址"),
    corrupt.DUPLICATE,
    Edit("金额带单位", "", "月保障金额", defects.with_unit("元")),
    Edit("斜线日期", "", "出生日期", defects.slash_date),
    Edit("全角证号", "", "低保证号", defects.full_width),
    corrupt.TOTALS,
)


@dataclass(frozen=True)
class _Recipients:
    table: pa.Table
    relation: NDArray[np.str_]


class Allowance:
    """Gathers poor households chunk by chunk, and some of the dead."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._found: list[_Recipients] = []

    def gather(self, folk: Folk, is_dead: NDArray[np.bool_], number: int) -> None:
        """All living members of some households of a chunk."""
        rng = self._city.stream("minimum_living_allowance", "chunk", str(number))
        is_poor = rng.random(int(folk.home[-1]) + 1) < HOMES_SHARE
        rows = np.flatnonzero(is_poor[folk.home] & folk.persons.is_registered & ~is_dead)
        home = folk.home[rows]
        head = rows[np.r_[True, home[1:] != home[:-1]]][np.cumsum(np.r_[False, home[1:] != home[:-1]])]
        relation = np.full(len(rows), OTHER, dtype="<U2")
        relation[(folk.mother[rows] == head) | (folk.father[rows] == head)] = CHILD
        relation[folk.spouse[rows] == head] = SPOUSE
        relation[rows == head] = HEAD
        self._found.append(_Recipients(self._columns(folk.persons.table, rows), relation))

    @staticmethod
    def _columns(table: pa.Table, rows: Integers) -> pa.Table:
        return table.select([NUMBER, NAME, SEX, BIRTH, VILLAGE, ADDRESS]).take(pa.array(rows))

    def gather_dead(self, dead: Dead) -> None:
        """Old persons who died before April and are paid in May and in June all the same."""
        rng = self._city.stream("minimum_living_allowance", "dead")
        can_be = np.flatnonzero(dead.died < np.datetime64("2018-04-01"))
        rows = rng.permutation(can_be)[: self._city.count(STILL_DRAWING_DEAD, at_least=4)]
        self._found.append(_Recipients(self._columns(dead.table, rows), np.full(len(rows), HEAD, dtype="<U2")))
        for row, number in zip(rows, dead.text(NUMBER).take(pa.array(rows)).to_pylist(), strict=True):
            died_on = str(dead.died[row])
            self._city.truth.event("allowance_after_death", resource=OFFICE.resource, id_number=number, died_on=died_on)

    def deliver(self) -> None:
        """The lists of May and of the months since; a record keeps its number from month to month."""
        table = pa.concat_tables([part.table for part in self._found])
        relation = np.concatenate([part.relation for part in self._found])
        planted = table.num_rows - len(self._found[-1].relation)
        rng = self._city.stream("minimum_living_allowance", "form")
        full = self._form(rng, table, relation)
        village = np.array(table[VILLAGE].to_pylist())
        order = np.lexsort((np.arange(len(village)), np.array([code[:9] for code in village])))
        self._hand_in(OFFICE.initial("monthly"), LAST_INITIAL_MONTH, full.take(pa.array(order)))
        for month in months_due(self._city):
            stays = self._city.stream("minimum_living_allowance", str(month)).random(len(village)) >= NO_LONGER
            stays[planted:] = True
            self._hand_in(OFFICE.monthly(month), month, full.take(pa.array(order[stays[order]])))

    def _form(self, rng: np.random.Generator, table: pa.Table, relation: NDArray[np.str_]) -> pa.Table:
        places = self._city.places
        towns = {town.code: town.name for town in places.townships}
        is_urban = dict(zip(places.village_code.tolist(), places.village_is_urban.tolist(), strict=True))
        village = table[VILLAGE].to_pylist()
        numbers = table[NUMBER].to_pylist()
        written, how = spelling.written_numbers(rng, numbers, SPELLINGS)
        records = [f"D{code[:6]}{place:06d}" for place, code in enumerate(village, start=1)]
        self._city.truth.know(spelling.known(OFFICE.resource, records, numbers, how))
        kind = ["城市" if is_urban[code] else "农村" for code in village]
        base = np.where(np.array(kind) == "城市", 510, 350)
        amount = np.round(base * rng.uniform(0.5, 1, len(village))).astype(np.int64)
        columns = [
            records,
            [towns[code[:9]] for code in village],
            spelling.spaced(rng, table[NAME].combine_chunks()),
            table[SEX],
            written,
            table[BIRTH],
            pa.array(relation, pa.string()),
            village,
            table[ADDRESS],
            kind,
            [""] * len(village),
            [str(value) for value in amount.tolist()],
        ]
        return pa.table(columns, names=list(HEADER))

    def _hand_in(self, batch: delivery.Batch, month: np.datetime64, table: pa.Table) -> Path:
        label = f"{str(month)[:4]}年{int(str(month)[5:])}月"
        table = table.set_column(10, HEADER[10], pa.array([label] * table.num_rows, pa.string()))
        file = f"低保发放_{month}.xlsx"
        return deliver_workbook(self._city, batch, {file: table}, TITLES, EDITS, merged="所在乡镇")
