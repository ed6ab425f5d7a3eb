"""大数据中心: what every system was seen to do, a row a system and day; the days of a month come together.

The probes report daily, but a batch a day of a few hundred rows would cost a small night thirty commits and tell the
leading group nothing sooner.
"""

import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import corrupt, defects, delivery
from sample_data.calls import HOLIDAYS
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms.handover import LAST_INITIAL_MONTH, Office, hand_in, months_due
from sample_data.governance.systems import System

Panel = NDArray[np.float64]
"""Systems x days."""

OFFICE = Office("system_usage", "zfbgs")
FIRST_DAY, HORIZON = np.datetime64("2017-07-01"), np.datetime64("2018-06-30")
"""A year: what is used once a year shows. Drawn to the horizon whatever the city's last day is."""
WEEKEND, HOLIDAY = 0.12, 0.06
SHARE = 0.002
HOLIDAY_DAYS = np.concatenate([np.datetime64(first) + np.arange(length) for first, length in HOLIDAYS.items()])
STOPPED = np.datetime64("2018-02-10")
HEARTBEAT_SHARE = 0.2
"""Of the dead, those that a monitoring script still signs in to once a day."""

EDITS = (
    Edit("系统编码为空", "R001", "系统编码", defects.always(None)),
    Edit("部门代码不存在", "R003", "部门代码", defects.always("weishengju")),
    Edit("系统编码缺位", "R004", "系统编码", lambda cell, rng: cell[:6]),
    Edit("处理器占用超过100", "R005", "处理器占用", defects.always(250.0)),
    Edit("登录人数多于次数", "R106", "登录人数", defects.always(9_000), fits=lambda cell: cell < 1_000),
    corrupt.DUPLICATE,
)


def _factor(days: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Work on a day, of a working day's."""
    weekday = (days.astype(np.int64) + 3) % 7
    return np.where(np.isin(days, HOLIDAY_DAYS), HOLIDAY, np.where(weekday >= 5, WEEKEND, 1.0))


def _life(rng: np.random.Generator, system: System, days: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """How much of its usual use a system has on each day."""
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    if system.role == "seasonal":
        start = int(rng.integers(0, 12))
        return np.where((month - start) % 12 < 2, 1.0, 0.004)
    if system.role == "stopped":
        return np.where(days < STOPPED, 1.0, 0.0)
    return np.ones(len(days))


def _panels(city: City, stream: str, systems: list[System], days: NDArray[np.datetime64]) -> dict[str, Panel]:
    rng = city.stream("governance", stream)
    work = _factor(days)
    shape = (len(systems), len(days))
    rate, most = np.zeros(shape), np.array([system.users for system in systems], dtype=np.float64)[:, None]
    load = rng.uniform(8, 40, len(systems))
    a_login = np.exp(rng.normal(0.3, 0.5, len(systems)))
    dead = np.array([system.role == "zombie" for system in systems])
    for row, system in enumerate(systems):
        rate[row] = system.users * 1.6 * work * _life(rng, system, days)
        if system.role == "shadow":
            rate[row] = system.users * 0.25 * work
        if system.role == "small":
            rate[row], load[row] = system.users * 1.2 * work, float(rng.uniform(3, 9))
        if system.role == "zombie":
            rate[row], load[row] = 0.02, float(rng.uniform(0.6, 2.6))
    beats = dead & (rng.random(len(systems)) < HEARTBEAT_SHARE)
    logins = rng.poisson(rate) + beats[:, None]
    users = np.minimum(np.minimum(logins, np.maximum(1, most)), np.ceil(logins * 0.7))
    operations = rng.poisson(np.where(dead[:, None], 0.0, logins * a_login[:, None]))
    traffic = logins * 2.4 * np.exp(rng.normal(0, 0.2, shape)) + np.where(dead, 0.3, 4.0)[:, None]
    busy = np.where(
        dead[:, None], 1.0, 0.35 + 0.65 * np.minimum(1.0, rate / np.maximum(rate.max(1, keepdims=True), 1e-9))
    )
    cpu = np.clip(load[:, None] * busy * np.exp(rng.normal(0, 0.12, shape)), 0.1, 98)
    return {"logins": logins, "users": users, "operations": operations, "traffic": traffic, "cpu": cpu}


def _alive(systems: list[System], days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Whether the probes see the system on each day."""
    built = np.array([np.datetime64(system.built_on) for system in systems])[:, None]
    ended = np.array([np.datetime64(system.ended_on or datetime.date(2099, 1, 1)) for system in systems])[:, None]
    return np.asarray((days >= built) & (days < ended))


def make_usage(city: City, systems: list[System], stream: str = "usage") -> pa.Table:
    """Every row of the year, by day and system; ``stream`` is whose draws they are."""
    days = np.arange(FIRST_DAY, HORIZON + 1)
    panels = _panels(city, stream, systems, days)
    day, system = np.nonzero(_alive(systems, days).T)
    code, owner = (np.array(texts) for texts in ([s.code for s in systems], [s.department.code for s in systems]))
    columns = {
        "日期": pa.array(days[day].astype(str)),
        "系统编码": pa.array(code[system]),
        "部门代码": pa.array(owner[system]),
        "登录次数": pa.array(panels["logins"][system, day].astype(np.int64)),
        "登录人数": pa.array(panels["users"][system, day].astype(np.int64)),
        "业务办理数": pa.array(panels["operations"][system, day].astype(np.int64)),
        "流量": pa.array(np.round(panels["traffic"][system, day], 2)),
        "处理器占用": pa.array(np.round(panels["cpu"][system, day], 2)),
    }
    return pa.table(columns)


def deliver(city: City, systems: list[System], common: list[System]) -> None:
    """The past at once, then each month; ``common`` are drawn apart, so that the others do not move with them."""
    table = pa.concat_tables([make_usage(city, systems), make_usage(city, common, "shared_usage")])
    month = np.array(table["日期"].to_pylist(), dtype="datetime64[D]").astype("datetime64[M]")
    _hand_in(city, OFFICE.initial("monthly"), table.filter(pa.array(month <= LAST_INITIAL_MONTH)))
    for due in months_due(city):
        _hand_in(city, OFFICE.monthly(due), table.filter(pa.array(month == due)))


def _hand_in(city: City, batch: delivery.Batch, table: pa.Table) -> None:
    file = f"系统使用监测_{batch.period}.parquet"

    def write(path: Path) -> None:
        delivery.write_parquet(path, table)

    folder = hand_in(city, batch, {file: write}, table.num_rows)
    rng = city.stream("dirt", folder.name, file)
    city.truth.plant(corrupt.edit_parquet(folder, file, EDITS, rng, share=SHARE))
