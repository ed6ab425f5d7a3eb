"""topic_plan__audit as it is served: the draws that the audit bureau reports, each drawn again."""

from datetime import date

import pyarrow as pa

from catalog import Catalog
from jobs import journal
from jobs.beside import current_rows
from jobs.governance.audits import REGISTER, TABLE, rows

__all__ = ["TABLE", "decided_by", "is_there", "table"]


def is_there(catalog: Catalog, business_date: date) -> bool:
    """Whether some draw is published."""
    return REGISTER in catalog.resources and bool(journal.published_batches(REGISTER, business_date))


def decided_by(catalog: Catalog, business_date: date) -> list[str]:
    """What decides the content besides the code."""
    return journal.published_batches(REGISTER, business_date)


def table(catalog: Catalog, business_date: date) -> pa.Table:
    """The draws as they stand on a business date."""
    return rows(current_rows(catalog[REGISTER], business_date))
