"""One picture for each kind of evidence. ``evidence`` of a finding is JSON with its ``kind`` and:

=================  ==================================================================================================
``peers_scatter``  ``x_label``, ``y_label``, ``peers`` [[x, y], …], ``unit`` [x, y], ``band`` [[x, low, high], …]; both
                   axes are logarithmic, values ≤ 0 are left out and said so
``histogram``      ``x_label``, ``bins`` [[low, high, count], …], ``lit`` [low, high]: the bin the finding is about
``waterfall``      ``parts`` [[label, value], …], ``total`` [label, value]: their sum against what was reported
``timeline``       ``events`` [[ISO time, label of the unit], …], ``device``: who handed in when, from one place
``series``         ``x`` [period, …], ``lines`` [[label, [value, …]], …], the unit's own first; ``lit`` [first, last]
=================  ==================================================================================================

Any other kind is shown as a table (``as_rows``), never dropped.
"""

from collections.abc import Callable

import plotly.graph_objects as go

from dashboards.charts.bars import bars
from dashboards.charts.base import Evidence
from dashboards.charts.histogram import histogram
from dashboards.charts.peers_scatter import peers_scatter
from dashboards.charts.series import series
from dashboards.charts.timeline import timeline
from dashboards.charts.waterfall import waterfall
from dashboards.theme import Palette

PICTURES: dict[str, Callable[[Evidence, Palette], go.Figure]] = {
    "peers_scatter": peers_scatter,
    "histogram": histogram,
    "bars": bars,
    "waterfall": waterfall,
    "timeline": timeline,
    "series": series,
}


def picture(evidence: Evidence, colours: Palette) -> go.Figure | None:
    """The picture of this evidence; None for a kind that has none or whose data does not fit it: show ``as_rows``."""
    draw = PICTURES.get(str(evidence.get("kind")))
    if draw is None:
        return None
    try:
        return draw(evidence, colours)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        return None


def as_rows(evidence: Evidence) -> list[tuple[str, str]]:
    """Evidence of an unknown kind, name and value."""
    return [(str(key), str(value)) for key, value in evidence.items() if key != "kind"]
