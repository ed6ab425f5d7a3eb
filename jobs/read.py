"""Reading what is published: dwd rows of published batches, and the current and past versions of keyed records."""

from datetime import date
from itertools import zip_longest
from typing import Any

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from catalog import Catalog, Resource
from expectations.profile import period_of
from jobs import journal, lake
from jobs.session import spark
from jobs.snapshots import snapshots

FEW = 1_000_000
"""Rows that are sorted sooner than their table is read four times over."""


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


def order_of(resource: Resource) -> list[str]:
    """What decides which of two rows of a key is the later one."""
    version = [resource.version] if resource.version else []
    return [*version, "_delivered_at", "_batch", "_source_row"]


def latest(batches: list[dict[str, Any]]) -> dict[str, Any]:
    """The published batch (oldest delivery first) that counts where a delivery replaces those before it: that of the
    latest period, the last delivered when it has several.
    """
    return max(reversed(batches), key=lambda row: period_of(row["period"])[1])


def versions(resource: Resource, business_date: date | None = None) -> DataFrame | None:
    """Every version of each record with ``_valid_from`` (date), ``_valid_to`` (date, null for the current) and
    ``_is_current``.

    Most records have one version, in the largest batch: only keys that other batches name are sorted.
    """
    rows = published_rows(resource, business_date)
    if rows is None:
        return None
    key = list(resource.key)
    began = F.to_date(F.col(resource.version) if resource.version else F.col("_delivered_at"))
    single, several = _apart(rows.withColumn("_valid_from", began), key, _accepted(resource, business_date))
    single = single.withColumns({"_valid_to": F.lit(None).cast("date"), "_is_current": F.lit(True)})
    window = Window.partitionBy(*key).orderBy(*order_of(resource))
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
        return rows.where(F.col("_batch") == latest(batches)["batch"])
    found = versions(resource, business_date)
    return None if found is None else found.where("_is_current").drop("_valid_from", "_valid_to", "_is_current")


def known(resource: Resource, business_date: date | None = None) -> DataFrame | None:
    """Every row that was ever believed, with ``_known_from`` and ``_known_to`` (dates): what was known on a day is what
    had ``_known_from <= day`` and no ``_known_to``, or a later one.

    Recorded time, not valid time: a row is known from the day its batch was delivered, until another row of its key
    wins, its batch gives way to a correction, or (``load: replace``) a newer copy is delivered. Rows that never won
    are left out. None before the first publication.
    """
    spans = _spans(resource, business_date)
    table = f"dwd_{resource.table}"
    if not spans or not lake.exists(table):
        return None
    known_days = spark().createDataFrame(spans, "_batch string, _known_from date, _known_to date")
    rows = lake.read(spark(), table).join(F.broadcast(known_days), on="_batch", how="inner")
    if resource.load != "upsert":
        return rows
    accepted = _accepted(resource, business_date)
    if sum(accepted.values()) <= FEW:
        return _winning(rows, resource)
    # Most records have one row, in the largest batch: only keys that other batches name are sorted.
    single, several = _apart(rows, list(resource.key), accepted)
    return single.unionByName(_winning(several, resource))


def _accepted(resource: Resource, business_date: date | None) -> dict[str, int]:
    """Accepted rows of each published batch."""
    return {row["batch"]: row["rows_accepted"] or 0 for row in journal.published(resource.resource, business_date)}


def _apart(rows: DataFrame, key: list[str], accepted: dict[str, int]) -> tuple[DataFrame, DataFrame]:
    """Rows whose key the largest batch alone names, and all others."""
    largest = max(accepted, key=lambda batch: (accepted[batch], batch))
    base, rest = rows.where(F.col("_batch") == largest), rows.where(F.col("_batch") != largest)
    changed = rest.select(*key).distinct()
    single = base.join(changed, on=key, how="left_anti")
    return single, base.join(changed, on=key, how="left_semi").unionByName(rest)


def _spans(resource: Resource, business_date: date | None) -> list[tuple[str, date, date | None]]:
    """Batch, first day and end of every stretch of days on which base read a batch at their end."""
    limit = journal.limit_of(business_date)
    found = [
        (row, _day(row["delivered_at"]), _day(until) if until and until < limit else None)
        for row, until in journal.believed(resource.resource, business_date)
    ]
    spans = [(row["batch"], began, ended) for row, began, ended in found if ended is None or ended > began]
    if resource.load != "replace":
        return spans
    ends = {row["batch"]: period_of(row["period"])[1] for row, _, _ in found}
    stretches: list[tuple[str, date, date | None]] = []
    days = sorted({day for _, began, ended in spans for day in (began, ended) if day})
    for day, following in zip_longest(days, days[1:]):
        # Oldest delivery first: of equal periods the last delivered copy counts.
        there = [name for name, since, until in spans if since <= day and (until is None or until > day)]
        if not there:
            continue
        batch = max(reversed(there), key=ends.__getitem__)
        goes_on = bool(stretches) and stretches[-1][0] == batch and stretches[-1][2] == day
        began = stretches.pop()[1] if goes_on else day
        stretches.append((batch, began, following))
    return stretches


def _day(moment: str) -> date:
    return date.fromisoformat(moment[:10])


def _winning(rows: DataFrame, resource: Resource) -> DataFrame:
    """Of each key the row that counted, for as long as it did."""
    key = list(resource.key)
    rank = F.row_number().over(
        Window.partitionBy(*key, "_day").orderBy(*(F.desc_nulls_last(name) for name in order_of(resource)))
    )
    ranked = snapshots(rows, key).withColumn("_rank", rank)
    return _joined(ranked.where("_rank = 1").drop("_rank"), key)


def _joined(winners: DataFrame, key: list[str]) -> DataFrame:
    """Stretches of one row that follow each other as one."""
    in_time = Window.partitionBy(*key).orderBy("_day")
    goes_on = (
        (F.lag("_batch").over(in_time) == F.col("_batch"))
        & (F.lag("_source_row").over(in_time) == F.col("_source_row"))
        & (F.lag("_next_day").over(in_time) == F.col("_day"))
    )
    stretch = F.sum(F.when(goes_on, 0).otherwise(1)).over(in_time)
    own = Window.partitionBy(*key, "_stretch")
    marked = winners.withColumn("_stretch", stretch).withColumns(
        {
            "_known_from": F.min("_day").over(own),
            "_known_to": F.max_by("_next_day", "_day").over(own),
            "_first": F.min("_day").over(own) == F.col("_day"),
        }
    )
    return marked.where("_first").drop("_day", "_next_day", "_stretch", "_first")
