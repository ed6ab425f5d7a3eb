"""topic_plan__register as it is served: the rows that the measures of the plan counted, and from when they stand."""

from datetime import date

import pyarrow as pa

from catalog import Catalog
from jobs import journal, lake
from jobs.beside import current_rows, rows_of
from jobs.governance.registers import KNOWN, SOURCES, SYSTEMS, TABLE, rows

__all__ = ["TABLE", "decided_by", "is_there", "table"]


def _published(catalog: Catalog, business_date: date) -> dict[str, list[str]]:
    return {name: journal.published_batches(name, business_date) for name in SOURCES if name in catalog.resources}


def is_there(catalog: Catalog, business_date: date) -> bool:
    """Whether something of one of the registers is published, or of the ledger."""
    return lake.exists(SYSTEMS) or any(_published(catalog, business_date).values())


def decided_by(catalog: Catalog, business_date: date) -> list[object]:
    """What decides the content besides the code: assessments and trials age by the day."""
    systems = lake.state(SYSTEMS) if lake.exists(SYSTEMS) else None
    return [_published(catalog, business_date), systems, catalog.codelists["department"].names, business_date]


def table(catalog: Catalog, business_date: date) -> pa.Table:
    """The rows on a business date."""
    records = {name: current_rows(catalog[name], business_date) for name in _published(catalog, business_date)}
    records[SYSTEMS] = rows_of(SYSTEMS, KNOWN)
    return rows(records, catalog.codelists["department"].names, business_date)
