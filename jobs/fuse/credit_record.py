"""base_credit__record: every public credit record of a legal person in one shape; a repaired record has an end."""

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.fuse.sources import source
from jobs.inputs import Inputs, MissingInputError


def build(inputs: Inputs) -> DataFrame:
    """Licences, penalties and dishonest debtors."""
    found = {name: inputs.current(name) for name in ("license", "penalty", "dishonest_debtor")}
    for name, frame in found.items():
        if frame is None:
            raise MissingInputError(name)
    records = [SHAPES[name](frame) for name, frame in found.items() if frame is not None]
    return records[0].unionByName(records[1]).unionByName(records[2])


def _record(
    frame: DataFrame, resource: str, number: str, *, began: str, ended: Col, summary: Col, is_adverse: bool
) -> DataFrame:
    amount = F.col("amount") if "amount" in frame.columns else F.lit(None).cast("decimal(20,4)")
    return frame.select(
        F.concat(F.lit(f"{resource}:"), F.col(number)).alias("record_id"),
        F.lit(resource).alias("kind"),
        "credit_code",
        "subject_name",
        "county_code",
        summary.alias("summary"),
        amount.alias("amount_10k_yuan"),
        F.col(began).alias("valid_from"),
        ended.alias("valid_to"),
        F.lit(is_adverse).alias("is_adverse"),
        source(resource, F.col("_batch")).alias("source"),
    )


def _licence(frame: DataFrame) -> DataFrame:
    return _record(
        frame,
        "license",
        "decision_number",
        began="decided_on",
        ended=F.col("valid_until"),
        summary=F.col("title"),
        is_adverse=False,
    )


def _penalty(frame: DataFrame) -> DataFrame:
    # 信用修复: a repaired penalty ends on the day of repair, otherwise when its publication ends.
    return _record(
        frame.withColumnRenamed("fine_10k_yuan", "amount"),
        "penalty",
        "decision_number",
        began="decided_on",
        ended=F.coalesce("repaired_on", "public_until"),
        summary=F.col("offence"),
        is_adverse=True,
    )


def _debtor(frame: DataFrame) -> DataFrame:
    # A natural person's name stays in the person's register; here only the case is kept.
    is_person = F.col("subject_kind") == "person"
    named = frame.withColumn("subject_name", F.when(~is_person, F.col("subject_name")))
    return _record(
        named.withColumnRenamed("amount_10k_yuan", "amount"),
        "dishonest_debtor",
        "case_number",
        began="published_on",
        ended=F.lit(None).cast("date"),
        summary=F.concat(F.lit("失信被执行人："), F.col("performance")),
        is_adverse=True,
    )


SHAPES = {"license": _licence, "penalty": _penalty, "dishonest_debtor": _debtor}
