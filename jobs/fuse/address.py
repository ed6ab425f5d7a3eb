"""base_geo__address: standard addresses with the county their point lies in, beside the county they are registered
in.
"""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.fuse.locate import located, outlines
from jobs.fuse.sources import source, sources
from jobs.inputs import Inputs, MissingInputError


def build(inputs: Inputs) -> DataFrame:
    """Addresses as they stand, each located in the configured county boundary."""
    found = inputs.current("standard_address")
    if found is None:
        raise MissingInputError("standard_address")
    return addresses(found, outlines(inputs))


def addresses(found: DataFrame, shapes: dict[str, str]) -> DataFrame:
    """Golden addresses; ``is_in_county`` says whether point and registered county agree (null: the point is in
    none).
    """
    kept = found.select(
        "address_id",
        "address",
        "village_code",
        F.substring("village_code", 1, 6).alias("county_code"),
        "kind",
        "longitude",
        "latitude",
        "registered_on",
        sources({"register": source("standard_address", F.col("_batch"))}).alias("sources"),
    )
    return kept.join(located(kept, "address_id", shapes), on="address_id", how="inner").withColumn(
        "is_in_county", F.col("located_county_code") == F.col("county_code")
    )
