"""统计局: monthly indicators from 2010 to the month before their own sources begin, and macro series of the city."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import air, calls, corrupt, defects, delivery
from sample_data.context import INITIAL_DELIVERY, City
from sample_data.corrupt import Edit
from sample_data.firms import calendar, past
from sample_data.firms.activity import Economy
from sample_data.firms.calendar import Months
from sample_data.firms.handover import csv_editor, hand_in, soil
from sample_data.firms.industries import COUNTIES
from sample_data.firms.register import Firms
from sample_data.places import CITY_CODE

Panel = NDArray[np.float64]
"""Areas x months."""

RESOURCE, PROVIDER, FILE, LAST_YEAR = "indicator_history", "tongjiju", "历史指标.csv", 2017
MACRO_MONTHS = np.arange(past.FIRST_MONTH, np.datetime64(f"{LAST_YEAR + 1}-01", "M"))
PM25_TREND = {2010: 1.25, 2013: 1.35, 2014: 1.2, 2015: 1.1, 2016: 1.0}
"""Particles of a year against 2016: worst in 2013, better since."""

PRICES = {2010: 3.0, 2011: 5.2, 2012: 2.2, 2013: 2.3, 2014: 1.8, 2015: 1.4, 2016: 1.9, 2017: 1.6}
"""Percent by which consumer prices rose in a year: invented, near the country's."""
RETAIL, INVESTMENT, TRADE = 470_000.0, 1_900_000.0, 14_500.0
"""A month of 2016 in the whole city: retail sales and fixed investment in 10,000 yuan, trade in 10,000 dollars."""

EDITS = (
    Edit("值为空", "R001", "值", defects.blank),
    Edit("值不是数字", "R002", "值", defects.not_a_number),
    Edit("区划代码不存在", "R003", "区划代码", defects.always("370999")),
    Edit("指标不在目录", "R004", "指标", defects.always("财政自给率")),
    Edit("月数过大", "R005", "月数", defects.always("13")),
    Edit("统计期不是统计期", "R002", "统计期", defects.not_a_number),
    Edit("千分位", "", "值", defects.thousands),
    Edit("全角数字", "", "值", defects.full_width),
    Edit("统计期写作年月", "", "统计期", defects.period_chinese),
    corrupt.DUPLICATE,
    corrupt.SHORT_ROW,
)
ONCE_A_FILE = (corrupt.REPEATED_HEADER, corrupt.TOTALS, corrupt.ALL_ZERO)


def _rows(name: str, unit: str, areas: list[str], months: Months, values: Panel, digits: int) -> pa.Table:
    """A series of whole months, area by area."""
    count = values.size
    text = [f"{value:.{digits}f}" for value in values.ravel()]
    return pa.table(
        {
            "区划代码": np.repeat(areas, len(months)).astype(object),
            "指标": [name] * count,
            "统计期": np.tile(np.datetime_as_string(months), len(areas)).astype(object),
            "月数": pa.array([1] * count).cast(pa.string()),
            "值": text,
            "单位": [unit] * count,
        }
    )


def _january_with_february(name: str, unit: str, areas: list[str], months: Months, values: Panel) -> pa.Table:
    """A series that is not reported for January: February carries the sum of two months."""
    number = calendar.month_numbers(months)
    summed = values.copy()
    summed[:, number == 2] += values[:, number == 1]
    kept = number != 1
    table = _rows(name, unit, areas, months[kept], summed[:, kept], 0)
    span = pa.array(np.tile(np.where(number[kept] == 2, "2", "1"), len(areas)).astype(object))
    return table.set_column(table.column_names.index("月数"), "月数", span)


def _firm_series(city: City, firms: Firms, economy: Economy) -> Iterator[pa.Table]:
    """What the firms' own sources say from 2016 on, before 2016."""
    county = firms.table["county"].to_numpy()
    areas = list(COUNTIES)

    def back(name: str, values: Panel) -> Panel:
        watched = past.by_county(values, county[: len(values)], len(COUNTIES))
        return past.carried_back(city.stream(RESOURCE, name), watched, economy.months)

    yield _rows("企业用电量", "千瓦时", areas, past.BEFORE, back("power", economy.power), 0)
    yield _rows("增值税开票销售额", "万元", areas, past.BEFORE, back("invoiced", economy.invoiced / 1e4), 0)
    # Output is simulated in 1,000 yuan.
    output = back("output", economy.output / 10)
    yield _january_with_february("规上工业总产值", "万元", areas, past.BEFORE, output)


def _hotline(city: City) -> pa.Table:
    first = calls.FIRST_DAY.astype("datetime64[M]")
    months = np.arange(past.FIRST_MONTH, first)
    towns = [town.code for town in city.places.townships]
    return _rows("12345热线来电", "件", towns, months, calls.monthly_before(city, months), 0)


def _particles(city: City) -> pa.Table:
    """PM2.5 of the counties: the season of the stations, the trend of the years, weather of its own."""
    rng = city.stream(RESOURCE, "pm25")
    middle = past.BEFORE.astype("datetime64[D]") + 15
    trend = np.interp(
        1970 + past.BEFORE.astype(np.int64) / 12, np.array(list(PM25_TREND)) + 0.5, [*PM25_TREND.values()]
    )
    weather = rng.normal(0, 0.14, len(past.BEFORE)) + rng.normal(0, 0.05, (len(COUNTIES), len(past.BEFORE)))
    bias = rng.normal(0, 0.06, (len(COUNTIES), 1))
    values = air.usual_level(middle) * trend * np.exp(weather + bias)
    return _rows("PM2.5平均浓度", "微克/立方米", list(COUNTIES), past.BEFORE, values, 1)


def macro_values(city: City) -> dict[str, Panel]:
    """Retail sales, fixed investment, trade and consumer prices of the whole city by month, to the end of 2017."""
    months, number = MACRO_MONTHS, calendar.month_numbers(MACRO_MONTHS)
    rng = city.stream(RESOURCE, "macro")
    festival = calendar.spring_festival(months)
    trend = np.where(months < calendar.FIRST_MONTH, past.level(months), 1.06 ** ((months.astype(np.int64) - 557) / 12))

    def near(spread: float) -> NDArray[np.float64]:
        return np.asarray(np.exp(rng.normal(0, spread, len(months))))

    shops = RETAIL * trend * (1 + 0.12 * festival + 0.08 * np.isin(number, (10, 12))) * near(0.012)
    works = INVESTMENT * trend * np.array([0.35, 0.35, 0.9, 1, 1.1, 1.5, 1, 1, 1.15, 1.1, 1.1, 1.45])[number - 1]
    works *= near(0.03)
    trade = TRADE * trend**0.6 * np.exp(-0.25 * festival) * near(0.07)
    yearly = np.interp(1970 + months.astype(np.int64) / 12, np.array(list(PRICES)) + 0.5, [*PRICES.values()])
    # The festival lies in January in some years: prices against the same month a year ago jump twice.
    moved = 0.9 * (festival - np.r_[np.zeros(12), festival[:-12]])
    prices = 100 + yearly + moved + rng.normal(0, 0.15, len(months))
    return {"shops": shops, "works": works, "trade": trade, "prices": prices}


def _macro(city: City) -> Iterator[pa.Table]:
    """The macro series as the file has them."""
    areas, months = [CITY_CODE], MACRO_MONTHS
    values = {name: series[None, :] for name, series in macro_values(city).items()}
    yield _january_with_february("社会消费品零售总额", "万元", areas, months, values["shops"])
    yield _january_with_february("固定资产投资", "万元", areas, months, values["works"])
    yield _rows("进出口总额", "万美元", areas, months, values["trade"], 0)
    yield _rows("居民消费价格指数", "上年同月=100", areas, months, values["prices"], 1)


def deliver_history(city: City, firms: Firms, economy: Economy) -> None:
    """One file with every series."""
    tables = [*_firm_series(city, firms, economy), _hotline(city), _particles(city), *_macro(city)]
    table = pa.concat_tables(tables)

    def write(path: Path) -> None:
        delivery.write_csv(path, table)

    batch = delivery.Batch(RESOURCE, PROVIDER, str(LAST_YEAR), f"{RESOURCE}-{LAST_YEAR}-01", INITIAL_DELIVERY)
    folder = hand_in(city, batch, {FILE: write}, table.num_rows)
    soil(city, folder, FILE, (*EDITS, *ONCE_A_FILE), csv_editor, rows=table.num_rows)
