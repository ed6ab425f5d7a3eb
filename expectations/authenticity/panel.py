"""A rectangular panel of firms and months: cumulative returns become monthly flows, aligned with other sources.

Returns are cumulative within the year (1-本月). January is not reported 免报, so February's flow holds two
months; the other sources' January is added to their February, and ``months`` says how many months an
observation carries. Unknown stays NaN: a month whose predecessor is missing has no flow, and no source's gap is
taken for zero.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from expectations.authenticity.null import Floats

FLOWS: dict[str, str] = {
    "output_10k_yuan": "工业总产值",
    "revenue_10k_yuan": "营业收入",
    "profit_10k_yuan": "利润总额",
    "tax_payable_10k_yuan": "应交税金",
    "domestic_10k_yuan": "内销产值",
    "export_10k_yuan": "出口交货值",
    "wages_10k_yuan": "应付职工薪酬",
}
"""Cumulative columns of the return, in 万元, delivered in whole 千元."""

SOURCES: dict[str, str] = {
    "electricity_kwh": "用电量",
    "sales_yuan": "增值税开票销售额",
    "headcount": "平均从业人员",
}
"""What should move with output, each from another book."""

UNIT = 0.1
"""One 千元 in 万元: the last place of every amount in a return."""


def monthly(returns: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Cumulative ``columns`` of (unit, period) rows as flows; adds ``months``; January rows are dropped.

    February is its own cumulative value (two months); any other month is the difference to the month before,
    NaN when that month is missing.
    """
    rows = returns.sort_values(["unit", "period"], ignore_index=True)
    month = rows["period"].str[5:7].astype(int)
    before = rows[["unit", "period"]].shift()
    follows = (
        (before["unit"] == rows["unit"])
        & (before["period"].str[:4] == rows["period"].str[:4])
        & (before["period"].str[5:7].astype("float") == month - 1)
    )
    flows = rows.copy()
    for column in columns:
        total = rows[column].astype(float)
        flow = (total - total.shift()).where(follows)
        # Cumulative values are whole 千元; differences of floats are not, and exact comparison needs them to be.
        flows[column] = flow.where(month != 2, total).round(4)
    flows["months"] = np.where(month == 2, 2, 1)
    return flows[month != 1].reset_index(drop=True)


def fold_january(source: pd.DataFrame, column: str) -> pd.DataFrame:
    """Monthly (unit, period, ``column``) rows with January added to February; NaN when either is missing."""
    month = source["period"].str[5:7]
    label = source["period"].where(month != "01", source["period"].str[:4] + "-02")
    by = source[column].astype(float).groupby([source["unit"], label])
    folded = by.agg(["sum", "count"]).reset_index()
    needed = np.where(folded["period"].str[5:7] == "02", 2, 1)
    folded[column] = folded["sum"].where(folded["count"] >= needed)
    return folded[["unit", "period", column]]


def build(returns: pd.DataFrame, electricity: pd.DataFrame, sales: pd.DataFrame) -> pd.DataFrame:
    """The panel: every unit of ``returns`` in every period, sorted, with flows, ``cum_`` values, sources and
    ``months``.

    ``returns`` has unit, period, the columns of FLOWS (cumulative) and headcount; ``electricity`` unit, period,
    electricity_kwh; ``sales`` unit, period, sales_yuan. One row a unit and period each.
    """
    flows = monthly(returns, list(FLOWS))
    cumulative = returns[["unit", "period", *FLOWS]].rename(columns={c: f"cum_{c}" for c in FLOWS})
    full = pd.MultiIndex.from_product(
        [np.sort(flows["unit"].unique()), np.sort(flows["period"].unique())], names=["unit", "period"]
    )
    keys = ["unit", "period"]
    panel = flows[[*keys, *FLOWS, "headcount"]].set_index(keys).reindex(full)
    for other in (cumulative, fold_january(electricity, "electricity_kwh"), fold_january(sales, "sales_yuan")):
        panel = panel.join(other.set_index(keys), how="left")
    panel = panel.astype(float).reset_index()
    panel["months"] = np.where(panel["period"].str[5:7] == "02", 2, 1)
    return panel


def grid(panel: pd.DataFrame, column: str) -> Floats:
    """A column of the rectangular panel as units x periods."""
    units = panel["unit"].nunique()
    return np.asarray(panel[column].to_numpy(dtype=float).reshape(units, -1))


def labels(panel: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Units and periods of the rectangular panel, in its order."""
    units = panel["unit"].nunique()
    periods = panel["period"].to_numpy().reshape(units, -1)[0] if units else []
    return panel["unit"].drop_duplicates().tolist(), list(periods)


def last_place(filed: Floats) -> Floats:
    """The largest power of ten (times 千元) that at least 90 % of a firm's figures are a multiple of."""
    whole = np.nan_to_num(np.round(filed / UNIT))
    count = np.maximum((whole != 0).sum(axis=1), 1)
    step = np.full(len(filed), UNIT)
    for power in (10, 100, 1000, 10_000):
        share = ((whole != 0) & (whole % power == 0)).sum(axis=1) / count
        step = np.where(share >= 0.9, UNIT * power, step)
    return step
