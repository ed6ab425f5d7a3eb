"""All figures that the firms of a county filed, as one set: large enough for the distribution of its digits."""

import pandas as pd

from expectations.authenticity import digits
from expectations.authenticity.book import Book
from expectations.authenticity.observations import Roles, observe
from expectations.authenticity.returns import COLUMNS, FILED
from expectations.authenticity.units import Who

UNIT = "县区"


def counties_book(firms: Book) -> Book:
    """The monthly figures of the firms' returns by county."""
    seen = firms.seen
    county = pd.Series([firms.whose[label].county_name for label in seen.units])[seen.unit].to_numpy()
    flows = {title: seen.figures(title) for title in FILED.values()}
    table = pd.DataFrame({UNIT: county, **flows})
    codes = {who.county_name: who.county_code for who in firms.whose.values() if who.county_name}
    whose = {name: Who(code, code, name) for name, code in codes.items()}
    roles = Roles(unit=UNIT, values=tuple(FILED.values()))
    return Book(
        "各县区规上工业企业月报", observe(table[table[UNIT] != ""], roles), "county", COLUMNS, whose, (digits.test,)
    )
