"""base_legal__link: every record of another office with the legal person it is about."""

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

from jobs.fuse.match import decisions, layers, records, registry
from jobs.fuse.match.desk import ENTITY, KNOWN_NAME, RECORD, Sides, desk
from jobs.inputs import Inputs
from jobs.session import spark
from taian.files import private_folder
from taian.settings import settings

_VERSION = ENTITY.append(pa.field("former_name", pa.string())).append(pa.field("is_current", pa.bool_()))
"""Versions of legal persons as they come out of the lake, once for both what they are and what they were called."""


def build(inputs: Inputs) -> DataFrame:
    """The links of the records as they stand. A record has one row when it is linked or nobody's, and one for each
    legal person that a person has to decide about (``state``: linked, unlinked, review).
    """
    spill = private_folder(settings().lake / "_staging" / "base_legal__link")
    with desk(_sides(inputs), str(spill)) as connection:
        layers.run_layers(connection)
        found = layers.linked(connection)
        # Nobody but the registers may have delivered yet: no row tells its types then.
        return spark().createDataFrame(found, schema=from_arrow_schema(found.schema))


def _sides(inputs: Inputs) -> Sides:
    versions = _arrow(
        registry.registered(inputs)
        .withColumn("is_alive", F.col("registration_status") == "active")
        .withColumnRenamed("registration_number", "old_number"),
        _VERSION,
    )
    names = (versions.select(["entity_id", name]).rename_columns(KNOWN_NAME.names) for name in ("name", "former_name"))
    found = records.all_records(inputs)
    province, city, counties = records.place_names(inputs.catalog)
    return Sides(
        entities=versions.filter(pc.field("is_current")).select(ENTITY.names),
        former=pa.concat_tables(names).drop_null(),
        records=RECORD.empty_table() if found is None else _arrow(found, RECORD),
        decided=decisions.as_table(decisions.standing()),
        province=province,
        city=city,
        counties=counties,
    )


def _arrow(frame: DataFrame, schema: pa.Schema) -> pa.Table:
    table: pa.Table = frame.select(*schema.names).toArrow().cast(schema)
    return table
