"""自来水公司: what every account used in a month, a sheet a month."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.calls import SURGES
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms import calendar
from sample_data.firms.handover import LAST_INITIAL_MONTH, Office, hand_in, months_due
from sample_data.firms.names import trade_names
from sample_data.society.days import days_from

Objects = NDArray[np.object_]
Panel = NDArray[np.int64]
"""Accounts x months, cubic metres."""

WHOLE_CITY, AT_LEAST = 31_000, 2_000
FIRST_DAY = np.datetime64("2017-01-01", "D")
HEADER = ("户号", "户名", "用水性质", "乡镇代码", "上期读数", "本期读数", "用水量")
TITLES = ("自来水用水量抄表明细", "编制单位：泰安市自来水公司　　　单位：立方米")
HEADER_ROW = len(TITLES) + 1

KINDS = ("居民生活", "非居民", "特种")
KIND_SHARES = (0.40, 0.55, 0.05)
USUAL = (900.0, 140.0, 260.0)
"""Median use of an account a month by kind: a household account is the main meter of a quarter or a village."""
SPREAD = (0.7, 1.1, 0.8)
SUMMER = (0.16, 0.10, 0.22)
"""How much more than its mean an account uses in July."""
IDLE_SHARE = 0.02
TOWN_WEIGHT = 8.0
"""The mains reach towns first: accounts of a neighbourhood for each one of a village of the same size."""
BUSINESSES = ("饭店", "宾馆", "商店", "超市", "食品厂", "机械厂", "幼儿园", "医院", "写字楼", "市场")
SPECIALS = ("洗车行", "洗浴中心", "建筑工地")

OUTAGE = "water_outage"
OUTAGE_MONTH = np.datetime64("2018-05", "M")

EDITS = (
    Edit("户名为空", "R001", "户名", defects.always(None)),
    Edit("乡镇代码不存在", "R003", "乡镇代码", defects.always("370999999")),
    Edit("用水性质不在目录", "R004", "用水性质", defects.always("临时")),
    Edit("户号缺位", "R004", "户号", lambda cell, rng: str(cell)[:6]),
    Edit("用水量不是数字", "R002", "用水量", defects.always("未抄")),
    Edit("用水量为负", "R005;R106", "用水量", defects.always(-35)),
    Edit("读数倒走", "R106", "本期读数", defects.always(0), fits=lambda cell: float(cell) > 2),
    corrupt.DUPLICATE,
    Edit("单元格带单位", "", "用水量", defects.with_unit("立方米")),
    Edit("单位为万立方米", "", "用水量", defects.with_unit("万立方米", 10_000)),
    Edit("全角户号", "", "户号", lambda cell, rng: defects.full_width(str(cell), rng)),
)
OFFICE = Office("water", "zilaishuigongsi")
SOILED_EVERY, SOILED_SHARE = 8, 0.06
"""Of the many sheets of the past every eighth has six defects in a hundred rows: the rest need not be opened again."""


@dataclass(frozen=True)
class Accounts:
    """The company's accounts; ``township`` is an index into the city's townships."""

    number: Objects
    name: Objects
    kind: NDArray[np.int64]
    township: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.kind)


def make_accounts(city: City) -> Accounts:
    """Accounts by village, most of them in towns."""
    rng = city.stream("water", "accounts")
    count, places = city.count(WHOLE_CITY, at_least=AT_LEAST), city.places
    weight = places.village_share * np.where(places.village_is_urban, TOWN_WEIGHT, 1.0)
    village = np.sort(rng.choice(len(weight), count, p=weight / weight.sum()))
    kind = rng.choice(len(KINDS), count, p=KIND_SHARES)
    trade = trade_names(rng, count)
    short = np.array([name.removesuffix("居委会").removesuffix("村委会") for name in places.village_name], dtype=object)
    names = np.select(
        [kind == 0, kind == 1],
        [
            short[village] + "生活用水" + np.arange(1, count + 1).astype(str).astype(object) + "表",
            trade + rng.choice(np.array(BUSINESSES, dtype=object), count),
        ],
        trade + rng.choice(np.array(SPECIALS, dtype=object), count),
    )
    number = (places.village_county[village] + 1) * 100_000_000 + np.arange(1, count + 1)
    return Accounts(number.astype(str).astype(object), names, kind, places.village_township[village])


def _used(city: City, accounts: Accounts, months: NDArray[np.datetime64]) -> Panel:
    """Cubic metres of each account and month: its own level, season, slow growth, the outage."""
    rng = city.stream("water", "use")
    level = np.array(USUAL)[accounts.kind] * np.exp(rng.normal(0, 1, len(accounts)) * np.array(SPREAD)[accounts.kind])
    level[rng.random(len(accounts)) < IDLE_SHARE] = 0.0
    turn = np.cos(2 * np.pi * (calendar.month_numbers(months) - 7) / 12)
    season = 1 + np.outer(np.array(SUMMER)[accounts.kind], turn)
    growth = 1.02 ** ((months - months[0]).astype(np.int64) / 12)
    noise = np.exp(rng.normal(0, 0.07, (len(accounts), len(months))))
    used = level[:, None] * season * growth * noise
    for town, share in outages(city).items():
        used[np.ix_(accounts.township == town, months == OUTAGE_MONTH)] *= 1 - share
    return np.asarray(np.round(used), dtype=np.int64)


def outages(city: City) -> dict[int, float]:
    """Townships without water in May 2018, as callers to the hotline say, and the share of the month it lasted."""
    index = {town.code: place for place, town in enumerate(city.places.townships)}
    return {
        index[surge.town]: float((np.datetime64(surge.until) - np.datetime64(surge.since)).astype(np.int64) + 1) / 31
        for surge in SURGES
        if surge.name == OUTAGE
    }


def label(month: np.datetime64) -> str:
    """2018年6月, as sheets are called."""
    return f"{str(month)[:4]}年{int(str(month)[5:])}月"


class Meters:
    """Accounts with their readings; a month is a sheet."""

    def __init__(self, city: City, months: NDArray[np.datetime64]) -> None:
        self._city, self._months = city, months
        self.accounts = make_accounts(city)
        self._used = _used(city, self.accounts, months)
        start = city.stream("water", "readings").integers(0, 50_000, len(self.accounts))
        self._readings = start[:, None] + np.cumsum(self._used, axis=1)

    def rows(self, month: int) -> Iterator[tuple[object, ...]]:
        """The lines of one month's sheet."""
        towns = [town.code for town in self._city.places.townships]
        accounts, used, reading = self.accounts, self._used[:, month].tolist(), self._readings[:, month].tolist()
        for row, (number, name) in enumerate(zip(accounts.number, accounts.name, strict=True)):
            kind, town = KINDS[accounts.kind[row]], towns[accounts.township[row]]
            yield number, name, kind, town, reading[row] - used[row], reading[row], used[row]


def deliver(city: City) -> None:
    """The past as one workbook, then one a month, whose first manifest counts its rows wrongly."""
    months = np.unique(days_from(city, FIRST_DAY).astype("datetime64[M]"))
    meters = Meters(city, months)
    early = np.flatnonzero(months <= LAST_INITIAL_MONTH)
    folder, file = _hand_in(city, meters, OFFICE.initial("monthly"), months, early)
    for month in early[::SOILED_EVERY]:
        _soil(city, folder, file, label(months[month]), SOILED_SHARE)
    for month in months_due(city):
        due = np.flatnonzero(months == month)
        miscounted, _ = _hand_in(city, meters, OFFICE.monthly(month), months, due)
        badfiles.wrong_row_count(miscounted)
        city.truth.expect(OFFICE.resource, miscounted.name, "rejected", "F004")
        again = _hand_in(city, meters, OFFICE.monthly(month, 2, "19:00"), months, due)
        _soil(city, *again, label(month), corrupt.SHARE)
    for town in outages(city):
        code = city.places.townships[town].code
        city.truth.event(
            OUTAGE, resource=OFFICE.resource, township=code, since=str(OUTAGE_MONTH), until=str(OUTAGE_MONTH)
        )


def _hand_in(
    city: City, meters: Meters, batch: delivery.Batch, months: NDArray[np.datetime64], wanted: NDArray[np.int64]
) -> tuple[Path, str]:
    """The folder and the name of a workbook with a sheet for each wanted month."""
    file = f"用水量_{batch.period}.xlsx"
    sheets = {label(months[month]): meters.rows(month) for month in wanted}

    def write(path: Path) -> None:
        delivery.write_xlsx(path, sheets, header=HEADER, titles=TITLES)

    return hand_in(city, batch, {file: write}, len(meters.accounts) * len(wanted)), file


def _soil(city: City, folder: Path, file: str, sheet: str, share: float) -> None:
    rng = city.stream("dirt", folder.name, sheet)
    edits = (*EDITS, corrupt.TOTALS)
    city.truth.plant(corrupt.edit_xlsx(folder, file, edits, rng, sheet=sheet, header_row=HEADER_ROW, share=share))
