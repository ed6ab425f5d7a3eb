"""Whether a legal person is alive, dormant or gone, by the evidence of each source.

- **gone**: its register has struck it off (注销).
- **dormant**: its register has revoked it (吊销, 撤销: it still exists, but may not act), or it is registered and every
  other source that knows it says that it has stopped.
- **alive**: it is registered, and some other source sees it act, or no other source knows it.

A source sees a legal person act by one of its records: a taxpayer in normal standing; an employer that pays for
somebody; power used in the last three months that were delivered. ``is_contradicted`` marks a legal person that is
struck off or revoked while a source sees it act in a later month: a question to both departments, not a verdict.
Past versions are judged by their register alone: what the others say is said of today.
"""

import datetime

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

_ACTS = {
    "tax_registration": "status = 'normal'",
    "social_insurance_employer": "status = 'paying' and persons > 0",
    "electricity": "electricity_kwh > 0",
}
"""What shows a legal person acting, in a row of each source."""
_MONTHS = {"electricity": 3}
"""Months that still speak of today, where the last does not suffice: power is used in seasons."""


def activity(resource: str, last: str, order: Col) -> dict[str, Col]:
    """Aggregates over the rows of a record of a source whose ``last`` period (2018-06) is known: ``is_active``, null
    when it says nothing of today, and ``spoke_in``, the last period of which it speaks. Of several rows of one period
    the last by ``order`` counts.
    """
    recent = [_months_before(last, months) for months in range(_MONTHS.get(resource, 1))]
    acts = [F.max_by(F.expr(_ACTS[resource]), F.when(F.col("period") == month, order)) for month in recent]
    return {
        "is_active": _greatest(acts, "boolean"),
        "spoke_in": F.max(F.when(F.col("period").isin(recent), F.col("period"))),
    }


def _months_before(last: str, months: int) -> str:
    day = datetime.date.fromisoformat(f"{last}-01")
    month = day.year * 12 + day.month - 1 - months
    return f"{month // 12}-{month % 12 + 1:02}"


def life(golden: DataFrame, sources: list[str]) -> DataFrame:
    """``golden`` with ``life``, ``is_contradicted`` and ``evidence``: the register's own word first, then the others
    by name, from the columns ``{resource}__is_active`` and ``{resource}__spoke_in``, which go.
    """
    heard = {name: (F.col(f"{name}__is_active"), F.col(f"{name}__spoke_in")) for name in sorted(sources)}
    status, is_current = F.col("registration_status"), F.col("is_current")
    has_activity = _greatest([is_active for is_active, _ in heard.values()], "boolean")
    # Periods and months are texts that sort like time; a quarter or year is none of these sources'.
    acted_in = _greatest([F.when(is_active, spoke_in) for is_active, spoke_in in heard.values()], "string")
    acts_later = acted_in > F.date_format("valid_from", "yyyy-MM")
    own = F.concat_ws("", F.lit("register="), status, F.lit("@"), "valid_from")
    said = (
        F.when(
            is_current & is_active.isNotNull(),
            F.concat(F.lit(f"{name}="), F.when(is_active, "active").otherwise("stopped"), F.lit("@"), spoke_in),
        ).otherwise("")
        for name, (is_active, spoke_in) in heard.items()
    )
    return golden.withColumns(
        {
            "life": F.when(status == "cancelled", "gone")
            .when(status == "revoked", "dormant")
            .when(is_current & ~has_activity, "dormant")
            .otherwise("alive"),
            "is_contradicted": is_current & (status != "active") & F.coalesce(acts_later, F.lit(False)),
            "evidence": F.array_remove(F.array(own, *said), ""),
        }
    ).drop(*(f"{name}__{what}" for name in heard for what in ("is_active", "spoke_in")))


def _greatest(values: list[Col], kind: str) -> Col:
    return F.array_max(F.array(F.lit(None).cast(kind), *values))
