"""人力资源社会保障局: the employers that pay social insurance, a Parquet file a month."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import corrupt, defects, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms.handover import LAST_INITIAL_MONTH, Office, hand_in, months_due, parquet_editor, soil
from sample_data.firms.industries import COUNTIES
from sample_data.legal import records

RESOURCE = "social_insurance_employer"
OFFICE = Office(RESOURCE, "rensheju")
EMPLOYERS = 42_000
CHANCES = {"unit": 0.9, "active": 0.28, "firm": 0.04, "trader": 0.006, "institution": 0.85, "organization": 0.3}
"""How likely each group is to employ anybody insured; scaled so that the city has EMPLOYERS of them."""
KINDS = {"institution": "事业单位", "organization": "社会组织", "trader": "个体工商户"}

EDITS = (
    Edit("单位名称为空", "R001", "单位名称", defects.always(None)),
    Edit("单位编号缺位", "R004", "单位编号", lambda cell, rng: cell[:7]),
    Edit("人数为负", "R005", "参保人数", defects.always(-2)),
    Edit("参保地不在本市", "R003", "参保地", defects.always("370999")),
    Edit("年份0168", "R005", "首次参保日期", defects.ancient_date),
    Edit("代码全角", "", "统一社会信用代码", defects.full_width, fits=bool),
    corrupt.lost_character("单位名称"),
    corrupt.DUPLICATE,
)


def _chosen(rng: np.random.Generator, city: City, everybody: pd.DataFrame) -> NDArray[np.int64]:
    """Rows of ``everybody`` that are employers: founded long enough ago, likelier where there is much work."""
    chance = everybody["group"].map(CHANCES).to_numpy()
    chance = np.where(everybody["established"] < pd.Timestamp("2018-03-01"), chance, 0.0)
    least = int((everybody["group"] == "unit").sum())
    wanted = max(city.count(EMPLOYERS), round(1.05 * least))
    rest = np.where(everybody["group"] == "unit", 0.0, chance)
    always = (everybody["group"] == "unit").to_numpy() & (rng.random(len(everybody)) < CHANCES["unit"])
    chance = np.where(always, 1.0, rest * max(wanted - always.sum(), 0) / rest.sum())
    return np.flatnonzero(rng.random(len(everybody)) < chance)


def _facts(rng: np.random.Generator, book: pd.DataFrame, everybody: pd.DataFrame) -> pd.DataFrame:
    """What the office holds besides who it is: number, kind, day of joining, persons, wages, whether it pays."""
    count, is_known = len(book), (book["subject"] >= 0).to_numpy()
    subject = everybody.iloc[np.where(is_known, book["subject"], 0)]
    size = np.where(is_known & (book["relation"] == "self"), subject["size"], 300.0)
    founded = np.where(is_known, subject["established"], np.datetime64("2016-03-01"))
    joined = founded.astype("datetime64[D]") + rng.integers(20, 90, size=count).astype("timedelta64[D]")
    ended = is_known & ~subject["is_alive"].to_numpy()
    draw = rng.random(count)
    status = np.select([ended & (draw < 0.9), draw < 0.04], ["终止参保", "暂停缴费"], default="参保缴费")
    kind = subject["group"].map(KINDS).fillna("企业").to_numpy(dtype=object)
    county = np.array(COUNTIES, dtype=object)[book["county"]]
    serial = np.arange(count) + 1_000_000
    return book.assign(
        number=("370" + pd.Series(serial).astype(str)).to_numpy(dtype=object),
        kind=np.where(book["relation"] == "branch", "分支机构", np.where(is_known, kind, "企业")),
        county_code=county,
        joined=np.minimum(np.maximum(joined, np.datetime64("1998-01-01")), np.datetime64("2018-05-20")),
        persons=np.maximum(1, np.round(size / 90 * np.exp(rng.normal(0, 0.5, size=count)))).astype(np.int64),
        wage=np.round(3300 * np.exp(rng.normal(0, 0.25, size=count)), 2),
        status=status,
    )


def _table(rng: np.random.Generator, employers: pd.DataFrame, month: np.datetime64) -> pa.Table:
    """The rows of one month; who pays nothing insures nobody."""
    noise = np.exp(rng.normal(0, 0.02, size=len(employers)))
    pays = (employers["status"] == "参保缴费").to_numpy()
    persons = np.where(pays, np.maximum(1, np.round(employers["persons"] * noise)), 0).astype(np.int64)
    return pa.table(
        {
            "单位编号": employers["number"].to_numpy(),
            "统计期": np.full(len(employers), str(month), dtype=object),
            "单位名称": employers["name"].to_numpy(),
            "统一社会信用代码": employers["code"].to_numpy(),
            "法定代表人": employers["representative"].to_numpy(),
            "单位类型": employers["kind"].to_numpy(dtype=object),
            "参保地": employers["county_code"].to_numpy(),
            "首次参保日期": np.datetime_as_string(employers["joined"].to_numpy().astype("datetime64[D]")).astype(
                object
            ),
            "参保状态": employers["status"].to_numpy(dtype=object),
            "参保人数": persons,
            "缴费基数": pa.array(np.round(persons * employers["wage"].to_numpy(), 2)).cast(
                pa.decimal128(18, 2), safe=False
            ),
        }
    )


def make_employers(city: City, everybody: pd.DataFrame) -> pd.DataFrame:
    """The office's book with ``number`` as the key of a record."""
    rng = city.stream("legal", RESOURCE)
    chosen = _chosen(rng, city, everybody)
    return _facts(rng, records.book(city, RESOURCE, everybody, chosen), everybody)


def deliver_employers(city: City, employers: pd.DataFrame) -> None:
    """The state of May, then each month's."""
    for month in [LAST_INITIAL_MONTH, *months_due(city)]:
        first = month == LAST_INITIAL_MONTH
        batch = OFFICE.initial("monthly") if first else OFFICE.monthly(month)
        table = _table(city.stream("legal", RESOURCE, str(month)), employers, month)
        file = f"cbdw_{month}.parquet"

        def write(path: Path, table: pa.Table = table) -> None:
            delivery.write_parquet(path, table)

        folder = hand_in(city, batch, {file: write}, table.num_rows)
        soil(city, folder, file, EDITS, parquet_editor, rows=table.num_rows)
