"""Legal persons as their registers hold them: the business register, 编办 and 民政局, in one shape, with history."""

from functools import reduce

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.inputs import Inputs, MissingInputError

REGISTERS = ("enterprise_registration", "public_institution", "social_organization")
"""Who gives a legal person its code. The first must be there; a city without the others has only firms."""


def entity_id(register: str, credit_code: Col) -> Col:
    """The id of a legal person, made from its row in the register and from nothing else: no other record, no night and
    no rebuilding changes it. 56 bits of SHA-256: two of 461,000 agree with a chance of 1 in 700,000.
    """
    digest = F.sha2(F.concat(F.lit(f"{register}:"), credit_code), 256)
    return F.concat(F.lit("FR"), F.upper(F.substring(digest, 1, 14)))


def registered(inputs: Inputs) -> DataFrame:
    """Every version of every legal person: what its register says, ``register``, ``entity_id``, and its validity.

    Raises MissingInputError when the business register was never published.
    """
    found = {name: inputs.versions(name) for name in REGISTERS}
    if found["enterprise_registration"] is None:
        raise MissingInputError("enterprise_registration")
    parts = [_shaped(name, frame) for name, frame in found.items() if frame is not None]
    return reduce(DataFrame.unionByName, parts)


def _shaped(register: str, frame: DataFrame) -> DataFrame:
    def column(name: str) -> Col:
        return F.col(name) if name in frame.columns else F.lit(None).cast("string")

    return (
        frame.select(
            entity_id(register, F.col("credit_code")).alias("entity_id"),
            F.lit(register).alias("register"),
            "credit_code",
            column("registration_number").alias("registration_number"),
            "name",
            column("former_name").alias("former_name"),
            "representative",
            "capital_10k_yuan",
            column("industry_code").alias("industry_code"),
            "address",
            "county_code",
            "established_on",
            (F.lit("institution") if register == "public_institution" else F.col("kind")).alias("kind"),
            F.col("status").alias("registration_status"),
            F.col("_valid_from").alias("valid_from"),
            F.col("_valid_to").alias("valid_to"),
            F.col("_is_current").alias("is_current"),
            "_batch",
        )
        # A register that is handed in whole repeats what has not changed: versions that never held are none.
        .where("valid_to is null or valid_to > valid_from")
    )
