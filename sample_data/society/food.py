"""物价局: retail prices of food by county, by month since 2010 and by day since 2017."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.context import INITIAL_DAY, City
from sample_data.corrupt import Edit
from sample_data.daily import Accident
from sample_data.firms import calendar
from sample_data.firms.handover import Office, csv_editor
from sample_data.places import COUNTY_SHARES
from sample_data.society.days import Daily, days_from

Days = NDArray[np.datetime64]
Panel = NDArray[np.float64]
"""Days x counties x items, yuan for 500 grams."""

FIRST_DAY, FIRST_DAILY = np.datetime64("2010-01-01", "D"), np.datetime64("2017-01-01", "D")
DAY, MONTH = "日", "月"
HEADERS = ("区划代码", "品种", "粒度", "起始日期", "零售价格")


@dataclass(frozen=True)
class Item:
    """Something to eat: its price of 2016, how much dearer it is in winter, how much its price moves."""

    name: str
    price: float
    winter: float
    restless: float
    is_vegetable: bool = False


ITEMS = (
    Item("大白菜", 0.9, 0.15, 0.045, is_vegetable=True),
    Item("黄瓜", 2.3, 0.45, 0.050, is_vegetable=True),
    Item("西红柿", 2.5, 0.35, 0.045, is_vegetable=True),
    Item("土豆", 1.5, 0.05, 0.020, is_vegetable=True),
    Item("芹菜", 1.6, 0.20, 0.045, is_vegetable=True),
    Item("豆角", 3.6, 0.50, 0.050, is_vegetable=True),
    Item("大葱", 2.0, 0.10, 0.040, is_vegetable=True),
    Item("猪肉", 13.5, 0.03, 0.008),
    Item("牛肉", 28.0, 0.03, 0.004),
    Item("羊肉", 29.0, 0.06, 0.005),
    Item("鸡肉", 7.2, 0.02, 0.008),
    Item("鸡蛋", 3.7, 0.04, 0.018),
    Item("鲤鱼", 6.6, 0.02, 0.008),
    Item("面粉", 2.0, 0.0, 0.002),
    Item("大米", 2.7, 0.0, 0.002),
    Item("苹果", 3.6, -0.10, 0.010),
)
"""Prices are invented, near those of a city in Shandong in 2016."""

GROWTH_A_YEAR, KEEP_DAYS = 0.025, 0.97
"""How prices rise over the years, and how much of one day's departure stays on the next."""
FESTIVAL_RISE, FESTIVAL_DAYS = 0.06, 12

JUMP_FIRST, JUMP_TOP, JUMP_FADES, JUMP_LAST = (
    np.datetime64(day, "D") for day in ("2018-01-30", "2018-02-08", "2018-02-24", "2018-03-14")
)
JUMP_VEGETABLES, JUMP_OTHERS = 0.60, 0.06
"""Snow on the roads in February 2018: how much dearer vegetables and everything else become at the top."""

EDITS = (
    Edit("品种为空", "R001", "品种", defects.blank),
    Edit("品种不在目录", "R004", "品种", defects.always("香椿")),
    Edit("区划代码不存在", "R003", "区划代码", defects.always("370999")),
    Edit("价格为零", "R005", "零售价格", defects.always("0")),
    Edit("价格不是数字", "R002", "零售价格", defects.always("无货")),
    Edit("2197年采价", "R005", "起始日期", defects.future_date),
    corrupt.lost_character("品种"),
    corrupt.DUPLICATE,
    corrupt.SHORT_ROW,
    Edit("按公斤报价", "", "零售价格", lambda cell, rng: f"{float(cell) * 2:.2f}元/公斤"),
    Edit("价格带单位", "", "零售价格", defects.with_unit("元")),
    Edit("全角价格", "", "零售价格", defects.full_width),
    Edit("紧凑日期", "", "起始日期", defects.compact_date),
    corrupt.TRAILING_COMMAS,
)
OFFICE, FILE = Office("food_price", "wujiaju"), "食品价格.csv"
DELIVERIES = Daily(
    OFFICE,
    FILE,
    delivery.write_csv,
    EDITS,
    (corrupt.REPEATED_HEADER, corrupt.TOTALS, corrupt.ALL_ZERO),
    csv_editor,
    (
        Accident(12, partial(badfiles.rename_column, old="零售价格", new="均价"), "rejected", "F006", again=True),
        Accident(28, badfiles.error_page, "rejected", "F010", again=True),
    ),
    twice=3,
    late=18,
)


def jump(days: Days) -> NDArray[np.float64]:
    """How far the jump of February 2018 has come on each day, 0..1."""
    corners = [int(day.astype(np.int64)) for day in (JUMP_FIRST, JUMP_TOP, JUMP_FADES, JUMP_LAST)]
    return np.asarray(np.interp(days.astype(np.int64), corners, [0.0, 1.0, 1.0, 0.0], left=0.0, right=0.0))


def _festival(days: Days) -> NDArray[np.float64]:
    """How near Spring Festival is, 0..1; prices rise before it and fall behind it."""
    near = np.zeros(len(days))
    for festival in calendar.SPRING_FESTIVALS:
        away = np.abs((days - np.datetime64(festival)).astype(np.int64)) / FESTIVAL_DAYS
        near = np.maximum(near, 1 - away)
    return near


def _prices(city: City, days: Days) -> Panel:
    """Yuan for 500 grams: season, festival, growth, weather of the market, the jump; counties differ a little."""
    rng = city.stream("food_price")
    angle = 2 * np.pi * ((days - days.astype("datetime64[Y]")).astype(np.int64) - 25) / 365.25
    restless = np.array([item.restless for item in ITEMS])
    noise = rng.normal(0, restless, (len(days), len(ITEMS)))
    for day in range(1, len(days)):
        noise[day] += KEEP_DAYS * noise[day - 1]
    growth = np.log1p(GROWTH_A_YEAR) * (days - np.datetime64("2016-07-01")).astype(np.int64) / 365.25
    course = np.outer(np.cos(angle), [item.winter for item in ITEMS]) + growth[:, None] + noise
    course += FESTIVAL_RISE * _festival(days)[:, None]
    rise = np.array([JUMP_VEGETABLES if item.is_vegetable else JUMP_OTHERS for item in ITEMS])
    course += np.log1p(np.outer(jump(days), rise))
    county = rng.normal(0, 0.04, (len(COUNTY_SHARES), len(ITEMS)))
    own = rng.normal(0, 0.015, (len(days), len(COUNTY_SHARES), len(ITEMS)))
    price = np.array([item.price for item in ITEMS])
    return np.asarray(price * np.exp(course[:, None, :] + county + own))


def _table(grain: str, starts: Days, prices: Panel) -> pa.Table:
    """One row a start, county and item."""
    count = len(starts)
    return pa.table(
        [
            np.tile(np.repeat(list(COUNTY_SHARES), len(ITEMS)), count).astype(object),
            np.tile([item.name for item in ITEMS], count * len(COUNTY_SHARES)).astype(object),
            pa.array([grain] * prices.size),
            np.repeat(starts.astype(str), len(COUNTY_SHARES) * len(ITEMS)).astype(object),
            pa.array([f"{price:.2f}" for price in prices.ravel()]),
        ],
        names=list(HEADERS),
    )


def _monthly(days: Days, prices: Panel) -> pa.Table:
    months = days.astype("datetime64[M]")
    first = np.flatnonzero(np.r_[True, months[1:] != months[:-1]])
    length = np.diff(np.r_[first, len(days)])[:, None, None]
    return _table(MONTH, days[first], np.add.reduceat(prices, first, axis=0) / length)


def deliver(city: City) -> None:
    """Every batch of the price watch up to the city's last day."""
    days = days_from(city, FIRST_DAY)
    prices = _prices(city, days)
    early = days < FIRST_DAILY
    known = ~early & (days <= np.datetime64(INITIAL_DAY))
    DELIVERIES.past(
        city, pa.concat_tables([_monthly(days[early], prices[early]), _table(DAY, days[known], prices[known])])
    )
    city.truth.event(
        "food_price_jump",
        resource=OFFICE.resource,
        since=str(JUMP_FIRST),
        until=str(JUMP_LAST),
        vegetables=JUMP_VEGETABLES,
        others=JUMP_OTHERS,
    )
    for day in city.days():
        today = days == np.datetime64(day)
        DELIVERIES.day(city, day, _table(DAY, days[today], prices[today]))
