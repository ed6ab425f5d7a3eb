"""base_licence__certificate: every electronic certificate with what makes it valid today, each question apart."""

from datetime import date

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog.model import DIGEST_VERDICT, SIGNATURE_VERDICT
from jobs.fuse.sources import source, sources
from jobs.inputs import Inputs, MissingInputError

RESOURCE = "certificate"


def build(inputs: Inputs) -> DataFrame:
    """Certificates as they stand, held against the libraries of persons and legal persons."""
    found = inputs.current(RESOURCE)
    if found is None:
        raise MissingInputError(RESOURCE)
    holders = _persons(inputs.table("base_population__person")).unionByName(
        _legal_persons(inputs.table("base_legal__legal_person"))
    )
    return certificates(found, holders, inputs.catalog.codelists["certificate_kind"].names, inputs.today)


def _persons(persons: DataFrame) -> DataFrame:
    """Living and dead as the library settles it: a certificate of death or a cancelled record. 迁出 is neither."""
    return persons.where("is_current and id_number is not null").select(
        F.col("id_number").alias("_holder"), F.col("is_living").alias("_is_alive"), F.col("status").alias("_state")
    )


def _legal_persons(persons: DataFrame) -> DataFrame:
    return persons.where("is_current").select(
        F.col("credit_code").alias("_holder"),
        (F.col("registration_status") == "active").alias("_is_alive"),
        F.col("registration_status").alias("_state"),
    )


def certificates(found: DataFrame, holders: DataFrame, kinds: dict[str, str], business_date: date) -> DataFrame:
    """One row a certificate; ``holders`` has ``_holder`` (identity number or credit code), ``_is_alive``, ``_state``.

    ``is_valid`` is true when nothing speaks against the certificate on ``as_of``, false when something does, and null
    when only the holder cannot be found in the city's libraries; ``reasons`` says what. A signature that was not
    verified speaks neither for nor against: the digest always was.
    """
    # Two records of one holder: gone for one is gone.
    known = holders.groupBy("_holder").agg(F.min("_is_alive").alias("is_holder_alive"), F.min("_state").alias("state"))
    today = _day(business_date)
    joined = found.withColumn("_holder", F.coalesce("id_number", "credit_code")).join(known, on="_holder", how="left")
    names = F.create_map(*(F.lit(text) for pair in kinds.items() for text in pair))
    judged = joined.withColumns(
        {
            "is_in_force": F.col("status") == "valid",
            "is_in_term": F.coalesce(F.col("expires_on") >= today, F.lit(True)) & (F.col("issued_on") <= today),
        }
    )
    failing = F.array_remove(F.array(*_failing()), "")
    is_valid = F.when(F.size("_failing") > 0, F.lit(False)).when(F.col("is_holder_alive"), F.lit(True))
    unknown = F.when(F.col("is_holder_alive").isNull(), F.array(F.lit("holder_unknown")))
    return judged.withColumn("_failing", failing).select(
        "certificate_id",
        "kind_code",
        F.element_at(names, F.col("kind_code")).alias("kind"),
        "number",
        "holder_kind",
        "id_number",
        "credit_code",
        "holder_name",
        F.col("state").alias("holder_state"),
        "issuer_code",
        "county_code",
        "issued_on",
        "expires_on",
        "status",
        "is_in_force",
        "is_in_term",
        "is_holder_alive",
        DIGEST_VERDICT,
        SIGNATURE_VERDICT,
        _signature_state().alias("signature_state"),
        is_valid.alias("is_valid"),
        F.when(F.size("_failing") > 0, F.col("_failing"))
        .otherwise(F.coalesce(unknown, F.array().cast("array<string>")))
        .alias("reasons"),
        today.alias("as_of"),
        "updated_at",
        sources({"certificate": source(RESOURCE, F.col("_batch"))}).alias("sources"),
    )


def _failing() -> tuple[Col, ...]:
    """What speaks against a certificate, "" where it does not; unknown is no reason."""
    reasons = {
        "not_in_force": ~F.col("is_in_force"),
        "out_of_term": ~F.col("is_in_term"),
        "holder_gone": ~F.col("is_holder_alive"),
        "digest_wrong": ~F.col(DIGEST_VERDICT),
        "signature_wrong": ~F.col(SIGNATURE_VERDICT),
    }
    return tuple(F.when(is_so, F.lit(reason)).otherwise("") for reason, is_so in reasons.items())


def _signature_state() -> Col:
    verdict = F.col(SIGNATURE_VERDICT)
    return (
        F.when(F.col("signature").isNull(), F.lit("unsigned"))
        .when(verdict.isNull(), F.lit("not_verified"))
        .when(verdict, F.lit("verified"))
        .otherwise(F.lit("wrong"))
    )


def _day(day: date) -> Col:
    return F.lit(day.isoformat()).cast("date")
