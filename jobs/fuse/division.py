"""base_geo__division: every division of both code systems, told apart by system and edition."""

from pyspark.sql import DataFrame

from jobs.inputs import Inputs, MissingInputError


def build(inputs: Inputs) -> DataFrame:
    """One row per code and system as it stands."""
    divisions = inputs.current("division")
    if divisions is None:
        raise MissingInputError("division")
    return divisions.select("system", "edition", "level", "code", "name", "parent_code", "_batch")
