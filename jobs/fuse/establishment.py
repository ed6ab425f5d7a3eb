"""base_legal__establishment: places where legal persons act: their seat, sole traders, and branches."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.fuse.match.records import SOURCES
from jobs.fuse.sources import source
from jobs.inputs import Inputs

BRANCHES = "social_insurance_employer"
"""Where branches are known by name and place. The statistical directory lists them too, for statistics only."""


def build(inputs: Inputs) -> DataFrame:
    """Establishments of all legal persons, seats with their history, branches as they stand."""
    golden, link = inputs.table("base_legal__legal_person"), inputs.table("base_legal__link")
    return establishments(golden, link, inputs.rows(BRANCHES))


def establishments(golden: DataFrame, link: DataFrame, branches: DataFrame | None) -> DataFrame:
    """One row an establishment and period of validity. ``kind`` is sole_trader, seat or branch; ``entity_id`` is whose
    it is. A seat has the id of its legal person, a branch that of its record.
    """
    seats = golden.select(
        F.col("entity_id").alias("establishment_id"),
        "entity_id",
        F.when(F.col("kind") == "sole_trader", "sole_trader").otherwise("seat").alias("kind"),
        "name",
        "address",
        "county_code",
        (F.col("registration_status") == "active").alias("is_open"),
        "valid_from",
        "valid_to",
        "is_current",
        F.col("sources")["*"].alias("source"),
    )
    if branches is None:
        return seats
    mine = link.where(f"resource = '{BRANCHES}' and state = 'linked' and relation = 'branch'")
    key = SOURCES[BRANCHES].key
    known = branches.join(mine.select(F.col("record_key").alias(key), "record_id", "entity_id"), on=key, how="inner")
    said = F.struct("name", "county_code", "status", "joined_on", "_batch")
    newest = F.max_by(said, F.struct("period", "_delivered_at", "_source_row"))
    last = known.groupBy("record_id", "entity_id").agg(newest.alias("row")).select("record_id", "entity_id", "row.*")
    return seats.unionByName(
        last.select(
            F.col("record_id").alias("establishment_id"),
            "entity_id",
            F.lit("branch").alias("kind"),
            "name",
            F.lit(None).cast("string").alias("address"),
            "county_code",
            (F.col("status") == "paying").alias("is_open"),
            F.col("joined_on").alias("valid_from"),
            F.lit(None).cast("date").alias("valid_to"),
            F.lit(True).alias("is_current"),
            source(BRANCHES, F.col("_batch")).alias("source"),
        )
    )
