"""GCJ-02, the shifted coordinates of commercial Chinese maps, back to CGCS2000 (within a decimetre of WGS84 here).

The forward shift is the public approximation known from the open "eviltransform" code (constants of the Krasovsky 1940
ellipsoid); it has no closed inverse, so the inverse is a fixed-point iteration, below a millimetre after five rounds.
"""

import numpy as np
from numpy.typing import NDArray

Coordinates = NDArray[np.float64]

SEMI_MAJOR = 6378245.0
ECCENTRICITY_SQUARED = 0.00669342162296594323
ROUNDS = 5


def _shift(lon: Coordinates, lat: Coordinates) -> tuple[Coordinates, Coordinates]:
    """Offset in degrees that GCJ-02 adds at a WGS84 position."""
    x, y = lon - 105.0, lat - 35.0
    waves = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + waves
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + waves
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    radians = np.radians(lat)
    flattening = 1.0 - ECCENTRICITY_SQUARED * np.sin(radians) ** 2
    meridian = SEMI_MAJOR * (1.0 - ECCENTRICITY_SQUARED) / flattening**1.5
    parallel = SEMI_MAJOR / np.sqrt(flattening) * np.cos(radians)
    return np.degrees(east / parallel), np.degrees(north / meridian)


def to_gcj02(points: Coordinates) -> Coordinates:
    """Positions (n x 2, longitude and latitude in degrees, WGS84 or CGCS2000) as GCJ-02."""
    return points + np.column_stack(_shift(points[:, 0], points[:, 1]))


def to_cgcs2000(points: Coordinates) -> Coordinates:
    """Positions (n x 2, longitude and latitude in degrees, GCJ-02) as CGCS2000."""
    true = points.copy()
    for _ in range(ROUNDS):
        true = points - np.column_stack(_shift(true[:, 0], true[:, 1]))
    return true
