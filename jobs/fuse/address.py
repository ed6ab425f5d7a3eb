"""base_geo__address: standard addresses with the county their point lies in, beside the county they are registered
in.
"""

from collections.abc import Callable, Iterator

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.fuse.sources import source, sources
from jobs.inputs import Inputs, MissingInputError

Locate = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]


def build(inputs: Inputs) -> DataFrame:
    """Addresses as they stand, each located in the configured county boundary."""
    found, boundary = inputs.current("standard_address"), inputs.current("boundary")
    if found is None:
        raise MissingInputError("standard_address")
    if boundary is None:
        raise MissingInputError("boundary")
    outlines = {row["code"]: row["geojson"] for row in boundary.select("code", "geojson").collect()}
    return addresses(found, outlines)


def addresses(found: DataFrame, outlines: dict[str, str]) -> DataFrame:
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
    points = kept.select("address_id", "longitude", "latitude")
    located = points.mapInArrow(_locator(outlines), "address_id string, located_county_code string")
    return kept.join(located, on="address_id", how="inner").withColumn(
        "is_in_county", F.col("located_county_code") == F.col("county_code")
    )


def _locator(outlines: dict[str, str]) -> Locate:
    """Point in polygon over Arrow batches: bounding box first, then the outline itself (0.8 million points a
    second).
    """

    # Nested, so that Spark ships it by value: workers of a cluster need shapely and nothing of ours.
    def locate(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import numpy as np
        import shapely

        shapes = {code: shapely.from_geojson(text) for code, text in outlines.items()}
        for shape in shapes.values():
            shapely.prepare(shape)
        for batch in batches:
            x, y = (np.asarray(batch.column(name)) for name in ("longitude", "latitude"))
            codes = np.full(len(x), None, dtype=object)
            for code, shape in shapes.items():
                west, south, east, north = shape.bounds
                near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
                codes[near[shapely.contains_xy(shape, x[near], y[near])]] = code
            yield pa.RecordBatch.from_arrays(
                [batch.column("address_id"), pa.array(codes, pa.string())], names=["address_id", "located_county_code"]
            )

    return locate
