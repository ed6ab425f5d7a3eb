"""Where a point lies: in metres of the standard projection, and in which county's outline.

Metres are those of CGCS2000 / 3-degree Gauss-Krüger, central meridian 117° E (EPSG:4548), which surveyors use here: the
city reaches 90 km from the meridian, where lengths are at most 1 in 10,000 too long (PROJ's figures).
"""

from collections.abc import Callable, Iterator

import pyarrow as pa
from pyspark.sql import DataFrame

from jobs.inputs import Inputs, MissingInputError

DEGREES, METRES = 4490, 4548
"""EPSG numbers of CGCS2000 in degrees and of its projection."""

Batches = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]


def outlines(inputs: Inputs) -> dict[str, str]:
    """Outline of each county as GeoJSON, by code. Raises MissingInputError."""
    boundary = inputs.current("boundary")
    if boundary is None:
        raise MissingInputError("boundary")
    return {row["code"]: row["geojson"] for row in boundary.select("code", "geojson").collect()}


def located(points: DataFrame, key: str, shapes: dict[str, str]) -> DataFrame:
    """``key``, ``easting_m``, ``northing_m`` and ``located_county_code`` (null outside every outline) of ``points``,
    which have ``key`` (text), ``longitude`` and ``latitude``.
    """
    schema = f"{key} string, easting_m double, northing_m double, located_county_code string"
    return points.select(key, "longitude", "latitude").mapInArrow(_locator(key, shapes), schema)


def _locator(key: str, outlines: dict[str, str]) -> Batches:
    """Over Arrow batches: bounding box first, then the outline itself (0.8 million points a second)."""
    degrees, metres = DEGREES, METRES

    # Nested, so that Spark ships it by value: workers of a cluster need shapely and pyproj and nothing of ours.
    def locate(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import numpy as np
        import shapely
        from pyproj import Transformer

        project = Transformer.from_crs(degrees, metres, always_xy=True)
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
            columns = [batch.column(key), *map(pa.array, project.transform(x, y)), pa.array(codes, pa.string())]
            yield pa.RecordBatch.from_arrays(columns, names=[key, "easting_m", "northing_m", "located_county_code"])

    return locate


def in_degrees(cells: DataFrame, key: str) -> DataFrame:
    """``key``, ``longitude`` and ``latitude`` of ``cells``, which have ``key`` (text) and their place in metres."""
    schema = f"{key} string, longitude double, latitude double"
    return cells.select(key, "easting_m", "northing_m").mapInArrow(_unprojector(key), schema)


def _unprojector(key: str) -> Batches:
    degrees, metres = DEGREES, METRES

    def unproject(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import numpy as np
        from pyproj import Transformer

        project = Transformer.from_crs(metres, degrees, always_xy=True)
        for batch in batches:
            x, y = (np.asarray(batch.column(name)) for name in ("easting_m", "northing_m"))
            columns = [batch.column(key), *map(pa.array, project.transform(x, y))]
            yield pa.RecordBatch.from_arrays(columns, names=[key, "longitude", "latitude"])

    return unproject
