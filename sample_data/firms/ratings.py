"""国税局: the yearly credit rating of taxpayers, a workbook a year."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sample_data import corrupt, defects, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms.cast import PLANT_CLOSING, Cast
from sample_data.firms.handover import DIRTY_SHARE, hand_in

RESOURCE, PROVIDER, PERIOD = "tax_rating", "guoshuiju", "2017"
DELIVERED = "2018-05-04T09:30:00+08:00"
RATED, FEWEST = 38_000, 800
"""Taxpayers rated for 2017 in the whole city, and at the least."""
YEARS = {2015: 0.84, 2016: 0.92, 2017: 1.0}
"""Rated years, and how many of those of 2017 were rated then."""
FIRST_M_YEAR = 2017
HEADER = ("纳税人识别号", "纳税人名称", "主管区划", "评价年度", "评价得分", "信用级别", "评价日期")
TITLES = ("泰安市企业纳税人纳税信用评价结果", "编制单位：泰安市国家税务局")
HEADER_ROW = len(TITLES) + 1
SHEET = "评价结果"

EDITS = (
    Edit("名称为空", "R001", "纳税人名称", defects.blank),
    Edit("得分不是数字", "R002", "评价得分", defects.always("未评"), fits=lambda cell: isinstance(cell, float)),
    Edit("区划不在本市", "R003", "主管区划", defects.always("370999")),
    Edit("级别不存在", "R004", "信用级别", defects.always("E")),
    Edit("年份2197", "R005", "评价日期", defects.always("2197-01-01")),
    Edit("信用代码错一位", "R007", "纳税人识别号", defects.swapped_digits),
    Edit("级别与得分矛盾", "R106", "信用级别", defects.always("A"), fits=lambda cell: cell == "C"),
    Edit("级别带级字", "", "信用级别", lambda cell, rng: f"{cell}级"),
    Edit("年度带年字", "", "评价年度", lambda cell, rng: f"{cell}年"),
    Edit("全角代码", "", "纳税人识别号", defects.full_width),
    Edit("得分带单位", "", "评价得分", defects.with_unit("分"), fits=lambda cell: isinstance(cell, float)),
    corrupt.lost_character("纳税人名称"),
    corrupt.DUPLICATE,
    corrupt.TOTALS,
)


def _chosen(city: City, entries: pd.DataFrame, parts: Cast) -> NDArray[np.int64]:
    """Rows of the register that the tax office rates, those of the closing plant and its suppliers first."""
    end = np.datetime64(f"{max(YEARS) + 1}-01-01", "s")
    firms = np.flatnonzero(~entries["is_sole"].to_numpy() & (entries["established"].to_numpy() < end))
    closing = parts.who(PLANT_CLOSING)
    others = city.stream("firms", "ratings", "chosen").permutation(np.setdiff1d(firms, closing))
    return np.concatenate([closing, others])[: city.count(RATED, FEWEST)]


def _scores(
    rng: np.random.Generator, standing: NDArray[np.float64], is_closing: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Points of a year, one decimal: a firm's standing and the year's luck; a closing firm files late or not at all."""
    score = standing + rng.normal(0, 3.5, size=len(standing))
    return np.round(np.clip(np.where(is_closing, rng.uniform(42, 66, size=len(standing)), score), 5, 100), 1)


def _levels(score: NDArray[np.float64]) -> NDArray[np.str_]:
    return np.select([score >= 90, score >= 70, score >= 40], ["A", "B", "C"], "D")


def _year(city: City, entries: pd.DataFrame, parts: Cast, chosen: NDArray[np.int64], year: int) -> list[list[Any]]:
    """The sheet of one year, in the order of the counties."""
    standing = city.stream("firms", "ratings", "standing").normal(83, 10, size=len(chosen))
    rng = city.stream("firms", "ratings", str(year))
    rows = chosen[: round(len(chosen) * YEARS[year])]
    firms = entries.iloc[rows]
    founded = firms["established"].dt.year.to_numpy()
    closing = np.isin(rows, parts.who(PLANT_CLOSING)) & (year == max(YEARS))
    score = _scores(rng, standing[: len(rows)], closing)
    level = _levels(score)
    is_new = founded == year
    level[is_new] = "M"
    score[is_new] = np.maximum(score[is_new], 70.0)
    # Struck off for a serious breach at once, whatever the points would have been: rated D without any.
    direct = ~is_new & (rng.random(len(rows)) < 0.012)
    level[direct] = "D"
    rated = np.where(is_new, year >= FIRST_M_YEAR, founded < year)
    days = rng.integers(9, 27, size=len(rows))
    table = [
        [
            code,
            name,
            county,
            str(year),
            None if was_direct else points,
            str(grade),
            datetime.date(year + 1, 4, int(day)),
        ]
        for code, name, county, points, grade, day, was_direct in zip(
            firms["credit_code"], firms["name"], firms["county_code"], score.tolist(), level, days, direct, strict=True
        )
    ]
    return sorted((row for row, kept in zip(table, rated, strict=True) if kept), key=lambda row: (row[2], row[0]))


def _files(city: City, entries: pd.DataFrame, parts: Cast) -> Iterator[tuple[str, list[list[Any]]]]:
    chosen = _chosen(city, entries, parts)
    for year in YEARS:
        yield f"纳税信用级别_{year}.xlsx", _year(city, entries, parts, chosen, year)


def deliver_ratings(city: City, entries: pd.DataFrame, parts: Cast) -> None:
    """Ratings of three years in one batch, delivered in May 2018."""
    sheets = dict(_files(city, entries, parts))
    batch = delivery.Batch(RESOURCE, PROVIDER, PERIOD, f"{RESOURCE}-{PERIOD}-01", DELIVERED)

    def writer(rows: list[list[Any]]) -> Callable[[Path], None]:
        def write(path: Path) -> None:
            delivery.write_xlsx(path, {SHEET: rows}, header=HEADER, titles=TITLES)

        return write

    files = {name: writer(rows) for name, rows in sheets.items()}
    folder = hand_in(city, batch, files, sum(map(len, sheets.values())))
    for name in sheets:
        rng = city.stream("dirt", folder.name, name)
        planted = corrupt.edit_xlsx(folder, name, EDITS, rng, sheet=SHEET, header_row=HEADER_ROW, share=DIRTY_SHARE)
        city.truth.plant(planted)
