"""统计局: investment projects month by month; January is not reported and February carries two months."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sample_data import corrupt, defects, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms import calendar
from sample_data.firms.calendar import Months
from sample_data.firms.filings import period_labels
from sample_data.firms.handover import DIRTY_SHARE, LAST_INITIAL_MONTH, SMALL_BATCH, Office, hand_in, months_due
from sample_data.firms.industries import COUNTIES, INDUSTRIAL
from sample_data.firms.register import COUNTY_NAMES
from sample_data.places import SAMPLE_CODES

Integers = NDArray[np.int64]
Whole = NDArray[np.int64]
"""Whole 10,000 yuan, projects x months."""

OFFICE = Office("investment_project", "tongjiju")
PROJECTS = 2_600
"""Begun since the middle of 2014; some 700 are reported in a month. Never scaled."""
FIRST_START = np.datetime64("2014-06", "M")
COUNTY_SHARES = (0.16, 0.20, 0.14, 0.12, 0.22, 0.16)
TYPICAL_PLAN, PLAN_SPREAD = 12_000.0, 1.2
"""Median planned investment in 10,000 yuan and its spread in logs."""
SEASON = np.array([0.35, 0.35, 0.9, 1, 1.1, 1.5, 1, 1, 1.15, 1.1, 1.1, 1.45])
"""How much is built in each month: little in the cold, most before the books close."""
KINDS = ("新建项目", "扩建项目", "技术改造项目", "搬迁改造项目")

HEADER = (
    "项目代码",
    "项目名称",
    "县区",
    "统计期",
    "开工日期",
    "计划总投资",
    "自开工累计完成投资",
    "本年完成投资",
    "本月完成投资",
)
TITLES = ("泰安市固定资产投资项目月报表", "制表机关：泰安市统计局", "单位：万元（1 月免报，2 月为 1-2 月合计）")
HEADER_ROW = len(TITLES) + 1
SHEET = "项目"

EDITS = (
    Edit("名称为空", "R001", "项目名称", defects.blank),
    Edit("计划总投资不是数字", "R002", "计划总投资", defects.always("详见批复")),
    Edit("县区不在本市", "R003", "县区", defects.always("莱城区")),
    Edit("项目代码缺位", "R004", "项目代码", lambda cell, rng: cell[:-3]),
    Edit("年份2197", "R005", "开工日期", defects.future_date),
    Edit("本月投资为负", "R005", "本月完成投资", defects.always(-5)),
    Edit("本月多写几位", "R106", "本月完成投资", lambda cell, rng: int(cell) * 1000 + 90_000_000),
    Edit("单元格写作亿元", "", "计划总投资", defects.with_unit("亿元", 10_000)),
    Edit("单元格写作元", "", "本年完成投资", lambda cell, rng: f"{int(cell) * 10_000}元"),
    Edit("单元格带单位", "", "自开工累计完成投资", defects.with_unit("万元")),
    Edit("千分位", "", "计划总投资", defects.thousands),
    Edit("日期斜线", "", "开工日期", defects.slash_date),
    corrupt.DUPLICATE,
    corrupt.TOTALS,
)

Row = tuple[str | int, ...]


@dataclass(frozen=True)
class Projects:
    """Who they are, and what was built in each month from FIRST_START on."""

    code: NDArray[np.object_]
    name: NDArray[np.object_]
    county: Integers
    started: NDArray[np.datetime64]
    first: Integers
    last: Integers
    planned: Integers
    built: Whole


def _projects(city: City, months: Months) -> Projects:
    rng = city.stream("macro", "projects")
    count, length = PROJECTS, len(months)
    county = rng.choice(len(COUNTIES), count, p=COUNTY_SHARES)
    first = np.sort(rng.integers(0, length, count))
    last = first + np.clip(np.round(np.exp(rng.normal(np.log(9), 0.5, count))), 4, 40).astype(np.int64) - 1
    planned = np.maximum(np.round(np.exp(rng.normal(np.log(TYPICAL_PLAN), PLAN_SPREAD, count)), -2), 500)
    # The whole life of a project, part of it beyond the last month, shares the plan out.
    life = np.arange(first.min(), last.max() + 1)
    is_active = (life >= first[:, None]) & (life <= last[:, None])
    number = (FIRST_START + life).astype(np.int64) % 12
    weight = is_active * SEASON[number] * np.exp(rng.normal(0, 0.35, (count, len(life))))
    spent = planned * rng.uniform(0.85, 1.1, count)
    built = np.round(spent[:, None] * weight / weight.sum(axis=1, keepdims=True)).astype(np.int64)[:, :length]
    day = rng.integers(0, 28, count).astype("timedelta64[D]")
    started: NDArray[np.datetime64] = (FIRST_START + first).astype("datetime64[D]") + day
    return Projects(*_named(rng, county, started), county, started, first, last, planned.astype(np.int64), built)


def _named(
    rng: np.random.Generator, county: Integers, started: NDArray[np.datetime64]
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Codes as the approval platform gives them (year, area, trade, kind, number), and names."""
    trade = rng.integers(0, len(INDUSTRIAL), len(county))
    kind = rng.integers(0, len(KINDS), len(county))
    year = started.astype("datetime64[Y]").astype(np.int64) + 1970
    sample = [SAMPLE_CODES[code] for code in COUNTIES]
    who = list(zip(county, trade, kind, strict=True))
    codes = [
        f"{y}-{sample[c]}-{INDUSTRIAL[t].code}-{k + 1:02d}-{number:06d}"
        for number, (y, (c, t, k)) in enumerate(zip(year, who, strict=True), start=1)
    ]
    names = [
        f"{COUNTY_NAMES[c]}{INDUSTRIAL[t].business}{KINDS[k]}{number:04d}号"
        for number, (c, t, k) in enumerate(who, start=1)
    ]
    return np.array(codes, dtype=object), np.array(names, dtype=object)


def _rows(projects: Projects, months: Months, style: Integers, wanted: list[int]) -> list[Row]:
    """The report's lines of the wanted months (indices); a finished project stays in it to the end of its year."""
    years = months.astype("datetime64[Y]").astype(np.int64)
    ended = years[np.minimum(projects.last, len(months) - 1)]
    since_start = projects.built.cumsum(axis=1)
    rows: list[Row] = []
    for month in wanted:
        in_year = (years == years[month]) & (np.arange(len(months)) <= month)
        cumulative = projects.built[:, in_year].sum(axis=1)
        span = 2 if calendar.month_numbers(months)[month] == 2 else 1
        this_month = projects.built[:, month - span + 1 : month + 1].sum(axis=1)
        reported = (projects.first <= month) & ((projects.last >= month) | (ended == years[month]))
        chosen = np.flatnonzero(reported)
        chosen = chosen[np.argsort(projects.county[chosen], kind="stable")]
        label = period_labels(months, style, month)
        rows += [
            (
                projects.code[i],
                projects.name[i],
                COUNTY_NAMES[projects.county[i]],
                label[i],
                str(projects.started[i]),
                int(projects.planned[i]),
                int(since_start[i, month]),
                int(cumulative[i]),
                int(this_month[i]),
            )
            for i in chosen
        ]
    return rows


def deliver(city: City) -> None:
    """One workbook with every month from 2016-02 to 2018-05, then one a month."""
    due = [month for month in months_due(city) if str(month)[5:] != "01"]
    months = np.arange(FIRST_START, max([LAST_INITIAL_MONTH, *due]) + 1)
    projects = _projects(city, months)
    style = city.stream("macro", "projects", "periods").integers(0, 3, PROJECTS)
    is_early = (months >= calendar.FIRST_MONTH) & (months <= LAST_INITIAL_MONTH) & (months.astype(int) % 12 != 0)
    _hand_in(city, OFFICE.initial("monthly"), _rows(projects, months, style, np.flatnonzero(is_early).tolist()))
    for month in due:
        at = int((month - FIRST_START).astype(np.int64))
        _hand_in(city, OFFICE.monthly(month, hour="17:10"), _rows(projects, months, style, [at]))


def _hand_in(city: City, batch: delivery.Batch, rows: list[Row]) -> None:
    file = f"投资项目_{batch.period}.xlsx"

    def write(path: Path) -> None:
        delivery.write_xlsx(path, {SHEET: rows}, header=HEADER, titles=TITLES)

    folder = hand_in(city, batch, {file: write}, len(rows))
    if len(rows) >= SMALL_BATCH:
        rng = city.stream("dirt", folder.name)
        planted = corrupt.edit_xlsx(folder, file, EDITS, rng, sheet=SHEET, header_row=HEADER_ROW, share=DIRTY_SHARE)
        city.truth.plant(planted)
