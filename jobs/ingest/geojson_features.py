"""GeoJSON to numbered rows: converted to CGCS2000 at the door, repaired, and said so."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely
from shapely.geometry import mapping, shape

from catalog import Resource
from jobs.ingest.gcj02 import to_cgcs2000
from jobs.ingest.headers import check_headers
from jobs.ingest.rejected import RejectedError
from jobs.ingest.rows import Content, record_batch, without_halves

GEOMETRY = "geometry"
"""Header under which a feature's geometry is declared; stored as GeoJSON text in longitude and latitude."""


def read_geojson(path: Path, resource: Resource) -> Content:
    """Features with their geometry valid and in CGCS2000. Raises RejectedError F006, F009, F012."""
    try:
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
        # A feature without geometry is allowed (RFC 7946); it has no place here and becomes a refused row.
        shapes = [shape(feature["geometry"]) if feature["geometry"] else shapely.Polygon() for feature in features]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, shapely.errors.ShapelyError) as error:
        raise RejectedError("F012", f"文件“{path.name}”不是可读的 GeoJSON，请重新导出。") from error
    if not features:
        raise RejectedError("F009", f"文件“{path.name}”没有任何要素，请重新导出。")
    present = (*dict.fromkeys(key for feature in features for key in feature["properties"] or {}), GEOMETRY)
    check_headers(path.name, present, resource)
    headers = tuple(column.delivered_as for column in resource.columns)
    notes: list[tuple[str, str]] = []
    if resource.form.crs == "GCJ-02":
        shapes = [shapely.transform(geometry, to_cgcs2000) for geometry in shapes]
        notes.append(("W007", f"文件“{path.name}”声明为 GCJ-02 坐标，{len(shapes)} 个图形已转换为 CGCS2000。"))
    repaired = [index for index, geometry in enumerate(shapes) if not geometry.is_valid]
    if repaired:
        shapes = [shapely.make_valid(geometry) for geometry in shapes]
        notes.append(("W006", f"文件“{path.name}”有 {len(repaired)} 个无效图形，已自动修复。"))
    return Content(headers, "csv", _rows(path.name, features, shapes, headers), tuple(notes))


def _rows(
    file: str, features: list[dict[str, Any]], shapes: list[Any], headers: tuple[str, ...]
) -> Iterator[pa.RecordBatch]:
    lines = []
    for feature, geometry in zip(features, shapes, strict=True):
        values = {**(feature["properties"] or {}), GEOMETRY: json.dumps(mapping(geometry))}
        buffer = io.StringIO()
        csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="").writerow(values.get(h, "") for h in headers)
        lines.append(without_halves(buffer.getvalue()))
    defects = ["R016" if geometry.is_empty else None for geometry in shapes]
    yield record_batch(file, range(1, len(lines) + 1), lines, defects)
