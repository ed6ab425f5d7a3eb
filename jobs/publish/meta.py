"""meta__run, meta__delivery, meta__check, meta__stage: the journal as tables of the lake; meta__quality: what it says
of each department."""

import hashlib
import json
from typing import Any

import sqlalchemy as sa

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


def content(table: str) -> list[tuple[Any, ...]]:
    """Rows of one meta table, from the journal."""
    source, schema = SCHEMAS[table]
    names = [field.strip().split()[0] for field in schema.split(",")]
    columns = [RELEASED[name].label(name) if name in RELEASED else source.c[name] for name in names]
    query = sa.select(*columns).select_from(source).order_by(*source.primary_key.columns)
    if source is journal.DELIVERY:
        query = query.outerjoin(journal.RELEASE, release.SAME)
    return [tuple(_cell(row[name]) for name in names) for row in journal.rows(query)]


def _cell(value: Any) -> Any:
    """A value of the journal as a cell; what it keeps as JSON stays JSON."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else value


def quality_content(catalog: Catalog) -> list[tuple[Any, ...]]:
    """Rows of meta__quality up to the last business date."""
    until = journal.last_business_date()
    found = quality.measures(catalog, journal.deliveries(), until) if until else []
    return [(each.resource, each.owner, each.business_date.isoformat(), *each[3:]) for each in found]


def write_meta(catalog: Catalog) -> int:
    """Replace the meta tables that say something new; returns the rows of all."""
    total = _write("meta__quality", QUALITY, quality_content(catalog))
    return total + sum(_write(table, schema, content(table)) for table, (_, schema) in SCHEMAS.items())


def _write(table: str, schema: str, rows: list[tuple[Any, ...]]) -> int:
    """Replace a meta table unless its last commit says that it holds these very rows; their number."""
    said = hashlib.sha256(json.dumps([schema, rows], ensure_ascii=False).encode()).hexdigest()
    if lake.mark(table) != said:
        lake.overwrite(spark().createDataFrame(rows, schema), table, said)
    return len(rows)
