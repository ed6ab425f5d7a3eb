"""The publish step: every serving table of the night, then the switch."""

from datetime import date

import pyarrow as pa
from pyspark.sql import DataFrame

from catalog import Catalog
from jobs import journal, killpoints, lake
from jobs.publish import catalogue, duck, plan, refused, sample
from jobs.session import spark

ORDERS: dict[str, list[str]] = {
    "meta__run": ["business_date", "run_id"],
    "meta__delivery": ["resource", "delivered_at", "batch"],
    "meta__check": ["resource", "batch"],
    "meta__stage": ["run_id", "step"],
    "meta__quality": ["resource", "owner", "dimension", "business_date"],
    "topic_city__indicator": ["indicator", "area_code", "period"],
    "topic_authenticity__finding": ["strength", "q_value", "finding_id"],
    "topic_quality__conflict": ["golden", "attribute", "kept", "other"],
    "base_geo__division": ["system", "code"],
}
BOUNDARY = "boundary"


def _arrow(frame: DataFrame) -> pa.Table:
    table: pa.Table = frame.toArrow()
    return table


def _boundary(catalog: Catalog, business_date: date) -> pa.Table | None:
    """Outlines of the configured boundary resource, when there is one; pages rank where there is none."""
    from jobs.read import current

    if BOUNDARY not in catalog.resources:
        return None
    rows = current(catalog[BOUNDARY], business_date)
    if rows is None:
        return None
    flagged = {row["batch"] for row in journal.deliveries(BOUNDARY) if row["code"] in ("W006", "W007")}
    table = _arrow(rows.select("code", "name", "geojson", "_batch"))
    return table.append_column(
        "is_repaired", pa.array([batch in flagged for batch in table["_batch"].to_pylist()])
    ).rename_columns(["code", "name", "geojson", "source", "is_repaired"])


def publish(catalog: Catalog, business_date: date, run_id: str) -> str:
    """Write all serving files and switch to them. A night older than the one that is up changes nothing."""
    up = duck.current()
    if up and up["business_date"] > business_date.isoformat():
        return f"已有 {up['business_date']} 的版本，保留较新的"
    as_of = {name: row["business_date"] for name in lake.tables() if (row := journal.product(name))}
    served: dict[str, duck.Served] = {}
    for table, order in ORDERS.items():
        if lake.exists(table):
            served[table] = duck.write(table, _arrow(lake.read(spark(), table)), order, as_of.get(table))
    made = {
        "meta__resource": catalogue.resources(catalog),
        "meta__indicator": catalogue.indicators(),
        "meta__quarantine_sample": refused.samples(catalog),
        "meta__sample": sample.samples(catalog, business_date),
        "meta__step": plan.steps(),
        "meta__lineage": plan.lineage(catalog),
        "meta__column_lineage": plan.column_lineage(catalog),
        "open_geo__boundary": _boundary(catalog, business_date),
    }
    for table, content in made.items():
        if content is not None:
            served[table] = duck.write(table, content, [], business_date.isoformat())
    killpoints.here("publish.before_switch")
    duck.switch(run_id, business_date, served)
    killpoints.here("publish.after_switch")
    return f"{len(served)} 张服务表"
