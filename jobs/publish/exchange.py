"""topic_plan__exchange: who took what from whom, by day; counted from the log's files without the engine."""

from datetime import date

from catalog import Catalog, Resource
from jobs import journal, lake
from jobs.publish.duck import Query
from jobs.publish.entity import view
from jobs.sqltext import day_in_china

LOG, TABLE = "exchange_log", "topic_plan__exchange"
SLOW_MS = 2_000
"""From so many milliseconds on a call is slow: what a clerk at a counter waits for."""

COUNTED = f"""
SELECT {day_in_china("called_at")} AS day, taker, taking.name AS taker_name, giver,
  giving.name AS giver_name, resource_name, way,
  CASE WHEN taking.is_county AND giving.is_county THEN 'region' WHEN taking.is_county OR giving.is_county THEN 'level'
    ELSE 'department' END AS across,
  count(*) AS calls, count(*) FILTER (result = 'succeeded') AS succeeded,
  count(*) FILTER (result = 'succeeded' AND row_count > 0) AS fruitful,
  coalesce(sum(row_count) FILTER (result = 'succeeded'), 0)::BIGINT AS row_count, sum(latency_ms)::BIGINT AS latency_ms,
  count(*) FILTER (latency_ms >= {SLOW_MS}) AS slow, max(max({day_in_china("called_at")})) OVER () AS log_until
FROM log JOIN party AS taking ON taking.code = taker JOIN party AS giving ON giving.code = giver
GROUP BY ALL
"""


def is_there(catalog: Catalog, business_date: date) -> bool:
    """Whether something of the log is published."""
    return LOG in catalog.resources and bool(journal.published(LOG, business_date))


def decided_by(catalog: Catalog, business_date: date) -> list[object]:
    """What decides the content besides the code."""
    return [
        lake.state(_table(catalog[LOG])),
        journal.published_batches(LOG, business_date),
        catalog.codelists["department"].names,
    ]


def query(catalog: Catalog, business_date: date) -> Query:
    """One row a day, taker, giver, resource and way; ``across`` is the boundary that was crossed (第17条): between
    city and county (level), two counties (region) or two departments of the city. ``latency_ms`` is the sum.
    ``log_until`` is the last day of the whole log on every row: a reader who sees a part of it counts the same month.
    """
    table = _table(catalog[LOG])
    batches = ", ".join(f"'{batch}'" for batch in journal.published_batches(LOG, business_date))
    rows = f"SELECT * FROM ({view(table, catalog, lake.files(table))}) WHERE _batch IN ({batches})"
    named = ", ".join(
        f"('{code}', '{name}', {str(code.isdigit()).lower()})"
        for code, name in catalog.codelists["department"].names.items()
    )
    return Query(COUNTED, {"log": rows, "party": f"SELECT * FROM (VALUES {named}) AS p(code, name, is_county)"})


def _table(log: Resource) -> str:
    return f"dwd_{log.table}"
