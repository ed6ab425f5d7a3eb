"""统计局: the directory of statistical units 基本单位名录, a file a year, legal units with their local units."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import corrupt, defects, delivery
from sample_data.context import INITIAL_DELIVERY, City
from sample_data.corrupt import Edit
from sample_data.firms.handover import csv_editor, hand_in, soil
from sample_data.firms.industries import COUNTIES
from sample_data.legal import numbers, records

RESOURCE, PROVIDER, YEAR = "statistical_unit", "tongjiju", "2017"
UNITS = 61_000
CHANCES = {"active": 0.5, "firm": 0.1, "trader": 0.01, "institution": 0.9, "organization": 0.6}
"""How likely the groups beside the reporting units, which are all in it, stand in the directory."""

EDITS = (
    Edit("单位名称为空", "R001", "单位详细名称", defects.blank),
    Edit("营业收入不是数字", "R002", "营业收入", defects.not_a_number),
    Edit("行业代码不存在", "R003", "行业代码", defects.always("9999")),
    Edit("单位编码缺位", "R004", "单位编码", lambda cell, rng: cell[:8]),
    Edit("人数为负", "R005", "从业人员期末人数", defects.always("-8")),
    Edit("单元格带单位", "", "营业收入", defects.with_unit("万元", 10)),
    Edit("千分位", "", "营业收入", defects.thousands),
    Edit("全角数字", "", "从业人员期末人数", defects.full_width),
    corrupt.lost_character("单位详细名称"),
    corrupt.DUPLICATE,
    corrupt.SHORT_ROW,
    corrupt.TOTALS,
)


def _chosen(rng: np.random.Generator, city: City, everybody: pd.DataFrame) -> NDArray[np.int64]:
    is_unit = (everybody["group"] == "unit").to_numpy()
    chance = everybody["group"].map(CHANCES).fillna(0.0).to_numpy()
    chance = np.where(everybody["established"] < pd.Timestamp("2017-12-01"), chance, 0.0)
    wanted = max(city.count(UNITS), round(1.25 * is_unit.sum()))
    chance *= (wanted - is_unit.sum()) / chance.sum()
    return np.flatnonzero(is_unit | (rng.random(len(everybody)) < chance))


def _industries(rng: np.random.Generator, everybody: pd.DataFrame, book: pd.DataFrame) -> NDArray[np.object_]:
    own = everybody["industry_code"].to_numpy(dtype=object)[np.maximum(book["subject"], 0)]
    return np.asarray(np.where(book["subject"] >= 0, own, "4811"), dtype=object)


def _facts(rng: np.random.Generator, book: pd.DataFrame, everybody: pd.DataFrame) -> pd.DataFrame:
    """What the directory holds besides who a unit is; money in 1,000 yuan."""
    count, is_known = len(book), (book["subject"] >= 0).to_numpy()
    subject = everybody.iloc[np.where(is_known, book["subject"], 0)]
    is_local = (book["relation"] == "branch").to_numpy()
    draw = rng.random(count)
    gone = is_known & ~subject["is_alive"].to_numpy()
    state = np.select(
        [gone & (draw < 0.8), draw < 0.03, draw < 0.035], ["当年关闭", "停业（歇业）", "其他"], default="正常运营"
    )
    size = np.where(is_known & ~is_local, subject["size"], 200.0)
    opened = np.where(is_known, subject["established"], np.datetime64("2012-06-01")).astype("datetime64[M]")
    organisation = np.where(
        is_known & ~is_local & (rng.random(count) < 0.35),
        numbers.organisation_code(rng, subject["credit_code"].to_numpy(dtype=object)),
        "",
    )
    serial = pd.Series(np.arange(1, count + 1)).astype(str).str.zfill(6).to_numpy(dtype=object)
    county = np.array(COUNTIES, dtype=object)[book["county"]]
    number = rng.integers(1, 300, size=count).astype(str).astype(object)
    away = county + "区域内" + number + "号"
    return book.assign(
        number=county + serial,
        # A wrong or missing code is rarely beside a right organisation code: both were typed by the same hand.
        organisation=np.where(np.isin(book["code_kind"], ("right", "organisation")), organisation, ""),
        kind=np.where(is_local, "产业活动单位", "法人单位"),
        parent=np.where(is_local, subject["credit_code"], ""),
        county_code=county,
        industry_code=_industries(rng, everybody, book),
        address=np.where(is_known & ~is_local, subject["address"], away),
        opened=np.datetime_as_string(opened).astype(object),
        state=state,
        persons=np.maximum(1, np.round(size / 90 * np.exp(rng.normal(0, 0.4, size=count)))).astype(np.int64),
        revenue=np.round(size * 10 * np.exp(rng.normal(0, 0.3, size=count))).astype(np.int64),
    )


def _table(units: pd.DataFrame) -> pa.Table:
    return pa.table(
        {
            "单位编码": units["number"].to_numpy(),
            "统计期": np.full(len(units), YEAR, dtype=object),
            "单位详细名称": units["name"].to_numpy(),
            "统一社会信用代码": units["code"].to_numpy(),
            "组织机构代码": units["organisation"].to_numpy(),
            "单位类别": units["kind"].to_numpy(dtype=object),
            "归属法人单位代码": units["parent"].to_numpy(),
            "法定代表人（单位负责人）": units["representative"].to_numpy(),
            "行业代码": units["industry_code"].to_numpy(),
            "区划代码": units["county_code"].to_numpy(),
            "详细地址": units["address"].to_numpy(),
            "开业时间": units["opened"].to_numpy(),
            "运营状态": units["state"].to_numpy(dtype=object),
            "从业人员期末人数": units["persons"].astype(str).to_numpy(dtype=object),
            "营业收入": units["revenue"].astype(str).to_numpy(dtype=object),
        }
    )


def make_directory(city: City, everybody: pd.DataFrame) -> pd.DataFrame:
    """The directory with ``number`` as the key of a record."""
    rng = city.stream("legal", RESOURCE)
    book = records.book(city, RESOURCE, everybody, _chosen(rng, city, everybody))
    return _facts(rng, book, everybody)


def deliver_directory(city: City, units: pd.DataFrame) -> None:
    """The directory of the last whole year."""
    table = _table(units)
    file = f"基本单位名录_{YEAR}.csv"
    batch = delivery.Batch(RESOURCE, PROVIDER, YEAR, f"{RESOURCE}-{YEAR}-01", INITIAL_DELIVERY, "GB18030")

    def write(path: Path) -> None:
        delivery.write_csv(path, table, encoding="GB18030")

    folder = hand_in(city, batch, {file: write}, table.num_rows)
    soil(city, folder, file, EDITS, csv_editor, rows=table.num_rows)
