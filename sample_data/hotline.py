"""12345热线: work orders to 2018-05-31 in one file, then each evening what came in and what was closed that day."""

import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.calls import Calls, make_calls, seen_on
from sample_data.context import INITIAL_DAY, INITIAL_DELIVERY, City
from sample_data.corrupt import Edit
from sample_data.daily import Accident, accident_on, at, batch_of, sent_twice, spoil

RESOURCE, PROVIDER, FILE = "hotline_12345", "rexianban", "hotline.csv"
TOWN, RECEIVED, HANDLED, DUE = "乡镇代码", "来电时间", "办结时间", "办理时限"

EDITS = (
    Edit("类别为空", "R001", "诉求类别", defects.blank),
    Edit("乡镇代码不存在", "R003", TOWN, defects.always("370999999")),
    Edit("时间不是时间", "R002", RECEIVED, defects.not_a_number),
    Edit("2197年办结", "R005", HANDLED, defects.future_date, fits=bool),
    Edit("办结早于来电", "R105", HANDLED, defects.always("2016-03-01 08:30:00"), fits=bool),
    Edit("时限不是数字", "R002", DUE, defects.not_a_number),
    Edit("时限过大", "R005", DUE, defects.always("9999")),
    Edit("工单编号缺位", "R004", "工单编号", lambda cell, rng: cell[:-1]),
    corrupt.lost_character("诉求内容"),
    corrupt.DUPLICATE,
    corrupt.SHORT_ROW,
    Edit("全角号码", "", "来电号码", defects.full_width),
    Edit("斜线日期", "", RECEIVED, defects.slash_date),
    Edit("时限带单位", "", DUE, defects.with_unit("天")),
    Edit("全角乡镇代码", "", TOWN, defects.full_width),
    corrupt.TRAILING_COMMAS,
)
ONCE_A_FILE = (corrupt.REPEATED_HEADER, corrupt.TOTALS, corrupt.ALL_ZERO)

ACCIDENTS = (
    Accident(4, lambda folder, file: badfiles.reencode(folder, file, "GB18030"), "rejected", "F005", again=True),
    Accident(13, badfiles.error_page, "rejected", "F010", again=True),
    Accident(18, lambda f, file: badfiles.add_column(f, file, "回访方式", "电话"), "published_flagged", "W001"),
    Accident(20, lambda folder, file: badfiles.drop_column(folder, file, HANDLED), "rejected", "F006", again=True),
    Accident(22, badfiles.missing_file, "rejected", "F002", again=True),
    Accident(27, badfiles.truncate, "rejected", "F011", again=True),
)
TWICE_DAY, LATE_DAY = 9, 25


def deliver(city: City) -> None:
    """Every batch of the hotline up to the city's last day."""
    calls = make_calls(city)
    received_on = calls.received.astype("datetime64[D]")
    handled_on = calls.handled.astype("datetime64[D]")
    early = np.flatnonzero(received_on <= np.datetime64(INITIAL_DAY))
    batch = batch_of(RESOURCE, PROVIDER, INITIAL_DAY, 1, INITIAL_DELIVERY)
    folder = _hand_in(city, batch, seen_on(calls, early, INITIAL_DAY))
    _dirty(city, folder, (*EDITS, *ONCE_A_FILE))
    for day in city.days():
        today = np.datetime64(day)
        _day(city, calls, day, np.flatnonzero((received_on == today) | ((handled_on == today) & (received_on < today))))


def _hand_in(city: City, batch: delivery.Batch, table: pa.Table) -> Path:
    def write(path: Path) -> None:
        delivery.write_csv(path, table, bom=True, newline="\r\n")

    city.truth.expect(RESOURCE, batch.batch, "published")
    city.delivered(RESOURCE, table.num_rows)
    return delivery.write(city.out, batch, {FILE: write}, table.num_rows)


def _dirty(city: City, folder: Path, edits: tuple[Edit, ...] = EDITS) -> None:
    rng = city.stream(RESOURCE, "defects", folder.name)
    city.truth.plant(corrupt.edit_csv(folder, FILE, edits, rng))


def _day(city: City, calls: Calls, day: datetime.date, rows: NDArray[np.int64]) -> None:
    table = seen_on(calls, rows, day)
    accident = accident_on(day, ACCIDENTS)
    special = day.day if (day.year, day.month) == (2018, 6) else 0
    when = at(day, 20, days_later=3 if special == LATE_DAY else 0)
    folder = _hand_in(city, batch_of(RESOURCE, PROVIDER, day, 1, when), table)
    if accident is None or accident.state != "rejected":
        _dirty(city, folder)
    if accident is not None:
        spoil(city, folder, FILE, accident)
        if accident.again:
            again = batch_of(RESOURCE, PROVIDER, day, 2, at(day, 10, days_later=1))
            _dirty(city, _hand_in(city, again, table))
    if special == TWICE_DAY:
        sent_twice(city, folder, at(day, 21, 30))
    if special == LATE_DAY:
        city.truth.expect(RESOURCE, folder.name, "published_flagged", "W004")
