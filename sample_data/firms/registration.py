"""工商局: the register, first whole and then day by day."""

import datetime
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.delivery import Batch
from sample_data.firms import names
from sample_data.firms.cast import Cast
from sample_data.firms.handover import Office, csv_editor, hand_in, soil
from sample_data.firms.register import Firms

OFFICE = Office("enterprise_registration", "gongshangju", "GB18030")

CHANGES_A_DAY = 420
"""Registrations and changes a day in the whole city."""

FEWEST_A_DAY = 16
NEW_SHARE = 0.4
CLOSING_SHARE = 0.6
"""Of the others: as many close as are founded, but for the growth that the months before have too."""
REJECTED_DAY, CORRECTED_DAY, LATE_DAY, DAYS_LATE = 8, 13, 21, 3
"""Days of the month: an error page instead of the file, a batch that is corrected, a batch that is late."""

EDITS = (
    Edit("名称为空", "R001", "企业名称", defects.blank),
    Edit("资本不是数字", "R002", "注册资本", defects.not_a_number),
    Edit("行业代码不存在", "R003", "行业代码", defects.always("9999")),
    Edit("注册号缺位", "R004", "注册号", lambda cell, rng: cell[:12], fits=bool),
    Edit("年份0168", "R005", "成立日期", defects.ancient_date),
    Edit("年份2197", "R005", "更新时间", defects.future_date),
    Edit("信用代码错一位", "R007", "统一社会信用代码", defects.swapped_digits),
    Edit("生僻字", "", "法定代表人", defects.rare_given_name),
    Edit("日期斜线", "", "成立日期", defects.slash_date),
    corrupt.lost_character("企业名称"),
    corrupt.DUPLICATE,
    corrupt.SHORT_ROW,
    corrupt.TRAILING_COMMAS,
    corrupt.REPEATED_HEADER,
    corrupt.ALL_ZERO,
)


def _table(rows: pd.DataFrame) -> pa.Table:
    return pa.table(
        {
            "统一社会信用代码": rows["credit_code"].to_numpy(),
            "注册号": rows["registration_number"].to_numpy(),
            "企业名称": rows["name"].to_numpy(),
            "曾用名": rows["former_name"].to_numpy(),
            "法定代表人": rows["representative"].to_numpy(),
            "注册资本": rows["capital"].to_numpy(),
            "行业代码": rows["industry_code"].to_numpy(),
            "住所": rows["address"].to_numpy(),
            "所属区划": rows["county_code"].to_numpy(),
            "成立日期": rows["established"].dt.strftime("%Y-%m-%d").to_numpy(),
            "登记状态": rows["status"].to_numpy(),
            "类型": np.where(rows["is_sole"], "个体", "企业"),
            "更新时间": rows["updated_at"].dt.strftime("%Y-%m-%d %H:%M:%S").to_numpy(),
        }
    )


def _end(table: pd.DataFrame, rows: NDArray[np.int64], status: str, months: NDArray[np.datetime64]) -> None:
    table.loc[rows, "status"] = status
    table.loc[rows, "updated_at"] = months.astype("datetime64[D]").astype("datetime64[s]") + 10 * 86_400 + 36_000


def _register(city: City, firms: Firms, cast: Cast, months: NDArray[np.datetime64]) -> pd.DataFrame:
    """The register at the end of the initial batch: some stopped works and the merged firms are struck off."""
    table = firms.table.copy()
    table["registration_number"] = np.where(table["established"] < "2015-10-01", table["registration_number"], "")
    stopped = cast.who("stopped")
    gone = stopped[city.stream("firms", "deregistered").random(len(stopped)) < 0.4]
    _end(table, gone, "吊销", months[np.minimum(cast.since[gone] + 2, len(months) - 2)])
    bought = np.array([group[1] for group in cast.groups("merger") if len(group) == 2], dtype=np.int64)
    _end(table, bought, "注销", months[np.minimum(cast.since[bought] + 1, len(months) - 2)])
    return table


def _sizes(rng: np.random.Generator, city: City, days: int) -> NDArray[np.int64]:
    usual = max(FEWEST_A_DAY, round(CHANGES_A_DAY * city.scale))
    return np.round(usual * rng.uniform(0.85, 1.15, size=days)).astype(np.int64)


def _change(rng: np.random.Generator, rows: pd.DataFrame, day: datetime.date, new: int) -> pd.DataFrame:
    """The day's rows: the first ``new`` are founded today, the others change their representative or close."""
    out = rows.copy()
    count = len(out)
    is_new = np.arange(count) < new
    seconds = rng.integers(8 * 3600 + 1800, 17 * 3600, size=count)
    out["updated_at"] = np.datetime64(day, "s") + seconds
    closes = ~is_new & (rng.random(count) < CLOSING_SHARE)
    out.loc[closes, "status"] = "注销"
    changes = ~is_new & ~closes
    out.loc[changes, "representative"] = names.person_names(rng, int(changes.sum()))
    return out


@dataclass(frozen=True)
class June:
    """The register as it stands at the end, and which rows are founded and which change on each day of June."""

    entries: pd.DataFrame
    new: NDArray[np.int64]
    others: NDArray[np.int64]
    founded: NDArray[np.int64]
    changed: NDArray[np.int64]


def make_entries(
    city: City, firms: Firms, cast: Cast, months: NDArray[np.datetime64], rng: np.random.Generator
) -> June:
    """The register, and what June does to it; ``rng`` is the stream of the registration."""
    table = _register(city, firms, cast, months)
    days = list(city.days())
    sizes = _sizes(rng, city, len(days))
    new = np.round(sizes * NEW_SHARE).astype(np.int64)
    others = firms.counts.active + rng.permutation(firms.counts.all - firms.counts.active)
    founded, changed = np.split(others, [int(new.sum())])
    table.loc[founded, ["status", "registration_number", "former_name"]] = ["存续", "", ""]
    table.loc[founded, "established"] = np.repeat(np.array(days, dtype="datetime64[s]"), new)
    return June(table, new, sizes - new, founded, changed)


def registration_stream(city: City) -> np.random.Generator:
    """The random stream of the register's deliveries."""
    return city.stream("firms", "registration")


def deliver_registration(city: City, firms: Firms, cast: Cast, months: NDArray[np.datetime64]) -> pd.DataFrame:
    """Deliver the register; returns it as it stands at the end, for the offices that look firms up."""
    rng = registration_stream(city)
    june = make_entries(city, firms, cast, months, rng)
    table = june.entries
    initial = np.ones(len(table), dtype=bool)
    initial[june.founded] = False
    first = _table(table[initial])
    folder = hand_in(
        city,
        OFFICE.initial("daily"),
        {"qydj_all.csv": lambda path: delivery.write_csv(path, first, encoding="GB18030", quoted=True)},
        first.num_rows,
    )
    soil(city, folder, "qydj_all.csv", EDITS, csv_editor, rows=first.num_rows)
    ends_new, ends_old = np.cumsum(june.new), np.cumsum(june.others)
    for day, n, m, a, b in zip(city.days(), june.new, june.others, ends_new, ends_old, strict=True):
        rows = np.concatenate([june.founded[a - n : a], june.changed[b - m : b]])
        _deliver_day(city, day, _change(rng, table.loc[rows].reset_index(drop=True), day, int(n)))
    return table


def _deliver_day(city: City, day: datetime.date, rows: pd.DataFrame) -> None:
    """One evening's batch, with what goes wrong on some evenings."""
    batch = OFFICE.daily(day)
    file = f"qydj_{day:%Y%m%d}.csv"
    if day.day == LATE_DAY:
        delivered = day + datetime.timedelta(days=DAYS_LATE)
        if delivered > city.until:
            return
        batch = replace(batch, delivered_at=f"{delivered}T09:05:00+08:00")
    folder = _write(city, batch, file, rows)
    if day.day == LATE_DAY:
        city.truth.expect(batch.resource, batch.batch, "published_flagged", "W004")
    elif day.day == REJECTED_DAY:
        badfiles.error_page(folder, file)
        city.truth.expect(batch.resource, batch.batch, "rejected", "F010")
        _write(city, OFFICE.daily(day, 2, "22:15"), file, rows)
    elif day.day == CORRECTED_DAY:
        city.truth.expect(batch.resource, batch.batch, "replaced")
        correction = replace(OFFICE.daily(day, 2, "22:40"), replaces=batch.batch)
        better = rows.copy()
        better["address"] = better["address"] + "2层"
        _write(city, correction, file, better)
    else:
        soil(city, folder, file, EDITS[:9], csv_editor, rows=len(rows))


def _write(city: City, batch: Batch, file: str, rows: pd.DataFrame) -> Path:
    table = _table(rows)
    files = {file: lambda path: delivery.write_csv(path, table, encoding="GB18030", quoted=True)}
    return hand_in(city, batch, files, table.num_rows)
