"""The data behind a finding's picture: six kinds, in the form that pages draw (``dashboards/charts/evidence.py``, and
``taian/inspectpage/drawing.py`` for a file's report).

Unit-level statistical data serve statistics only (统计法 art. 25): peers appear as bare points and lines, without code
or name. ``members`` of a group are named, because the group is the finding. Unknown is null, never 0.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Number = float | None


class Frozen(BaseModel):
    """Evidence is written once, with the finding."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(Frozen):
    """A unit named by a group finding."""

    unit: str
    name: str


class Shown(Frozen):
    """What every kind may carry: the units that were found together."""

    members: tuple[Member, ...] = ()


class PeersScatter(Shown):
    """Peers as points, on logarithmic axes where ``is_log``, the band that holds the central 98 % of them as (x, low,
    high), and what the finding is about: the unit as one point, or its rows as ``own``."""

    kind: Literal["peers_scatter"] = "peers_scatter"
    x_label: str
    y_label: str
    peers: tuple[tuple[float, float], ...]
    unit: tuple[float, float] | None = None
    own: tuple[tuple[float, float], ...] = ()
    band: tuple[tuple[float, float, float], ...] = ()
    is_log: bool = True


class Histogram(Shown):
    """How many of ``counted`` (units, rows) fall into each bin (low, high, count), and how many would be ``expected``;
    ``lit`` bounds the bins that hold the finding."""

    kind: Literal["histogram"] = "histogram"
    x_label: str
    bins: tuple[tuple[float, float, int], ...]
    lit: tuple[float, float] | None = None
    expected: tuple[float, ...] = ()
    counted: str = "家"


class Bars(Shown):
    """A value for each label, and what it would usually be."""

    kind: Literal["bars"] = "bars"
    y_label: str
    bars: tuple[tuple[str, Number], ...]
    expected: tuple[float, ...] = ()


class Waterfall(Shown):
    """Parts that should reach the reported total, each (label, value)."""

    kind: Literal["waterfall"] = "waterfall"
    parts: tuple[tuple[str, float], ...]
    total: tuple[str, float]


class Timeline(Shown):
    """Filings of one source, (local time ISO 8601, name of the unit); ``members`` are all units it filed for."""

    kind: Literal["timeline"] = "timeline"
    device: str
    events: tuple[tuple[str, str], ...]


class Series(Shown):
    """Lines (label, values) over the periods ``x``, the unit's own first; ``lit`` bounds the finding (first, last).

    Lines that share a scale have its name in ``y_label``, and peers' lines beside them; others are drawn apart.
    """

    kind: Literal["series"] = "series"
    x: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Number, ...]], ...]
    lit: tuple[str, str] | None = None
    y_label: str = ""
    peers: tuple[tuple[Number, ...], ...] = ()


Evidence = Annotated[PeersScatter | Histogram | Bars | Waterfall | Timeline | Series, Field(discriminator="kind")]


class Reported(Frozen):
    """The figures behind a finding as they were filed: ``rows`` are (period, own figures, medians of the peers), in the
    order of ``columns``, whose titles say what they are measured in and whether they are running totals."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Number, ...], tuple[Number, ...]], ...]
