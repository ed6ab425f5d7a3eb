"""The publish step: every serving table of the night, then the switch. A table that nothing new decides keeps its
file, and where all do, the step asks nothing of the engine.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pyarrow as pa
from pyspark.sql.pandas.types import to_arrow_schema

from catalog import Catalog
from catalog.evaluation import evaluation as scheme_of_evaluation
from jobs import journal, killpoints, lake
from jobs.beside import current_rows, rows_of
from jobs.build import code_version
from jobs.governance import states
from jobs.publish import (
    audited,
    catalogue,
    decide,
    duck,
    entity,
    evaluation,
    exchange,
    filed,
    place,
    plan,
    refused,
    registers,
    sample,
    services,
    unit_month,
)
from jobs.sqltext import texts

ORDERS: dict[str, list[str]] = {
    "meta__run": ["business_date", "run_id"],
    "meta__delivery": ["resource", "delivered_at", "batch"],
    "meta__check": ["resource", "batch"],
    "meta__stage": ["run_id", "step"],
    "meta__quality": ["resource", "owner", "dimension", "business_date"],
    "topic_city__indicator": ["indicator", "area_code", "period"],
    "base_macro__observation": ["indicator", "area_code", "is_cumulative", "period", "known_from"],
    "topic_authenticity__finding": ["strength", "q_value", "finding_id"],
    "topic_authenticity__unit": ["unit"],
    "topic_plan__measure": ["measure", "owner"],
    "topic_plan__system": ["department", "system_code"],
    "topic_plan__task": ["task_id"],
    "topic_plan__township": ["township_code"],
    "topic_warning__forecast": ["indicator", "area_code", "period"],
    "topic_warning__signal": ["period", "indicator", "area_code"],
    "topic_quality__conflict": ["golden", "attribute", "kept", "other"],
    "base_geo__division": ["system", "code"],
}
REGISTERS = (
    (registers, ["register", "department", "code"]),
    (filed, ["risk DESC", "project_code"]),
    (audited, ["drawn_on DESC", "draw_number", "place"]),
    (services, ["department", "office", "item_code"]),
)
"""Registers of the plan that are read beside the engine, and the order in which each is served."""
BOUNDARY = "boundary"
OUTLINES = pa.schema(
    [*((name, pa.string()) for name in ("code", "name", "geojson", "source")), ("is_repaired", pa.bool_())]
)
Make = Callable[[], pa.Table | duck.Query]


def _boundary(catalog: Catalog, business_date: date) -> pa.Table:
    """Outlines of the configured boundary resource, of which something is published."""
    flagged = {row["batch"] for row in journal.deliveries(BOUNDARY) if row["code"] in ("W006", "W007")}
    rows = [
        {
            **{name: row[name] for name in ("code", "name", "geojson")},
            "source": row["_batch"],
            "is_repaired": row["_batch"] in flagged,
        }
        for row in current_rows(catalog[BOUNDARY], business_date)
    ]
    return pa.Table.from_pylist(rows, schema=OUTLINES)


def publish(catalog: Catalog, business_date: date, run_id: str) -> str:
    """Write all serving files and switch to them. A night older than the one that is up changes nothing."""
    up = duck.current()
    if up and up["business_date"] > business_date.isoformat():
        return f"已有 {up['business_date']} 的版本，保留较新的"
    as_of = {name: row["business_date"] for name in lake.tables() if (row := journal.product(name))}
    served = {
        table: _serve(table, order, as_of.get(table), lake.state(table), _whole(table))
        for table, order in ORDERS.items()
        if lake.exists(table)
    }
    day = business_date.isoformat()
    small = {
        "meta__resource": catalogue.resources(catalog),
        "meta__indicator": catalogue.indicators(),
        "meta__step": plan.steps(),
        "meta__lineage": plan.lineage(catalog),
        "meta__column_lineage": plan.column_lineage(catalog),
    }
    for table, content in (small | _states(as_of.get(states.TASKS))).items():
        served[table] = _serve(table, [], day, content.to_pylist(), partial(_same, content))
    for table, decided_by, make in _sampled(catalog, business_date):
        served[table] = _serve(table, [], day, decided_by, make)
    for table, each in entity.ENTITIES.items():
        if entity.is_there(each):
            make = partial(entity.query_of, catalog, each)
            served[table] = _serve(table, each.order, day, entity.decided_by(each), make)
    if place.is_there():
        make_places = partial(place.places, catalog)
        served["entity__place"] = _serve("entity__place", ["code"], day, place.decided_by(), make_places)
    if unit_month.is_there(catalog, business_date):
        decided = unit_month.decided_by(catalog, business_date)
        make_months = partial(unit_month.unit_months, catalog, business_date)
        served["entity__firm_month"] = _serve(
            "entity__firm_month", ["credit_code", "period"], day, decided, make_months
        )
    for register, order in REGISTERS:
        if register.is_there(catalog, business_date):
            decided_here = register.decided_by(catalog, business_date)
            made = partial(register.table, catalog, business_date)
            served[register.TABLE] = _serve(register.TABLE, order, day, decided_here, made)
    if exchange.is_there(catalog, business_date):
        decided = exchange.decided_by(catalog, business_date)
        counted = partial(exchange.query, catalog, business_date)
        served[exchange.TABLE] = _serve(exchange.TABLE, ["day", "taker", "giver"], day, decided, counted)
    if evaluation.is_there(served):
        served["topic_plan__evaluation"] = _evaluated(catalog, business_date, served)
    for one in decide.decided(catalog, business_date):
        served[one.table] = _serve(one.table, one.order, as_of.get(decide.FIGURES), one.decided_by, one.make)
    killpoints.here("publish.before_switch")
    duck.switch(run_id, business_date, served)
    killpoints.here("publish.after_switch")
    return f"{len(served)} 张服务表"


def _states(known_on: str | None) -> dict[str, pa.Table]:
    """The changes of the plan's tasks up to the day for which these were made; no table without tasks."""
    if known_on is None:
        return {}
    states.record(known_on, rows_of(states.TASKS, states.COLUMNS))
    return {states.TABLE: states.table()}


def _evaluated(catalog: Catalog, business_date: date, served: dict[str, duck.Served]) -> duck.Served:
    """The evaluation of departments, from files of this night; of the city's own code list."""
    sources = {name: served[name] for name in evaluation.sources(served)}
    names = catalog.codelists["department"].names
    made_of = [scheme_of_evaluation().model_dump_json(), names, [each.made_from for each in sources.values()]]
    files = {name: each.file for name, each in sources.items()}
    make = partial(evaluation.table, files, names, business_date)
    order = ["rank NULLS LAST", "department"]
    return _serve("topic_plan__evaluation", order, business_date.isoformat(), made_of, make)


def _same(content: pa.Table) -> pa.Table:
    return content


def _whole(table: str) -> Make:
    """A table of the lake as it stands, read from its files; without rows it has none."""

    def make() -> pa.Table | duck.Query:
        if not (files := lake.files(table)):
            empty: pa.Table = to_arrow_schema(lake.schema(table)).empty_table()
            return empty
        return duck.Query(f"FROM read_parquet([{texts(files)}])", {})

    return make


def _sampled(catalog: Catalog, business_date: date) -> list[tuple[str, Any, Make]]:
    """Tables made from rows of many resources: name, what decides the content, and how it is made."""
    declared = [resource.model_dump_json() for resource in catalog.resources.values()]
    journalled = journal.deliveries()
    refusals = [lake.state(f"quarantine__{name}") for name in catalog.resources]
    typed = [lake.state(f"dwd_{resource.table}") for resource in catalog.resources.values()]
    visible = [journal.published_batches(name, business_date) for name in catalog.resources]
    published = [declared, journalled, typed, visible]
    found: list[tuple[str, Any, Make]] = [
        ("meta__quarantine_sample", [declared, journalled, refusals], lambda: refused.samples(catalog)),
        ("meta__sample", published, lambda: sample.samples(catalog, business_date)),
    ]
    if BOUNDARY in catalog.resources and journal.published(BOUNDARY, business_date):
        found.append(("open_geo__boundary", published, lambda: _boundary(catalog, business_date)))
    return found


def _serve(table: str, order: list[str], as_of: str | None, decided_by: Any, make: Make) -> duck.Served:
    """The file of a table: the one that is up, when the same rows would come of the same code, or a new one."""
    text = json.dumps([code_version(), order, decided_by], ensure_ascii=False, default=str)
    made_from = hashlib.sha256(text.encode()).hexdigest()[:16]
    return duck.kept(table, made_from, as_of) or duck.write(table, make(), order, as_of, made_from)
