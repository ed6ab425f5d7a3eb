"""Reading what is published: dwd rows of published batches, and the current and past versions of keyed records."""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from catalog import Catalog, Resource
from expectations.profile import period_of
from jobs import journal, lake
from jobs.session import spark


def published_rows(resource: Resource, business_date: date | None = None) -> DataFrame | None:
    """Every dwd row of the resource's published batches, known at the end of the business date; None before the
    first.
    """
    batches = journal.published(resource.resource, business_date)
    table = f"dwd_{resource.table}"
    if not batches or not lake.exists(table):
        return None
    return lake.read(spark(), table).where(F.col("_batch").isin([row["batch"] for row in batches]))


def published_values(catalog: Catalog, reference: str) -> DataFrame:
    """Distinct published values (column ``value``) of a ``resource.column``."""
    name, _, column = reference.partition(".")
    rows = published_rows(catalog[name])
    if rows is None:
        return spark().createDataFrame([], "value string")
    return rows.select(F.col(column).cast("string").alias("value")).distinct()


def _order(resource: Resource) -> list[str]:
    version = [resource.version] if resource.version else []
    return [*version, "_delivered_at", "_batch", "_source_row"]


def versions(resource: Resource, business_date: date | None = None) -> DataFrame | None:
    """Every version of each record with ``_valid_from`` (date), ``_valid_to`` (date, null for the current) and
    ``_is_current``.

    Most records have one version, in the largest batch: only keys that other batches name are sorted.
    """
    rows = published_rows(resource, business_date)
    if rows is None:
        return None
    key = list(resource.key)
    counted = {row["batch"]: row["rows_accepted"] or 0 for row in journal.published(resource.resource, business_date)}
    largest = max(counted, key=lambda batch: (counted[batch], batch))
    began = F.to_date(F.col(resource.version) if resource.version else F.col("_delivered_at"))
    rows = rows.withColumn("_valid_from", began)
    base, rest = rows.where(F.col("_batch") == largest), rows.where(F.col("_batch") != largest)
    changed = rest.select(*key).distinct()
    single = base.join(changed, on=key, how="left_anti").withColumns(
        {"_valid_to": F.lit(None).cast("date"), "_is_current": F.lit(True)}
    )
    window = Window.partitionBy(*key).orderBy(*_order(resource))
    several = base.join(changed, on=key, how="left_semi").unionByName(rest)
    several = several.withColumns(
        {"_valid_to": F.lead("_valid_from").over(window), "_is_current": F.lead("_batch").over(window).isNull()}
    )
    return single.unionByName(several)


def current(resource: Resource, business_date: date | None = None) -> DataFrame | None:
    """The resource as it stands: the last version of each key (upsert), the batch of the latest period, the last
    delivered when it has several (replace), or every row (append).
    """
    if resource.load == "append":
        return published_rows(resource, business_date)
    if resource.load == "replace":
        rows, batches = published_rows(resource, business_date), journal.published(resource.resource, business_date)
        if rows is None:
            return None
        latest = max(reversed(batches), key=lambda row: period_of(row["period"])[1])
        return rows.where(F.col("_batch") == latest["batch"])
    found = versions(resource, business_date)
    return None if found is None else found.where("_is_current").drop("_valid_from", "_valid_to", "_is_current")
