"""What moved a number since last year: contributions of areas and industries, and the shift-share of the counties.

Everything is of the months of the year so far against the same months a year ago, and adds up exactly.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd

CITY = "370900"
INDUSTRIES = ("gdp_primary", "gdp_industry", "gdp_construction", "gdp_tertiary")
"""The parts of gross regional product that the counties report and that add up to it."""

DRIVEN = ("gdp", "industrial_output", "vat_sales", "fiscal_revenue", "fixed_investment", "industrial_electricity")
"""Numbers of which leaders ask what moved them; each is a sum over the year."""

NOISE = 1e-9
"""Share of the whole below which a remainder is what adding floating-point numbers leaves."""

DRIVER = ("indicator", "kind", "part", "part_name", "period", "before", "now", "change", "points")
"""``kind`` is area or industry; ``part`` an area code or an indicator, empty for what the parts do not explain (a city
reckoned apart from its counties, or a part without figures); ``points`` are percentage points of the growth."""

SHIFT = ("area_code", "area_name", "period", "before", "change", "national", "mix", "local", "growth")
"""One row a county: its change as the growth of the city, of its industries, and its own; 10 000 yuan."""


def to_date(figures: pd.DataFrame, indicator: str) -> tuple[str, pd.DataFrame]:
    """The last month that the city has, and by area what the year had come to then (``now``) and a year before
    (``before``). Areas of which a month is missing are left out: half a sum looks like a fall."""
    rows = figures[(figures["indicator"] == indicator).to_numpy(bool)]
    of_city = rows[(rows["area_code"] == CITY).to_numpy(bool)]
    if of_city.empty:
        return "", pd.DataFrame(columns=["now", "before"])
    last = str(of_city["period"].max())
    year, month = int(last[:4]), int(last[5:7])
    sums = {}
    for name, at in (("now", year), ("before", year - 1)):
        so_far = rows[rows["period"].between(f"{at}-01", f"{at}-{month:02d}").to_numpy(bool)]
        by_area = so_far.groupby("area_code").agg(value=("value", "sum"), months=("months", "sum"))
        sums[name] = by_area.loc[(by_area["months"] == month).to_numpy(bool), "value"]
    return last, pd.concat(sums, axis=1).dropna()


def drivers(figures: pd.DataFrame, names: dict[str, str], titles: dict[str, str]) -> pd.DataFrame:
    """The table of DRIVER from topic_city__indicator of the city and its counties; ``names`` are of areas."""
    rows: list[dict[str, Any]] = []
    for indicator in DRIVEN:
        last, sums = to_date(figures, indicator)
        if CITY not in sums.index or not sums.loc[CITY, "before"]:
            continue
        whole = sums.loc[CITY]
        parts = [(code, names.get(str(code), str(code)), part) for code, part in sums.drop(CITY).iterrows()]
        asked = figures[((figures["indicator"] == indicator) & (figures["area_level"] == "county")).to_numpy(bool)]
        missing = [names.get(code, code) for code in sorted(set(asked["area_code"]) - set(sums.index))]
        rows += _parts(indicator, "area", last, whole, parts, missing)
        if indicator == "gdp":
            of_industry = [(one, to_date(figures, one)[1]) for one in INDUSTRIES]
            shares = [(one, titles.get(one, one), found.loc[CITY]) for one, found in of_industry if CITY in found.index]
            rows += _parts(indicator, "industry", last, whole, shares, []) if shares else []
    return pd.DataFrame(rows, columns=list(DRIVER))


def _parts(
    indicator: str,
    kind: str,
    last: str,
    whole: Any,
    parts: Sequence[tuple[Any, str, Any]],
    missing: Sequence[str],
) -> list[dict[str, Any]]:
    """One row a part, and one for the remainder, whose changes add up to that of the whole."""
    before, now = (float(whole[name]) for name in ("before", "now"))
    rest = [value - sum(float(part[name]) for *_, part in parts) for name, value in (("before", before), ("now", now))]
    rest = [0.0 if abs(value) < NOISE * abs(before) else value for value in rest]
    other = f"其余（{'、'.join(missing)}缺数，在此项内）" if missing else "其余（全市单独核算的差额）"
    told = [(str(part), title, float(found["before"]), float(found["now"])) for part, title, found in parts]
    return [
        {
            "indicator": indicator,
            "kind": kind,
            "part": part,
            "part_name": title,
            "period": last,
            "before": was,
            "now": became,
            "change": became - was,
            "points": 100 * (became - was) / before,
        }
        for part, title, was, became in [*told, ("", other, rest[0], rest[1])]
        if part or was or became
    ]


def shift_share(figures: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """The table of SHIFT: each county's change in the classical decomposition of Dunn (Regional Science 1960).

    ``national`` is what it would have been had every industry grown as the city did as a whole, ``mix`` what its
    industries add as they grew in the city, ``local`` what is its own. A county without figures of one industry is
    left out.
    """
    found = {one: to_date(figures, one) for one in INDUSTRIES}
    last = max((period for period, _ in found.values()), default="")
    if any(CITY not in sums.index or period != last for period, sums in found.values()):
        return pd.DataFrame(columns=list(SHIFT))
    city = pd.DataFrame({one: sums.loc[CITY] for one, (_, sums) in found.items()}).T
    growth, whole = city["now"] / city["before"] - 1, city["now"].sum() / city["before"].sum() - 1
    rows: list[dict[str, Any]] = []
    for area in sorted(set.intersection(*(set(sums.index) for _, sums in found.values())) - {CITY}):
        own = pd.DataFrame({one: sums.loc[area] for one, (_, sums) in found.items()}).T
        before, change = own["before"], own["now"] - own["before"]
        national, mix = whole * before.sum(), (before * (growth - whole)).sum()
        rows.append(
            {
                "area_code": area,
                "area_name": names.get(area, area),
                "period": last,
                "before": float(before.sum()),
                "change": float(change.sum()),
                "national": float(national),
                "mix": float(mix),
                "local": float((change - before * growth).sum()),
                "growth": float(change.sum() / before.sum()),
            }
        )
    return pd.DataFrame(rows, columns=list(SHIFT))
