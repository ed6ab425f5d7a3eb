"""Public facilities of four offices, as points: one export each, then what is new or changed in a quarter."""

import datetime
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery, geo, reference
from sample_data.context import INITIAL_DELIVERY, City
from sample_data.corrupt import GEOMETRY, Edit
from sample_data.persons import village_addresses
from sample_data.places import Places

Integers = NDArray[np.int64]
Record = dict[str, Any]
"""Properties of a feature, and its position under GEOMETRY."""

RESOURCE, FILE = "public_facility", "设施.geojson"
FIRST_QUARTER, QUARTER = "2018Q1", "2018Q2"
QUARTER_ENDS = datetime.date(2018, 6, 30)
STATISTICAL, CIVIL_AFFAIRS = "统计", "民政"
SPREAD_METRES = 200.0
MISPLACED, WRONG_SYSTEM = 8, 6
"""Facilities whose position lies in another county, and such that say one code system and write the other's code."""


@dataclass(frozen=True)
class Kind:
    """A kind of facility: how many there are in the city, and the usual number of persons or beds. Never scaled."""

    title: str
    count: int
    capacity: float
    in_towns: float = 1.0


@dataclass(frozen=True)
class Keeper:
    """An office with its own list: the letters of its numbers, the code system it writes, what it keeps."""

    provider: str
    letters: str
    system: str
    kinds: tuple[Kind, ...]


KEEPERS = (
    Keeper(
        "jiaoyuju",
        "JY",
        STATISTICAL,
        (
            Kind("幼儿园", 1200, 180, 3.0),
            Kind("小学", 1050, 420, 2.0),
            Kind("初中", 260, 900, 4.0),
            Kind("高中", 70, 2200, 12.0),
        ),
    ),
    Keeper(
        "weijiwei",
        "WS",
        STATISTICAL,
        (
            Kind("村卫生室", 4600, 4, 0.4),
            Kind("乡镇卫生院", 88, 60),
            Kind("社区卫生服务站", 160, 10, 20.0),
            Kind("医院", 112, 260, 15.0),
        ),
    ),
    Keeper("minzhengju", "MZ", CIVIL_AFFAIRS, (Kind("养老机构", 560, 80, 2.0), Kind("日间照料中心", 340, 30, 5.0))),
    Keeper("minfangju", "MF", STATISTICAL, (Kind("应急避难场所", 560, 3000, 6.0),)),
)

SWAPPED = {"type": "Point", "coordinates": [36.19, 117.12]}
OUTLINE = {"type": "Polygon", "coordinates": [[[117.1, 36.1], [117.11, 36.1], [117.11, 36.11], [117.1, 36.1]]]}

EDITS = (
    Edit("名称为空", "R001", "名称", defects.blank),
    Edit("类别不在目录", "R004", "类别", defects.always("图书馆")),
    Edit("乡镇代码不存在", "R015", "乡镇代码", defects.always("370999999")),
    Edit("村居代码不存在", "R003", "村居代码", defects.always("379999999999"), fits=bool),
    Edit("没有位置", "R016", GEOMETRY, defects.always(None)),
    Edit("位置是面", "R004", GEOMETRY, defects.always(OUTLINE)),
    Edit("经纬度写反", "R104", GEOMETRY, defects.always(SWAPPED)),
    Edit("2197年启用", "R005", "启用日期", defects.future_date),
    Edit("编号缺位", "R004", "设施编号", lambda cell, rng: cell[:-1]),
    corrupt.DUPLICATE,
    Edit("全角乡镇代码", "", "乡镇代码", defects.full_width),
    Edit("容量带单位", "", "容量", defects.with_unit("人")),
    Edit("斜线日期", "", "启用日期", defects.slash_date),
)


class Register:
    """Draws the facilities of every office of one city."""

    def __init__(self, city: City) -> None:
        self._city, self._places = city, city.places
        self._addresses = village_addresses(city.places).to_pylist()
        self._codes = _codes(city.places)

    def facilities(self, keeper: Keeper) -> list[Record]:
        """All that an office keeps, kind by kind."""
        rng = self._city.stream(RESOURCE, keeper.provider)
        places = self._places
        records: list[Record] = []
        for kind in keeper.kinds:
            weight = places.village_share * np.where(places.village_is_urban, kind.in_towns, 1.0)
            village = np.sort(rng.choice(len(weight), kind.count, p=weight / weight.sum()))
            records += self._records(rng, keeper, kind, village, len(records))
        return records

    def _records(
        self, rng: np.random.Generator, keeper: Keeper, kind: Kind, village: Integers, before: int
    ) -> list[Record]:
        points = self.points(rng, village)
        opened = np.datetime64("1956-01-01") + (rng.beta(2.2, 1.2, len(village)) * 22_700).astype("timedelta64[D]")
        capacity = np.round(kind.capacity * np.exp(rng.normal(0, 0.4, len(village)))).astype(np.int64)
        number, closed = rng.integers(1, 300, len(village)), rng.random(len(village)) < 0.015
        says_village = rng.random(len(village)) < 0.85
        names = self._places.village_name
        return [
            {
                "设施编号": f"{keeper.letters}{before + row + 1:07d}",
                "名称": names[place].removesuffix("居委会").removesuffix("村委会") + kind.title,
                "类别": kind.title,
                "地址": f"{self._addresses[place]}{number[row]}号",
                "代码体系": keeper.system,
                "乡镇代码": self._codes[keeper.system][self._places.village_township[place]],
                "村居代码": str(self._places.village_code[place]) if says_village[row] else "",
                "容量": int(capacity[row]),
                "启用日期": str(opened[row]),
                "状态": "停用" if closed[row] else "在用",
                GEOMETRY: _point(points[row]),
            }
            for row, place in enumerate(village)
        ]

    def points(self, rng: np.random.Generator, village: Integers) -> NDArray[np.float64]:
        """A position near the centre of each village, inside its county."""
        places = self._places
        centres = np.column_stack((places.village_lon[village], places.village_lat[village]))
        points, county = np.empty_like(centres), places.village_county[village]
        for index in np.unique(county):
            here = county == index
            area = geo.county_shapes()[places.counties[index].name]
            points[here] = geo.scatter(rng, area, centres[here], SPREAD_METRES)
        return points


def _point(position: NDArray[np.float64]) -> Record:
    return {"type": "Point", "coordinates": [round(float(axis), 6) for axis in position]}


def _codes(places: Places) -> dict[str, list[str]]:
    """Code of each township in both systems; the towns have the same names."""
    names = {(row["county_code"], row["name"]): row["code"] for row in reference.rows("townships_mca2026.csv")}
    own = [names[places.counties[town.county].code, town.name] for town in places.townships]
    return {STATISTICAL: [town.code for town in places.townships], CIVIL_AFFAIRS: own}


def _misplace(city: City, register: Register, records: list[Record]) -> None:
    """Put some schools on the map of another county; what their office writes of them stays."""
    rng = city.stream(RESOURCE, "misplaced")
    chosen = [records[row] for row in np.sort(rng.choice(len(records), MISPLACED, replace=False))]
    for record in chosen:
        elsewhere = np.flatnonzero([not code.startswith(record["乡镇代码"][:6]) for code in city.places.village_code])
        record[GEOMETRY] = _point(register.points(rng, rng.choice(elsewhere, 1))[0])
    ids = sorted(record["设施编号"] for record in chosen)
    city.truth.event("misplaced_facility", resource=RESOURCE, facility_ids=ids)


def _say_the_wrong_system(city: City, records: list[Record]) -> None:
    """Some homes write the civil affairs code and call it statistical, in towns where that means another town."""
    rng = city.stream(RESOURCE, "wrong_system")
    statistical = {row["code"]: row["name"] for row in reference.rows("townships_nbs2023.csv")}
    civil = {row["code"]: row["name"] for row in reference.rows("townships_mca2026.csv")}
    colliding = [code for code, name in civil.items() if statistical.get(code, name) != name]
    fitting = [row for row, record in enumerate(records) if record["乡镇代码"] in colliding]
    chosen = [records[row] for row in np.sort(rng.choice(fitting, WRONG_SYSTEM, replace=False))]
    for record in chosen:
        record["代码体系"], record["村居代码"] = STATISTICAL, ""
    ids = sorted(record["设施编号"] for record in chosen)
    city.truth.event("wrong_code_system", resource=RESOURCE, facility_ids=ids)


def deliver(city: City) -> None:
    """An export of each office, then the changes of the second quarter, one of them damaged on the way."""
    register = Register(city)
    for number, keeper in enumerate(KEEPERS, start=1):
        records = register.facilities(keeper)
        if keeper.provider == "jiaoyuju":
            _misplace(city, register, records)
        if keeper.system == CIVIL_AFFAIRS:
            _say_the_wrong_system(city, records)
        folder = _hand_in(city, keeper, FIRST_QUARTER, number, INITIAL_DELIVERY, records)
        _soil(city, folder)
        if city.until >= QUARTER_ENDS and number <= 2:
            _quarter(city, keeper, records, number)


def _quarter(city: City, keeper: Keeper, records: list[Record], number: int) -> None:
    """What closed in the second quarter; the health office's file arrives damaged first."""
    rng = city.stream(RESOURCE, QUARTER, keeper.provider)
    open_ones = [row for row, record in enumerate(records) if record["状态"] == "在用"]
    closed = [{**records[row], "状态": "停用"} for row in np.sort(rng.choice(open_ones, 40, replace=False))]
    hand_in = partial(_hand_in, city, keeper, QUARTER)
    if keeper.provider == "weijiwei":
        damaged = hand_in(number, f"{QUARTER_ENDS}T17:00:00+08:00", closed)
        badfiles.damaged(damaged, FILE)
        city.truth.expect(RESOURCE, damaged.name, "rejected", "F012")
        number += 1
    hand_in(number, f"{QUARTER_ENDS}T18:00:00+08:00", closed)


def _hand_in(city: City, keeper: Keeper, period: str, number: int, when: str, records: list[Record]) -> Path:
    name = f"{RESOURCE}-{period}-{number:02d}"
    batch = delivery.Batch(RESOURCE, keeper.provider, period, name, when)
    features = [({k: v for k, v in record.items() if k != GEOMETRY}, record[GEOMETRY]) for record in records]
    city.truth.expect(RESOURCE, name, "published")
    city.delivered(RESOURCE, len(records))
    return delivery.write(city.out, batch, {FILE: lambda path: delivery.write_geojson(path, features)}, len(records))


def _soil(city: City, folder: Path) -> None:
    rng = city.stream("dirt", folder.name)
    city.truth.plant(corrupt.edit_geojson(folder, FILE, EDITS, rng))
