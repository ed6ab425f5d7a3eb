"""Cause candidates of a deviation: which areas it comes from, exactly, and what else was unusual at the time."""

from typing import Any

import pandas as pd

from catalog.warnings import numbers

MOST = 6
"""Other numbers that are named beside a signal."""
REMAINDER = "各地预期合计与全域预期之差"


def contributions(past: pd.DataFrame, signal: Any) -> list[dict[str, Any]]:
    """How far each part of the area lies from its own expectation, the largest first; the last entry is what the
    parts' expectations do not add up to, so that the entries sum up to the deviation exactly.

    Empty for a number that is not additive, and where parts or expectations are missing.
    """
    if not numbers()[signal.indicator].additive or pd.isna(signal.expected) or pd.isna(signal.actual):
        return []
    at_once = (past["indicator"] == signal.indicator) & (past["period"] == signal.period)
    parts = past[
        at_once & (past["parent_code"] == signal.area_code) & past["expected"].notna() & past["actual"].notna()
    ]
    if len(parts) < 2:
        return []
    away = (parts["actual"] - parts["expected"]).astype(float)
    ranked = away.reindex(away.abs().sort_values(ascending=False, kind="stable").index)
    found = [
        {"area_code": parts.at[at, "area_code"], "area_name": parts.at[at, "area_name"], "deviation": float(size)}
        for at, size in ranked.items()
    ]
    rest = float(signal.actual - signal.expected) - float(away.sum())
    return [*found, {"area_code": "", "area_name": REMAINDER, "deviation": rest}]


def beside(table: pd.DataFrame, signal: Any) -> list[dict[str, Any]]:
    """Signals on other numbers in the same area, or in the area above or below, in the same month."""
    month = table["period"].str.slice(0, 7) == signal.period[:7]
    near = (
        (table["area_code"] == signal.area_code)
        | (table["area_code"] == signal.parent_code)
        | (table["parent_code"] == signal.area_code)
    )
    found = table[month & near & (table["indicator"] != signal.indicator)]
    found = found.sort_values("severity", ascending=False, kind="stable").drop_duplicates(["indicator", "area_code"])
    return [
        {"title": row.title, "area_name": row.area_name, "detector": row.detector}
        for row in found.head(MOST).itertuples()
    ]
