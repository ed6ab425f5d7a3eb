"""人力资源社会保障局: employers that owe wages, case by case; the closing plant and its suppliers among them."""

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sample_data import corrupt, defects, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms.cast import PLANT_CLOSING, PLANT_MONTH, Cast
from sample_data.firms.handover import hand_in
from sample_data.firms.register import COUNTY_NAMES

RESOURCE, PROVIDER = "wage_arrears", "rensheju"
LISTED, NEW_IN_JUNE_QUARTER, SETTLED_IN_JUNE_QUARTER = 120, 9, 14
"""Cases: listed by the end of March 2018, new ones and settled ones of the quarter after. Events never scale."""
FIRST_DELIVERY, SECOND_DELIVERY = "2018-04-12T10:20:00+08:00", "2018-06-30T16:30:00+08:00"
MARCH, JUNE = datetime.date(2018, 3, 31), datetime.date(2018, 6, 30)
SETTLED_SHARE = 0.55
SUPPLIERS_SETTLED = 4
HEADER = (
    "案件编号",
    "所属区划",
    "用人单位",
    "统一社会信用代码",
    "拖欠起始月",
    "涉及人数",
    "拖欠金额",
    "列入日期",
    "结清日期",
)
TITLES = ("拖欠劳动者工资用人单位名单", "编制单位：泰安市人力资源和社会保障局　　　金额单位：万元")
HEADER_ROW = len(TITLES) + 1
SHEET = "名单"
DIRTY_SHARE_OF_FEW = 0.06

EDITS = (
    Edit("用人单位为空", "R001", "用人单位", defects.blank),
    Edit("人数为零", "R005", "涉及人数", defects.always(0)),
    Edit("信用代码错一位", "R007", "统一社会信用代码", defects.swapped_digits),
    Edit("结清早于列入", "R105", "结清日期", defects.always("2015-01-05"), fits=lambda cell: cell is not None),
    Edit("起始月写法", "", "拖欠起始月", defects.period_chinese),
    Edit("金额以元为单位", "", "拖欠金额", lambda cell, rng: f"{round(float(cell) * 10_000)}元"),
    Edit("人数带单位", "", "涉及人数", defects.with_unit("人")),
    corrupt.TOTALS,
)


def _days(rng: np.random.Generator, count: int, first: datetime.date, last: datetime.date) -> NDArray[np.datetime64]:
    span = (last - first).days + 1
    return np.sort(np.datetime64(first, "D") + rng.integers(0, span, size=count))


def _cases(city: City, entries: pd.DataFrame, parts: Cast) -> pd.DataFrame:
    """Every case up to June 2018; ``settled`` is NaT while wages are owed. The closing ones come first."""
    rng = city.stream("firms", "arrears")
    closing = parts.who(PLANT_CLOSING)
    exists = ~entries["is_sole"].to_numpy() & (entries["established"].to_numpy() < np.datetime64("2016-01-01"))
    count = LISTED - len(closing) + NEW_IN_JUNE_QUARTER
    others = rng.choice(np.setdiff1d(np.flatnonzero(exists), closing), size=count, replace=False)
    listed = np.concatenate(
        [
            _days(rng, len(closing), datetime.date(2018, 1, 15), datetime.date(2018, 2, 12)),
            _days(rng, LISTED - len(closing), datetime.date(2016, 3, 1), MARCH),
            _days(rng, NEW_IN_JUNE_QUARTER, datetime.date(2018, 4, 3), datetime.date(2018, 6, 26)),
        ]
    )
    month = (listed - rng.integers(75, 150, size=len(listed)).astype("timedelta64[D]")).astype("datetime64[M]")
    month[: len(closing)] = np.datetime64(PLANT_MONTH, "M")
    size = entries["size"].to_numpy()
    rows = np.concatenate([closing, others])
    workers = np.maximum(3, np.round(np.sqrt(size[rows]) * rng.uniform(0.6, 1.6, size=len(rows)))).astype(np.int64)
    return pd.DataFrame(
        {
            "row": rows,
            "listed": listed,
            "since": month,
            "workers": workers,
            "amount": np.round(workers * rng.uniform(0.6, 1.8, size=len(rows)), 2),
            "settled": _settled(rng, listed, len(closing)),
        }
    )


def _settled(rng: np.random.Generator, listed: NDArray[np.datetime64], closing: int) -> NDArray[np.datetime64]:
    """Days of settlement: half of the older cases, some suppliers in spring, never the plant and never a new one."""
    settled = np.full(len(listed), np.datetime64("NaT"), dtype="datetime64[D]")
    after = listed + rng.integers(20, 300, size=len(listed)).astype("timedelta64[D]")
    old = (np.arange(len(listed)) >= closing) & (rng.random(len(listed)) < SETTLED_SHARE)
    old &= after <= np.datetime64(MARCH)
    settled[old] = after[old]
    settled[1 : 1 + SUPPLIERS_SETTLED] = _days(rng, SUPPLIERS_SETTLED, datetime.date(2018, 4, 9), JUNE)
    waiting = np.flatnonzero(np.isnat(settled[closing:LISTED])) + closing
    late = rng.choice(waiting, size=SETTLED_IN_JUNE_QUARTER - SUPPLIERS_SETTLED, replace=False)
    settled[late] = _days(rng, len(late), datetime.date(2018, 4, 3), JUNE)
    return settled


def _sheet(entries: pd.DataFrame, cases: pd.DataFrame, until: datetime.date) -> list[list[Any]]:
    """The rows as they stand at the end of ``until``, county by county."""
    firms = entries.iloc[cases["row"].to_numpy()]
    listed, settled = (cases[name].to_numpy().astype("datetime64[D]").tolist() for name in ("listed", "settled"))
    columns = (
        cases["number"],
        [COUNTY_NAMES[county] for county in firms["county"]],
        firms["name"],
        firms["credit_code"],
        cases["since"].to_numpy().astype("datetime64[M]").astype(str).tolist(),
        cases["workers"].tolist(),
        cases["amount"].tolist(),
        listed,
        [day if day is not None and day <= until else None for day in settled],
    )
    rows = [list(row) for row in zip(*columns, strict=True)]
    return sorted(rows, key=lambda row: (COUNTY_NAMES.index(row[1]), row[0]))


def deliver_arrears(city: City, entries: pd.DataFrame, parts: Cast) -> None:
    """The list at the end of March, then what the next quarter added and settled."""
    cases = _cases(city, entries, parts).sort_values("listed", kind="stable")
    for column in ("listed", "since", "settled"):
        cases[column] = cases[column].astype("datetime64[s]")
    year = cases["listed"].dt.strftime("%Y")
    serial = (cases.groupby(year).cumcount() + 1).astype(str).str.zfill(3)
    cases["number"] = "泰人社察〔" + year + "〕" + serial + "号"
    early = cases["listed"] <= pd.Timestamp(MARCH)
    _hand_in(city, "2018Q1", FIRST_DELIVERY, _sheet(entries, cases[early], MARCH))
    _remember(city, entries, parts)
    if city.until < JUNE:
        return
    changed = ~early | (cases["settled"] > pd.Timestamp(MARCH))
    _hand_in(city, "2018Q2", SECOND_DELIVERY, _sheet(entries, cases[changed], JUNE))


def _hand_in(city: City, period: str, delivered_at: str, rows: list[list[Any]]) -> None:
    batch = delivery.Batch(RESOURCE, PROVIDER, period, f"{RESOURCE}-{period}-01", delivered_at)
    file = f"拖欠工资名单_{period}.xlsx"

    def write(path: Path) -> None:
        delivery.write_xlsx(path, {SHEET: rows}, header=HEADER, titles=TITLES, merged_columns=[1])

    folder = hand_in(city, batch, {file: write}, len(rows))
    if len(rows) >= LISTED:
        rng = city.stream("dirt", folder.name, file)
        planted = corrupt.edit_xlsx(
            folder, file, EDITS, rng, sheet=SHEET, header_row=HEADER_ROW, share=DIRTY_SHARE_OF_FEW
        )
        city.truth.plant(planted)


def _remember(city: City, entries: pd.DataFrame, parts: Cast) -> None:
    units = entries["credit_code"].to_numpy()[parts.who(PLANT_CLOSING)].tolist()
    city.truth.event("wage_arrears_of_the_closing_plant", resource=RESOURCE, since=PLANT_MONTH, units=units)
