"""Where an attribute comes from: ``sources`` maps attribute names to ``resource@batch``."""

from pyspark.sql import Column as Col
from pyspark.sql import functions as F


def source(resource: str | Col, batch: Col) -> Col:
    """The source mark of a row's batch."""
    return F.concat(F.lit(resource) if isinstance(resource, str) else resource, F.lit("@"), batch)


def sources(attributes: dict[str, Col]) -> Col:
    """A map from attribute to source mark; attributes without a value are left out."""
    entries = [F.struct(F.lit(name).alias("key"), mark.alias("value")) for name, mark in attributes.items()]
    return F.map_from_entries(F.filter(F.array(*entries), lambda entry: entry["value"].isNotNull()))
