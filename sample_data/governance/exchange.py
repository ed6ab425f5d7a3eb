"""共享交换平台: who takes whose data, a record a call, a file a day; two departments take and never give."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import corrupt, defects, delivery
from sample_data.calls import HOLIDAYS
from sample_data.context import INITIAL_DAY, City
from sample_data.corrupt import Edit
from sample_data.firms.handover import Office, hand_in, jsonl_editor, soil
from sample_data.governance.departments import DEPARTMENTS, Department
from sample_data.persons import join, text_of

Integers = NDArray[np.int64]

OFFICE = Office("exchange_log", "gxjhpt")
WHOLE_CITY_A_DAY, FEWEST_A_DAY = 40_000, 150
FIRST_DAY, HORIZON = np.datetime64("2018-04-01"), np.datetime64("2018-06-30")
"""From the day after that by which departments' own channels moved to the platform; drawn at least to the horizon."""
TAKES_ONLY = ("wenguangxinju", "wujiaju")
"""They take from others, and nobody can take from them."""
NEITHER, HARDLY_GIVES = "linyeju", "bianban"
"""Look-alikes: one that is not on the platform at all, one that gives a single resource that few ask for."""
DOWN, DOWN_FROM, DOWN_TO = "guotuju", np.datetime64("2018-05-14"), np.datetime64("2018-05-16")
"""A provider's interface that failed for three days."""
WEEKEND, HOLIDAY = 0.8, 0.75
"""Of a working day's calls: most are made by programs, which know no Sunday."""
WAYS, WAY_SHARES = ("接口", "库表", "文件"), (0.8, 0.15, 0.05)
FAILURES = ("提供方接口超时", "授权已到期", "前置机磁盘已满", "请求参数有误")
FAILED, FAILED_WHILE_DOWN = 0.018, 0.85
HOLIDAY_DAYS = np.concatenate([np.datetime64(first) + np.arange(length) for first, length in HOLIDAYS.items()])

EDITS = (
    Edit("提供单位为空", "R001", "TGDW", defects.blank),
    Edit("行数不是数字", "R002", "HS", defects.not_a_number),
    Edit("单位已撤并", "R003", "SYDW", defects.always("weishengju")),
    Edit("调用编号缺位", "R004", "DYBH", lambda cell, rng: str(cell)[:9]),
    Edit("早于方案", "R005", "DYSJ", defects.always("2016-05-01 09:00:00")),
    Edit("失败却有行数", "R106", "JG", defects.always("失败"), fits=lambda cell: cell == "成功"),
    Edit("用时带单位", "", "YS", defects.with_unit("毫秒")),
    Edit("斜线日期", "", "DYSJ", defects.slash_date),
    corrupt.BROKEN_RECORD,
    corrupt.DUPLICATE,
)


@dataclass(frozen=True)
class Link:
    """Somebody who takes a resource of somebody else, and how much of all calls that is."""

    taker: str
    giver: str
    resource: str
    weight: float


def _resources(rng: np.random.Generator, department: Department) -> list[str]:
    if department.code in (*TAKES_ONLY, NEITHER):
        return []
    count = 1 if department.code == HARDLY_GIVES else int(rng.integers(2, 4))
    return [f"{subject}信息" for subject in rng.choice(department.subjects, count, replace=False).tolist()]


def make_links(city: City) -> list[Link]:
    """Everybody on the platform takes something; whoever gives is asked by two at least."""
    rng = city.stream("governance", "exchange", "links")
    takers = [each.code for each in DEPARTMENTS if each.code != NEITHER]
    found = []
    for giver in DEPARTMENTS:
        others = [code for code in takers if code != giver.code]
        for resource in _resources(rng, giver):
            asked = 2 if giver.code == HARDLY_GIVES else int(rng.integers(2, 8))
            weight = float(np.exp(rng.normal(0, 0.8)))
            found += [
                Link(taker, giver.code, resource, weight * float(rng.uniform(0.5, 2)))
                for taker in rng.choice(others, asked, replace=False).tolist()
            ]
    quiet = [code for code in takers if all(link.taker != code for link in found)]
    main = found[0]
    return [*found, *(Link(code, main.giver, main.resource, 1.0) for code in quiet if code != main.giver)]


def make_calls(city: City, links: Sequence[Link]) -> tuple[pa.Table, NDArray[np.datetime64]]:
    """Every call from April 2018 on in the order in which they were made, and the day of each."""
    rng = city.stream("governance", "exchange", "calls")
    days = np.arange(FIRST_DAY, max(np.datetime64(city.until), HORIZON) + 1)
    weekday = (days.astype(np.int64) + 3) % 7
    factor = np.where(np.isin(days, HOLIDAY_DAYS), HOLIDAY, np.where(weekday >= 5, WEEKEND, 1.0))
    count = rng.poisson(city.count(WHOLE_CITY_A_DAY, at_least=FEWEST_A_DAY) * factor)
    day = np.repeat(days, count)
    second = (86_400 * rng.beta(3.2, 3.4, len(day))).astype(np.int64).astype("timedelta64[s]")
    moment = np.sort(day.astype("datetime64[s]") + second)
    weight = np.array([link.weight for link in links])
    # The floor keeps a rare pair from vanishing in a small city.
    chance = 0.9 * weight / weight.sum() + 0.1 / len(links)
    link = rng.choice(len(links), len(day), p=chance)
    of_day = moment.astype("datetime64[D]")
    giver = np.array([each.giver for each in links])[link]
    is_down = (giver == DOWN) & (of_day >= DOWN_FROM) & (of_day <= DOWN_TO)
    has_failed = rng.random(len(day)) < np.where(is_down, FAILED_WHILE_DOWN, FAILED)
    return _table(rng, links, moment, link, has_failed, is_down), of_day


def _table(
    rng: np.random.Generator,
    links: Sequence[Link],
    moment: NDArray[np.datetime64],
    link: Integers,
    has_failed: NDArray[np.bool_],
    is_down: NDArray[np.bool_],
) -> pa.Table:
    size = len(moment)
    way = rng.choice(len(WAYS), size, p=WAY_SHARES)
    many = np.exp(rng.normal(np.array([0.7, 6.0, 8.0])[way], 0.9))
    rows = np.where(has_failed, 0, np.maximum(1, many).astype(np.int64))
    slow = np.exp(rng.normal(np.array([5.4, 7.4, 8.6])[way], 0.5)) + 0.2 * rows
    why = np.array(FAILURES)[np.where(is_down, 0, rng.integers(0, len(FAILURES), size))]
    # Numbered by the day: what an earlier last day leaves out renumbers nothing.
    _, first, of_day = np.unique(moment.astype("datetime64[D]"), return_index=True, return_inverse=True)
    date = np.char.replace(moment.astype("datetime64[D]").astype(str), "-", "")
    serial = text_of(np.arange(size) - first[of_day], 6)
    named = {name: np.array([getattr(each, name) for each in links]) for name in ("taker", "giver", "resource")}
    return pa.table(
        {
            "DYBH": join("JH", pa.array(date), serial),
            "DYSJ": pa.array(np.char.replace(moment.astype("datetime64[s]").astype(str), "T", " ")),
            "SYDW": pa.array(named["taker"][link]),
            "TGDW": pa.array(named["giver"][link]),
            "ZYMC": pa.array(named["resource"][link]),
            "JHFS": pa.array(np.array(WAYS)[way]),
            "JG": pa.array(np.where(has_failed, "失败", "成功")),
            "SBYY": pa.array(np.where(has_failed, why, "")),
            "HS": pa.array(rows),
            "YS": pa.array(np.where(has_failed & is_down, 30_000, slow).astype(np.int64)),
        }
    )


def deliver(city: City) -> None:
    """April and May at once, then each evening the day's calls."""
    links = make_links(city)
    table, day = make_calls(city, links)
    for code in TAKES_ONLY:
        city.truth.event("takes_and_never_gives", resource=OFFICE.resource, department=code)
    city.truth.event("exchange_outage", resource=OFFICE.resource, department=DOWN, since=DOWN_FROM, until=DOWN_TO)
    _hand_in(city, OFFICE.initial("daily"), table.filter(pa.array(day <= np.datetime64(INITIAL_DAY))))
    for due in city.days():
        _hand_in(city, OFFICE.daily(due), table.filter(pa.array(day == np.datetime64(due))))


def _hand_in(city: City, batch: delivery.Batch, table: pa.Table) -> None:
    file = f"exchange_{batch.period}.jsonl"

    def write(path: Path) -> None:
        delivery.write_jsonl(path, table)

    folder = hand_in(city, batch, {file: write}, table.num_rows)
    soil(city, folder, file, EDITS, jsonl_editor, rows=table.num_rows)
