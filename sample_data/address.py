"""标准地址: one full export with coordinates and the new addresses of June."""

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery, geo
from sample_data.context import INITIAL_DELIVERY, City
from sample_data.corrupt import Edit
from sample_data.persons import join, text_of, village_addresses
from sample_data.places import MERGED

Integers = NDArray[np.int64]
Texts = NDArray[np.str_]

WHOLE_CITY = 1_800_000
NEW_A_MONTH = 0.004
PROVIDER = "gonganju"
FILE = "standard_address.csv"
ADDRESSES_A_CHUNK = 200_000
HEADERS = ("地址编码", "标准地址", "村居代码", "地址类别", "经度", "纬度", "登记日期")
KINDS = np.array(["住宅", "商铺", "单位", "其他"])
KIND_SHARES = (0.82, 0.09, 0.07, 0.02)
VILLAGE_SPREAD_METRES = 260.0
EASTERN_END = 117.24
"""West of this longitude lies no part of 新泰市, whose eastern end is where misplaced points are put."""

EDITS = (
    Edit("地址为空", "R001", "标准地址", defects.blank),
    Edit("经度为空", "R001", "经度", defects.blank),
    Edit("村居代码不存在", "R003", "村居代码", defects.always("379999999999")),
    Edit("坐标不是数字", "R002", "纬度", defects.not_a_number),
    Edit("经度写成纬度", "R005;R104", "经度", defects.always("36.103517")),
    Edit("坐标落在别的县", "R104", "经度", defects.always("117.950000"), fits=lambda cell: float(cell) < EASTERN_END),
    Edit("2197年登记", "R005", "登记日期", defects.future_date),
    Edit("地址编码缺位", "R004", "地址编码", lambda cell, rng: cell[:-1]),
    corrupt.lost_character("标准地址"),
    corrupt.DUPLICATE,
    corrupt.SHORT_ROW,
    Edit("全角坐标", "", "经度", defects.full_width),
    Edit("斜线日期", "", "登记日期", defects.slash_date),
    Edit("紧凑日期", "", "登记日期", defects.compact_date),
    corrupt.TRAILING_COMMAS,
)
ONCE_A_FILE = (corrupt.REPEATED_HEADER, corrupt.TOTALS, corrupt.ALL_ZERO)


class AddressBook:
    """Addresses village by village; the running number of a village goes on from delivery to delivery."""

    def __init__(self, city: City) -> None:
        self._city, self._places = city, city.places
        self._prefix = village_addresses(city.places)
        self._last = np.zeros(len(city.places.village_code), dtype=np.int64)

    def tables(self, count: int, first_day: str, last_day: str) -> Iterator[pa.Table]:
        """``count`` new addresses, registered between two days, in parts of bounded size."""
        share = self._places.village_share
        edges = np.round(np.cumsum(share) / share.sum() * count).astype(np.int64)
        village = np.repeat(np.arange(len(share)), np.diff(np.r_[0, edges]))
        for start in range(0, len(village), ADDRESSES_A_CHUNK):
            yield self._table(village[start : start + ADDRESSES_A_CHUNK], first_day, last_day, start)

    def _table(self, village: Integers, first_day: str, last_day: str, start: int) -> pa.Table:
        rng = self._city.stream("standard_address", last_day, str(start))
        number = self._numbers(village)
        points = self._points(rng, village)
        span = int((np.datetime64(last_day) - np.datetime64(first_day)).astype(np.int64))
        day = np.datetime64(first_day) + rng.integers(0, span + 1, len(village)).astype("timedelta64[D]")
        code = pa.array(written_code(self._places.village_code[village], day))
        columns = [
            join(code, text_of(number, 6)),
            join(self._prefix.take(pa.array(village)), text_of(number), "号"),
            code,
            pa.array(KINDS[np.searchsorted(np.cumsum(KIND_SHARES), rng.random(len(village)))]),
            *(pa.array(np.round(points[:, axis] * 1e6).astype(np.int64)) for axis in (0, 1)),
            pa.array(day).cast(pa.string()),
        ]
        columns[4:6] = [_degrees(column) for column in columns[4:6]]
        return pa.table(columns, names=list(HEADERS))

    def _numbers(self, village: Integers) -> Integers:
        starts = np.flatnonzero(np.r_[True, village[1:] != village[:-1]])
        sizes = np.diff(np.r_[starts, len(village)])
        number = np.arange(len(village)) - np.repeat(starts, sizes) + 1 + self._last[village]
        self._last[village[starts]] += sizes
        return number

    def _points(self, rng: np.random.Generator, village: Integers) -> NDArray[np.float64]:
        centres = np.column_stack((self._places.village_lon[village], self._places.village_lat[village]))
        points = np.empty_like(centres)
        county = self._places.village_county[village]
        for index in np.unique(county):
            here = county == index
            area = geo.county_shapes()[self._places.counties[index].name]
            points[here] = geo.scatter(rng, area, centres[here], VILLAGE_SPREAD_METRES)
        return points


def written_code(code: Texts, day: NDArray[np.datetime64]) -> Texts:
    """Addresses registered before their village was merged keep its old code."""
    return np.where((code == MERGED.successor) & (day < np.datetime64(MERGED.since)), MERGED.old, code)


def _degrees(millionths: pa.Array) -> pa.Array:
    """Millionths of a degree as text with six places."""
    values = millionths.to_numpy()
    return join(text_of(values // 1_000_000), ".", text_of(values % 1_000_000, 6))


def deliver(city: City) -> None:
    """The export of May and, when June is over, its additions, which first claim to correct an unknown batch."""
    book = AddressBook(city)
    count = city.count(WHOLE_CITY, at_least=2000)
    tables = book.tables(count, "2004-01-01", "2018-05-31")
    _dirty(city, _hand_in(city, "2018-05", INITIAL_DELIVERY, tables, count))
    if city.until >= datetime.date(2018, 6, 30):
        count = max(300, round(count * NEW_A_MONTH))
        added = list(book.tables(count, "2018-06-01", "2018-06-30"))
        first = _hand_in(city, "2018-06", "2018-06-30T18:00:00+08:00", added, count)
        badfiles.unknown_correction(first)
        city.truth.expect("standard_address", first.name, "rejected", "F014")
        _dirty(city, _hand_in(city, "2018-06", "2018-06-30T18:40:00+08:00", added, count, number=2))


def _hand_in(city: City, period: str, when: str, tables: Iterable[pa.Table], count: int, *, number: int = 1) -> Path:
    batch = delivery.Batch("standard_address", PROVIDER, period, f"standard_address-{period}-{number:02d}", when)

    def write(path: Path) -> None:
        delivery.write_csv(path, tables)

    city.truth.expect(batch.resource, batch.batch, "published")
    city.delivered(batch.resource, count)
    return delivery.write(city.out, batch, {FILE: write}, count)


def _dirty(city: City, folder: Path) -> None:
    rng = city.stream("standard_address", "defects", folder.name)
    city.truth.plant(corrupt.edit_csv(folder, FILE, (*EDITS, *ONCE_A_FILE), rng))
