"""base_geo__outline: the counties' outlines as segments, so that a query can tell which county a point is in.

A point is inside when a ray from it crosses the outline an odd number of times (even-odd rule), whatever parts and
holes the outline has.
"""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pyspark.sql import DataFrame

from jobs.inputs import Inputs, MissingInputError
from jobs.session import spark

SCHEMA = "code string, name string, part int, x1 double, y1 double, x2 double, y2 double"

Row = tuple[str, str, int, float, float, float, float]


def build(inputs: Inputs) -> DataFrame:
    """One row a segment, in degrees of CGCS2000; ``part`` numbers the rings of an outline."""
    boundary = inputs.current("boundary")
    if boundary is None:
        raise MissingInputError("boundary")
    rows = boundary.select("code", "name", "geojson").collect()
    return spark().createDataFrame([segment for row in rows for segment in segments(*row)], SCHEMA)


def segments(code: str, name: str, geojson: str) -> Iterator[Row]:
    """The segments of one outline."""
    for part, ring in enumerate(_rings(json.loads(geojson)), start=1):
        for (x1, y1), (x2, y2) in pairwise(ring):
            yield code, name, part, x1, y1, x2, y2


def _rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    """All rings of a polygon, of several, or of a collection that a repair has made; points and lines have none."""
    match geometry["type"]:
        case "Polygon":
            return list(geometry["coordinates"])
        case "MultiPolygon":
            return [ring for polygon in geometry["coordinates"] for ring in polygon]
        case "GeometryCollection":
            return [ring for part in geometry["geometries"] for ring in _rings(part)]
        case _:
            return []
