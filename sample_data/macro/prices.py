"""统计局: consumer and producer prices of the city, month on month, year on year and to date, back to 2010."""

import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import corrupt, defects, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms import calendar, history
from sample_data.firms.calendar import Months
from sample_data.firms.filings import period_labels
from sample_data.firms.handover import LAST_INITIAL_MONTH, Office, csv_editor, hand_in, months_due, soil

Floats = NDArray[np.float64]

OFFICE = Office("price_index", "tongjiju")
TOTAL, FOOD = "居民消费价格总指数", "食品烟酒"
WEIGHTS = {
    FOOD: 0.30,
    "衣着": 0.09,
    "居住": 0.20,
    "生活用品及服务": 0.06,
    "交通和通信": 0.12,
    "教育文化和娱乐": 0.11,
    "医疗保健": 0.09,
    "其他用品和服务": 0.03,
}
"""The basket; the groups' changes, weighed, are the total's."""
PRODUCERS = ("工业生产者出厂价格指数", "工业生产者购进价格指数")
RETAIL = "商品零售价格总指数"
PRODUCER_CYCLE = {
    2010: 5.5,
    2011: 6.0,
    2012: -1.7,
    2013: -1.9,
    2014: -1.9,
    2015: -5.2,
    2016: -1.4,
    2017: 6.3,
    2018: 3.6,
}
"""Percent by which producer prices moved in a year: invented, near the country's."""
PRICES_2018 = 2.1
FOOD_JUMP, FOOD_JUMP_POINTS = "2018-02", 9.0
"""Snow before the Spring Festival: food costs nine points more than the trend, for one month."""

EDITS = (
    Edit("指数为空", "R001", "同比", defects.blank),
    Edit("指数不是数字", "R002", "环比", defects.always("持平")),
    Edit("指数写成倍数", "R005", "同比", lambda cell, rng: f"{float(cell) / 100:.3f}"),
    Edit("类别不在分类", "R004", "类别", defects.always("鲜活食品")),
    Edit("全角数字", "", "累计", defects.full_width),
    corrupt.DUPLICATE,
    corrupt.SHORT_ROW,
)
ONCE_A_FILE = (corrupt.REPEATED_HEADER, corrupt.TOTALS, corrupt.ALL_ZERO)


def _persistent(rng: np.random.Generator, count: int, spread: float) -> Floats:
    """A deviation that lasts: nine tenths of it stay from month to month."""
    noise = rng.normal(0, spread * np.sqrt(1 - 0.81), count)
    out = np.zeros(count)
    for at in range(1, count):
        out[at] = 0.9 * out[at - 1] + noise[at]
    return out


def _consumer(city: City, months: Months) -> Floats:
    """The total against the same month a year ago: the published history, then this year's course."""
    known = history.macro_values(city)["prices"]
    festival = calendar.spring_festival(months)
    moved = 0.9 * (festival[len(known) :] - festival[len(known) - 12 : len(months) - 12])
    rest = city.stream("macro", "prices", "2018").normal(0, 0.15, max(len(months) - len(known), 0))
    return np.concatenate([known, 100 + PRICES_2018 + moved + rest])[: len(months)]


def _yearly(city: City, months: Months) -> dict[str, Floats]:
    """Every index against the same month a year ago, one place as published."""
    rng = city.stream("macro", "prices")
    total = _consumer(city, months)
    drift = {name: _persistent(rng, len(months), 2.5 if name == FOOD else 1.0) for name in WEIGHTS}
    mean = sum(weight * drift[name] for name, weight in WEIGHTS.items())
    jump = np.where(months == np.datetime64(FOOD_JUMP), FOOD_JUMP_POINTS, 0.0)
    indices = {TOTAL: total + WEIGHTS[FOOD] * jump}
    indices |= {name: total + drift[name] - mean + (jump if name == FOOD else 0.0) for name in WEIGHTS}
    indices[RETAIL] = total - 0.4 + rng.normal(0, 0.2, len(months))
    middle = np.array(list(PRODUCER_CYCLE)) + 0.5
    course = np.interp(1970 + months.astype(np.int64) / 12, middle, [*PRODUCER_CYCLE.values()])
    for name, factor in zip(PRODUCERS, (1.0, 1.3), strict=True):
        indices[name] = 100 + factor * course + rng.normal(0, 0.3, len(months))
    return {name: np.round(values, 1) for name, values in indices.items()}


def _levels(city: City, yearly: dict[str, Floats]) -> dict[str, Floats]:
    """Price levels that fit the yearly indices, with the twelve months before the first one in front."""
    levels = {}
    for name, values in yearly.items():
        before = 100 + np.cumsum(city.stream("macro", "prices", "2009", name).normal(0.15, 0.3, 12))
        level = np.concatenate([before, np.zeros(len(values))])
        for at, value in enumerate(values, start=12):
            level[at] = level[at - 12] * value / 100
        levels[name] = level
    return levels


def _to_date(level: Floats, months: Months) -> Floats:
    """Mean level since January against the same months a year ago."""
    since = calendar.month_numbers(months)
    ends = np.arange(12, len(level)) + 1
    sums = np.concatenate([[0.0], level.cumsum()])
    return np.asarray(100 * (sums[ends] - sums[ends - since]) / (sums[ends - 12] - sums[ends - 12 - since]))


def _tables(city: City, months: Months) -> list[pa.Table]:
    """One table a month with all items, the month in three spellings."""
    yearly = _yearly(city, months)
    levels = _levels(city, yearly)
    monthly = {name: 100 * level[12:] / level[11:-1] for name, level in levels.items()}
    to_date = {name: _to_date(level, months) for name, level in levels.items()}
    style = city.stream("macro", "prices", "periods").integers(0, 3, len(yearly))
    return [
        pa.table(
            {
                "类别": list(yearly),
                "统计期": period_labels(months, style, at),
                "环比": [f"{monthly[name][at]:.1f}" for name in yearly],
                "同比": [f"{yearly[name][at]:.1f}" for name in yearly],
                "累计": [f"{to_date[name][at]:.1f}" for name in yearly],
            }
        )
        for at in range(len(months))
    ]


def deliver(city: City) -> None:
    """The initial batch with everything since 2010, then one a month."""
    due = months_due(city)
    months = np.arange(history.MACRO_MONTHS[0], max([LAST_INITIAL_MONTH, *due]) + 1)
    tables = dict(zip([str(month) for month in months], _tables(city, months), strict=True))
    early = [table for month, table in tables.items() if np.datetime64(month) <= LAST_INITIAL_MONTH]
    _hand_in(city, OFFICE.initial("monthly"), early)
    for month in due:
        _hand_in(city, OFFICE.monthly(month, hour="16:00"), [tables[str(month)]])
    if city.until >= datetime.date(2018, 2, 28):
        note = "春节前后雨雪天气，食品烟酒价格当月跳涨"
        city.truth.event("food_price_jump", resource=OFFICE.resource, period=FOOD_JUMP, item=FOOD, note=note)


def _hand_in(city: City, batch: delivery.Batch, tables: list[pa.Table]) -> None:
    rows, file = sum(table.num_rows for table in tables), f"价格指数_{batch.period}.csv"

    def write(path: Path) -> None:
        delivery.write_csv(path, tables)

    folder = hand_in(city, batch, {file: write}, rows)
    soil(city, folder, file, (*EDITS, *ONCE_A_FILE), csv_editor, rows=rows)
