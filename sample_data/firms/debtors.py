"""中级人民法院: the list of dishonest debtors, every month what is new."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms import names
from sample_data.firms.handover import LAST_INITIAL_MONTH, Office, csv_editor, hand_in, months_due, soil
from sample_data.firms.industries import COUNTIES
from sample_data.firms.register import COUNTY_NAMES

OFFICE = Office("dishonest_debtor", "zhongjifayuan", "GB18030")
LISTED, NEW_A_MONTH, FEWEST = 18_000, 600, 40
LEGAL_PERSONS = 0.3
PERFORMANCE = ("全部未履行", "部分未履行", "已履行")

EDITS = (
    Edit("案号为空", "R001", "案号", defects.blank),
    Edit("标的不是数字", "R002", "执行标的", defects.not_a_number),
    Edit("区划不在本市", "R003", "所属区划", defects.always("370999")),
    Edit("年份2197", "R005", "发布日期", defects.future_date),
    Edit("发布早于立案", "R105", "发布日期", defects.always("2013-11-01")),
    Edit("单元格带单位", "", "执行标的", defects.with_unit("万元", 10_000)),
    Edit("日期斜线", "", "立案日期", defects.slash_date),
    corrupt.lost_character("执行法院"),
    corrupt.DUPLICATE,
    corrupt.SHORT_ROW,
)


def _masked_numbers(
    rng: np.random.Generator, county: NDArray[np.int64], samples: NDArray[np.str_]
) -> NDArray[np.object_]:
    """Identity numbers as courts publish them: area and last four characters."""
    tail = pd.Series(rng.integers(0, 1000, size=len(county))).astype(str).str.zfill(3)
    check = np.array(list("0123456789X"), dtype=object)[rng.integers(0, 11, size=len(county))]
    return np.asarray(samples[county].astype(object) + "********" + tail.to_numpy(dtype=object) + check)


def _masked_names(full: NDArray[np.object_]) -> NDArray[np.object_]:
    return np.array([name[0] + "某" + ("某" if len(name) > 2 else "") for name in full], dtype=object)


def _cases(city: City, register: pd.DataFrame, published: NDArray[np.datetime64], series: str) -> pa.Table:
    """One debtor a row; firms by their name and code, persons masked."""
    rng = city.stream("firms", "debtors", series)
    count = len(published)
    firm = register.iloc[rng.integers(0, len(register), size=count)].reset_index(drop=True)
    is_legal = rng.random(count) < LEGAL_PERSONS
    county = firm["county"].to_numpy()
    samples = {item.code: item.sample_code for item in city.places.counties}
    sample = np.array([samples[code] for code in COUNTIES])
    filed = published - rng.integers(30, 400, size=count).astype("timedelta64[D]")
    court = np.array([f"{name}人民法院" for name in COUNTY_NAMES], dtype=object)[county]
    year = pd.Series(filed).dt.strftime("%Y").to_numpy(dtype=object)
    serial = pd.Series(np.arange(1, count + 1)).astype(str).str.zfill(5).to_numpy(dtype=object)
    amount = np.round(np.exp(rng.normal(12, 1.3, size=count))).astype(np.int64)
    return pa.table(
        {
            "案号": "（" + year + "）鲁" + sample[county].astype(object) + "执" + series + serial + "号",
            "主体类型": np.where(is_legal, "法人", "自然人"),
            "被执行人": np.where(is_legal, firm["name"], _masked_names(names.person_names(rng, count))),
            "证件号码": np.where(is_legal, "", _masked_numbers(rng, county, sample)),
            "统一社会信用代码": np.where(is_legal, firm["credit_code"], ""),
            "执行法院": court,
            "所属区划": firm["county_code"].to_numpy(),
            "执行标的": amount.astype(str).astype(object),
            "立案日期": np.datetime_as_string(filed).astype(object),
            "发布日期": np.datetime_as_string(published).astype(object),
            "履行情况": np.array(PERFORMANCE, dtype=object)[rng.choice(3, size=count, p=[0.7, 0.2, 0.1])],
        }
    )


def _hand_in(city: City, batch: delivery.Batch, file: str, table: pa.Table) -> Path:
    files = {file: lambda path: delivery.write_csv(path, table, encoding="GB18030")}
    return hand_in(city, batch, files, table.num_rows)


def deliver_debtors(city: City, register: pd.DataFrame) -> None:
    """The list so far, then each month's additions, which come with a column nobody declared."""
    rng = city.stream("firms", "debtors")
    start = np.datetime64("2015-01-01", "D")
    span = int(((LAST_INITIAL_MONTH + 1).astype("datetime64[D]") - start).astype(np.int64))
    days = np.sort(start + rng.integers(0, span, size=city.count(LISTED, 1000)).astype("timedelta64[D]"))
    table = _cases(city, register, days, "恢")
    first = OFFICE.initial("monthly")
    folder = _hand_in(city, first, "sxbzxr.csv", table)
    soil(city, folder, "sxbzxr.csv", EDITS, csv_editor, rows=len(days))
    for month in months_due(city):
        first_day = month.astype("datetime64[D]")
        new = np.sort(first_day + rng.integers(0, 27, size=city.count(NEW_A_MONTH, FEWEST)).astype("timedelta64[D]"))
        cases = _cases(city, register, new, str(month)[2:].replace("-", ""))
        batch, file = OFFICE.monthly(month), f"sxbzxr_{month}.csv"
        folder = _hand_in(city, batch, file, cases)
        badfiles.add_column(folder, file, "备注", "")
        city.truth.expect(batch.resource, batch.batch, "published_flagged", "W001")
