"""Resources that are real as they stand: county boundaries, two World Bank series, the plan's tasks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from sample_data import delivery, reference
from sample_data.context import INITIAL_DAY, INITIAL_DELIVERY, City

LAST_KNOWN_YEAR = 2017
"""The night stands in 2018: later years of the series are not known yet."""
SERIES = (("gdp_CHN.csv", "国内生产总值（现价美元）"), ("population_CHN.csv", "总人口"))


def deliver(city: City) -> None:
    """One batch each; nothing is changed but the boundaries' missing county codes."""
    _boundary(city)
    _world_bank(city)
    deliver_plan(city)


def _hand_in(city: City, batch: delivery.Batch, files: Mapping[str, delivery.Content], rows: int) -> None:
    delivery.write(city.out, batch, files, rows)
    city.truth.expect(batch.resource, batch.batch, "published")
    city.delivered(batch.resource, rows)


def _boundary(city: City) -> None:
    code = {county.name: county.code for county in city.places.counties}
    features = [
        ({"区划代码": code[feature["properties"]["name"]], "名称": feature["properties"]["name"]}, feature["geometry"])
        for feature in reference.boundary()["features"]
    ]

    def write(path: Path) -> None:
        delivery.write_geojson(path, features)

    batch = delivery.Batch("boundary", "guotuju", "2018", "boundary-2018-01", INITIAL_DELIVERY)
    _hand_in(city, batch, {"boundary.geojson": write}, len(features))
    city.truth.expect(batch.resource, batch.batch, "published_flagged", "W007")


def _world_bank(city: City) -> None:
    rows = [
        (title, row["Year"], row["Value"])
        for file, title in SERIES
        for row in reference.rows(file)
        if int(row["Year"]) <= LAST_KNOWN_YEAR
    ]
    columns = [pa.array(column) for column in zip(*rows, strict=True)]
    content = delivery.csv_bytes(pa.table(columns, names=["指标", "年份", "值"]))
    period = str(LAST_KNOWN_YEAR)
    batch = delivery.Batch("world_bank_china", "tongjiju", period, f"world_bank_china-{period}-01", INITIAL_DELIVERY)
    _hand_in(city, batch, {"world_bank_china.csv": content}, len(rows))


def _records() -> list[dict[str, Any]]:
    counts: dict[int, int] = {}
    records = []
    for task in reference.plan_tasks():
        article = int(task["article"])
        counts[article] = counts.get(article, 0) + 1
        records.append(
            {
                "任务编号": f"{article:02d}-{counts[article]}",
                "条": article,
                "章节": task["section"],
                "任务": task["task"],
                "完成时限": str(task["due"]) if task["due"] else None,
                "牵头部门": task["lead"],
                "配合部门": "、".join(task["with"]) or None,
            }
        )
    return records


def deliver_plan(city: City) -> None:
    """The tasks of the plan, once."""
    records = _records()

    def write(path: Path) -> None:
        delivery.write_jsonl(path, records)

    period = INITIAL_DAY.isoformat()
    batch = delivery.Batch("plan_task", "zfbgs", period, f"plan_task-{period}-01", INITIAL_DELIVERY)
    _hand_in(city, batch, {"plan_task.jsonl": write}, len(records))
