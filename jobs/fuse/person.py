"""base_population__person: one row per person and period of validity, registered population 户籍."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.fuse.sources import source, sources
from jobs.inputs import Inputs, MissingInputError

ATTRIBUTES = (
    "name",
    "sex",
    "ethnicity",
    "birth_date",
    "household_id",
    "village_code",
    "address",
    "marital_status",
    "status",
)


def build(inputs: Inputs) -> DataFrame:
    """Persons with history from the resident register."""
    residents = inputs.versions("resident")
    if residents is None:
        raise MissingInputError("resident")
    return persons(residents)


def persons(residents: DataFrame) -> DataFrame:
    """Golden persons from versions of resident rows: validity, township and county of the registered village,
    sources.
    """
    return residents.select(
        "id_number",
        *ATTRIBUTES,
        F.substring("village_code", 1, 9).alias("township_code"),
        F.substring("village_code", 1, 6).alias("county_code"),
        (F.col("status") == "registered").alias("is_registered"),
        F.col("_valid_from").alias("valid_from"),
        F.col("_valid_to").alias("valid_to"),
        F.col("_is_current").alias("is_current"),
        sources({"register": source("resident", F.col("_batch"))}).alias("sources"),
    )
