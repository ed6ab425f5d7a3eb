"""How the steps of the night ended, and what each table and each column is made from, for the pages."""

import pyarrow as pa
import sqlalchemy as sa

from catalog import Catalog
from jobs import journal, lake
from jobs.lineage.columns import edges_of
from jobs.plan import night_plan
from jobs.products import products

STEP = pa.schema([(name, pa.string()) for name in ("run_id", "step", "state", "message")])
EDGE = pa.schema([(name, pa.string()) for name in ("source", "target")])
COLUMN_EDGE = pa.schema([(name, pa.string()) for name in ("table", "column", "source_table", "source_column", "how")])


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


def column_lineage(catalog: Catalog) -> pa.Table:
    """One row an origin of a column: typed columns from delivered items, columns of products from their inputs'."""
    made = [product.table for product in products(catalog) if lake.exists(product.table)]
    columns = {table: lake.schema(table).names for table in made}
    typed = {f"dwd_{each.table}": [column.name for column in each.columns] for each in catalog.resources.values()}
    edges = (edge for table, names in (typed | columns).items() for edge in edges_of(table, names, columns, catalog))
    rows = [{name: getattr(edge, name) for name in COLUMN_EDGE.names} for edge in edges]
    return pa.Table.from_pylist(rows, schema=COLUMN_EDGE)
