"""Who the units are: name, county and industry, as sentences and pages need them."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Who:
    """A unit, and what is known of it; ``""`` where it is not."""

    unit: str
    county_code: str = ""
    county_name: str = ""
    industry_name: str = ""


def directory(units: pd.DataFrame) -> dict[str, Who]:
    """What each unit is called, to who it is: its name, with its code where several have the name, its code without.

    ``units`` is indexed by code, with columns name, county_code, county_name, industry_name.
    """
    many = units["name"].duplicated(keep=False)
    called = (
        units["name"].where(~many, units["name"] + "（" + units.index + "）").where(units["name"] != "", units.index)
    )
    return {
        label: Who(code, *place)
        for label, code, place in zip(
            called,
            units.index,
            units[["county_code", "county_name", "industry_name"]].itertuples(index=False, name=None),
            strict=True,
        )
    }


def common(whos: Iterable[Who]) -> dict[str, str]:
    """County and industry that all of these share; ``""`` where they differ."""
    known = list(whos)
    same = {}
    for name in ("county_code", "county_name", "industry_name"):
        values = {getattr(who, name) for who in known}
        same[name] = values.pop() if len(values) == 1 else ""
    return same
