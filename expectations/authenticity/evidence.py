"""The data behind a finding's picture: five kinds, in the form that the pages draw
(``dashboards/charts/evidence.py``).

Unit-level statistical data serve statistics only (统计法 art. 25): peers appear as bare points, without code or
name. ``members`` of a group are named, because the group is the finding. Unknown is null, never 0.
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


class PeersScatter(Frozen):
    """Peers on two logarithmic axes, the band that holds the central 98 % of them as (x, low, high), and the
    unit."""

    kind: Literal["peers_scatter"] = "peers_scatter"
    x_label: str
    y_label: str
    peers: tuple[tuple[float, float], ...]
    unit: tuple[float, float]
    band: tuple[tuple[float, float, float], ...]


class Histogram(Frozen):
    """How many units fall into each bin (low, high, count); ``lit`` bounds the bin that holds the finding."""

    kind: Literal["histogram"] = "histogram"
    x_label: str
    bins: tuple[tuple[float, float, int], ...]
    lit: tuple[float, float]
    members: tuple[Member, ...] = ()


class Waterfall(Frozen):
    """Parts that should reach the reported total, each (label, value)."""

    kind: Literal["waterfall"] = "waterfall"
    parts: tuple[tuple[str, float], ...]
    total: tuple[str, float]


class Timeline(Frozen):
    """Filings of one source, (local time ISO 8601, name of the firm); ``members`` are all firms it filed for."""

    kind: Literal["timeline"] = "timeline"
    device: str
    events: tuple[tuple[str, str], ...]
    members: tuple[Member, ...] = ()


class Series(Frozen):
    """Lines (label, values) over the periods ``x``, the unit's own first; ``lit`` bounds the finding (first,
    last)."""

    kind: Literal["series"] = "series"
    x: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Number, ...]], ...]
    lit: tuple[str, str]


Evidence = Annotated[PeersScatter | Histogram | Waterfall | Timeline | Series, Field(discriminator="kind")]
