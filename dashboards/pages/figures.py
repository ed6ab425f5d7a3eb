"""One indicator's figures for one area: of the period itself or since January, as they stand or as they were known."""

from dataclasses import dataclass

import pandas as pd

from dashboards import queries
from dashboards.pages.indicator import Indicator
from dashboards.serving import ServingError, Snapshot
from dashboards.view import View

CUMULATIVE = "cumulative"
BASIS, KNOWN = "basis", "known"
"""Names in the address: the figure of the period or since January, and the day as of which it was known."""


@dataclass(frozen=True)
class Chosen:
    """Which figures are asked for; ``known`` is a day (``YYYY-MM-DD``), nothing for those that stand."""

    is_cumulative: bool = False
    known: str = ""

    @classmethod
    def of(cls, view: View) -> "Chosen":
        """From the address; a day that is none is nobody's vintage and shows no figures."""
        return cls(view.params.get(BASIS) == CUMULATIVE, view.params.get(KNOWN, ""))

    @property
    def is_plain(self) -> bool:
        """The figure of the period itself as it stands."""
        return not self.is_cumulative and not self.known

    @property
    def words(self) -> str:
        """What was chosen, as the heading of a chart says it."""
        kind = "1-本月累计" if self.is_cumulative else "当期"
        return f"{kind}，{self.known} 时所知" if self.known else kind


CURRENT = Chosen()
"""The figures of the periods themselves, as they stand."""


def figures(snapshot: Snapshot, indicator: Indicator, area: str, chosen: Chosen) -> pd.DataFrame:
    """``period, months, value, yoy, mom, as_of, source, days_stale``, oldest first; rows without a value are left
    out but for those that are withheld (``is_withheld``).
    """
    plain = queries.histories(snapshot, (indicator.key,), area)
    if chosen.is_plain:
        return plain[plain["value"].notna() | plain["is_withheld"]]
    found = queries.vintage(snapshot, indicator.key, area, chosen.is_cumulative, chosen.known)
    stamp = plain.iloc[-1] if len(plain) else None
    return found.assign(
        as_of=None if stamp is None else stamp["as_of"],
        source=indicator.owner,
        is_withheld=False,
        days_stale=0 if stamp is None else stamp["days_stale"],
    )


def vintages_of(snapshot: Snapshot, indicator: Indicator, area: str) -> pd.DataFrame:
    """What is known of the vintages of an indicator: empty for one that is not of the macro library."""
    try:
        return queries.vintages(snapshot, indicator.key, area)
    except ServingError:
        return pd.DataFrame()
