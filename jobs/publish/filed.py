"""topic_plan__project as it is served: the filed projects, judged against the systems of the ledger."""

from datetime import date

import pyarrow as pa

from catalog import Catalog
from catalog.plan import scheme
from jobs import journal, lake
from jobs.beside import current_rows, rows_of
from jobs.governance.projects import FILINGS, KNOWN, SYSTEMS, TABLE, rows

__all__ = ["TABLE", "decided_by", "is_there", "table"]


def is_there(catalog: Catalog, business_date: date) -> bool:
    """Whether some project is published as filed."""
    return FILINGS in catalog.resources and bool(journal.published_batches(FILINGS, business_date))


def decided_by(catalog: Catalog, business_date: date) -> list[object]:
    """What decides the content besides the code."""
    systems = lake.state(SYSTEMS) if lake.exists(SYSTEMS) else None
    return [
        journal.published_batches(FILINGS, business_date),
        systems,
        catalog.codelists["department"].names,
        scheme().model_dump_json(),
    ]


def table(catalog: Catalog, business_date: date) -> pa.Table:
    """The projects as they stand on a business date."""
    filings = current_rows(catalog[FILINGS], business_date)
    return rows(filings, rows_of(SYSTEMS, KNOWN), catalog.codelists["department"].names, scheme())
