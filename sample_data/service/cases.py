"""政务服务中心: the cases handled, a year of them at once, then each evening what came in and what was finished."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.calls import HOLIDAYS
from sample_data.context import INITIAL_DAY, INITIAL_DELIVERY, City
from sample_data.corrupt import Edit
from sample_data.daily import Accident, accident_on, at, batch_of, sent_twice, spoil
from sample_data.persons import join, text_of
from sample_data.service.holders import Holdings
from sample_data.service.items import ONLINE_FROM, Items
from sample_data.service.platform import LATE_DEPARTMENTS, LATE_ON_TIME

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Moments = NDArray[np.datetime64]

RESOURCE, PROVIDER = "service_case", "zwfwzx"
WHOLE_CITY_A_YEAR, FEWEST_A_DAY = 3_100_000, 60
FIRST_DAY = np.datetime64("2017-06-01")
"""A year of history: enough to hold June 2018 against June 2017, and 3.1 million cases at full size."""
HORIZON = np.datetime64("2018-06-30")
"""Cases are drawn at least to this day, so that an earlier last day does not change what came before it."""
WEEKDAYS = (1.25, 1.2, 1.15, 1.12, 1.1, 0.62, 0.56)
"""Monday to Sunday; at weekends only the web is open, and some windows on duty."""
HOLIDAY_FACTOR = 0.6
ONLINE_AT_FIRST, ONLINE_AT_LAST = 0.62, 0.93
"""Share of the cases that could come in online and did, in June 2017 and in June 2018."""
SLOW_AREA, SLOW_SINCE, SLOW_ON_TIME = "370923", np.datetime64("2018-03-01"), 0.86
ON_TIME = 0.965
"""One county is slower from March 2018 on."""
PER_FILE = 100_000
SMALL_BATCH = 100
HOLIDAY_DAYS = np.concatenate([np.datetime64(first) + np.arange(length) for first, length in HOLIDAYS.items()])

NUMBER, ITEM, AREA, KIND, NAME, HOLDER = "BJBH", "SXBM", "XZQH", "SQRLX", "SQR", "SQRZJHM"
CHANNEL, ACCEPTED, PROMISED, FINISHED, ACTUAL, RESULT, UPDATED = (
    "SQFS", "SLSJ", "CNSX", "BJSJ", "SJGZR", "BLJG", "GXSJ",
)  # fmt: skip
RESULTS, RESULT_SHARES = ("准予", "不予", "撤回"), (0.94, 0.035, 0.025)

EDITS = (
    Edit("申请人为空", "R001", NAME, defects.blank),
    Edit("受理时间不是时间", "R002", ACCEPTED, defects.not_a_number),
    Edit("区划不存在", "R003", AREA, defects.always("370999")),
    Edit("办件编号缺位", "R004", NUMBER, lambda cell, rng: cell[:-1]),
    Edit("申请方式不明", "R004", CHANNEL, defects.always("其他")),
    Edit("2197年办结", "R005", FINISHED, defects.future_date, fits=bool),
    Edit("事项不在目录", "R015", ITEM, defects.always("3709009999999")),
    Edit("办结早于受理", "R105", FINISHED, defects.always("2016-03-01 08:30:00"), fits=bool),
    Edit("斜线日期", "", ACCEPTED, defects.slash_date),
    Edit("全角事项编码", "", ITEM, defects.full_width),
    corrupt.lost_character(NAME),
    corrupt.BROKEN_RECORD,
    corrupt.DUPLICATE,
)
ACCIDENTS = (
    Accident(7, badfiles.truncate, "rejected", "F011", again=True),
    Accident(20, lambda folder, file: badfiles.wrong_row_count(folder), "rejected", "F004", again=True),
)
TWICE_DAY, LATE_DAY = 13, 26


@dataclass(frozen=True)
class Applicants:
    """Persons and firms that may apply, firms first; ``firms`` is how many they are."""

    number: pa.Array
    name: pa.Array
    firms: int


def applicants_of(held: list[Holdings]) -> Applicants:
    """Whoever holds one of these certificates may want something else too."""
    ordered = sorted(held, key=lambda each: each.kind.code)
    firms = sum(len(each) for each in ordered if each.kind.code.startswith("1"))
    number, name = (pa.concat_arrays([getattr(each, column) for each in ordered]) for column in ("number", "name"))
    return Applicants(number, name, firms)


@dataclass(frozen=True)
class Cases:
    """All cases up to the city's last day, sorted by the time of acceptance."""

    accepted: Moments
    finished: Moments
    item: Integers
    applicant: Integers
    is_online: Flags
    actual: Integers
    serial: Integers
    result: Integers

    def of_days(self, first: np.datetime64, last: np.datetime64) -> tuple[int, int]:
        """Where the cases accepted from ``first`` to ``last`` begin and end."""
        begin, end = np.searchsorted(self.accepted, [first.astype("datetime64[s]"), (last + 1).astype("datetime64[s]")])
        return int(begin), int(end)


def _expected(days: NDArray[np.datetime64], city: City) -> NDArray[np.float64]:
    """Cases of each day."""
    usual = max(FEWEST_A_DAY, WHOLE_CITY_A_YEAR * city.scale / 365)
    factor = np.array(WEEKDAYS)[(days.astype(np.int64) + 3) % 7]
    return np.asarray(usual * np.where(np.isin(days, HOLIDAY_DAYS), HOLIDAY_FACTOR, factor))


def _chosen_items(rng: np.random.Generator, items: Items, is_known: Flags, count: int) -> Integers:
    """Items of the cases: some matters are asked for every day, most hardly ever; counties more than the city."""
    rows = np.flatnonzero(items.has_cases & is_known)
    weight = rng.permutation(1.0 / (np.arange(len(rows)) + 20.0))
    places = np.searchsorted(np.cumsum(weight) / weight.sum(), rng.random(count))
    return np.asarray(rows[np.minimum(places, len(rows) - 1)])


def _days_taken(rng: np.random.Generator, promised: Integers, on_time: Flags) -> Integers:
    """Working days from acceptance to the end."""
    within = np.floor(rng.beta(1.4, 2.2, len(promised)) * (promised + 1)).astype(np.int64)
    late = promised + rng.geometric(0.35, len(promised))
    return np.asarray(np.where(on_time, np.minimum(within, promised), late), dtype=np.int64)


def make_cases(city: City, items: Items, is_known: Flags, applicants: Applicants) -> Cases:
    """Draw every case from June 2017 on."""
    rng = city.stream(RESOURCE, "cases")
    days = np.arange(FIRST_DAY, max(np.datetime64(city.until), HORIZON) + 1)
    count = rng.poisson(_expected(days, city))
    day = np.repeat(days, count)
    second = np.clip(rng.normal(12.8, 2.9, len(day)), 0.2, 23.7) * 3600
    accepted = np.sort(day.astype("datetime64[s]") + second.astype("timedelta64[s]"))
    item = _chosen_items(rng, items, is_known, len(day))
    grown = (day - FIRST_DAY).astype(np.float64) / 395
    share = ONLINE_AT_FIRST + (ONLINE_AT_LAST - ONLINE_AT_FIRST) * grown
    is_online = (items.depth[0][item] >= ONLINE_FROM) & (rng.random(len(day)) < share)
    is_slow = (items.area[item] == SLOW_AREA) & (day >= SLOW_SINCE)
    is_late = np.isin(items.department, LATE_DEPARTMENTS)[item]
    on_time = rng.random(len(day)) < np.select([is_late, is_slow], [LATE_ON_TIME, SLOW_ON_TIME], ON_TIME)
    actual = _days_taken(rng, items.promised[item], on_time)
    # Five working days are a week; some windows are on duty at weekends, and the web always is.
    closed = (day + (actual * 7 // 5).astype("timedelta64[D]")).astype("datetime64[s]")
    finished = np.maximum(
        closed + rng.integers(9 * 3600, 17 * 3600, len(day)), accepted + rng.integers(300, 3000, len(day))
    )
    is_firm = rng.random(len(day)) < 0.42
    person = applicants.firms + rng.integers(0, len(applicants.number) - applicants.firms, len(day))
    applicant = np.where(is_firm, rng.integers(0, applicants.firms, len(day)), person)
    starts = np.repeat(np.cumsum(count) - count, count)
    result = rng.choice(len(RESULTS), len(day), p=RESULT_SHARES)
    return Cases(accepted, finished, item, applicant, is_online, actual, np.arange(len(day)) - starts + 1, result)


def seen_on(cases: Cases, items: Items, applicants: Applicants, rows: Integers, day: datetime.date) -> pa.Table:
    """Those cases as they stood at the end of ``day``: a later end is blank."""
    end = np.datetime64(day).astype("datetime64[s]") + np.timedelta64(86_399, "s")
    finished = cases.finished[rows]
    is_open = pa.array(finished > end)
    blank = pa.scalar("", pa.string())
    accepted = pa.array(cases.accepted[rows]).cast(pa.string())
    closed = pc.if_else(is_open, blank, pa.array(finished).cast(pa.string()))
    area = pa.array(items.area[cases.item[rows]])
    date = text_of(np.char.replace(cases.accepted[rows].astype("datetime64[D]").astype(str), "-", "").astype(np.int64))
    who = pa.array(cases.applicant[rows])
    results = pa.array(np.array(RESULTS)[cases.result[rows]])
    return pa.table(
        {
            NUMBER: join(date, area, text_of(cases.serial[rows], 7)),
            ITEM: pa.array(items.code[cases.item[rows]]),
            AREA: area,
            KIND: pa.array(np.where(cases.applicant[rows] < applicants.firms, "法人或其他组织", "自然人")),
            NAME: applicants.name.take(who),
            HOLDER: applicants.number.take(who),
            CHANNEL: pa.array(np.where(cases.is_online[rows], "网上", "窗口")),
            ACCEPTED: accepted,
            PROMISED: pa.array(items.promised[cases.item[rows]]).cast(pa.string()),
            FINISHED: closed,
            ACTUAL: pc.if_else(is_open, blank, pa.array(cases.actual[rows]).cast(pa.string())),
            RESULT: pc.if_else(is_open, blank, results),
            UPDATED: pc.if_else(is_open, accepted, closed),
        }
    )


def deliver_cases(city: City, items: Items, is_known: Flags, applicants: Applicants) -> None:
    """Every batch of cases up to the city's last day."""
    cases = make_cases(city, items, is_known, applicants)
    _initial(city, cases, items, applicants)
    finished_on = cases.finished.astype("datetime64[D]")
    for day in city.days():
        today = np.datetime64(day)
        begin, end = cases.of_days(today, today)
        earlier = np.flatnonzero(finished_on[:begin] == today)
        rows = np.concatenate([earlier, np.arange(begin, end)])
        _day(city, day, seen_on(cases, items, applicants, rows, day))
    city.truth.event(
        "slow_service", resource=RESOURCE, county=SLOW_AREA, since=str(SLOW_SINCE), indicator="service_on_time_rate"
    )


def _initial(city: City, cases: Cases, items: Items, applicants: Applicants) -> None:
    """The year up to the end of May, in files of bounded size."""
    _, count = cases.of_days(FIRST_DAY, np.datetime64(INITIAL_DAY))

    def parts() -> Iterator[tuple[str, Integers]]:
        for number, start in enumerate(range(0, count, PER_FILE), start=1):
            yield f"service_case_{number:02d}.jsonl", np.arange(start, min(start + PER_FILE, count))

    def writer(rows: Integers) -> Callable[[Path], None]:
        return lambda path: delivery.write_jsonl(path, seen_on(cases, items, applicants, rows, INITIAL_DAY))

    batch = batch_of(RESOURCE, PROVIDER, INITIAL_DAY, 1, INITIAL_DELIVERY)
    files = {name: writer(rows) for name, rows in parts()}
    folder = delivery.write(city.out, batch, files, count)
    city.delivered(RESOURCE, count)
    city.truth.expect(RESOURCE, batch.batch, "published")
    for name in files:
        city.truth.plant(corrupt.edit_jsonl(folder, name, EDITS, city.stream("dirt", folder.name, name)))


def _hand_in(city: City, day: datetime.date, number: int, when: str, table: pa.Table) -> Path:
    batch = batch_of(RESOURCE, PROVIDER, day, number, when)
    city.truth.expect(RESOURCE, batch.batch, "published")
    city.delivered(RESOURCE, table.num_rows)
    file = f"service_case_{day:%Y%m%d}.jsonl"
    return delivery.write(city.out, batch, {file: lambda path: delivery.write_jsonl(path, table)}, table.num_rows)


def _day(city: City, day: datetime.date, table: pa.Table) -> None:
    special = day.day if (day.year, day.month) == (2018, 6) else 0
    file = f"service_case_{day:%Y%m%d}.jsonl"
    folder = _hand_in(city, day, 1, at(day, 20, 10, days_later=3 if special == LATE_DAY else 0), table)
    accident = accident_on(day, ACCIDENTS)
    if accident is not None:
        spoil(city, folder, file, accident)
        folder = _hand_in(city, day, 2, at(day, 9, 30, days_later=1), table)
    if table.num_rows >= SMALL_BATCH:
        city.truth.plant(corrupt.edit_jsonl(folder, file, EDITS, city.stream("dirt", folder.name, file)))
    if special == TWICE_DAY:
        sent_twice(city, folder, at(day, 21, 30))
    if special == LATE_DAY:
        city.truth.expect(RESOURCE, folder.name, "published_flagged", "W004")
