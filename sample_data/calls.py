"""Calls to the 12345 hotline: weekly rhythm, holidays, seasons of complaint, and three planted events."""

import datetime
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data.context import City
from sample_data.persons import join, text_of

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

WHOLE_CITY_A_YEAR = 420_000
CALLS_A_DAY = 60
"""Fewest calls on an average day, or a week would have no rhythm."""
FIRST_DAY = np.datetime64("2017-01-01")
GROWTH_A_YEAR = 0.08

WEEKDAYS = (1.22, 1.14, 1.08, 1.05, 1.04, 0.76, 0.71)
"""Monday to Sunday."""
HOLIDAYS = {
    "2017-01-27": 7,
    "2017-04-02": 3,
    "2017-04-29": 3,
    "2017-05-28": 3,
    "2017-10-01": 8,
    "2017-12-30": 3,
    "2018-02-15": 7,
    "2018-04-05": 3,
    "2018-04-29": 3,
    "2018-06-16": 3,
}
"""First day and length of public holidays; calls halve."""
HOLIDAY_FACTOR = 0.5

HEATING, WATER, LABOUR = "供热", "供水", "劳动保障"
CATEGORIES: dict[str, tuple[float, tuple[str, ...]]] = {
    "物业管理": (0.17, ("小区电梯故障多日无人维修", "物业公司未公示收费标准", "楼道照明损坏无人处理")),
    "城市管理": (0.13, ("占道经营影响通行", "路边垃圾未及时清理", "夜间烧烤油烟扰民")),
    "道路交通": (0.12, ("路面破损有坑洼", "公交线路等候时间过长", "路口信号灯时间不合理")),
    HEATING: (0.09, ("室内温度达不到标准", "供热管道漏水", "咨询供暖缴费时间")),
    WATER: (0.07, ("家中停水", "自来水压力不足", "水质浑浊有异味")),
    "供电": (0.05, ("频繁跳闸停电", "电表读数有疑问")),
    "环境保护": (0.09, ("附近厂房有刺鼻气味", "工地夜间施工噪声大", "焚烧秸秆冒烟")),
    LABOUR: (0.08, ("拖欠工资", "未签订劳动合同", "咨询社保缴费基数")),
    "农村事务": (0.07, ("村级账目公开不及时", "土地确权有争议", "机井损坏影响灌溉")),
    "教育": (0.05, ("咨询入学划片范围", "反映校外培训收费")),
    "医疗卫生": (0.04, ("医保报销比例咨询", "预约挂号困难")),
    "住房建设": (0.04, ("开发商逾期交房", "违章建筑投诉")),
}
"""Share of each category over a year, and what callers say."""

ON_TIME_SHARE = 0.9
HORIZON = np.datetime64("2018-06-30")
"""Calls are drawn at least to this day, so that an earlier last day does not change what came before it."""


@dataclass(frozen=True)
class Surge:
    """A planted event: extra calls of one category from one township; ``share`` is of the city's average day."""

    name: str
    town: str
    category: str
    said: tuple[str, ...]
    since: str
    until: str
    share: float


OUTAGE_TEXTS = ("小区停水两天未恢复", "停水没有提前通知", "停水期间无送水车")
PLANT_TEXTS = ("工厂停产后拖欠工资三个月", "企业停产未支付经济补偿", "停产企业未缴纳社会保险")
SURGES = (
    Surge("plant_closing_complaints", "370982104", LABOUR, PLANT_TEXTS, "2017-11-06", "2018-02-14", 0.06),
    Surge("water_outage", "370902004", WATER, OUTAGE_TEXTS, "2018-05-14", "2018-05-18", 0.35),
    Surge("water_outage", "370902005", WATER, OUTAGE_TEXTS, "2018-05-14", "2018-05-18", 0.35),
)


@dataclass(frozen=True)
class Calls:
    """All work orders up to the city's last day, sorted by time; ``handled`` is NaT while a case is open."""

    number: pa.Array
    received: NDArray[np.datetime64]
    handled: NDArray[np.datetime64]
    category: NDArray[np.str_]
    content: pa.Array
    township: NDArray[np.str_]
    phone: pa.Array
    due_days: Integers
    satisfied: NDArray[np.str_]


def _expected(days: NDArray[np.datetime64], average: float) -> Floats:
    """Calls of each day; before the first one of ``HOLIDAYS`` every year is as if it had none."""
    weekday = (days.astype(np.int64) + 3) % 7
    factor = np.array(WEEKDAYS)[weekday] * (1 + GROWTH_A_YEAR) ** ((days - FIRST_DAY).astype(np.int64) / 365 - 0.7)
    for first, length in HOLIDAYS.items():
        offset = (days - np.datetime64(first)).astype(np.int64)
        factor[(offset >= 0) & (offset < length)] *= HOLIDAY_FACTOR
    return average * factor


def _season(category: str, days: NDArray[np.datetime64]) -> Floats:
    """How much more or less frequent a category is on each day than over the year."""
    month = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    if category == HEATING:
        return np.select([np.isin(month, (11, 12, 1)), np.isin(month, (2, 3, 10))], [2.8, 1.6], 0.08)
    if category == LABOUR:
        return np.where(np.isin(month, (12, 1)), 1.6, 0.9)
    if category == "供电":
        return np.where(np.isin(month, (7, 8)), 2.2, 0.8)
    return np.ones(len(days))


def _ordinary(
    city: City, days: NDArray[np.datetime64], average: float
) -> tuple[NDArray[np.datetime64], list[Integers]]:
    """Day, category, text and township (indexes) of ordinary calls."""
    rng = city.stream("hotline", "ordinary")
    parts: list[tuple[NDArray[np.datetime64], Integers]] = []
    for index, (category, (share, _)) in enumerate(CATEGORIES.items()):
        lively = rng.gamma(60.0, 1 / 60.0, len(days))
        count = rng.poisson(_expected(days, average) * share * _season(category, days) * lively)
        parts.append((np.repeat(days, count), np.full(int(count.sum()), index)))
    day = np.concatenate([part[0] for part in parts])
    category_index = np.concatenate([part[1] for part in parts])
    sizes = np.array([len(texts) for _, texts in CATEGORIES.values()])
    text = np.floor(rng.random(len(day)) * sizes[category_index]).astype(np.int64)
    town_share = np.bincount(city.places.village_township, weights=city.places.village_share)
    town = rng.choice(len(town_share), len(day), p=town_share / town_share.sum())
    return day, [category_index, text, town]


def _average(city: City) -> float:
    """Calls of an average day in the whole city."""
    return max(CALLS_A_DAY, WHOLE_CITY_A_YEAR * city.scale / 365)


def monthly_before(city: City, months: NDArray[np.datetime64]) -> Floats:
    """Townships x months: calls of months before ``FIRST_DAY``, when orders were not kept one by one."""
    rng = city.stream("hotline", "before")
    days = np.arange(months[0].astype("datetime64[D]"), (months[-1] + 1).astype("datetime64[D]"))
    parts = [share * _season(category, days) for category, (share, _) in CATEGORIES.items()]
    expected = _expected(days, _average(city)) * np.sum(parts, axis=0)
    starts = (months.astype("datetime64[D]") - days[0]).astype(np.int64)
    share = np.bincount(city.places.village_township, weights=city.places.village_share)
    lively = rng.gamma(400.0, 1 / 400.0, len(months))
    counts: Floats = rng.poisson(np.outer(share / share.sum(), np.add.reduceat(expected, starts) * lively)).astype(
        float
    )
    return counts


def _extra_days(city: City, surge: Surge, average: float) -> NDArray[np.datetime64]:
    """Days of the extra calls of one planted event, and its entry in the truth."""
    rng = city.stream("hotline", surge.name, surge.town)
    days = np.arange(np.datetime64(surge.since), np.datetime64(surge.until) + np.timedelta64(1, "D"))
    city.truth.event(surge.name, resource="hotline_12345", township=surge.town, since=surge.since, until=surge.until)
    return np.repeat(days, rng.poisson(surge.share * average, len(days)))


def make_calls(city: City) -> Calls:
    """Every call from 2017 to the city's last day, or to the end of June 2018 when that is later."""
    average = _average(city)
    days = np.arange(FIRST_DAY, max(np.datetime64(city.until), HORIZON) + np.timedelta64(1, "D"))
    day, (category, text, town) = _ordinary(city, days, average)
    texts = [texts for _, texts in CATEGORIES.values()]
    content = np.array([said for options in texts for said in options])
    starts = np.cumsum([0, *(len(options) for options in texts)])
    codes = np.array([town.code for town in city.places.townships])
    parts = [(day, np.array(list(CATEGORIES))[category], content[starts[category] + text], codes[town])]
    for surge in SURGES:
        extra = _extra_days(city, surge, average)
        rng, count = city.stream("hotline", surge.name, surge.town, "texts"), len(extra)
        said = rng.choice(surge.said, count)
        parts.append((extra, np.full(count, surge.category), said, np.full(count, surge.town)))
    return _worked(city, *(np.concatenate([part[i] for part in parts]) for i in range(4)))


def _worked(
    city: City,
    day: NDArray[np.datetime64],
    category: NDArray[np.str_],
    content: NDArray[np.str_],
    township: NDArray[np.str_],
) -> Calls:
    """Give each call its time, number, caller and outcome."""
    rng = city.stream("hotline", "worked")
    count = len(day)
    second = np.clip(rng.normal(13.2, 3.6, count), 0.1, 23.8) * 3600
    received = day.astype("datetime64[s]") + second.astype("timedelta64[s]")
    order = np.argsort(received, kind="stable")
    received, day = received[order], day[order]
    due = rng.choice([1, 3, 5, 7, 15], count, p=[0.08, 0.22, 0.40, 0.22, 0.08])
    on_time = rng.random(count) < ON_TIME_SHARE
    taken = np.where(on_time, rng.beta(2, 2, count) * due, due * (1 + rng.exponential(0.6, count)))
    handled = received + (taken * 86_400).astype("timedelta64[s]")
    satisfied = rng.choice(["满意", "不满意", "未评价"], count, p=[0.71, 0.11, 0.18])
    starts = np.flatnonzero(np.r_[True, day[1:] != day[:-1]])
    running = np.arange(count) - np.repeat(starts, np.diff(np.r_[starts, count])) + 1
    date = text_of(np.char.replace(day.astype(str), "-", "").astype(np.int64))
    # The block 0000 in the middle belongs to no subscriber.
    phone = join("1", text_of(rng.integers(30, 90, count)), "0000", text_of(rng.integers(0, 10_000, count), 4))
    return Calls(
        join(date, text_of(running, 6)),
        received,
        handled,
        category[order],
        pa.array(content[order]),
        township[order],
        phone,
        due,
        satisfied,
    )


def seen_on(calls: Calls, rows: Integers, day: datetime.date) -> pa.Table:
    """Those work orders as they stood at the end of ``day``: later outcomes are blank."""
    end = np.datetime64(day).astype("datetime64[s]") + np.timedelta64(86_399, "s")
    is_open = pa.array(calls.handled[rows] > end)
    handled = pa.array(calls.handled[rows]).cast(pa.string())
    satisfied = pa.array(calls.satisfied[rows])
    blank = pa.nulls(len(rows), pa.string())
    take = pa.array(rows)
    return pa.table(
        {
            "工单编号": calls.number.take(take),
            "来电时间": pa.array(calls.received[rows]).cast(pa.string()),
            "来电号码": calls.phone.take(take),
            "乡镇代码": pa.array(calls.township[rows]),
            "诉求类别": pa.array(calls.category[rows]),
            "诉求内容": calls.content.take(take),
            "办理时限": pa.array(calls.due_days[rows]),
            "办结时间": pa.compute.if_else(is_open, blank, handled),
            "满意度": pa.compute.if_else(is_open, blank, satisfied),
        }
    )
