"""环境空气质量: twelve stations, daily means from 2016, hourly values from 2018, as answers of an interface."""

import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.context import INITIAL_DAY, INITIAL_DELIVERY, City
from sample_data.corrupt import Edit
from sample_data.daily import Accident, accident_on, at, batch_of, sent_twice, spoil

Floats = NDArray[np.float64]

RESOURCE, PROVIDER, FILE = "air_quality", "huanbaoju", "air_quality.json"
FIRST_DAY, FIRST_HOURLY_DAY = np.datetime64("2016-01-01"), np.datetime64("2018-01-01")
STATIONS_A_COUNTY = (4, 2, 1, 1, 2, 2)
HAZE = {"2016-12-16": (7, 3.0), "2017-01-02": (5, 2.2), "2018-01-14": (6, 2.4)}
"""First day of an episode, its length in days, its factor on particles."""
FIREWORKS = ("2017-01-28", "2018-02-16")
MISSING_SHARE = 0.004
KEEP_DAYS = 0.72
"""How much of one day's departure from the season stays on the next: weather lasts."""

PM25_LIMITS = (0, 35, 75, 115, 150, 250, 350, 500)
PM10_LIMITS = (0, 50, 150, 250, 350, 420, 500, 600)
INDEX_STEPS = (0, 50, 100, 150, 200, 300, 400, 500)
"""HJ 633-2012: concentrations (ug/m3, 24 h) at which the partial index reaches each step."""

EDITS = (
    Edit("站点编号为空", "R001", "station_code", defects.blank),
    Edit("浓度为负", "R005", "pm25", defects.always(-5)),
    Edit("浓度不是数字", "R002", "pm10", defects.not_a_number),
    Edit("2197年监测", "R005", "time", defects.always("2197-01-01 00:00:00")),
    Edit("区划代码不存在", "R003", "county_code", defects.always("370999")),
    corrupt.DUPLICATE,
    Edit("浓度为文本", "", "pm25", lambda value, rng: str(value), fits=lambda value: value is not None),
    Edit("全角浓度", "", "so2", lambda value, rng: defects.full_width(str(value), rng), fits=lambda v: v is not None),
)
ACCIDENTS = (
    Accident(7, badfiles.error_answer, "rejected", "F010", again=True),
    Accident(11, lambda folder, file: badfiles.broken_manifest(folder), "rejected", "F001", again=True),
)
TWICE_DAY, LATE_DAY = 16, 23


def usual_level(day: NDArray[np.datetime64]) -> Floats:
    """PM2.5 of an ordinary day (ug/m3): about 95 in January, 36 in July."""
    angle = 2 * np.pi * ((day - day.astype("datetime64[Y]")).astype(np.int64) - 12) / 365.25
    level: Floats = np.exp(4.08 + 0.48 * np.cos(angle))
    return level


def _daily_level(city: City, days: NDArray[np.datetime64]) -> Floats:
    """City-wide PM2.5 a day: season, lasting weather, haze episodes, fireworks."""
    rng = city.stream(RESOURCE, "weather")
    noise = rng.normal(0, 0.30, len(days))
    weather = np.zeros(len(days))
    for i in range(1, len(days)):
        weather[i] = KEEP_DAYS * weather[i - 1] + noise[i]
    level = usual_level(days) * np.exp(weather)
    for first, (length, factor) in HAZE.items():
        offset = (days - np.datetime64(first)).astype(np.int64)
        inside = (offset >= 0) & (offset < length)
        level[inside] = np.maximum(level[inside], usual_level(days[inside])) * factor
    level[np.isin(days, np.array(FIREWORKS, dtype="datetime64[D]"))] *= 1.8
    return level


def _stations(city: City) -> list[dict[str, object]]:
    """Invented stations at village centres of their counties."""
    stations: list[dict[str, object]] = []
    for index, count in enumerate(STATIONS_A_COUNTY):
        county = city.places.counties[index]
        here = np.flatnonzero(city.places.village_county == index)
        chosen = city.stream(RESOURCE, "stations", county.code).choice(here, count, replace=False)
        for number, village in enumerate(chosen, start=1):
            stations.append(
                {
                    "station_code": f"{county.code}A{number:02d}",
                    "station": f"{county.name}{number}号站",
                    "county_code": county.code,
                    "lon": round(float(city.places.village_lon[village]), 6),
                    "lat": round(float(city.places.village_lat[village]), 6),
                }
            )
    return stations


def _measured(rng: np.random.Generator, pm25: Floats, day: NDArray[np.datetime64], hour: Floats) -> dict[str, Floats]:
    """All pollutants consistent with PM2.5, season and hour of day (ug/m3, CO in mg/m3)."""
    warmth = 1 - np.cos(2 * np.pi * ((day - day.astype("datetime64[Y]")).astype(np.int64) - 20) / 365.25)
    sun = np.clip(np.sin((hour - 7) / 12 * np.pi), 0, 1)

    def near(value: Floats, spread: float) -> Floats:
        return value * np.exp(rng.normal(0, spread, len(value)))

    pm10 = near(pm25 * 1.55 + 18, 0.12)
    values = {
        "pm25": np.round(pm25),
        "pm10": np.round(pm10),
        "so2": np.round(near(8 + pm25 * 0.16, 0.25)),
        "no2": np.round(near(18 + pm25 * 0.22, 0.2)),
        "co": np.round(near(0.4 + pm25 * 0.011, 0.15), 2),
        "o3": np.round(near(25 + 55 * warmth * (0.5 + sun), 0.2)),
    }
    worst = np.maximum(
        np.interp(values["pm25"], PM25_LIMITS, INDEX_STEPS), np.interp(values["pm10"], PM10_LIMITS, INDEX_STEPS)
    )
    values["aqi"] = np.ceil(worst)
    return values


class Network:
    """The stations and what they measured."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._stations = _stations(city)
        self._days = np.arange(FIRST_DAY, np.datetime64(city.until) + np.timedelta64(1, "D"))
        self._level = _daily_level(city, self._days)
        self._bias = city.stream(RESOURCE, "bias").normal(0, 0.09, len(self._stations))

    def daily(self, first: np.datetime64, last: np.datetime64) -> pa.Table:
        """One row a station and day."""
        return self._table("日均", np.arange(first, last + np.timedelta64(1, "D")), np.array([0]))

    def hourly(self, first: np.datetime64, last: np.datetime64) -> pa.Table:
        """One row a station and hour."""
        return self._table("小时", np.arange(first, last + np.timedelta64(1, "D")), np.arange(24))

    def _table(self, grain: str, days: NDArray[np.datetime64], hours: NDArray[np.int64]) -> pa.Table:
        count = len(self._stations)
        rng = self._city.stream(RESOURCE, grain, str(days[0]))
        day = np.repeat(days, len(hours) * count)
        hour = np.tile(np.repeat(hours, count), len(days)).astype(np.float64)
        station = np.tile(np.arange(count), len(days) * len(hours))
        level = self._level[(day - FIRST_DAY).astype(np.int64)] * np.exp(self._bias[station])
        rhythm = 1 + 0.18 * np.cos((hour - 8) / 12 * np.pi) if grain == "小时" else np.ones(len(day))
        values = _measured(
            rng, level * rhythm * np.exp(rng.normal(0, 0.1, len(day))), day, hour + 12 * (grain == "日均")
        )
        time = day.astype("datetime64[s]") + (hour * 3600).astype("timedelta64[s]")
        columns = {
            name: pa.array([self._stations[i][name] for i in range(count)]).take(pa.array(station))
            for name in self._stations[0]
        }
        columns |= {"grain": pa.array([grain] * len(day)), "time": pa.array(time).cast(pa.string())}
        for name, value in values.items():
            kind = pa.float64() if name == "co" else pa.int64()
            columns[name] = pa.array(value, mask=rng.random(len(value)) < MISSING_SHARE).cast(kind)
        return pa.table(columns)


def deliver(city: City) -> None:
    """Every batch of the air quality network up to the city's last day."""
    network = Network(city)
    last = np.datetime64(INITIAL_DAY)
    history = [
        network.daily(FIRST_DAY, FIRST_HOURLY_DAY - np.timedelta64(1, "D")),
        network.hourly(FIRST_HOURLY_DAY, last),
    ]
    folder = _hand_in(city, batch_of(RESOURCE, PROVIDER, INITIAL_DAY, 1, INITIAL_DELIVERY), pa.concat_tables(history))
    _dirty(city, folder)
    for first, (length, factor) in HAZE.items():
        city.truth.event("haze", resource=RESOURCE, since=first, days=length, factor=factor)
    for day in city.days():
        _day(city, network.hourly(np.datetime64(day), np.datetime64(day)), day)


def _hand_in(city: City, batch: delivery.Batch, table: pa.Table) -> Path:
    def write(path: Path) -> None:
        delivery.write_wrapped_json(path, table)

    city.truth.expect(RESOURCE, batch.batch, "published")
    city.delivered(RESOURCE, table.num_rows)
    return delivery.write(city.out, batch, {FILE: write}, table.num_rows)


def _dirty(city: City, folder: Path) -> None:
    rng = city.stream(RESOURCE, "defects", folder.name)
    city.truth.plant(corrupt.edit_wrapped_json(folder, FILE, EDITS, rng))


def _day(city: City, table: pa.Table, day: datetime.date) -> None:
    accident = accident_on(day, ACCIDENTS)
    special = day.day if (day.year, day.month) == (2018, 6) else 0
    when = at(day, 23, 30) if special != LATE_DAY else at(day, 9, days_later=4)
    folder = _hand_in(city, batch_of(RESOURCE, PROVIDER, day, 1, when), table)
    if accident is None:
        _dirty(city, folder)
    else:
        spoil(city, folder, FILE, accident)
        _dirty(city, _hand_in(city, batch_of(RESOURCE, PROVIDER, day, 2, at(day, 10, days_later=1)), table))
    if special == TWICE_DAY:
        sent_twice(city, folder, at(day, 23, 50))
    if special == LATE_DAY:
        city.truth.expect(RESOURCE, folder.name, "published_flagged", "W004")
