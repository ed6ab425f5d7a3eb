"""The county map: outlines as filled areas on plain axes, so that nothing has to be fetched to draw it.

Longitude is shortened by the cosine of the latitude, which at the size of a city is a map. Colours of a change diverge
around 0, those of a share run one way; the figure is printed on each area, because a colour alone says nothing to a
colour-blind reader.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import plotly.graph_objects as go
import shapely
from shapely.geometry import shape

from dashboards.charts.base import blank
from dashboards.format import DASH, is_missing
from dashboards.theme import Palette, mix, readable_on

LATITUDE = 36.0
STEPS = (0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.8, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
TOLERANCE = 0.0015
"""Degrees by which an outline is simplified for drawing: less than a pixel on a card."""


@dataclass(frozen=True)
class Outline:
    """One area ready to draw: closed rings in plot units separated by None, and where its label stands."""

    code: str
    name: str
    x: tuple[float | None, ...]
    y: tuple[float | None, ...]
    label: tuple[float, float]


@dataclass(frozen=True)
class Share:
    """A share of an area: ``value`` 0..1, what is printed on it, and what it says when it is pointed at (both marked up
    by whoever makes them).
    """

    value: float
    label: str
    told: str


@dataclass(frozen=True)
class Painted:
    """How an area is drawn: its colour, what is printed on it, what it says when it is pointed at."""

    colour: str
    label: str
    told: str


@lru_cache(maxsize=64)
def outline(code: str, name: str, geojson: str) -> Outline:
    """An outline from GeoJSON text (CGCS2000 longitude and latitude)."""
    geometry = shape(json.loads(geojson)).simplify(TOLERANCE)
    shrink = math.cos(math.radians(LATITUDE))
    geometry = shapely.transform(geometry, lambda points: points * (shrink, 1.0))
    polygons = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    x: list[float | None] = []
    y: list[float | None] = []
    for polygon in polygons:
        # Rings of one polygon turn opposite ways, so that a hole stays a hole.
        for ring in (shapely.orient_polygons(polygon).exterior, *shapely.orient_polygons(polygon).interiors):
            x += [round(point[0], 5) for point in ring.coords] + [None]
            y += [round(point[1], 5) for point in ring.coords] + [None]
    largest = max(polygons, key=lambda polygon: float(polygon.area))
    centre = shapely.maximum_inscribed_circle(largest, tolerance=0.001).coords[0]
    return Outline(code, name, tuple(x[:-1]), tuple(y[:-1]), (float(centre[0]), float(centre[1])))


def limit_of(values: Mapping[str, float]) -> float:
    """A round bound of the colour scale that holds every value."""
    size = max((abs(value) for value in values.values() if not is_missing(value)), default=0.0)
    return next((step for step in STEPS if size <= step), size)


def fill(value: float | None, limit: float, colours: Palette) -> str:
    """The colour of a change: one side for a fall, the other for a rise, nearly no colour at 0."""
    if is_missing(value) or value is None:
        return colours.sunken
    share = min(1.0, abs(value) / limit) if limit else 0.0
    return mix(colours.diverge_middle, colours.diverge_high if value > 0 else colours.diverge_low, share)


def least_of(values: Mapping[str, float]) -> float:
    """A round bound below every share (0..1), at most 0.9: where nearly everything is done, what is not must show."""
    return min(0.9, math.floor(10 * min(values.values(), default=0.0)) / 10)


def shade(value: float, least: float, colours: Palette) -> str:
    """The colour of a share (0..1) on a scale that runs one way, from ``least`` to 1."""
    return mix(colours.band, colours.accent, max(0.0, value - least) / (1 - least))


def _area(area: Outline, colour: str, text: str, is_chosen: bool, colours: Palette, parameter: str) -> go.Scatter:
    line: dict[str, Any] = {"color": colours.text if is_chosen else colours.surface, "width": 2.5 if is_chosen else 1.2}
    return go.Scatter(
        x=area.x,
        y=area.y,
        mode="lines",
        fill="toself",
        fillcolor=colour,
        line=line,
        hoveron="fills",
        hoverinfo="text",
        text=text,
        name=area.name,
        customdata=[area.code, parameter],
        showlegend=False,
    )


def county_map(
    areas: list[Outline],
    changes: Mapping[str, float],
    labels: Mapping[str, str],
    chosen: str | None,
    colours: Palette,
    size: float = 12.5,
) -> go.Figure:
    """Areas coloured by ``changes`` (code to change), ``labels`` (code to text) printed; ``chosen`` is outlined."""
    limit = limit_of(changes)
    painted = {
        area.code: Painted(fill(changes.get(area.code), limit, colours), label, label)
        for area in areas
        for label in (labels.get(area.code, DASH),)
    }
    return _drawn(areas, painted, chosen, colours, size, "area")


def share_map(
    areas: list[Outline],
    shares: Mapping[str, Share],
    chosen: str | None,
    colours: Palette,
    size: float = 12.5,
    parameter: str = "area",
) -> go.Figure:
    """Areas coloured by their share; a click on one is written into ``parameter`` of the address."""
    least = least_of({code: share.value for code, share in shares.items()})
    nothing = Painted(colours.sunken, DASH, DASH)
    known = {code: Painted(shade(each.value, least, colours), each.label, each.told) for code, each in shares.items()}
    return _drawn(areas, {area.code: known.get(area.code, nothing) for area in areas}, chosen, colours, size, parameter)


def _drawn(
    areas: list[Outline],
    painted: Mapping[str, Painted],
    chosen: str | None,
    colours: Palette,
    size: float,
    parameter: str,
) -> go.Figure:
    """The areas in their colours. ``customdata`` of an area's trace is its code and the parameter of the address that
    takes it: a click on the area says which it was, and where that is written (``assets/app.js``, ``drill``).
    """
    figure = blank(colours)
    for area in sorted(areas, key=lambda area: area.code == chosen):
        paint = painted[area.code]
        told = f"<b>{area.name}</b><br>{paint.told}"
        figure.add_trace(_area(area, paint.colour, told, area.code == chosen, colours, parameter))
        figure.add_annotation(
            x=area.label[0],
            y=area.label[1],
            text=f"<b>{area.name}</b><br>{paint.label}",
            showarrow=False,
            font={"size": size, "color": readable_on(paint.colour)},
            captureevents=False,
        )
    figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0}, hovermode="closest")
    figure.update_xaxes(visible=False, automargin=False)
    figure.update_yaxes(visible=False, automargin=False, scaleanchor="x")
    return figure
