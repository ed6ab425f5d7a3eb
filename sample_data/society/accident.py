"""安监局: accidents at work one by one since 2010; most days have few, many have none."""

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.context import INITIAL_DAY, City
from sample_data.corrupt import Edit
from sample_data.daily import Accident
from sample_data.firms.handover import Office, csv_editor
from sample_data.society.days import Daily, days_from

FIRST_DAY = np.datetime64("2010-01-01", "D")
A_YEAR, DECLINE = 620.0, 0.055
"""Accidents of 2010 in the whole city and how much fewer there are each year: invented. Events never scale."""

KINDS = {
    "煤矿": (0.05, ("冒顶片帮", "透水", "机械伤害")),
    "非煤矿山": (0.04, ("物体打击", "放炮", "车辆伤害")),
    "危险化学品": (0.03, ("火灾", "中毒和窒息", "灼烫")),
    "建筑施工": (0.20, ("高处坠落", "坍塌", "物体打击", "起重伤害")),
    "工贸": (0.26, ("机械伤害", "触电", "中毒和窒息", "物体打击")),
    "道路运输": (0.34, ("车辆伤害",)),
    "其他": (0.08, ("其它伤害", "淹溺", "火灾")),
}
"""Share of each trade and the kinds of accidents it has."""
LEVELS = ((30, 100, 10_000.0, "特别重大"), (10, 50, 5_000.0, "重大"), (3, 10, 1_000.0, "较大"), (0, 0, 0.0, "一般"))
"""Least deaths, severe injuries, or loss (10,000 yuan) of each level: 国务院令第493号, 2007, art. 3."""

HEADERS = (
    "事故编号",
    "发生时间",
    "接报时间",
    "乡镇代码",
    "行业",
    "事故类别",
    "事故等级",
    "死亡人数",
    "重伤人数",
    "直接经济损失",
)
EDITS = (
    Edit("行业为空", "R001", "行业", defects.blank),
    Edit("乡镇代码不存在", "R003", "乡镇代码", defects.always("370999999")),
    Edit("类别不在目录", "R003", "事故类别", defects.always("意外")),
    Edit(
        "接报早于发生", "R105", "接报时间", defects.always("2010-01-01 00:00:00"), fits=lambda cell: cell > "2010-01-02"
    ),
    Edit("等级偏低", "R106", "死亡人数", defects.always("5"), fits=lambda cell: cell in "012"),
    Edit("死亡人数不是数字", "R002", "死亡人数", defects.always("待查")),
    Edit("2197年发生", "R005;R105", "发生时间", defects.future_date),
    Edit("编号缺位", "R004", "事故编号", lambda cell, rng: cell[:-1]),
    corrupt.DUPLICATE,
    corrupt.SHORT_ROW,
    Edit("损失带单位", "", "直接经济损失", defects.with_unit("万元")),
    Edit("损失以元计", "", "直接经济损失", lambda cell, rng: f"{float(cell) * 10_000:.0f}元"),
    Edit("斜线日期", "", "发生时间", defects.slash_date),
)
OFFICE, FILE = Office("safety_accident", "anjianju"), "事故快报.csv"
DELIVERIES = Daily(
    OFFICE,
    FILE,
    delivery.write_csv,
    EDITS,
    (corrupt.REPEATED_HEADER, corrupt.TOTALS, corrupt.ALL_ZERO),
    csv_editor,
    (Accident(19, lambda folder, file: badfiles.wrong_digest(folder), "rejected", "F003", again=True),),
    twice=15,
    late=8,
    hour=23,
)
TOLL_RISES, DAYS_LATER = datetime.date(2018, 6, 4), 9
"""The last accident before the end of this day takes another life, which is reported this many days later."""


@dataclass(frozen=True)
class Book:
    """Accidents in the order in which they happened, and the day on which each is delivered."""

    rows: pd.DataFrame
    day: NDArray[np.datetime64]

    def table(self, chosen: NDArray[np.bool_]) -> pa.Table:
        """Those accidents as delivered."""
        return _delivered(self.rows[chosen])


def _delivered(rows: pd.DataFrame) -> pa.Table:
    schema = pa.schema([(name, pa.string()) for name in HEADERS])
    return pa.Table.from_pandas(rows.astype(str), schema=schema, preserve_index=False)


def level_of(deaths: NDArray[np.int64], injuries: NDArray[np.int64], loss: NDArray[np.float64]) -> NDArray[np.object_]:
    """The level that the law gives an accident."""
    level = np.full(len(deaths), LEVELS[-1][3], dtype=object)
    for least_deaths, least_injuries, least_loss, name in reversed(LEVELS[:-1]):
        level[(deaths >= least_deaths) | (injuries >= least_injuries) | (loss >= least_loss)] = name
    return level


def make_book(city: City) -> Book:
    """Every accident from 2010 to the city's last day."""
    rng = city.stream("safety_accident")
    days = days_from(city, FIRST_DAY)
    years = (days - FIRST_DAY).astype(np.int64) / 365.25
    count = rng.poisson(A_YEAR / 365.25 * (1 - DECLINE) ** years)
    day = np.repeat(days, count)
    running = np.arange(len(day)) - np.repeat(np.cumsum(count) - count, count) + 1
    # None in the last hours of a day, so that all are reported on the same one.
    second = np.clip(rng.normal(12.5, 4.5, len(day)), 0.1, 19.5) * 3600
    occurred = day.astype("datetime64[s]") + second.astype("timedelta64[s]")
    occurred = np.sort(occurred)
    reported = occurred + (rng.gamma(2.0, 25.0, len(day)).clip(3, 180) * 60).astype("timedelta64[s]")
    trade = rng.choice(np.array(list(KINDS), dtype=object), len(day), p=[share for share, _ in KINDS.values()])
    pick = rng.random(len(day))
    kind = [KINDS[name][1][int(draw * len(KINDS[name][1]))] for name, draw in zip(trade, pick, strict=True)]
    deaths = rng.choice(5, len(day), p=[0.42, 0.53, 0.035, 0.012, 0.003])
    injuries = rng.poisson(0.35, len(day))
    loss = np.round(rng.lognormal(3.6, 1.0, len(day)) * (1 + deaths), 2).clip(0.5, 999.99)
    places = city.places
    share = np.bincount(places.village_township, weights=places.village_share)
    town = rng.choice(np.array([t.code for t in places.townships], dtype=object), len(day), p=share / share.sum())
    number = np.char.add("AQ", np.char.replace(day.astype(str), "-", "")).astype(object)
    rows = pd.DataFrame(
        {
            "事故编号": number + np.char.zfill(running.astype(str), 2).astype(object),
            "发生时间": _text(occurred),
            "接报时间": _text(reported),
            "乡镇代码": town,
            "行业": trade,
            "事故类别": kind,
            "事故等级": level_of(deaths, injuries, loss),
            "死亡人数": deaths,
            "重伤人数": injuries,
            "直接经济损失": loss,
        }
    )
    return Book(rows, day)


def _text(moment: NDArray[np.datetime64]) -> list[str]:
    return [text.replace("T", " ") for text in np.datetime_as_string(moment, unit="s").tolist()]


def deliver(city: City) -> None:
    """The past in one batch, then each evening the day's accidents, often none."""
    book = make_book(city)
    DELIVERIES.past(city, book.table(book.day <= np.datetime64(INITIAL_DAY)))
    before = np.flatnonzero(book.day <= np.datetime64(TOLL_RISES))[-1]
    for day in city.days():
        table = book.table(book.day == np.datetime64(day))
        if day == TOLL_RISES + datetime.timedelta(days=DAYS_LATER):
            table = pa.concat_tables([_with_another_death(city, book, int(before)), table])
        DELIVERIES.day(city, day, table)


def _with_another_death(city: City, book: Book, row: int) -> pa.Table:
    """The accident again under its number, with one death more and the level that this makes."""
    risen = book.rows.iloc[[row]].copy()
    risen["死亡人数"] += 1
    risen["事故等级"] = level_of(*(risen[name].to_numpy() for name in HEADERS[7:]))
    number, deaths = str(risen["事故编号"].iloc[0]), int(risen["死亡人数"].iloc[0])
    city.truth.event("toll_rises", resource=OFFICE.resource, accident_id=number, deaths=deaths)
    return _delivered(risen)
