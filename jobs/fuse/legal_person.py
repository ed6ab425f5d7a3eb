"""base_legal__legal_person: one row per legal person and period of validity, registration first, tax beside it."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog.fusion import all_fusions
from jobs.fuse.survive import survive
from jobs.inputs import Inputs, MissingInputError

TABLE = "base_legal__legal_person"
BESIDE = ("tax_status", "taxpayer_kind", "tax_name")
"""What the tax register says that no attribute of the business register is."""
CLAIMED = ("name", "industry_code", "county_code")
"""What both registers say."""


def build(inputs: Inputs) -> DataFrame:
    """Legal persons from the business register, with what the tax register says of the same code."""
    registration = inputs.versions("enterprise_registration")
    if registration is None:
        raise MissingInputError("enterprise_registration")
    return legal_persons(registration, inputs.current("tax_registration"))


def legal_persons(registration: DataFrame, tax: DataFrame | None) -> DataFrame:
    """Golden legal persons under their 统一社会信用代码.

    A tax record joins on the credit code, or on the 15-digit number the business register knows for that firm. Who is
    believed for which attribute is declared (``catalog/fusion.yaml``); the tax status stands beside the registered one.
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
        "_batch",
        F.col("_valid_from").alias("_as_of"),
    )
    claims: dict[str, DataFrame] = {}
    if tax is None:
        golden = golden.withColumns({name: F.lit(None).cast("string") for name in BESIDE})
    else:
        known = _by_credit_code(golden, tax)
        golden = golden.join(known.select("credit_code", *BESIDE), on="credit_code", how="left")
        claims["tax_registration"] = known.drop(*BESIDE)
    return survive(golden, "credit_code", claims, all_fusions()[TABLE])


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
        *CLAIMED,
        F.to_date("_delivered_at").alias("_as_of"),
        "_batch",
    )
    return (
        tax.join(crosswalk, tax["taxpayer_number"] == crosswalk["registration_number"], how="left")
        .withColumn("credit_code", F.coalesce("_by_number", "taxpayer_number"))
        .groupBy("credit_code")
        .agg(F.max_by(record, order).alias("record"))
        .select("credit_code", "record.*")
    )
