"""Invented positions inside real counties, in CGCS2000 longitude and latitude (degrees)."""

from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sample_data import reference

Floats = NDArray[np.float64]

SEMI_MAJOR = 6378245.0
ECCENTRICITY_SQUARED = 0.00669342162296594323
"""Krasovsky 1940, the ellipsoid of the public approximation of GCJ-02."""

METRES_A_DEGREE = 111_320.0


def _shift(points: Floats) -> Floats:
    """Offset in degrees that GCJ-02 adds at WGS84 positions (n x 2)."""
    x, y = points[:, 0] - 105.0, points[:, 1] - 35.0
    waves = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + waves
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + waves
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    latitude = np.radians(points[:, 1])
    flattening = 1.0 - ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    meridian = SEMI_MAJOR * (1.0 - ECCENTRICITY_SQUARED) / flattening**1.5
    parallel = SEMI_MAJOR / np.sqrt(flattening) * np.cos(latitude)
    return np.column_stack((np.degrees(east / parallel), np.degrees(north / meridian)))


def from_gcj02(points: Floats) -> Floats:
    """GCJ-02 positions (n x 2) as CGCS2000, by fixed-point iteration (below a millimetre)."""
    true = points.copy()
    for _ in range(6):
        true = points - _shift(true)
    return true


@cache
def county_shapes() -> dict[str, BaseGeometry]:
    """Valid county polygons in CGCS2000 by county name."""
    return {
        feature["properties"]["name"]: shapely.make_valid(shapely.transform(shape(feature["geometry"]), from_gcj02))
        for feature in reference.boundary()["features"]
    }


def _random_points(rng: np.random.Generator, area: BaseGeometry, count: int) -> Floats:
    """Uniform points inside ``area``."""
    west, south, east, north = area.bounds
    found = np.empty((0, 2))
    while len(found) < count:
        points = rng.uniform((west, south), (east, north), (count * 3, 2))
        found = np.vstack((found, points[shapely.contains_xy(area, points[:, 0], points[:, 1])]))
    return found[:count]


def _spread(points: Floats, count: int) -> Floats:
    """``count`` of the points, far from one another: each next one is farthest from those taken."""
    taken = [0]
    distance = np.sum((points - points[0]) ** 2, axis=1)
    while len(taken) < count:
        taken.append(int(np.argmax(distance)))
        distance = np.minimum(distance, np.sum((points - points[taken[-1]]) ** 2, axis=1))
    return points[taken]


def village_centres(rng: np.random.Generator, area: BaseGeometry, villages: list[int]) -> Floats:
    """Invented centres of a county's villages, ``villages[i]`` of them around the invented centre of township i.

    Each lies inside ``area`` and nearest to its own township's centre. No real village position is used.
    """
    candidates = _random_points(rng, shapely.buffer(area, -0.004), sum(villages) * 40)
    towns = _spread(candidates[:4000], len(villages))
    nearest = np.argmin(((candidates[:, None, :] - towns[None, :, :]) ** 2).sum(axis=2), axis=1)
    parts = []
    for town, count in enumerate(villages):
        own = candidates[nearest == town]
        parts.append(own[np.arange(count) % len(own)])
    return np.vstack(parts)


def scatter(rng: np.random.Generator, area: BaseGeometry, centres: Floats, metres: float) -> Floats:
    """A point near each centre (spread ``metres``); a point that falls outside ``area`` is put on its centre."""
    spread = np.array([metres / (METRES_A_DEGREE * np.cos(np.radians(36.0))), metres / METRES_A_DEGREE])
    points: Floats = centres + rng.normal(size=centres.shape) * spread
    outside = ~shapely.contains_xy(area, points[:, 0], points[:, 1])
    points[outside] = centres[outside]
    return points
