"""topic_plan__township: which townships the public domain of the government extranet reaches."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.fuse.sources import source
from jobs.inputs import Inputs, MissingInputError
from jobs.session import spark


def build(inputs: Inputs) -> DataFrame:
    """One row a township, as last reported; bandwidth in Mbit/s, ``offices_percent`` of its offices."""
    reported = inputs.current("network_access")
    if reported is None:
        raise MissingInputError("network_access")
    counties = spark().createDataFrame(
        list(inputs.catalog.codelists["county"].names.items()), "county_code string, county_name string"
    )
    rows = reported.select(
        "township_code",
        "name",
        F.substring("township_code", 1, 6).alias("county_code"),
        (F.col("status") == "connected").alias("is_connected"),
        "connected_on",
        "bandwidth_mbit",
        F.col("offices_percent").cast("double").alias("offices_percent"),
        "why_not",
        "planned_on",
        source("network_access", F.col("_batch")).alias("source"),
    )
    return rows.join(F.broadcast(counties), on="county_code", how="left")
