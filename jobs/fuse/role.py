"""base_legal__role: who acts for a legal person, and from when to when. Names are personal data, masked where shown."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.inputs import Inputs


def build(inputs: Inputs) -> DataFrame:
    """Roles as the golden legal persons hold them."""
    return roles(inputs.table("base_legal__legal_person"))


def roles(golden: DataFrame) -> DataFrame:
    """One row a person in a role and period: ``legal_representative``, of a sole trader ``operator``.

    Versions of a legal person in which the representative did not change are one period.
    """
    each = Window.partitionBy("entity_id").orderBy("valid_from")
    before = F.lag("representative").over(each)
    marked = golden.withColumn("_began", F.coalesce(before != F.col("representative"), F.lit(True)).cast("int"))
    numbered = marked.withColumn("_term", F.sum("_began").over(each))
    last = F.struct("valid_to", "is_current", "kind", F.col("sources")["*"].alias("source"))
    terms = numbered.groupBy("entity_id", "credit_code", "representative", "_term").agg(
        F.min("valid_from").alias("valid_from"), F.max_by(last, F.col("valid_from")).alias("last")
    )
    return terms.select(
        "entity_id",
        "credit_code",
        F.when(F.col("last.kind") == "sole_trader", "operator").otherwise("legal_representative").alias("role"),
        "representative",
        "valid_from",
        F.col("last.valid_to").alias("valid_to"),
        F.col("last.is_current").alias("is_current"),
        F.col("last.source").alias("source"),
    )
