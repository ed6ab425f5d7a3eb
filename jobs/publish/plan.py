"""How the steps of the night ended, and what each table is made from, for the pages."""

import pyarrow as pa
import sqlalchemy as sa

from catalog import Catalog
from jobs import journal
from jobs.plan import night_plan

STEP = pa.schema([(name, pa.string()) for name in ("run_id", "step", "state", "message")])
EDGE = pa.schema([(name, pa.string()) for name in ("source", "target")])


def steps() -> pa.Table:
    """One row a step of every night that has ended, with its sentence: an earlier night's failure is still told."""
    names = [field.name for field in STEP]
    query = sa.select(*(journal.STEP.c[name] for name in names)).order_by(*journal.STEP.primary_key.columns)
    rows = [{name: row[name] for name in names} for row in journal.rows(query)]
    return pa.Table.from_pylist(rows, schema=STEP)


def lineage(catalog: Catalog) -> pa.Table:
    """One row an edge of the plan between two tables: ``target`` reads ``source``."""
    edges = [
        {"source": need, "target": step.name}
        for step in night_plan(catalog)
        if step.layer in ("land", "base", "topic")
        for need in step.needs
    ]
    return pa.Table.from_pylist(edges, schema=EDGE)
