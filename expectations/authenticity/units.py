"""Who the units are: name, county and industry, as the sentence and the page need them."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Who:
    """What a finding says of its unit."""

    unit: str
    unit_name: str
    county_code: str
    county_name: str
    industry_name: str

    def fields(self) -> dict[str, str]:
        """As keyword arguments of a Finding."""
        return self.__dict__.copy()


class Directory:
    """Looks a unit up; an unknown unit is called by its code.

    ``units`` is indexed by unit with columns name, county_code, county_name, industry_code, industry_name.
    """

    def __init__(self, units: pd.DataFrame) -> None:
        self._units = units
        self._rows = units.to_dict("index")

    def who(self, unit: str) -> Who:
        """The unit's name and place."""
        row = self._rows.get(unit, {})
        name = str(row.get("name") or unit)
        county, industry = str(row.get("county_name") or ""), str(row.get("industry_name") or "")
        return Who(unit, name, str(row.get("county_code") or ""), county, industry)

    def name(self, unit: str) -> str:
        """The unit's name, or its code."""
        return self.who(unit).unit_name

    def common(self, members: list[str]) -> dict[str, str]:
        """County and industry that all members share; empty where they differ."""
        whos = [self.who(member) for member in members]
        same = {}
        for field in ("county_code", "county_name", "industry_name"):
            values = {getattr(who, field) for who in whos}
            same[field] = values.pop() if len(values) == 1 else ""
        return same

    def strata(self, units: list[str]) -> pd.Series:
        """Industry division (two digits) of each unit; empty when unknown."""
        codes = self._units["industry_code"].reindex(units).fillna("").astype(str)
        return codes.str[:2].reset_index(drop=True)
