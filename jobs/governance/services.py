"""topic_plan__service: every matter of the service catalogue, where it is handled (articles 22-25 of the plan), and
what became of the cases of the last year.

A matter is on the platform when the platform handles it, or a department's own system that is docked to it; what the
catalogue does not say is unknown, and not on the platform. Three million cases a year are counted beside the engine:
both the measures and the pages take the rows from here.
"""

import datetime
from collections.abc import Mapping

from jobs.indicators.servicecases import FINISHED, ON_TIME, ONLINE
from jobs.sqltext import day_in_china, texts

TABLE, ITEMS, CASES = "topic_plan__service", "service_item", "service_case"
ITEM = (
    *("item_code", "title", "kind", "department", "area_code", "online_depth", "legal_days", "promised_days"),
    *("runs_on", "own_system", "docked_on"),
)
CASE = ("item_code", "channel", "accepted_at", "promised_days", "finished_at", "actual_days")
"""What must be known of items and cases."""
ONLINE_FROM = 3
"""Depth of 网办 from which a matter can be applied for online: 一级 tells how, 二级 has the forms to load down."""

NO_CASES = """SELECT NULL::VARCHAR AS item_code, NULL::VARCHAR AS channel, NULL::TIMESTAMP AS accepted_at,
  NULL::BIGINT AS promised_days, NULL::TIMESTAMP AS finished_at, NULL::BIGINT AS actual_days WHERE false"""

STATE = """CASE WHEN runs_on = 'platform' THEN 'platform' WHEN runs_on = 'offline' THEN 'offline'
  WHEN runs_on = 'own_system' AND docked_on IS NOT NULL THEN 'docked' WHEN runs_on = 'own_system' THEN 'undocked'
  ELSE 'unknown' END"""


def query(items: str, cases: str | None, names: Mapping[str, str], day: datetime.date) -> str:
    """The rows as a query of DuckDB: ``items`` and ``cases`` are queries of the current records (ITEM, CASE), ``names``
    those of departments and counties, by code.

    ``department`` is who answers: the city's department, or the government of the county whose matter it is; one of no
    code stands by its name. Days are working days; ``promised_sum`` and ``actual_sum`` those of the finished cases. A
    case counts that was accepted in the year up to ``day`` and is of a matter that the catalogue still has.
    """
    parties = ", ".join(f"({texts(party)})" for party in names.items())
    return f"""
WITH party(code, name) AS (VALUES {parties}),
item AS ({items}),
handled AS ({_handled(cases or NO_CASES, day)})
SELECT item.item_code, title, kind, item.department AS office, area_code,
  coalesce(county.code, own.code, item.department) AS department,
  coalesce(county.name, own.name, item.department) AS department_name,
  online_depth, online_depth::INT >= {ONLINE_FROM} AS is_online, legal_days, item.promised_days, own_system, docked_on,
  {STATE} AS state, coalesce(state IN ('platform', 'docked'), false) AS is_on_platform,
  {", ".join(f"coalesce(handled.{name}, 0) AS {name}" for name in COUNTS)}, median_days, p90_days,
  '{ITEMS}@' || item._batch AS source
FROM item LEFT JOIN handled USING (item_code)
  LEFT JOIN party AS county ON county.code = left(area_code, 6)
  LEFT JOIN party AS own ON own.name = item.department AND county.code IS NULL
"""


COUNTS = ("cases", "online_cases", "finished_cases", "on_time_cases", "promised_sum", "actual_sum")


def _handled(cases: str, day: datetime.date) -> str:
    """Cases of the year by matter."""
    return f"""
SELECT item_code, count(*) AS cases, count(*) FILTER ({ONLINE}) AS online_cases,
  count(*) FILTER ({FINISHED}) AS finished_cases, count(*) FILTER ({FINISHED} AND {ON_TIME}) AS on_time_cases,
  coalesce(sum(promised_days) FILTER ({FINISHED}), 0)::BIGINT AS promised_sum,
  coalesce(sum(actual_days) FILTER ({FINISHED}), 0)::BIGINT AS actual_sum,
  quantile_cont(actual_days, 0.5) AS median_days, quantile_cont(actual_days, 0.9) AS p90_days
FROM ({cases})
WHERE {day_in_china("accepted_at")} BETWEEN DATE '{day}' - INTERVAL 1 YEAR + INTERVAL 1 DAY AND DATE '{day}'
GROUP BY item_code"""
