"""卫生计生委: reported cases of notifiable diseases by county, by month since 2010 and by day since 2017."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.context import INITIAL_DAY, City
from sample_data.corrupt import Edit
from sample_data.daily import Accident
from sample_data.firms.handover import Office, csv_editor
from sample_data.persons import WHOLE_CITY
from sample_data.places import COUNTY_SHARES
from sample_data.society.days import Daily, days_from

Days = NDArray[np.datetime64]
Counts = NDArray[np.int64]
"""Days x counties x diseases."""

FIRST_DAY, FIRST_DAILY = np.datetime64("2010-01-01", "D"), np.datetime64("2017-01-01", "D")
DAY, MONTH = "日", "月"
HEADERS = ("区划代码", "病种", "类别", "粒度", "起始日期", "发病数", "死亡数")


@dataclass(frozen=True)
class Disease:
    """A notifiable disease: cases a year for each 100,000 persons, how far and when (day of the year) it peaks."""

    name: str
    legal_class: str
    incidence: float
    amplitude: float
    peak: int
    fatality: float = 0.0


INFLUENZA = "流行性感冒"
DISEASES = (
    Disease("病毒性肝炎", "乙类", 62.0, 0.15, 90, 0.0004),
    Disease("肺结核", "乙类", 44.0, 0.25, 100, 0.002),
    Disease("细菌性和阿米巴性痢疾", "乙类", 9.0, 1.1, 215),
    Disease("麻疹", "乙类", 1.5, 1.2, 105),
    Disease("流行性出血热", "乙类", 2.2, 1.3, 315, 0.01),
    Disease("猩红热", "乙类", 7.0, 0.9, 155),
    Disease("布鲁氏菌病", "乙类", 4.5, 0.8, 140),
    Disease("梅毒", "乙类", 24.0, 0.1, 200),
    Disease(INFLUENZA, "丙类", 16.0, 1.6, 15, 0.0002),
    Disease("流行性腮腺炎", "丙类", 11.0, 0.6, 165),
    Disease("其他感染性腹泻病", "丙类", 70.0, 0.9, 225),
    Disease("手足口病", "丙类", 105.0, 1.7, 175, 0.00005),
)
"""Incidence and seasons are invented, of the order of a prefecture in Shandong; the classes are the law's of 2013."""

WEEKDAYS = np.array([1.25, 1.12, 1.06, 1.04, 1.03, 0.82, 0.68])
"""Reports by the day of the week, Monday to Sunday."""
LIVELY = 40.0
"""Shape of the gamma factor that makes a week of a county livelier than another."""

SEASON_FIRST, SEASON_PEAK, SEASON_LAST = (np.datetime64(day, "D") for day in ("2018-01-01", "2018-01-24", "2018-02-25"))
SEASON_FACTOR = 6.0
"""At its peak the influenza season of 2018 has this many times the cases of an ordinary winter day."""

EDITS = (
    Edit("病种为空", "R001", "病种", defects.blank),
    Edit("病种不在目录", "R003", "病种", defects.always("不明原因发热")),
    Edit("区划代码不存在", "R003", "区划代码", defects.always("370999")),
    Edit("发病数为负", "R005", "发病数", defects.always("-2")),
    Edit("发病数不是数字", "R002", "发病数", defects.always("待核")),
    Edit("类别与病种不符", "R106", "类别", defects.always("甲类")),
    Edit("2197年报告", "R005", "起始日期", defects.future_date),
    corrupt.DUPLICATE,
    corrupt.SHORT_ROW,
    Edit("发病数带单位", "", "发病数", defects.with_unit("例")),
    Edit("全角发病数", "", "发病数", defects.full_width),
    Edit("斜线日期", "", "起始日期", defects.slash_date),
    corrupt.TRAILING_COMMAS,
)
OFFICE = Office("infectious_disease", "weijiwei")
FILE = "传染病报告.csv"
DELIVERIES = Daily(
    OFFICE,
    FILE,
    lambda path, table: delivery.write_csv(path, table, bom=True, newline="\r\n"),
    EDITS,
    (corrupt.REPEATED_HEADER, corrupt.TOTALS, corrupt.ALL_ZERO),
    csv_editor,
    (
        Accident(
            6, lambda folder, file: badfiles.wrong_department(folder, "huanbaoju"), "rejected", "F008", again=True
        ),
        Accident(17, badfiles.empty, "rejected", "F009", again=True),
    ),
    twice=12,
    late=20,
)


def season_of_2018(days: Days) -> NDArray[np.float64]:
    """How many times the influenza of an ordinary day there is on each day: rising to the peak, then falling."""
    place = days.astype(np.int64)
    corners = [int(day.astype(np.int64)) for day in (SEASON_FIRST, SEASON_PEAK, SEASON_LAST)]
    return np.asarray(np.interp(place, corners, [1.0, SEASON_FACTOR, 1.0], left=1.0, right=1.0))


def expected(days: Days) -> NDArray[np.float64]:
    """Days x counties x diseases: reported cases to be expected."""
    year_day = (days - days.astype("datetime64[Y]")).astype(np.int64)
    persons = np.array(list(COUNTY_SHARES.values())) * WHOLE_CITY / 100_000
    a_day = np.array([disease.incidence for disease in DISEASES]) / 365.25
    turn = 2 * np.pi * (year_day[:, None] - np.array([disease.peak for disease in DISEASES])) / 365.25
    amplitude = np.array([disease.amplitude for disease in DISEASES])
    rhythm = np.exp(amplitude * np.cos(turn)) / np.i0(amplitude)
    rhythm *= WEEKDAYS[(days.astype(np.int64) + 3) % 7][:, None]
    rhythm[:, [disease.name for disease in DISEASES].index(INFLUENZA)] *= season_of_2018(days)
    return np.asarray(persons[None, :, None] * (a_day * rhythm)[:, None, :])


def _drawn(city: City, days: Days) -> tuple[Counts, Counts]:
    """Cases and deaths of each day, county and disease; a week that is lively is lively throughout."""
    rng = city.stream("infectious_disease", "cases")
    weeks = (days - days[0]).astype(np.int64) // 7
    lively = rng.gamma(LIVELY, 1 / LIVELY, (int(weeks[-1]) + 1, len(COUNTY_SHARES), len(DISEASES)))
    cases = rng.poisson(expected(days) * lively[weeks])
    deaths = city.stream("infectious_disease", "deaths").binomial(cases, [d.fatality for d in DISEASES])
    return cases, deaths


def _table(grain: str, starts: Days, cases: Counts, deaths: Counts) -> pa.Table:
    """One row a start, county and disease, zeros included."""
    count, counties, kinds = cases.shape
    return pa.table(
        [
            np.tile(np.repeat(list(COUNTY_SHARES), kinds), count).astype(object),
            np.tile([disease.name for disease in DISEASES], count * counties).astype(object),
            np.tile([disease.legal_class for disease in DISEASES], count * counties).astype(object),
            pa.array([grain] * cases.size),
            np.repeat(starts.astype(str), counties * kinds).astype(object),
            pa.array(cases.ravel()).cast(pa.string()),
            pa.array(deaths.ravel()).cast(pa.string()),
        ],
        names=list(HEADERS),
    )


def _monthly(days: Days, cases: Counts, deaths: Counts) -> pa.Table:
    months = days.astype("datetime64[M]")
    first = np.flatnonzero(np.r_[True, months[1:] != months[:-1]])
    sums = (np.add.reduceat(counts, first, axis=0) for counts in (cases, deaths))
    return _table(MONTH, days[first], *sums)


def deliver(city: City) -> None:
    """Every batch of the reports up to the city's last day."""
    days = days_from(city, FIRST_DAY)
    cases, deaths = _drawn(city, days)
    early = days < FIRST_DAILY
    known = ~early & (days <= np.datetime64(INITIAL_DAY))
    past = [_monthly(days[early], cases[early], deaths[early]), _table(DAY, days[known], cases[known], deaths[known])]
    DELIVERIES.past(city, pa.concat_tables(past))
    city.truth.event(
        "influenza_season",
        resource=OFFICE.resource,
        disease=INFLUENZA,
        since=str(SEASON_FIRST),
        until=str(SEASON_LAST),
        factor=SEASON_FACTOR,
    )
    for day in city.days():
        today = days == np.datetime64(day)
        DELIVERIES.day(city, day, _table(DAY, days[today], cases[today], deaths[today]))
