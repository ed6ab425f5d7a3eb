"""The monthly return of industrial firms as a table to examine: what each firm filed, who filed it, and what other
departments' books say beside it.

Returns are cumulative within the year (1-本月) and January is exempt 免报, so February carries two months; the tests
take such running totals apart themselves. The other books have a January of their own: it is averaged into their
February. Unknown stays unknown: no source's gap is taken for zero.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from expectations.authenticity.book import Book, Place
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.observations import Roles, observe
from expectations.authenticity.strata import size_class, strata
from expectations.authenticity.units import directory

UNIT, PERIOD, PEER, PLACE = "企业", "统计期", "同类", "县区"
FILED: dict[str, str] = {
    "output_10k_yuan": "工业总产值",
    "revenue_10k_yuan": "营业收入",
    "profit_10k_yuan": "利润总额",
    "tax_payable_10k_yuan": "应交税金",
    "domestic_10k_yuan": "内销产值",
    "export_10k_yuan": "出口交货值",
    "wages_10k_yuan": "应付职工薪酬",
}
"""Amounts of the return with their titles, in 万元, cumulative."""

WITNESSES: dict[str, str] = {"electricity_kwh": "用电量", "sales_yuan": "开票销售额", "headcount": "平均从业人员"}
"""What else speaks of the same month: other departments' books in kWh and yuan, and the persons employed, who stay on
the roll of a works that stands still and are no claim of their own."""

PARADATA: dict[str, str] = {"device": "设备号", "account": "报送账号", "ip_address": "IP地址", "filed_at": "报送时间"}
"""Who filed, and when."""

THRESHOLD = 2000.0
"""Yearly income in 万元 below which a firm leaves the directory of above-scale industry 规模以上工业."""

ROLES = Roles(
    unit=UNIT,
    period=PERIOD,
    values=tuple(FILED.values()),
    shares=(("出口交货值", "工业总产值"),),
    peer=PEER,
    place=PLACE,
    together=(("工业总产值", "用电量", "开票销售额", "平均从业人员"), ("营业收入", "用电量", "开票销售额")),
    sums=(("工业总产值", "内销产值", "出口交货值"),),
    running=tuple(FILED.values()),
    floors={"营业收入": THRESHOLD},
    measures={**dict.fromkeys(FILED.values(), "万元"), "用电量": "千瓦时", "开票销售额": "元", "平均从业人员": "人"},
)
"""Income has a set of its own, so that its line is judged by books that the firm does not keep."""

_RETURN = "enterprise_return"
COLUMNS: dict[str, Place] = {
    **{title: Place(_RETURN, name, "10k_yuan") for name, title in FILED.items()},
    "平均从业人员": Place(_RETURN, "headcount", "person"),
    "用电量": Place("electricity", "electricity_kwh", "kwh"),
    "开票销售额": Place("vat_invoice", "sales_yuan", "yuan"),
    **{title: Place("enterprise_return_paradata", name) for name, title in PARADATA.items()},
}


def returns_book(
    returns: pd.DataFrame,
    electricity: pd.DataFrame,
    sales: pd.DataFrame,
    paradata: pd.DataFrame,
    units: pd.DataFrame,
    limits: Limits = LIMITS,
) -> Book:
    """The returns ready for examination, firms called by their names.

    ``returns`` has unit, period, headcount and the columns of FILED; ``electricity`` and ``sales`` unit, period and
    their column of WITNESSES, every month; ``paradata`` unit, period, agency_number and the columns of PARADATA: one
    row a unit and period each. ``units`` is indexed by unit, with name, county_code, county_name, industry_code and
    industry_name (``""`` where unknown).
    """
    keys = ["unit", "period"]
    table = returns[~returns["period"].str.endswith("-01")]
    for source, column in ((electricity, "electricity_kwh"), (sales, "sales_yuan")):
        table = table.merge(without_january(source, column), on=keys, how="left")
    table = table.merge(_filings(paradata), on=keys, how="left").merge(_places(table, units, limits), on="unit")
    seen = observe(table.rename(columns={"unit": UNIT, "period": PERIOD, **FILED, **WITNESSES, **PARADATA}), ROLES)
    whose = directory(units.reindex(seen.units).fillna(""))
    return Book("规上工业企业月报", replace(seen, units=list(whose)), "firm", COLUMNS, whose)


def without_january(source: pd.DataFrame, column: str) -> pd.DataFrame:
    """Monthly (unit, period, ``column``) rows with January and February as one average; NaN when either is missing."""
    month = source["period"].str[5:7]
    label = source["period"].where(month != "01", source["period"].str[:4] + "-02")
    by = source[column].astype(float).groupby([source["unit"], label])
    folded = by.agg(["mean", "count"]).reset_index()
    needed = np.where(folded["period"].str[5:7] == "02", 2, 1)
    folded[column] = folded["mean"].where(folded["count"] >= needed)
    return folded[["unit", "period", column]]


def _filings(paradata: pd.DataFrame) -> pd.DataFrame:
    """The paradata without filings by a declared bookkeeping agency, which serves many honest firms."""
    declared = paradata["agency_number"].fillna("") != ""
    kept = paradata[["unit", "period", *PARADATA]].copy()
    kept.loc[declared, list(PARADATA)] = None
    return kept


def _places(table: pd.DataFrame, units: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    """Each unit's stratum (industry division, size class, county) and county, as columns PEER and PLACE."""
    by = table.groupby("unit")
    year = table[table["period"].str.endswith("-12")].groupby("unit")["revenue_10k_yuan"].last()
    place = pd.DataFrame(index=pd.Index(by["headcount"].median().index, name="unit"))
    size = size_class(by["headcount"].median().to_numpy(dtype=float), year.reindex(place.index).to_numpy(dtype=float))
    known = units.reindex(place.index).fillna("")
    industry, county = known["industry_code"].str[:2], known["county_name"]
    levels = [industry, pd.Series(size, index=place.index), county]
    place[PEER] = strata(levels, int(2 * limits.stratum_prior))
    place[PLACE] = county
    return place.reset_index()
