"""base_legal__legal_person: one row per legal person and period of validity, registration first, tax beside it."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.fuse.sources import source, sources
from jobs.inputs import Inputs, MissingInputError


def build(inputs: Inputs) -> DataFrame:
    """Legal persons from the business register, with what the tax register says of the same code."""
    registration = inputs.versions("enterprise_registration")
    if registration is None:
        raise MissingInputError("enterprise_registration")
    return legal_persons(registration, inputs.current("tax_registration"))


def legal_persons(registration: DataFrame, tax: DataFrame | None) -> DataFrame:
    """Golden legal persons under their 统一社会信用代码.

    A tax record joins on the credit code, or on the 15-digit number the business register knows for that firm. Every
    attribute of the register wins over the tax record's; the tax status stands beside the registered one.
    """
    golden = registration.select(
        "credit_code",
        "registration_number",
        "name",
        "representative",
        "capital_10k_yuan",
        "industry_code",
        "address",
        "county_code",
        "established_on",
        "kind",
        F.col("status").alias("registration_status"),
        F.col("_valid_from").alias("valid_from"),
        F.col("_valid_to").alias("valid_to"),
        F.col("_is_current").alias("is_current"),
        F.col("_batch").alias("_registration_batch"),
    )
    known = _by_credit_code(golden, tax) if tax is not None else None
    if known is None:
        empty = F.lit(None).cast("string")
        joined = golden.withColumns(
            {"tax_status": empty, "taxpayer_kind": empty, "tax_name": empty, "_tax_batch": empty}
        )
    else:
        joined = golden.join(known, on="credit_code", how="left")
    registered = source("enterprise_registration", F.col("_registration_batch"))
    taxed = source("tax_registration", F.col("_tax_batch"))
    return joined.withColumn("sources", sources({"register": registered, "tax": taxed})).drop(
        "_registration_batch", "_tax_batch"
    )


def _by_credit_code(golden: DataFrame, tax: DataFrame) -> DataFrame:
    """The latest tax record of each credit code; old 15-digit numbers go through the register's cross-walk."""
    crosswalk = (
        golden.where("is_current and registration_number is not null")
        .groupBy("registration_number")
        .agg(F.min("credit_code").alias("_by_number"), F.count_distinct("credit_code").alias("_n"))
        .where("_n = 1")
        .drop("_n")
    )
    order = F.struct("period", "_delivered_at", "_source_row")
    record = F.struct(
        F.col("status").alias("tax_status"),
        "taxpayer_kind",
        F.col("name").alias("tax_name"),
        F.col("_batch").alias("_tax_batch"),
    )
    return (
        tax.join(crosswalk, tax["taxpayer_number"] == crosswalk["registration_number"], how="left")
        .withColumn("credit_code", F.coalesce("_by_number", "taxpayer_number"))
        .groupBy("credit_code")
        .agg(F.max_by(record, order).alias("record"))
        .select("credit_code", "record.*")
    )
