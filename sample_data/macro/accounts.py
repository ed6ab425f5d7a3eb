"""统计局: gross domestic product of every county and of the city, cumulated by quarter, back to 2010.

The city's figure is an account of its own. In honest quarters the counties add up to it; in one they do not.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sample_data import corrupt, defects, delivery
from sample_data.context import INITIAL_DAY, INITIAL_DELIVERY, City
from sample_data.corrupt import Edit
from sample_data.firms.handover import hand_in
from sample_data.firms.industries import COUNTIES
from sample_data.firms.register import COUNTY_NAMES

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Amounts = dict[str, Whole]
"""Whole 10,000 yuan by column, areas (the city first) x quarters, cumulated within the year."""

RESOURCE, PROVIDER = "county_account", "tongjiju"
FIRST_QUARTER = 2010 * 4
"""Quarters are counted from the year 0: year x 4 + 0..3."""
CITY_NAME = "泰安市"
GDP_2016 = np.array([5_900_000.0, 5_600_000.0, 4_300_000.0, 3_900_000.0, 8_300_000.0, 5_200_000.0])
"""A year's product of each county, 10,000 yuan: invented, near the size of the city's real one."""
GROWTH = 1.075
SHARES = {
    "第一产业": np.array([0.02, 0.10, 0.14, 0.15, 0.07, 0.07]),
    "工业": np.array([0.25, 0.40, 0.42, 0.38, 0.47, 0.48]),
    "建筑业": np.array([0.06, 0.07, 0.05, 0.05, 0.06, 0.06]),
}
"""What the parts hold of a county's product; services take the rest."""
SEASONS = {
    "第一产业": (0.05, 0.25, 0.35, 0.35),
    "工业": (0.22, 0.26, 0.25, 0.27),
    "建筑业": (0.16, 0.26, 0.28, 0.30),
    "第三产业": (0.24, 0.25, 0.25, 0.26),
}
NOISE = 0.012

INFLATED_QUARTER, INFLATED_COUNTIES, INFLATED_BY = 2017 * 4 + 2, ("370921", "370982"), 1.18
"""In the third quarter of 2017 two counties report services nearly a fifth too large; the city's account does not."""

COLUMNS = ("地区生产总值", "第一产业", "第二产业", "工业", "建筑业", "第三产业")
HEADER = ("统计期", "地区", *COLUMNS)
TITLES = ("泰安市各县（市、区）地区生产总值核算表（1-本季累计）", "编制单位：泰安市统计局　　　单位：万元")
HEADER_ROW, SHEET = len(TITLES) + 1, "核算"
DIRTY_SHARE = 0.03
"""Few rows: one in a hundred would be two."""
CHINESE = "一二三四"


def _product(city: City, quarters: NDArray[np.int64]) -> Amounts:
    """Honest accounts: parts by growth, season and noise; totals are exact sums of their parts and of the counties."""
    rng = city.stream("macro", "accounts")
    years, season = np.divmod(quarters, 4)
    level = GDP_2016[:, None] * GROWTH ** (years - 2016)
    shares = SHARES | {"第三产业": 1 - np.sum([*SHARES.values()], axis=0)}
    parts: Amounts = {}
    for name, share in shares.items():
        noise = np.exp(rng.normal(0, NOISE, (len(COUNTIES), len(quarters))))
        weight = np.array(SEASONS[name])[season]
        of_quarter: Whole = np.round(level * share[:, None] * weight * noise).astype(np.int64)
        counties = _cumulated(of_quarter, years)
        parts[name] = np.vstack([counties.sum(axis=0), counties])
    return parts


def _cumulated(of_quarter: NDArray[np.int64], years: NDArray[np.int64]) -> NDArray[np.int64]:
    total = np.empty_like(of_quarter)
    for year in np.unique(years):
        total[:, years == year] = of_quarter[:, years == year].cumsum(axis=1)
    return total


def _with_totals(parts: Amounts) -> Amounts:
    secondary = parts["工业"] + parts["建筑业"]
    return parts | {"第二产业": secondary, "地区生产总值": parts["第一产业"] + secondary + parts["第三产业"]}


def _inflate(city: City, parts: Amounts, quarters: NDArray[np.int64]) -> None:
    """Two counties overstate services in one quarter, in a row that adds up: only the city's figure contradicts it."""
    (at,) = np.flatnonzero(quarters == INFLATED_QUARTER)
    rows = [COUNTIES.index(code) + 1 for code in INFLATED_COUNTIES]
    honest = _with_totals(parts)["地区生产总值"][0, at]
    parts["第三产业"][rows, at] = np.round(parts["第三产业"][rows, at] * INFLATED_BY).astype(np.int64)
    reported = _with_totals(parts)["地区生产总值"][1:, at].sum()
    city.truth.event(
        "county_sum_exceeds_city",
        resource=RESOURCE,
        period=_period(INFLATED_QUARTER),
        column="地区生产总值",
        counties=list(INFLATED_COUNTIES),
        city_10k_yuan=int(honest),
        counties_10k_yuan=int(reported),
    )


def _period(quarter: int) -> str:
    return f"{quarter // 4}Q{quarter % 4 + 1}"


def _label(quarter: int) -> str:
    """One quarter in one of three spellings: 2017Q3, 2017年3季度, 2017年第三季度."""
    year, number = divmod(quarter, 4)
    return (f"{year}Q{number + 1}", f"{year}年{number + 1}季度", f"{year}年第{CHINESE[number]}季度")[quarter % 3]


def _rows(amounts: Amounts, quarters: NDArray[np.int64], wanted: NDArray[np.int64]) -> list[tuple[str | int, ...]]:
    return [
        (_label(int(quarter)), area, *(int(amounts[name][row, at]) for name in COLUMNS))
        for at, quarter in enumerate(quarters)
        if quarter in wanted
        for row, area in enumerate((CITY_NAME, *COUNTY_NAMES))
    ]


def _edits(protected: set[float]) -> tuple[Edit, ...]:
    """Row defects; the cells of the inflated quarter stay as they were planted."""

    def fits(cell: float) -> bool:
        return cell not in protected

    return (
        Edit("第一产业为空", "R001", "第一产业", defects.blank, fits=fits),
        Edit("金额不是数字", "R002", "工业", defects.always("待核"), fits=fits),
        Edit("总值抄错", "R103", "地区生产总值", lambda cell, rng: round(cell * 1.5), fits=fits),
        Edit("金额为负", "R005;R103", "第三产业", defects.always(-5), fits=fits),
        Edit("单元格写作亿元", "", "地区生产总值", defects.with_unit("亿元", 10_000), fits=fits),
        Edit("单元格写作元", "", "建筑业", _in_yuan, fits=fits),
        Edit("千分位", "", "第三产业", defects.thousands, fits=fits),
    )


def _in_yuan(cell: float, rng: np.random.Generator) -> str:
    return f"{int(cell) * 10_000}元"


def deliver(city: City) -> None:
    """One workbook with everything to 2018Q1, then one a quarter that is over."""
    last = city.until.year * 4 + (city.until.month + (city.until.day >= 30)) // 3 - 1
    initial = INITIAL_DAY.year * 4 + INITIAL_DAY.month // 3 - 1
    quarters = np.arange(FIRST_QUARTER, max(last, initial) + 1)
    parts = _product(city, quarters)
    _inflate(city, parts, quarters)
    amounts = _with_totals(parts)
    (planted,) = np.flatnonzero(quarters == INFLATED_QUARTER)
    protected = {float(values[row, planted]) for values in amounts.values() for row in range(len(COUNTIES) + 1)}
    first = _rows(amounts, quarters, quarters[quarters <= initial])
    folder = _hand_in(city, _period(initial), INITIAL_DELIVERY, first)
    rng = city.stream("dirt", folder.name)
    file, edits = _file(_period(initial)), _edits(protected)
    city.truth.plant(corrupt.edit_xlsx(folder, file, edits, rng, sheet=SHEET, header_row=HEADER_ROW, share=DIRTY_SHARE))
    for quarter in quarters[quarters > initial]:
        rows = _rows(amounts, quarters, np.array([quarter]))
        end = np.datetime64(f"{quarter // 4}-{quarter % 4 * 3 + 3:02d}", "M") + 1
        day = end.astype("datetime64[D]") - 1
        _hand_in(city, _period(int(quarter)), f"{day}T17:30:00+08:00", rows)


def _file(period: str) -> str:
    return f"地区生产总值_{period}.xlsx"


def _hand_in(city: City, period: str, when: str, rows: list[tuple[str | int, ...]]) -> Path:
    batch = delivery.Batch(RESOURCE, PROVIDER, period, f"{RESOURCE}-{period}-01", when)

    def write(path: Path) -> None:
        delivery.write_xlsx(path, {SHEET: rows}, header=HEADER, titles=TITLES, merged_columns=[0])

    return hand_in(city, batch, {_file(period): write}, len(rows))
