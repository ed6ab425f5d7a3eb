"""户籍人口: one full export to 2018-05-31 and the daily changes of June, with everything that goes wrong on the way."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.context import INITIAL_DAY, INITIAL_DELIVERY, City
from sample_data.corrupt import Edit
from sample_data.daily import Accident, accident_on, at, batch_of, sent_twice, spoil
from sample_data.june import June
from sample_data.persons import Persons, Register, joined
from sample_data.places import MERGED

PROVIDER = "gonganju"
FILE = "resident.csv"
NUMBER, NAME, SEX, BIRTH, UPDATED = "公民身份号码", "姓名", "性别", "出生日期", "更新时间"
HOUSEHOLD, VILLAGE = "户号", "村居代码"

HARMFUL = (
    Edit("姓名为空", "R001", NAME, defects.blank),
    Edit("地址为空", "R001", "户籍地址", defects.blank),
    Edit("校验码错误", "R006", NUMBER, defects.wrong_check_digit),
    Edit("号码缺位", "R006", NUMBER, lambda cell, rng: cell[:-1]),
    Edit("15位号码日期不成立", "R006;R101", NUMBER, defects.fifteen_digits_of_no_day, fits=defects.has_fifteen_digits),
    Edit("村居代码不存在", "R003", VILLAGE, defects.always("379999999999")),
    Edit("民族代码不存在", "R003", "民族", defects.always("99")),
    Edit("户号缺位", "R004", "户号", lambda cell, rng: cell[:-2]),
    Edit("日期不是日期", "R002", BIRTH, defects.not_a_number),
    Edit("0168年出生", "R005;R101", BIRTH, defects.ancient_date),
    Edit("2197年更新", "R005", UPDATED, defects.future_date),
    Edit("性别与号码矛盾", "R102", SEX, defects.other_sex),
    Edit("出生日期与号码矛盾", "R101", BIRTH, defects.other_day),
    corrupt.lost_character(NAME),
    corrupt.DUPLICATE,
    corrupt.SHORT_ROW,
)
HARMLESS = (
    Edit("全角数字", "", NUMBER, defects.full_width),
    Edit("小写x校验码", "", NUMBER, defects.lower_case, fits=lambda cell: cell.endswith("X")),
    Edit("15位旧号码", "", NUMBER, defects.fifteen_digits, fits=defects.has_fifteen_digits),
    Edit("全角户号", "", "户号", defects.full_width),
    Edit("斜线日期", "", BIRTH, defects.slash_date),
    Edit("紧凑日期", "", BIRTH, defects.compact_date),
    Edit("Excel日期序号", "", BIRTH, defects.excel_serial, fits=defects.has_five_digit_serial),
    Edit("性别写作男性女性", "", SEX, lambda cell, rng: cell + "性"),
    Edit("生僻字姓名", "", NAME, defects.rare_given_name),
    corrupt.TRAILING_COMMAS,
)
ONCE_A_FILE = (corrupt.REPEATED_HEADER, corrupt.TOTALS, corrupt.ALL_ZERO)
MOSTLY_BROKEN = tuple(edit for edit in HARMFUL if edit.codes in ("R001", "R003", "R006"))

ACCIDENTS = (
    Accident(3, badfiles.error_page, "rejected", "F010", again=True),
    Accident(5, lambda folder, file: badfiles.wrong_digest(folder), "rejected", "F003", again=True),
    Accident(17, lambda f, file: badfiles.add_column(f, file, "手机号码", ""), "published_flagged", "W001"),
    Accident(19, badfiles.truncate, "rejected", "F011", again=True),
    Accident(
        22, lambda f, file: badfiles.rename_column(f, file, VILLAGE, "居村委会代码"), "rejected", "F006", again=True
    ),
    Accident(24, lambda folder, file: badfiles.wrong_row_count(folder), "rejected", "F004", again=True),
    Accident(26, lambda folder, file: badfiles.wrong_department(folder, "minzhengju"), "rejected", "F008", again=True),
    Accident(28, badfiles.empty, "rejected", "F009", again=True),
    Accident(29, lambda folder, file: badfiles.drop_column(folder, file, "户籍状态"), "rejected", "F006"),
)
LATE_DAY, CORRECTED_DAY, TWICE_DAY, BROKEN_DAY, FLOOD_DAY = 6, 8, 12, 14, 21
FLOOD_FACTOR = 12
BROKEN_SHARE = 0.6


def _csv(content: pa.Table | Iterator[pa.Table]) -> delivery.Content:
    def write(path: Path) -> None:
        delivery.write_csv(path, content, encoding="GB18030", quoted=True)

    return write


def deliver(city: City) -> None:
    """Write every batch of the register up to the city's last day."""
    register = Register(city)
    pool = _initial(city, register)
    june = June(city, register, pool)
    for day in city.days():
        _day(city, june, day)
        city.progress(f"户籍人口：{day}")


def chunks(city: City, register: Register) -> Iterator[tuple[Persons, NDArray[np.int64]]]:
    """The register chunk by chunk, and which rows of each are persons about whom June will report."""
    needed = 1.3 * (30 + FLOOD_FACTOR) * max(200.0, register.registered * 0.00035)
    share = min(1.0, needed / register.registered)
    for number, chunk in enumerate(register.chunks()):
        draw = city.stream("resident", "pool", str(number)).random(len(chunk))
        yield chunk, np.flatnonzero((draw < share) & chunk.is_registered)


def rows_on(june: June, day: datetime.date) -> int:
    """Rows the register hands in on a day of June: usually a few, once twelve times as many."""
    is_flood = (day.year, day.month, day.day) == (2018, 6, FLOOD_DAY)
    return june.rows_on(day) * (FLOOD_FACTOR if is_flood else 1)


def _initial(city: City, register: Register) -> Persons:
    """The full export; returns the persons about whom June will report."""
    pool: list[Persons] = []

    def tables() -> Iterator[pa.Table]:
        for number, (chunk, reported) in enumerate(chunks(city, register), start=1):
            pool.append(chunk.take(reported))
            city.progress(f"户籍人口：全量第 {number} 段")
            yield _with_old_village(chunk.table)

    batch = batch_of("resident", PROVIDER, INITIAL_DAY, 1, INITIAL_DELIVERY, "GB18030")
    folder = delivery.write(city.out, batch, {FILE: _csv(tables())}, register.total)
    rng = city.stream("resident", "defects", "initial")
    city.truth.plant(corrupt.edit_csv(folder, FILE, (*HARMFUL, *HARMLESS, *ONCE_A_FILE), rng))
    city.truth.expect("resident", batch.batch, "published")
    city.delivered("resident", register.total)
    merger = {"old_code": MERGED.old, "successor": MERGED.successor, "since": MERGED.since}
    city.truth.event("village_merged", resource="resident;standard_address", **merger)
    return joined(pool)


def _with_old_village(table: pa.Table) -> pa.Table:
    """Half of the households of a merged village have not been told of it: even numbers keep the old code."""
    village, household = (table[name].combine_chunks() for name in (VILLAGE, HOUSEHOLD))
    is_even = pc.match_substring_regex(household, "[02468]$")
    is_old = pc.and_(pc.equal(village, MERGED.successor), is_even)
    return table.set_column(table.column_names.index(VILLAGE), VILLAGE, pc.if_else(is_old, MERGED.old, village))


def _hand_in(
    city: City, day: datetime.date, number: int, table: pa.Table, when: str, replaces: str | None = None
) -> Path:
    batch = batch_of("resident", PROVIDER, day, number, when, "GB18030", replaces)
    city.truth.expect("resident", batch.batch, "published")
    city.delivered("resident", table.num_rows)
    return delivery.write(city.out, batch, {FILE: _csv(table)}, table.num_rows)


def _dirty(city: City, folder: Path) -> None:
    rng = city.stream("resident", "defects", folder.name)
    city.truth.plant(corrupt.edit_csv(folder, FILE, (*HARMFUL, *HARMLESS), rng))


def _day(city: City, june: June, day: datetime.date) -> None:
    special = day.day if (day.year, day.month) == (2018, 6) else 0
    table = june.day(day, rows_on(june, day))
    accident = accident_on(day, ACCIDENTS)
    if special == CORRECTED_DAY:
        _corrected(city, day, table)
        return
    if special == BROKEN_DAY:
        _mostly_broken(city, day, table)
        return
    folder = _hand_in(city, day, 1, table, at(day, 20, days_later=3 if special == LATE_DAY else 0))
    if accident is None or accident.state != "rejected":
        _dirty(city, folder)
    if accident is not None:
        spoil(city, folder, FILE, accident)
        if accident.again:
            _dirty(city, _hand_in(city, day, 2, table, at(day, 10, days_later=1)))
    if special == TWICE_DAY:
        sent_twice(city, folder, at(day, 21, 30))
    if special == LATE_DAY:
        city.truth.expect("resident", folder.name, "published_flagged", "W004")
    if special == FLOOD_DAY:
        city.truth.expect("resident", folder.name, "held", "W102")


def _corrected(city: City, day: datetime.date, table: pa.Table) -> None:
    """A first export without its last tenth, and the next morning the whole one that replaces it."""
    first = _hand_in(city, day, 1, table.slice(0, table.num_rows * 9 // 10), at(day, 20))
    city.truth.expect("resident", first.name, "replaced")
    _dirty(city, _hand_in(city, day, 2, table, at(day, 10, days_later=1), replaces=first.name))


def _mostly_broken(city: City, day: datetime.date, table: pa.Table) -> None:
    folder = _hand_in(city, day, 1, table, at(day, 20))
    rng = city.stream("resident", "defects", folder.name)
    city.truth.plant(corrupt.edit_csv(folder, FILE, MOSTLY_BROKEN, rng, share=BROKEN_SHARE))
    city.truth.expect("resident", folder.name, "held", "W101")
