"""topic_plan__service as it is served: the matters of the service catalogue and their cases of the last year."""

from datetime import date

from catalog import Catalog
from jobs import journal
from jobs.beside import current_query
from jobs.governance.services import CASE, CASES, ITEM, ITEMS, TABLE, query
from jobs.inputs import MissingInputError
from jobs.publish.duck import Query

__all__ = ["TABLE", "decided_by", "is_there", "table"]


def is_there(catalog: Catalog, business_date: date) -> bool:
    """Whether a catalogue of services is published."""
    return ITEMS in catalog.resources and bool(journal.published_batches(ITEMS, business_date))


def decided_by(catalog: Catalog, business_date: date) -> list[object]:
    """What decides the content besides the code: the year of cases moves with the day."""
    published = {name: journal.published_batches(name, business_date) for name in (ITEMS, CASES)}
    return [published, catalog.codelists["department"].names, business_date]


def table(catalog: Catalog, business_date: date) -> Query:
    """The rows on a business date. MissingInputError when the table of the published catalogue is gone."""
    items = current_query(catalog[ITEMS], business_date, ITEM)
    if items is None:
        raise MissingInputError(ITEMS)
    cases = current_query(catalog[CASES], business_date, CASE) if CASES in catalog.resources else None
    return Query(query(items, cases, catalog.codelists["department"].names, business_date), {})
