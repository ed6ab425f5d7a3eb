"""财政局: revenue and expenditure of each county, a sheet a county, back to 2010."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms.activity import Economy
from sample_data.firms.calendar import Months
from sample_data.firms.handover import LAST_INITIAL_MONTH, Office, hand_in, months_due
from sample_data.firms.industries import COUNTIES
from sample_data.firms.register import COUNTY_NAMES, Firms

OFFICE = Office("fiscal", "caizhengju")
FIRST_MONTH = np.datetime64("2010-01", "M")
BASE_REVENUE = (21_000.0, 17_000.0, 15_000.0, 11_000.0, 34_000.0, 30_000.0)
"""Revenue of a month of 2016 in each county, 10,000 yuan: invented, never scaled."""

REVENUE = (
    ("增值税", 0.36),
    ("企业所得税", 0.12),
    ("个人所得税", 0.05),
    ("城市维护建设税", 0.07),
    ("其他税收", 0.16),
    ("非税收入", 0.24),
)
SPENDING = (
    ("教育支出", 0.25),
    ("社会保障和就业支出", 0.2),
    ("医疗卫生与计划生育支出", 0.16),
    ("城乡社区支出", 0.17),
    ("农林水支出", 0.22),
)
SPENT_A_YUAN = 1.75
HEADER = ("项目", "统计期", "本月", "累计")
TITLES = ("县（市、区）一般公共预算收支月报表", "编制单位：泰安市财政局　　　单位：万元")
HEADER_ROW = len(TITLES) + 1

EDITS = (
    Edit("项目为空", "R001", "项目", defects.blank),
    Edit("金额不是数字", "R002", "本月", defects.always("见附注")),
    Edit("金额为负", "R005", "本月", defects.always("-5")),
    Edit("累计小于本月", "R106", "累计", defects.always("0.01")),
    Edit("单元格带单位", "", "累计", defects.with_unit("万元")),
    Edit("千分位", "", "本月", defects.thousands),
    corrupt.TOTALS,
)

Row = tuple[str, str, float, float]
Items = dict[str, NDArray[np.float64]]


def _tax_index(economy: Economy, firms: Firms, county: int) -> NDArray[np.float64]:
    """VAT of the county's firms against its mean of 2016, so that the treasury feels what happens to them."""
    own = firms.table["county"].to_numpy()[: firms.counts.active] == county
    vat = economy.vat[own].sum(axis=0)
    return np.asarray(vat / vat[:12].mean())


def _monthly(city: City, economy: Economy, firms: Firms, county: int, months: Months) -> Items:
    """Amounts of every item by month, 10,000 yuan with two places; totals are exact sums of their parts."""
    rng = city.stream("firms", "fiscal", COUNTIES[county])
    count = len(months)
    number = np.arange(count)
    season = 1 + 0.12 * np.cos((number % 12 - 5) * 2 * np.pi / 12) + np.where(number % 12 == 11, 0.2, 0.0)
    course = BASE_REVENUE[county] * 1.08 ** ((number - 72) / 12) * season
    items = {name: course * share * np.exp(rng.normal(0, 0.05, size=count)) for name, share in REVENUE}
    watched = months >= economy.months[0]
    items["增值税"][watched] = BASE_REVENUE[county] * 0.36 * _tax_index(economy, firms, county)[: watched.sum()]
    spending = course * SPENT_A_YUAN * (1 + 0.25 * (number % 3 == 2))
    items |= {name: spending * share * np.exp(rng.normal(0, 0.07, size=count)) for name, share in SPENDING}
    items = {name: np.round(values, 2) for name, values in items.items()}
    items["税收收入"] = np.round(sum(items[name] for name, _ in REVENUE if name != "非税收入"), 2)
    items["一般公共预算收入"] = np.round(items["税收收入"] + items["非税收入"], 2)
    items["一般公共预算支出"] = np.round(sum(items[name] for name, _ in SPENDING), 2)
    return items


def _label(month: np.datetime64) -> str:
    """2018年6月."""
    return f"{str(month)[:4]}年{int(str(month)[5:])}月"


def _rows(items: Items, months: Months, wanted: NDArray[np.bool_]) -> list[Row]:
    """The report's lines month by month, with the sum since January."""
    order = ["一般公共预算收入", "税收收入", *(name for name, _ in REVENUE)]
    order += ["一般公共预算支出", *(name for name, _ in SPENDING)]
    years = months.astype("datetime64[Y]")
    rows = []
    for index in np.flatnonzero(wanted):
        in_year = (years == years[index]) & (np.arange(len(months)) <= index)
        label = _label(months[index])
        for name in order:
            rows.append((name, label, float(items[name][index]), round(float(items[name][in_year].sum()), 2)))
    return rows


def deliver_fiscal(city: City, firms: Firms, economy: Economy) -> None:
    """One workbook with everything back to 2010, then one a month, which arrives whole at the third attempt."""
    months = np.arange(FIRST_MONTH, economy.months[-1] + 1)
    items = [_monthly(city, economy, firms, county, months) for county in range(len(COUNTIES))]
    early = _sheets(items, months, months <= LAST_INITIAL_MONTH)
    _soil(city, *_hand_in(city, OFFICE.initial("monthly"), early), early)
    for month in months_due(city):
        sheets = _sheets(items, months, months == month)
        damaged, file = _hand_in(city, OFFICE.monthly(month), sheets)
        badfiles.damaged(damaged, file)
        city.truth.expect(OFFICE.resource, damaged.name, "rejected", "F012")
        misspelt, _ = _hand_in(city, OFFICE.monthly(month, 2, "19:10"), sheets)
        badfiles.wrong_period(misspelt, _label(month))
        city.truth.expect(OFFICE.resource, misspelt.name, "rejected", "F007")
        _soil(city, *_hand_in(city, OFFICE.monthly(month, 3, "19:30"), sheets), sheets)


def _sheets(items: list[Items], months: Months, wanted: NDArray[np.bool_]) -> dict[str, list[Row]]:
    return {name: _rows(own, months, wanted) for name, own in zip(COUNTY_NAMES, items, strict=True)}


def _hand_in(city: City, batch: delivery.Batch, sheets: dict[str, list[Row]]) -> tuple[Path, str]:
    """The folder and the name of a workbook with a sheet a county."""
    file = f"财政收支_{batch.period}.xlsx"

    def write(path: Path) -> None:
        delivery.write_xlsx(path, sheets, header=HEADER, titles=TITLES, merged_columns=[1])

    return hand_in(city, batch, {file: write}, sum(len(own) for own in sheets.values())), file


def _soil(city: City, folder: Path, file: str, sheets: dict[str, list[Row]]) -> None:
    for name, own in sheets.items():
        _soil_sheet(city, folder, file, name, len(own))


def _soil_sheet(city: City, folder: Path, file: str, sheet: str, rows: int) -> None:
    """Long sheets get their share of defects; of a month's short ones the last keeps a forgotten totals row."""
    edits = EDITS if rows > 100 else [corrupt.TOTALS] if sheet == COUNTY_NAMES[-1] else []
    if edits:
        rng = city.stream("dirt", folder.name, sheet)
        planted = corrupt.edit_xlsx(folder, file, edits, rng, sheet=sheet, header_row=HEADER_ROW)
        city.truth.plant(planted)
