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

from functools import reduce

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

_MONTHS = 3


def said_of(resource: str, linked: DataFrame) -> DataFrame:
    """entity_id, resource, is_active, as_of (period): what a resource's rows say of each legal person now."""
    last = linked.select(F.max("period").alias("_last"))
    recent = linked.join(F.broadcast(last)).where(F.col("period") >= _first(resource))
    return recent.groupBy("entity_id").agg(
        F.lit(resource).alias("resource"),
        F.bool_or(_acts(resource)).alias("is_active"),
        F.max("period").alias("as_of"),
    )


def _first(resource: str) -> Col:
    """The first period that still speaks of today: power is judged by several months, the others by the last."""
    if resource != "electricity":
        return F.col("_last")
    month = F.to_date(F.concat(F.col("_last"), F.lit("-01")))
    return F.date_format(F.add_months(month, 1 - _MONTHS), "yyyy-MM")


def _acts(resource: str) -> Col:
    return {
        "tax_registration": lambda: F.col("status") == "normal",
        "social_insurance_employer": lambda: (F.col("status") == "paying") & (F.col("persons") > 0),
        "electricity": lambda: F.col("electricity_kwh") > 0,
    }[resource]()


def evidence(said: list[DataFrame]) -> DataFrame | None:
    """entity_id, has_activity, acted_in (last period of activity), said: one row a legal person; None when nobody
    says anything.
    """
    if not said:
        return None
    word = F.when(F.col("is_active"), "active").otherwise("stopped")
    told = F.concat_ws("", "resource", F.lit("="), word, F.lit("@"), "as_of")
    return (
        reduce(DataFrame.unionByName, said)
        .groupBy("entity_id")
        .agg(
            F.bool_or("is_active").alias("has_activity"),
            F.max(F.when(F.col("is_active"), F.col("as_of"))).alias("acted_in"),
            F.sort_array(F.collect_list(told)).alias("said"),
        )
    )


def life(golden: DataFrame, found: DataFrame | None) -> DataFrame:
    """``golden`` with ``life``, ``is_contradicted`` and ``evidence``, the register's own word first."""
    if found is None:
        nothing = {"has_activity": "boolean", "acted_in": "string", "said": "array<string>"}
        joined = golden.withColumns({name: F.lit(None).cast(kind) for name, kind in nothing.items()})
    else:
        joined = golden.join(found, on="entity_id", how="left")
    status, is_current = F.col("registration_status"), F.col("is_current")
    own = F.array(F.concat_ws("", "register", F.lit("="), status, F.lit("@"), "valid_from"))
    # Periods and months are texts that sort like time; a quarter or year is none of these sources'.
    acts_later = F.col("acted_in") > F.date_format("valid_from", "yyyy-MM")
    return joined.withColumns(
        {
            "life": F.when(status == "cancelled", "gone")
            .when(status == "revoked", "dormant")
            .when(is_current & ~F.col("has_activity"), "dormant")
            .otherwise("alive"),
            "is_contradicted": is_current & (status != "active") & F.coalesce(acts_later, F.lit(False)),
            "evidence": F.when(is_current & F.col("said").isNotNull(), F.concat(own, F.col("said"))).otherwise(own),
        }
    ).drop("has_activity", "acted_in", "said")
