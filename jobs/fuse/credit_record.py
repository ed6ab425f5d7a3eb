"""base_credit__record: every public credit record of a legal person in one shape; a repaired record has an end."""

from functools import reduce

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.fuse.sources import source
from jobs.inputs import Inputs, MissingInputError

NEEDED = ("license", "penalty", "dishonest_debtor")
LISTED_MONTHS = 24
"""A debtor stays on the list for two years (最高人民法院, 失信被执行人名单信息的若干规定, 2017, art. 2)."""


def build(inputs: Inputs) -> DataFrame:
    """Licences, penalties and dishonest debtors; tax ratings and wage arrears where they are delivered."""
    found = {name: inputs.current(name) for name in SHAPES}
    for name in NEEDED:
        if found[name] is None:
            raise MissingInputError(name)
    records = [SHAPES[name](frame) for name, frame in found.items() if frame is not None]
    return reduce(DataFrame.unionByName, records)


def _record(
    frame: DataFrame, resource: str, number: Col, *, item: Col, lasts: tuple[str, Col], summary: Col, is_adverse: Col
) -> DataFrame:
    """``item`` names what the record is scored as, see ``catalog/credit.yaml``; ``lasts`` is its beginning and end."""
    began, ended = lasts
    amount = F.col("amount") if "amount" in frame.columns else F.lit(None).cast("decimal(20,4)")
    return frame.select(
        F.concat(F.lit(f"{resource}:"), number).alias("record_id"),
        F.lit(resource).alias("kind"),
        item.alias("item"),
        "credit_code",
        "subject_name",
        "county_code",
        summary.alias("summary"),
        amount.alias("amount_10k_yuan"),
        F.col(began).alias("valid_from"),
        ended.alias("valid_to"),
        is_adverse.alias("is_adverse"),
        source(resource, F.col("_batch")).alias("source"),
    )


def _licence(frame: DataFrame) -> DataFrame:
    return _record(
        frame,
        "license",
        F.col("decision_number"),
        item=F.lit("license"),
        lasts=("decided_on", F.col("valid_until")),
        summary=F.col("title"),
        is_adverse=F.lit(False),
    )


def _penalty(frame: DataFrame) -> DataFrame:
    # 信用修复: a repaired penalty ends on the day of repair, otherwise when its publication ends.
    return _record(
        frame.withColumnRenamed("fine_10k_yuan", "amount"),
        "penalty",
        F.col("decision_number"),
        item=F.concat(F.lit("penalty."), F.col("kind")),
        lasts=("decided_on", F.coalesce("repaired_on", "public_until")),
        summary=F.col("offence"),
        is_adverse=F.lit(True),
    )


def _debtor(frame: DataFrame) -> DataFrame:
    # A natural person's name stays in the person's register; here only the case is kept.
    is_person = F.col("subject_kind") == "person"
    named = frame.withColumn("subject_name", F.when(~is_person, F.col("subject_name")))
    return _record(
        named.withColumnRenamed("amount_10k_yuan", "amount"),
        "dishonest_debtor",
        F.col("case_number"),
        item=F.concat(F.lit("dishonest_debtor."), F.col("performance")),
        lasts=("published_on", F.add_months("published_on", LISTED_MONTHS)),
        summary=F.concat(F.lit("失信被执行人："), F.col("performance")),
        is_adverse=F.lit(True),
    )


def _rating(frame: DataFrame) -> DataFrame:
    # In force until the next rating, at the latest until the April in which the next one is due.
    following = F.lead("rated_on").over(Window.partitionBy("credit_code").orderBy("rating_year"))
    due = F.make_date(F.col("rating_year").cast("int") + 2, F.lit(4), F.lit(30))
    return _record(
        frame.withColumn("_ended", F.least(following, due)),
        "tax_rating",
        F.concat_ws(":", "credit_code", "rating_year"),
        item=F.concat(F.lit("tax_rating."), F.col("level")),
        lasts=("rated_on", F.col("_ended")),
        summary=F.concat("rating_year", F.lit("年度纳税信用"), "level", F.lit("级")),
        is_adverse=F.col("level").isin("C", "D"),
    )


def _arrears(frame: DataFrame) -> DataFrame:
    return _record(
        frame.withColumnRenamed("amount_10k_yuan", "amount"),
        "wage_arrears",
        F.col("case_number"),
        item=F.lit("wage_arrears"),
        lasts=("listed_on", F.col("settled_on")),
        summary=F.concat(F.lit("拖欠"), F.col("workers").cast("string"), F.lit("人工资，自"), F.col("owed_since")),
        is_adverse=F.lit(True),
    )


SHAPES = {
    "license": _licence,
    "penalty": _penalty,
    "dishonest_debtor": _debtor,
    "tax_rating": _rating,
    "wage_arrears": _arrears,
}
