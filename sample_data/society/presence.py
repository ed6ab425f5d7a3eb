"""通信运营商: how many persons stay in each township by part of the day; months since 2010, days since June 2017."""

import datetime
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.calls import HOLIDAYS
from sample_data.context import INITIAL_DAY, City
from sample_data.corrupt import Edit
from sample_data.daily import Accident
from sample_data.delivery import sign
from sample_data.firms import calendar
from sample_data.firms.handover import Office, parquet_editor
from sample_data.persons import WHOLE_CITY
from sample_data.places import Places
from sample_data.society.days import Daily, days_from

Days = NDArray[np.datetime64]
Panel = NDArray[np.float64]
"""Days x townships x bands."""

FIRST_DAY, FIRST_DAILY = np.datetime64("2010-01-01", "D"), np.datetime64("2017-06-01", "D")
DAY, MONTH = "日", "月"
BANDS = ("0-6时", "6-12时", "12-18时", "18-24时")
SUPPRESSED_BELOW = 20
"""Operators give no smaller number of persons: k = 20."""

TOWN_DAY = np.array([1.06, 1.16, 1.17, 1.08])
"""Persons in a town's streets and homes by band, against its registered ones."""
LAND_DAY = np.array([0.80, 0.75, 0.74, 0.79])
"""The same in the country: many work elsewhere, for the day or for the year."""
HOME_FOR_FESTIVAL = (-0.06, 0.16)
"""What Spring Festival adds to towns and to the country."""
FESTIVAL_DAYS = (-6, 10)
"""First and last day around the festival on which people are at home."""

MOUNTAIN = {"370902003": 900.0, "370902202": 260.0, "370911104": 120.0}
"""Townships on 泰山 and its slopes, with visitors from other provinces on an ordinary day."""
VISITORS_A_THOUSAND = 0.9
"""From other provinces elsewhere, for each thousand persons present."""
HOLIDAY_VISITORS, WEEKEND_VISITORS = 4.5, 1.5
VISITORS_BY_BAND = np.array([0.35, 1.25, 1.2, 0.7])
SEASON_OF_VISITORS = np.array([0.5, 0.7, 0.8, 1.2, 1.4, 1.1, 1.2, 1.3, 1.1, 1.4, 0.8, 0.5])

EDITS = (
    Edit("人数为空", "R001", "驻留人数", defects.always(None)),
    Edit("人数未抑制", "R005", "外省来访人数", defects.always(7)),
    Edit("来访多于驻留", "R106", "外省来访人数", defects.always(2_999_999)),
    Edit("乡镇代码不存在", "R003", "乡镇代码", defects.always("370999999")),
    Edit("时段不在目录", "R004", "时段", defects.always("全天")),
    Edit("2197年驻留", "R005", "起始日期", defects.future_date),
    Edit("日期不是日期", "R002", "起始日期", defects.not_a_number),
    corrupt.DUPLICATE,
    Edit("紧凑日期", "", "起始日期", defects.compact_date),
    Edit("全角乡镇代码", "", "乡镇代码", defects.full_width),
)


def _only_one_county(folder: Path, file: str) -> None:
    """One operator's node answered for its own county and nobody noticed."""
    table = pq.read_table(folder / file)
    mask = [code.startswith("370902") for code in table["乡镇代码"].to_pylist()]
    delivery.write_parquet(folder / file, table.filter(pa.array(mask)))
    sign(folder, rows=sum(mask))


OFFICE, FILE = Office("mobile_presence", "tongxinyunyingshang"), "mobile_presence.parquet"
DELIVERIES = Daily(
    OFFICE,
    FILE,
    delivery.write_parquet,
    EDITS,
    (),
    parquet_editor,
    (
        Accident(5, badfiles.damaged, "rejected", "F012", again=True),
        Accident(22, _only_one_county, "held", "W102", again=True),
    ),
    twice=26,
    late=14,
)


@dataclass(frozen=True)
class Presence:
    """Persons and visitors of every day, township and band."""

    towns: list[str]
    persons: Panel
    visitors: Panel

    def table(self, grain: str, starts: Days, rows: NDArray[np.int64]) -> pa.Table:
        """Those rows of the panels, one line a start, township and band; small numbers are left out."""
        towns, bands = len(self.towns), len(BANDS)
        visitors = np.round(self.visitors[rows]).astype(np.int64).ravel()
        return pa.table(
            {
                "乡镇代码": np.tile(np.repeat(self.towns, bands), len(rows)).astype(object),
                "粒度": pa.array([grain] * visitors.size),
                "起始日期": np.repeat(starts.astype(str), towns * bands).astype(object),
                "时段": np.tile(BANDS, len(rows) * towns).astype(object),
                "驻留人数": np.round(self.persons[rows]).astype(np.int64).ravel(),
                "外省来访人数": pa.array(visitors, mask=visitors < SUPPRESSED_BELOW),
            }
        )

    def by_month(self, days: Days) -> tuple[Days, "Presence"]:
        """Means over the days of each month, and the first day of each."""
        months = days.astype("datetime64[M]")
        first = np.flatnonzero(np.r_[True, months[1:] != months[:-1]])
        length = np.diff(np.r_[first, len(days)])[:, None, None]
        means = (np.add.reduceat(panel, first, axis=0) / length for panel in (self.persons, self.visitors))
        return days[first], Presence(self.towns, *means)


def at_festival(days: Days) -> NDArray[np.float64]:
    """1 on days on which people are at home for Spring Festival."""
    home = np.zeros(len(days))
    for festival in calendar.SPRING_FESTIVALS:
        offset = (days - np.datetime64(festival)).astype(np.int64)
        home[(offset >= FESTIVAL_DAYS[0]) & (offset <= FESTIVAL_DAYS[1])] = 1.0
    return home


def on_holiday(days: Days) -> NDArray[np.bool_]:
    """Public holidays as far as they are listed."""
    found = np.zeros(len(days), dtype=bool)
    for first, length in HOLIDAYS.items():
        offset = (days - np.datetime64(first)).astype(np.int64)
        found |= (offset >= 0) & (offset < length)
    return found


def _persons(rng: np.random.Generator, places: Places, days: Days) -> Panel:
    towns = len(places.townships)
    persons = np.bincount(places.village_township, weights=places.village_share, minlength=towns) * WHOLE_CITY
    in_towns = np.bincount(places.village_township, weights=places.village_share * places.village_is_urban)
    urban = in_towns * WHOLE_CITY / persons
    rhythm = urban[:, None] * TOWN_DAY + (1 - urban)[:, None] * LAND_DAY
    at_home = 1 + at_festival(days)[:, None] * (urban * HOME_FOR_FESTIVAL[0] + (1 - urban) * HOME_FOR_FESTIVAL[1])
    # Persons leave the country for the towns, slowly.
    years = (days - np.datetime64("2016-07-01")).astype(np.int64) / 365.25
    drift = np.exp(np.outer(years, 0.012 * urban - 0.006 * (1 - urban)))
    noise = np.exp(rng.normal(0, 0.012, (len(days), towns, 1)))
    return np.asarray((persons * at_home * drift)[:, :, None] * rhythm[None, :, :] * noise)


def _visitors(rng: np.random.Generator, places: Places, days: Days, persons: Panel) -> Panel:
    usual = persons.mean(axis=(0, 2)) * VISITORS_A_THOUSAND / 1000
    usual = usual + np.array([MOUNTAIN.get(town.code, 0.0) for town in places.townships])
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    weekend = (days.astype(np.int64) + 3) % 7 >= 5
    course = SEASON_OF_VISITORS[month] * np.where(weekend, WEEKEND_VISITORS, 1.0)
    course = np.where(on_holiday(days), HOLIDAY_VISITORS * SEASON_OF_VISITORS[month], course)
    noise = np.exp(rng.normal(0, 0.15, (len(days), len(usual), 1)))
    return np.asarray(np.outer(course, usual)[:, :, None] * VISITORS_BY_BAND * noise)


def make_presence(city: City, days: Days) -> Presence:
    """Who is where on those days."""
    persons = _persons(city.stream("mobile_presence", "persons"), city.places, days)
    visitors = _visitors(city.stream("mobile_presence", "visitors"), city.places, days, persons)
    return Presence([town.code for town in city.places.townships], persons + visitors, visitors)


def deliver(city: City) -> None:
    """Every batch of the operators up to the city's last day."""
    days = days_from(city, FIRST_DAY)
    presence = make_presence(city, days)
    before = int((FIRST_DAILY - FIRST_DAY).astype(np.int64))
    early = Presence(presence.towns, presence.persons[:before], presence.visitors[:before])
    starts, monthly = early.by_month(days[:before])
    known = np.flatnonzero((days >= FIRST_DAILY) & (days <= np.datetime64(INITIAL_DAY)))
    past = [monthly.table(MONTH, starts, np.arange(len(starts))), presence.table(DAY, days[known], known)]
    DELIVERIES.past(city, pa.concat_tables(past))
    _tell(city)
    for day in city.days():
        DELIVERIES.day(city, day, presence.table(DAY, *_today(days, day)))


def _today(days: Days, day: datetime.date) -> tuple[Days, NDArray[np.int64]]:
    rows = np.flatnonzero(days == np.datetime64(day))
    return days[rows], rows


def _tell(city: City) -> None:
    """Crowds on the mountain on public holidays are every year's and want no warning."""
    note = "节假日泰山游客是每年的常态，不应引起预警"
    for first, length in HOLIDAYS.items():
        if FIRST_DAILY <= np.datetime64(first) <= np.datetime64(city.until):
            city.truth.event("holiday_crowd", resource=OFFICE.resource, since=first, days=length, note=note)
