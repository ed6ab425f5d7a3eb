"""meta__run, meta__delivery, meta__check, meta__stage: the journal as tables of the lake; meta__quality: what it says
of each department."""

import json
from typing import Any

import sqlalchemy as sa
from pyspark.sql import DataFrame

from catalog import Catalog
from jobs import journal, lake, quality, release
from jobs.session import spark

DELIVERY = (
    "resource string, provider string, period string, batch string, folder string, state string, code string, "
    "message string, codes string, rows_delivered bigint, rows_accepted bigint, rows_quarantined bigint, "
    "delivered_at string, finished_at string, run_id string, "
    "released_by string, released_at string, released_why string"
)
RELEASED = {
    "released_by": journal.RELEASE.c.who,
    "released_at": journal.RELEASE.c.asked_at,
    "released_why": journal.RELEASE.c.why,
}
"""A held batch that a person let through; it is published by the night after."""
CHECK = (
    "run_id string, resource string, batch string, check string, dimension string, severity string, observed string, "
    "expected string, success boolean"
)
SCHEMAS = {
    "meta__run": (journal.RUN, "run_id string, business_date string, started_at string, ended_at string, state string"),
    "meta__delivery": (journal.DELIVERY, DELIVERY),
    "meta__check": (journal.CHECK, CHECK),
    "meta__stage": (journal.STAGE, "run_id string, step string, stage string, seconds double, rows bigint"),
}

QUALITY = (
    "resource string, owner string, business_date string, dimension string, value double, numerator bigint, "
    "denominator bigint"
)


def frame(table: str) -> tuple[DataFrame, int]:
    """One meta table from the journal, and its rows."""
    source, schema = SCHEMAS[table]
    names = [field.strip().split()[0] for field in schema.split(",")]
    columns = [RELEASED[name].label(name) if name in RELEASED else source.c[name] for name in names]
    query = sa.select(*columns).select_from(source).order_by(*source.primary_key.columns)
    if source is journal.DELIVERY:
        query = query.outerjoin(journal.RELEASE, release.SAME)
    rows = [tuple(_cell(row[name]) for name in names) for row in journal.rows(query)]
    return spark().createDataFrame(rows, schema), len(rows)


def _cell(value: Any) -> Any:
    """A value of the journal as a cell; what it keeps as JSON stays JSON."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else value


def quality_frame(catalog: Catalog) -> tuple[DataFrame, int]:
    """meta__quality up to the last business date, and its rows."""
    until = journal.last_business_date()
    found = quality.measures(catalog, journal.deliveries(), until) if until else []
    rows = [(each.resource, each.owner, each.business_date.isoformat(), *each[3:]) for each in found]
    return spark().createDataFrame(rows, QUALITY), len(rows)


def write_meta(catalog: Catalog) -> int:
    """Replace all meta tables; returns the number of their rows."""
    content, total = quality_frame(catalog)
    lake.overwrite(content, "meta__quality")
    for table in SCHEMAS:
        content, count = frame(table)
        lake.overwrite(content, table)
        total += count
    return total
