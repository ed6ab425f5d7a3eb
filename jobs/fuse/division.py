"""base_geo__division: what every code of both systems meant, and when."""

from dataclasses import astuple, fields

from pyspark.sql import DataFrame

from jobs.fuse.places import Listed, Place, histories
from jobs.inputs import Inputs, MissingInputError
from jobs.session import spark

SCHEMA = (
    "system string, level string, code string, name string, parent_code string, edition string, documented_from date, "
    "valid_from date, valid_to date, successor_code string, _batch string"
)


def build(inputs: Inputs) -> DataFrame:
    """One row a code, system and meaning; ``is_current`` marks those of today."""
    divisions = inputs.current("division")
    if divisions is None:
        raise MissingInputError("division")
    names = [field.name for field in fields(Listed) if field.name != "batch"]
    # Some five thousand rows: lists of codes grow by an edition a year.
    rows = divisions.select(*names, "_batch").toArrow().to_pylist()
    places = histories(Listed(*(row[name] for name in (*names, "_batch"))) for row in rows)
    return (
        spark()
        .createDataFrame([astuple(place) for place in places], SCHEMA)
        .selectExpr("*", "valid_to is null as is_current")
    )


def places_of(divisions: DataFrame) -> list[Place]:
    """The rows of the table as places."""
    names = [name.split()[0] for name in SCHEMA.split(", ")]
    return [Place(*(row[name] for name in names)) for row in divisions.toArrow().to_pylist()]
