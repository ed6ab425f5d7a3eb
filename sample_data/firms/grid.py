"""供电公司: the power of all users by township and county, by month since 2010 and by day since 2017."""

import datetime
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.context import INITIAL_DAY, City
from sample_data.corrupt import Edit
from sample_data.daily import Accident, accident_on, spoil
from sample_data.delivery import Batch
from sample_data.firms import calendar, past
from sample_data.firms.activity import Economy
from sample_data.firms.handover import Office, hand_in, parquet_editor, soil
from sample_data.firms.industries import COUNTIES
from sample_data.firms.register import Firms
from sample_data.persons import WHOLE_CITY

Days = NDArray[np.datetime64]
Panel = NDArray[np.float64]
"""Days (or months) x areas, kWh."""

OFFICE, FILE = Office("electricity_area", "gongdiangongsi"), "electricity_area.parquet"
FIRST_DAY, FIRST_DAILY = np.datetime64("2010-01-01", "D"), np.datetime64("2017-01-01", "D")
DAY, MONTH = "日", "月"

INDUSTRY_A_DAY = (4.2e6, 6.0e6, 4.6e6, 3.6e6, 9.4e6, 7.2e6)
"""kWh of a day of 2016 of the firms of each county: invented, never scaled."""
HOME_A_DAY = 1.7
"""kWh of a person and day of 2016 in mild weather, with the shops and offices around the corner."""
COOLING, HEATING, FIRMS_COOLING = 0.05, 0.015, 0.008
"""More use for each degree above 24, and below 8."""
HEAT_WAVE, HEAT_DAYS, HEAT_DEGREES = np.datetime64("2017-07-10", "D"), 15, 6.0
WEEKDAYS = np.array([1.01, 1.02, 1.02, 1.02, 1.01, 0.98, 0.94])
"""Firms, Monday to Sunday."""
STANDSTILL, LOWEST_DAY, AWAY_DAYS = 0.55, 3, 13
"""Share of the firms' power that is gone on the lowest day of Spring Festival, and the days to go and to return."""

EDITS = (
    Edit("用电量为空", "R001", "用电量", defects.always(None)),
    Edit("用电量为负", "R005", "用电量", defects.always(-1.0)),
    Edit("区划代码不存在", "R003", "区划代码", defects.always("370999")),
    Edit("2197年用电", "R005", "起始日期", defects.future_date),
    Edit("日期不是日期", "R002", "起始日期", defects.not_a_number),
    Edit("斜线日期", "", "起始日期", defects.slash_date),
    corrupt.DUPLICATE,
)
ACCIDENTS = (Accident(21, badfiles.damaged, "rejected", "F012", again=True),)
EXPORTED_TWICE = 15


@dataclass(frozen=True)
class _Grid:
    """What every area used on every day: 6 counties, then their townships; a county is the sum of its townships."""

    areas: NDArray[np.str_]
    days: Days
    used: Panel


def temperature(city: City, days: Days) -> NDArray[np.float64]:
    """Mean temperature of each day, degrees: a year between -2 and 27, weather that lasts, the heat wave."""
    angle = 2 * np.pi * ((days - days.astype("datetime64[Y]")).astype(np.int64) - 17) / 365.25
    weather = city.stream("electricity_area", "weather").normal(0, 1.6, len(days))
    for i in range(1, len(days)):
        weather[i] += 0.75 * weather[i - 1]
    offset = (days - HEAT_WAVE).astype(np.int64)
    is_heat = (offset >= 0) & (offset < HEAT_DAYS)
    return np.asarray(12.5 - 14.5 * np.cos(angle) + weather * np.where(is_heat, 0.3, 1.0) + HEAT_DEGREES * is_heat)


def _firms_rhythm(days: Days, warmth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Firms' power of each day against a calm day: week, heat, Spring Festival."""
    rhythm = WEEKDAYS[(days.astype(np.int64) + 3) % 7] * (1 + FIRMS_COOLING * np.maximum(warmth - 24, 0))
    for festival in calendar.SPRING_FESTIVALS:
        away = np.abs((days - np.datetime64(festival)).astype(np.int64) - LOWEST_DAY) / AWAY_DAYS
        rhythm *= 1 - STANDSTILL * np.maximum(1 - away, 0)
    return np.asarray(rhythm)


def _firms_level(city: City, firms: Firms, economy: Economy, days: Days) -> Panel:
    """Days x counties: calm power of the county's firms, 1 = the mean of 2016; between the middles of months a line."""
    county = firms.table["county"].to_numpy()[: firms.counts.active]
    watched = past.by_county(economy.power, county, len(COUNTIES))
    before = past.carried_back(city.stream("electricity_area", "past"), watched, economy.months)
    months = np.concatenate([past.BEFORE, economy.months])
    calm = np.hstack([before, watched]) * np.exp(past.FESTIVAL * calendar.spring_festival(months))
    middle = months.astype("datetime64[D]").astype(np.int64) + 15
    index = calm / watched[:, :12].mean(axis=1, keepdims=True)
    return np.column_stack([np.interp(days.astype(np.int64), middle, own) for own in index])


def _grid(city: City, firms: Firms, economy: Economy) -> _Grid:
    towns = city.places.townships
    county = np.array([town.county for town in towns])
    days = np.arange(FIRST_DAY, np.datetime64(city.until) + np.timedelta64(1, "D"))
    warmth = temperature(city, days)
    rng = city.stream("electricity_area", "townships")
    weight = rng.lognormal(0, 0.8, len(towns))
    weight /= np.bincount(county, weights=weight)[county]
    persons = np.bincount(city.places.village_township, weights=city.places.village_share) * WHOLE_CITY
    works = (_firms_level(city, firms, economy, days) * np.array(INDUSTRY_A_DAY))[:, county]
    trend = np.where(days < calendar.FIRST_MONTH, past.level(days.astype("datetime64[M]")), 1.0)
    felt = 1 + COOLING * np.maximum(warmth - 24, 0) + HEATING * np.maximum(8 - warmth, 0)
    homes = (HOME_A_DAY * trend * felt)[:, None] * persons
    used = works * weight * _firms_rhythm(days, warmth)[:, None] + homes
    used = np.round(used * np.exp(rng.normal(0, 0.015, used.shape)))
    totals = np.column_stack([used[:, county == number].sum(axis=1) for number in range(len(COUNTIES))])
    codes = np.array([*COUNTIES, *(town.code for town in towns)])
    return _Grid(codes, days, np.hstack([totals, used]))


def _table(areas: NDArray[np.str_], grain: str, starts: Days, used: Panel) -> pa.Table:
    """One row an area and day (or month), in 10,000 kWh."""
    days = np.repeat(np.datetime_as_string(starts.astype("datetime64[D]")), len(areas))
    return pa.table(
        {
            "区划代码": np.tile(areas, len(starts)).astype(object),
            "粒度": pa.array([grain] * len(days)),
            "起始日期": days.astype(object),
            "用电量": used.ravel() / 1e4,
        }
    )


def _monthly(grid: _Grid) -> pa.Table:
    early = grid.days < FIRST_DAILY
    months, start = np.unique(grid.days[early].astype("datetime64[M]"), return_index=True)
    return _table(grid.areas, MONTH, months, np.add.reduceat(grid.used[early], start, axis=0))


def _daily(grid: _Grid, first: np.datetime64, last: datetime.date) -> pa.Table:
    chosen = (grid.days >= first) & (grid.days <= np.datetime64(last))
    return _table(grid.areas, DAY, grid.days[chosen], grid.used[chosen])


def _hand_in(city: City, batch: Batch, table: pa.Table) -> Path:
    files = {FILE: lambda path: delivery.write_parquet(path, table)}
    return hand_in(city, batch, files, table.num_rows)


def deliver_area_power(city: City, firms: Firms, economy: Economy) -> None:
    """The past in one file, then every night the day's figures; once they are exported twice, in another order."""
    grid = _grid(city, firms, economy)
    first = pa.concat_tables([_monthly(grid), _daily(grid, FIRST_DAILY, INITIAL_DAY)])
    folder = _hand_in(city, OFFICE.initial("daily"), first)
    soil(city, folder, FILE, EDITS, parquet_editor, rows=first.num_rows)
    for day in city.days():
        _day(city, day, _daily(grid, np.datetime64(day), day))
    _tell(city)


def _tell(city: City) -> None:
    """What happened, for the tests of warnings: a heat wave that wants one, and festivals that want none."""
    until = HEAT_WAVE + np.timedelta64(HEAT_DAYS - 1, "D")
    city.truth.event(
        "heat_wave", resource=OFFICE.resource, since=str(HEAT_WAVE), until=str(until), degrees=HEAT_DEGREES
    )
    note = "春节停工是每年的常态，不应引起预警"
    for festival in calendar.SPRING_FESTIVALS:
        if FIRST_DAILY <= np.datetime64(festival) <= np.datetime64(city.until):
            city.truth.event("spring_festival", resource=OFFICE.resource, date=festival, note=note)


def _day(city: City, day: datetime.date, table: pa.Table) -> None:
    folder = _hand_in(city, OFFICE.daily(day, hour="23:20"), table)
    accident = accident_on(day, ACCIDENTS)
    if accident is not None:
        spoil(city, folder, FILE, accident)
        _hand_in(city, OFFICE.daily(day, 2, "23:40"), table)
    if (day.year, day.month, day.day) == (2018, 6, EXPORTED_TWICE):
        again = _hand_in(city, OFFICE.daily(day, 2, "23:40"), table.take(np.arange(table.num_rows)[::-1]))
        note = "同一天的用电量换一种顺序再次导出，累加会虚增一倍，不应引起预警"
        city.truth.event(
            "exported_twice", resource=OFFICE.resource, date=day, batches=[folder.name, again.name], note=note
        )
