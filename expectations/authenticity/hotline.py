"""Daily orders of the 12345 hotline by county: counts of independent calls, which cannot be steadier than chance."""

from collections.abc import Mapping

import pandas as pd

from expectations.authenticity import underdispersion
from expectations.authenticity.book import Book, Place
from expectations.authenticity.observations import Roles, observe
from expectations.authenticity.units import Who

UNIT, PERIOD, ORDERS = "县区", "日期", "工单数"
_COLUMNS = {ORDERS: Place("hotline_12345", "received_at", "piece")}


def hotline_book(orders: pd.DataFrame, counties: Mapping[str, str]) -> Book:
    """``orders`` has county_code, day (``2018-06-30``) and orders; ``counties`` maps codes to names.

    A county without an order on a day had none; a day on which no county had any was not delivered, and is unknown.
    """
    known = orders[orders["county_code"].isin(list(counties))]
    grid = known.pivot_table(index="county_code", columns="day", values="orders", aggfunc="sum", fill_value=0)
    if len(known):
        days = pd.date_range(known["day"].min(), known["day"].max()).strftime("%Y-%m-%d")
        grid = grid.reindex(columns=days.rename("day"))
    table = grid.reset_index().melt(id_vars="county_code", var_name=PERIOD, value_name=ORDERS)
    table[UNIT] = table["county_code"].map(dict(counties))
    whose = {counties[code]: Who(code, code, counties[code]) for code in grid.index}
    seen = observe(
        table[[UNIT, PERIOD, ORDERS]], Roles(unit=UNIT, period=PERIOD, values=(ORDERS,), measures={ORDERS: "件"})
    )
    return Book("各县区12345热线每日工单", seen, "county", _COLUMNS, whose, (underdispersion.test,))
