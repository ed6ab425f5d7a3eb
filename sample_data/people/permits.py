"""公安局: residence permits of persons who live in the city, or in a county of it, and are registered elsewhere."""

import datetime
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery, names
from sample_data.context import INITIAL_DAY, City
from sample_data.corrupt import Edit
from sample_data.daily import Accident, accident_on, sent_twice, spoil
from sample_data.firms.handover import Office, csv_editor, hand_in, soil
from sample_data.identity import Numbers
from sample_data.people.census import BIRTH, NAME, NUMBER, SEX, Days, Flags, Folk, Integers
from sample_data.persons import Register, join, moments, text_of

OFFICE = Office("residence_permit", "gonganju", "GB18030")
FILE = "juzhuzheng.csv"
WHOLE_CITY = 310_000
FROM_ANOTHER_COUNTY = 0.15
"""Share of holders who are registered in another county of the city itself."""
ENDED_SHARE = 0.12
A_DAY = 0.0004
"""New permits a day for each one there is, and as many holders who move or leave."""
FEWEST_A_DAY = 6
ENDORSED_SHARE = 0.85
"""Of the permits that would run out on a day, those that are endorsed for another year."""
OUTSIDE = ("379907", "379908")
"""Unassigned area codes that stand for the rest of the province and for other provinces."""
ORIGINS = (
    ("山东省", 0, 0.55),
    ("河南省", 1, 0.12),
    ("安徽省", 1, 0.07),
    ("江苏省", 1, 0.06),
    ("河北省", 1, 0.06),
    ("四川省", 1, 0.05),
    ("黑龙江省", 1, 0.05),
    ("贵州省", 1, 0.04),
)
REASONS, REASON_SHARES = ("务工", "经商", "就学", "投靠亲属", "其他"), (0.55, 0.14, 0.08, 0.18, 0.05)
VALID, ENDED = "有效", "注销"
HEADER = (
    "居住证编号",
    "公民身份号码",
    "姓名",
    "性别",
    "民族",
    "出生日期",
    "户籍所在地",
    "居住村居代码",
    "居住地址",
    "居住事由",
    "签发日期",
    "有效期至",
    "证件状态",
    "更新时间",
)
STATUS, UNTIL, ISSUED, UPDATED = "证件状态", "有效期至", "签发日期", "更新时间"

EDITS = (
    Edit("姓名为空", "R001", NAME, defects.blank),
    Edit("校验码错误", "R006", NUMBER, defects.wrong_check_digit),
    Edit("村居代码不存在", "R003", "居住村居代码", defects.always("379999999999")),
    Edit("居住事由不在范围", "R004", "居住事由", defects.always("旅游")),
    Edit("编号缺位", "R004", "居住证编号", lambda cell, rng: cell[:-1]),
    Edit("性别与号码矛盾", "R102", SEX, defects.other_sex),
    Edit("出生日期与号码矛盾", "R101", BIRTH, defects.other_day),
    Edit("有效期早于签发", "R105", UNTIL, defects.always("2009-01-01")),
    Edit("2197年更新", "R005", UPDATED, defects.future_date),
    corrupt.lost_character(NAME),
    corrupt.DUPLICATE,
    corrupt.SHORT_ROW,
    Edit("全角数字", "", NUMBER, defects.full_width),
    Edit("小写x校验码", "", NUMBER, defects.lower_case, fits=lambda cell: cell.endswith("X")),
    Edit("斜线日期", "", ISSUED, defects.slash_date),
    Edit("紧凑日期", "", BIRTH, defects.compact_date),
    corrupt.TRAILING_COMMAS,
)
ONCE_A_FILE = (corrupt.REPEATED_HEADER, corrupt.TOTALS, corrupt.ALL_ZERO)
ACCIDENTS = (
    Accident(7, badfiles.error_page, "rejected", "F010", again=True),
    Accident(16, lambda folder, file: badfiles.wrong_digest(folder), "rejected", "F003", again=True),
    Accident(23, lambda f, file: badfiles.add_column(f, file, "采集民警", ""), "published_flagged", "W001"),
)
TWICE_DAY = 13


@dataclass(frozen=True)
class Holders:
    """Permits as their form has them, and beside each what other departments need to know."""

    table: pa.Table
    birth: Days
    is_male: Flags
    is_valid: Flags
    works: Flags
    village: Integers

    def __len__(self) -> int:
        return len(self.birth)

    def text(self, header: str) -> pa.Array:
        """A column of the form."""
        return self.table[header].combine_chunks()


@dataclass(frozen=True)
class _Terms:
    """What a permit says besides who holds it."""

    village: Integers
    reason: Integers
    issued: Days
    until: Days
    status: NDArray[np.str_]
    updated: Days


class Permits:
    """Persons from elsewhere, and some of the register who live in another county than their own."""

    def __init__(self, city: City, register: Register) -> None:
        self._city, self._register = city, register
        self._numbers = Numbers(OUTSIDE)
        self._insiders: list[pa.Table] = []
        self._insider_birth: list[Days] = []
        self._insider_county: list[Integers] = []
        self._issued = 0

    def gather(self, folk: Folk, is_dead: Flags, number: int) -> None:
        """Adults of the register who moved within the city without their registration."""
        rng = self._city.stream("residence_permit", "chunk", str(number))
        share = WHOLE_CITY * FROM_ANOTHER_COUNTY * self._city.scale / self._register.registered
        age = folk.days_old("2018-05-31") / 365.25
        fits = folk.persons.is_registered & ~is_dead & (age > 18) & (age < 55)
        chosen = np.flatnonzero(fits & (rng.random(len(age)) < share / max(fits.mean(), 1e-9)))
        self._insiders.append(folk.persons.table.select([NUMBER, NAME, SEX, "民族", BIRTH]).take(pa.array(chosen)))
        self._insider_birth.append(folk.persons.birth[chosen])
        self._insider_county.append(self._city.places.village_county[folk.persons.village[chosen]])

    def holders(self) -> Holders:
        """Everybody who has had a permit up to the end of May."""
        rng = self._city.stream("residence_permit", "initial")
        inside = pa.concat_tables(self._insiders)
        outside = max(0, self._city.count(WHOLE_CITY, at_least=400) - inside.num_rows)
        people, birth, is_male = self._outsiders(rng, outside, "2000-06-01")
        people = pa.concat_tables([people, inside.append_column("户籍所在地", pa.array(["山东省"] * inside.num_rows))])
        birth = np.r_[birth, np.concatenate(self._insider_birth).astype("datetime64[D]")]
        is_male = np.r_[is_male, np.array(inside[SEX].to_pylist()) == "男"]
        home = np.r_[np.full(outside, -1), np.concatenate(self._insider_county)]
        order = rng.permutation(len(birth))
        return self._permits(rng, people.take(pa.array(order)), birth[order], is_male[order], home[order])

    def _outsiders(self, rng: np.random.Generator, count: int, youngest: str) -> tuple[pa.Table, Days, Flags]:
        """Adults from outside of the city with numbers of their own."""
        age = np.clip(rng.gamma(3.2, 5.5, count) + 18, 18, 75)
        birth = np.datetime64(youngest) - ((age - 18) * 365.25).astype("timedelta64[D]")
        is_male = rng.random(count) < 0.54
        origin = rng.choice(len(ORIGINS), size=count, p=[share for _, _, share in ORIGINS])
        area = np.array([area for _, area, _ in ORIGINS])[origin]
        year = birth.astype("datetime64[Y]").astype(np.int64) + 1970
        columns = {
            NUMBER: self._numbers.issue(area, birth, is_male),
            NAME: names.full_names(names.surnames(rng, count), names.given_names(rng, year, is_male)),
            SEX: pa.array(np.where(is_male, "男", "女"), pa.string()),
            "民族": pa.array(np.where(rng.random(count) < 0.015, "03", "01"), pa.string()),
            BIRTH: pa.array(birth).cast(pa.string()),
            "户籍所在地": pa.array([name for name, _, _ in ORIGINS]).take(pa.array(origin)),
        }
        return pa.table(columns), birth, is_male

    def _permits(
        self, rng: np.random.Generator, people: pa.Table, birth: Days, is_male: Flags, home: Integers
    ) -> Holders:
        places, count = self._city.places, len(birth)
        weight = places.village_share * np.where(places.village_is_urban, 6.0, 1.0)
        village = rng.choice(len(weight), size=count, p=weight / weight.sum())
        # Nobody needs a permit for the county that he is registered in.
        same = np.flatnonzero(places.village_county[village] == home)
        other = np.where(home[same] == 0, 1, 0)
        first = np.searchsorted(places.village_county, other)
        village[same] = first + rng.integers(0, 40, len(same))
        last = np.datetime64(INITIAL_DAY)
        issued = last - rng.integers(1, 881, count).astype("timedelta64[D]")
        is_valid = rng.random(count) >= ENDED_SHARE
        # A permit is endorsed every year on its day; one that ended did so after its issue.
        years = (last - issued).astype(np.int64) // 365
        endorsed = issued + (years * 365).astype("timedelta64[D]")
        ended = issued + (rng.random(count) * (last - issued).astype(np.int64)).astype("timedelta64[D]")
        updated: Days = np.where(is_valid, endorsed, ended)
        counted_from: Days = np.where(is_valid, endorsed, issued)
        until = counted_from + np.timedelta64(365, "D")
        reason = rng.choice(len(REASONS), size=count, p=REASON_SHARES)
        status = np.where(is_valid, VALID, ENDED)
        table = self._table(rng, people, _Terms(village, reason, issued, until, status, updated))
        return Holders(table, birth, is_male, is_valid, is_valid & (reason <= 1), village)

    def _table(self, rng: np.random.Generator, people: pa.Table, terms: _Terms) -> pa.Table:
        places, village, count = self._city.places, terms.village, len(terms.village)
        serial = np.arange(self._issued + 1, self._issued + count + 1)
        self._issued += count
        county = pa.array([unit.code for unit in places.counties]).take(pa.array(places.village_county[village]))
        columns = [
            join("J", county, text_of(serial, 8)),
            *(people[name] for name in (NUMBER, NAME, SEX, "民族", BIRTH, "户籍所在地")),
            pa.array(places.village_code[village]),
            self._register.home_addresses(rng, village),
            pa.array(REASONS).take(pa.array(terms.reason)),
            pa.array(terms.issued).cast(pa.string()),
            pa.array(terms.until).cast(pa.string()),
            pa.array(terms.status, pa.string()),
            moments(terms.updated, rng),
        ]
        return pa.table(columns, names=list(HEADER))

    def deliver(self, holders: Holders) -> None:
        """The whole register of permits at the end of May, then the changes of each day."""
        city = self._city
        folder = self._hand_in(OFFICE.initial("daily"), holders.table)
        soil(city, folder, FILE, (*EDITS, *ONCE_A_FILE), csv_editor, rows=len(holders))
        until = np.array(holders.text(UNTIL).to_pylist(), dtype="datetime64[D]")
        in_june = (until > np.datetime64(INITIAL_DAY)) & (until <= np.datetime64("2018-06-30"))
        others = city.stream("residence_permit", "june").permutation(np.flatnonzero(holders.is_valid & ~in_june))
        for day in city.days():
            rng = city.stream("residence_permit", "day", day.isoformat())
            count = int(max(FEWEST_A_DAY, len(holders) * A_DAY) * rng.uniform(0.9, 1.1))
            changed, others = others[:count], others[count:]
            due = np.flatnonzero(holders.is_valid & (until == np.datetime64(day)))
            endorsed = due[rng.random(len(due)) < ENDORSED_SHARE]
            parts = [self._new(rng, day, count), self._endorsed(rng, day, holders, endorsed)]
            self._day(day, pa.concat_tables([*parts, self._moved_or_left(rng, day, holders, changed)]))

    def _new(self, rng: np.random.Generator, day: datetime.date, count: int) -> pa.Table:
        people, _, _ = self._outsiders(rng, count, "2000-05-01")
        today = np.full(count, np.datetime64(day))
        weight = self._city.places.village_share
        village = rng.choice(len(weight), size=count, p=weight / weight.sum())
        reason = rng.choice(len(REASONS), size=count, p=REASON_SHARES)
        until = today + np.timedelta64(365, "D")
        return self._table(rng, people, _Terms(village, reason, today, until, np.full(count, VALID), today))

    def _endorsed(self, rng: np.random.Generator, day: datetime.date, holders: Holders, chosen: Integers) -> pa.Table:
        until = pa.array([str(np.datetime64(day) + 365)] * len(chosen), pa.string())
        return self._changed(rng, day, holders, chosen, {UNTIL: until})

    def _moved_or_left(
        self, rng: np.random.Generator, day: datetime.date, holders: Holders, chosen: Integers
    ) -> pa.Table:
        """Half move to another house of their village, half leave the city and hand their permit in."""
        has_left = pa.array(rng.random(len(chosen)) < 0.5)
        before = holders.text("居住地址").take(pa.array(chosen))
        address = pc.if_else(has_left, before, self._register.home_addresses(rng, holders.village[chosen]))
        return self._changed(
            rng, day, holders, chosen, {"居住地址": address, STATUS: pc.if_else(has_left, ENDED, VALID)}
        )

    def _changed(
        self,
        rng: np.random.Generator,
        day: datetime.date,
        holders: Holders,
        chosen: Integers,
        values: dict[str, pa.Array],
    ) -> pa.Table:
        """Those permits with some columns replaced and the day as their last change."""
        table = holders.table.take(pa.array(chosen))
        when = moments(np.full(len(chosen), np.datetime64(day)), rng)
        for header, value in (values | {UPDATED: when}).items():
            table = table.set_column(HEADER.index(header), header, value)
        return table

    def _hand_in(self, batch: delivery.Batch, table: pa.Table) -> Path:
        files = {FILE: lambda path: delivery.write_csv(path, table, encoding="GB18030")}
        return hand_in(self._city, batch, files, table.num_rows)

    def _day(self, day: datetime.date, table: pa.Table) -> None:
        folder = self._hand_in(OFFICE.daily(day), table)
        accident = accident_on(day, ACCIDENTS)
        if accident is None or accident.state != "rejected":
            soil(self._city, folder, FILE, EDITS, csv_editor, rows=table.num_rows)
        if accident is not None:
            spoil(self._city, folder, FILE, accident)
            if accident.again:
                again = self._hand_in(OFFICE.daily(day, 2, "23:30"), table)
                soil(self._city, again, FILE, EDITS, csv_editor, rows=table.num_rows)
        if (day.year, day.month, day.day) == (2018, 6, TWICE_DAY):
            sent_twice(self._city, folder, f"{day}T21:30:00+08:00")
