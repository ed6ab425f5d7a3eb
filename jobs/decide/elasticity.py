"""Elasticities from the city's own monthly panel: by how many percent one number moved with another, area by area.

Least squares on logarithms within areas and months (two-way fixed effects): what is peculiar to an area and what
happened to all of them in a month is taken out. Errors are clustered by area with the correction for few clusters
(CR1) and judged by Student's t with one degree less than there are areas (Cameron and Miller, Journal of Human
Resources 2015). It is how they moved together, not what one does to the other.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd


class Relation(NamedTuple):
    """A driver and what may move with it, in areas of ``level``; outside ``most`` percent a percent is nonsense."""

    driver: str
    outcome: str
    level: str
    most: float
    reason: str


RELATIONS = (
    Relation("industrial_electricity", "industrial_output", "county", 2.0, "开工多少先看用电"),
    Relation("industrial_output", "vat_sales", "county", 2.0, "产出卖出去就要开票"),
    Relation("vat_sales", "fiscal_vat", "county", 2.0, "开票额是增值税的税基"),
    Relation("industrial_electricity", "vat_sales", "county", 2.0, "用电走在开票前面"),
    Relation("industrial_output", "industrial_headcount", "county", 2.0, "订单多了才招人"),
    Relation("persons_present", "water_use", "township", 3.0, "来的人多用水就多"),
)
"""What is asked of the panel. A percent more of the driver moves the outcome by something between nothing and ``most``
percent, or the question was wrong."""

COLUMNS = ("driver", "outcome", "level", "reason", "elasticity", "low", "high", "areas", "months", "rows", "verdict")
"""``low`` and ``high`` bound the 95 % interval; ``verdict`` is usable, unclear (the interval includes no effect or the
wrong sign), nonsense (it includes more than can be) or short (too few areas or months)."""

FEWEST_AREAS, FEWEST_MONTHS = 5, 12
LEVEL = 0.95


def elasticities(figures: pd.DataFrame) -> pd.DataFrame:
    """The table of COLUMNS from topic_city__indicator."""
    return pd.DataFrame([_row(figures, one) for one in RELATIONS], columns=list(COLUMNS))


def panel(figures: pd.DataFrame, one: Relation) -> pd.DataFrame:
    """Areas and single months with both numbers above 0, as logarithms x (driver) and y (outcome); without January and
    February, which are reported together."""
    here = figures[((figures["area_level"] == one.level) & (figures["months"] == 1)).to_numpy(bool)]
    sides = [
        here[(here["indicator"] == name).to_numpy(bool)].set_index(["area_code", "period"])["value"].astype(float)
        for name in (one.driver, one.outcome)
    ]
    both = pd.concat(sides, axis=1, keys=["x", "y"]).dropna()
    both = both[(both > 0).all(axis=1) & ~both.index.get_level_values("period").str[5:].isin(["01", "02"])]
    logs: pd.DataFrame = both.transform(np.log)
    return logs.reset_index()


def within(x: np.ndarray, areas: np.ndarray, months: np.ndarray) -> np.ndarray:
    """``x`` without the means of areas and months, which need not be balanced: residuals on their dummies."""
    dummies = np.hstack([pd.get_dummies(areas).to_numpy(float), pd.get_dummies(months).to_numpy(float)[:, 1:]])
    fitted: np.ndarray = x - dummies @ np.linalg.lstsq(dummies, x, rcond=None)[0]
    return fitted


def slope(rows: pd.DataFrame) -> tuple[float, float, float]:
    """Elasticity with its 95 % interval; NaN where the driver does not move by itself."""
    from scipy.special import stdtrit

    areas, months = rows["area_code"].to_numpy(), rows["period"].to_numpy()
    x, y = (within(rows[name].to_numpy(float), areas, months) for name in ("x", "y"))
    squares = float(x @ x)
    if squares < 1e-9 * len(x):
        return np.nan, np.nan, np.nan
    found = float(x @ y) / squares
    scores = pd.Series(x * (y - found * x)).groupby(areas).sum().to_numpy(float)
    clusters, count = len(scores), len(x)
    parameters = 1 + len(set(areas)) + len(set(months)) - 1
    small = clusters / (clusters - 1) * (count - 1) / max(count - parameters, 1)
    error = float(np.sqrt(small * float(scores @ scores))) / squares
    wide = float(stdtrit(clusters - 1, 0.5 + LEVEL / 2)) * error
    return found, found - wide, found + wide


def _row(figures: pd.DataFrame, one: Relation) -> dict[str, Any]:
    rows = panel(figures, one)
    areas, months = rows["area_code"].nunique(), rows["period"].nunique()
    told: tuple[float, float, float] = (np.nan, np.nan, np.nan)
    if areas >= FEWEST_AREAS and months >= FEWEST_MONTHS:
        told = slope(rows)
    return {
        "driver": one.driver,
        "outcome": one.outcome,
        "level": one.level,
        "reason": one.reason,
        **dict(zip(("elasticity", "low", "high"), told, strict=True)),
        "areas": areas,
        "months": months,
        "rows": len(rows),
        "verdict": verdict(told[1], told[2], one.most),
    }


def verdict(low: float, high: float, most: float) -> str:
    """Whether an interval may be reckoned with."""
    if not np.isfinite([low, high]).all():
        return "short"
    if low <= 0:
        return "unclear"
    return "nonsense" if high > most else "usable"
