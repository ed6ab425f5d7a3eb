"""Two official code systems of one city, delivered as what they are: two systems."""

import pyarrow as pa

from sample_data import delivery, reference
from sample_data.context import INITIAL_DELIVERY, City
from sample_data.places import CITY_CODE

HEADERS = ("代码体系", "版本", "级别", "代码", "名称", "上级代码")

Row = tuple[str, str, str, str, str, str]


def _counties(system: str, edition: str) -> list[Row]:
    return [(system, edition, "县", row["code"], row["name"], CITY_CODE) for row in reference.rows("counties.csv")]


def statistical() -> list[Row]:
    """Codes for statistical use, edition 2023: county, township, village."""
    towns = reference.rows("townships_nbs2023.csv")
    villages = reference.rows("villages_nbs2023.csv")
    return [
        *_counties("统计", "2023"),
        *(("统计", "2023", "乡", row["code"], row["name"], row["areaCode"]) for row in towns),
        *(("统计", "2023", "村", row["code"], row["name"], row["streetCode"]) for row in villages),
    ]


def civil_affairs() -> list[Row]:
    """Codes of the civil affairs office, edition 2026: county, township."""
    towns = reference.rows("townships_mca2026.csv")
    return [
        *_counties("民政", "2026"),
        *(("民政", "2026", "乡", row["code"], row["name"], row["county_code"]) for row in towns),
    ]


def deliver(city: City) -> None:
    """One batch from each office that keeps codes."""
    for number, provider, rows in (("01", "tongjiju", statistical()), ("02", "minzhengju", civil_affairs())):
        columns = [pa.array(column) for column in zip(*rows, strict=True)]
        content = delivery.csv_bytes(pa.table(columns, names=list(HEADERS)))
        batch = delivery.Batch("division", provider, "2018", f"division-2018-{number}", INITIAL_DELIVERY)
        delivery.write(city.out, batch, {"division.csv": content}, len(rows))
        city.truth.expect("division", batch.batch, "published")
        city.delivered("division", len(rows))
