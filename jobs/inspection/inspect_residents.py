"""Refused residents: identity numbers that do not hold, told apart into slips of the pen and inventions."""

import re
from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog import Resource
from catalog.masking import masked
from expectations.authenticity.finding import Finding
from expectations.authenticity.identity_number import Person, inspect
from jobs.publish.refused import delivered_cells

NUMBER_REFUSED = "R006"
_SEXES = {"男": "1", "男性": "1", "女": "2", "女性": "2", "1": "1", "2": "2"}


def inspect_residents(
    refused: DataFrame, resource: Resource, layouts: Mapping[str, Mapping[str, Any]], counties: Mapping[str, str]
) -> list[Finding]:
    """Findings on the rows of ``quarantine__resident`` whose number was refused.

    ``layouts`` gives, per batch, the delivered ``headers``, ``codec`` and ``period`` (the journal's deliveries);
    ``counties`` maps county codes to names.
    """
    rows = (
        refused.where(F.array_contains("codes", NUMBER_REFUSED) & F.col("_batch").isin(sorted(layouts)))
        .select("_batch", "_file", "_source_row", "raw")
        .toPandas()
        .sort_values(["_batch", "_file", "_source_row"])
    )
    persons = [
        _person(place, layouts[place[0]], resource, counties) for place in rows.itertuples(index=False, name=None)
    ]
    return inspect([person for person in persons if person.number])


def _person(
    place: tuple[str, str, int, str], layout: Mapping[str, Any], resource: Resource, counties: Mapping[str, str]
) -> Person:
    batch, file, line, raw = place
    cells = delivered_cells(raw, layout["headers"], layout["codec"], resource.form.delimiter)

    def cell(name: str) -> str:
        return (cells.get(resource.column(name).delivered_as) or "").strip()

    number = cell("id_number").upper()
    county = cell("village_code")[:6]
    birth = re.sub(r"\D", "", cell("birth_date"))
    return Person(
        place=f"{batch}/{file}#{line}",
        number=number,
        birth_date=birth if len(birth) == 8 else "",
        sex=_SEXES.get(cell("sex"), ""),
        county_code=county if county in counties else "",
        county_name=counties.get(county, "未知县区"),
        period=str(layout["period"]),
        shown=masked(number, "id_number") or "",
    )
