"""Telecom presence, power and water by township: how they move together.

Monthly changes (differences of logarithms) less the mean change of all townships in that month, so that neither the
season nor a warm winter makes any two of them look alike; then Pearson's correlation with Fisher's 95 % interval.
"""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

SOURCES = ("present", "power", "water")
FEWEST = 20
"""Persons present or water accounts of a township below which nothing of it is told (k-anonymity)."""
FEWEST_MONTHS = 12
PAIRS = tuple(combinations(SOURCES, 2))
COLUMNS = (
    "area_code", "months", "present", "power", "water",
    *(f"{one}_{other}" for one, other in PAIRS), *(f"{one}_{other}_low" for one, other in PAIRS), "reason",
)  # fmt: skip
"""One row a township and one, with an empty code, for all together: the last month's changes on a year ago
(``present``, ``power``, ``water``), the three correlations with the lower end of their interval. ``reason`` says why
there are none: few (below FEWEST) or short."""


def deseasoned(monthly: pd.DataFrame) -> pd.DataFrame:
    """Changes of the three, less those of all townships: rows area_code, period and a column a source."""
    wide = monthly.set_index(["area_code", "period"])[list(SOURCES)].astype(float).sort_index()
    logs: pd.DataFrame = wide.where(wide > 0).transform(np.log)
    months = pd.PeriodIndex(logs.index.get_level_values("period"), freq="M")
    follows = pd.Series(months.astype("int64"), index=logs.index).groupby(level="area_code").diff() == 1
    changes = logs.groupby(level="area_code").diff()[follows.to_numpy(bool)]
    own: pd.DataFrame = changes - changes.groupby(level="period").transform("mean")
    return own.dropna().reset_index()


def correlation(rows: pd.DataFrame, one: str, other: str) -> tuple[float, float]:
    """Pearson's r and the lower end of Fisher's 95 % interval."""
    x, y = rows[one].to_numpy(float), rows[other].to_numpy(float)
    if len(x) < FEWEST_MONTHS or x.std() == 0 or y.std() == 0:
        return np.nan, np.nan
    found = float(np.corrcoef(x, y)[0, 1])
    low = np.tanh(np.arctanh(np.clip(found, -0.999999, 0.999999)) - 1.959964 / np.sqrt(len(x) - 3))
    return found, float(low)


def together(monthly: pd.DataFrame, accounts: dict[str, int]) -> pd.DataFrame:
    """The table of COLUMNS from columns area_code, period, present (persons), power (kWh) and water (m3) by month;
    ``accounts`` are the water accounts of each township."""
    if monthly.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    least = monthly.groupby("area_code")["present"].min()
    few = {str(code) for code, persons in least.items() if persons < FEWEST or accounts.get(str(code), 0) < FEWEST}
    own = deseasoned(monthly[~monthly["area_code"].isin(few)])
    by_area = dict(list(own.groupby("area_code")))
    rows = [_row("", own, {})]
    for code in sorted(least.index):
        hidden = code in few
        rows.append(
            _row(
                code, own.iloc[:0] if hidden else by_area.get(code, own.iloc[:0]), {} if hidden else _yoy(monthly, code)
            )
        )
        if hidden:
            rows[-1]["reason"] = "few"
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(code: str, own: pd.DataFrame, changes: dict[str, float]) -> dict[str, Any]:
    pairs = {f"{one}_{other}": correlation(own, one, other) for one, other in PAIRS}
    months = own["period"].nunique()
    return {
        "area_code": code,
        "months": months,
        **{name: changes.get(name, np.nan) for name in SOURCES},
        **{name: found for name, (found, _) in pairs.items()},
        **{f"{name}_low": low for name, (_, low) in pairs.items()},
        "reason": "" if months >= FEWEST_MONTHS else "short",
    }


def _yoy(monthly: pd.DataFrame, code: str) -> dict[str, float]:
    rows = monthly[(monthly["area_code"] == code).to_numpy(bool)].set_index("period").sort_index()
    last = str(rows.index[-1])
    before = f"{int(last[:4]) - 1}{last[4:]}"
    if before not in rows.index:
        return {}
    return {name: float(rows[name][last] / rows[name][before] - 1) for name in SOURCES}
