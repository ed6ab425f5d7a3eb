"""What the pages of decision support ask of one published night."""

import pandas as pd

from dashboards.serving import Snapshot


def targets(snapshot: Snapshot) -> pd.DataFrame:
    """Every measured target of the year, by area as the codes go, then as the plan lists them."""
    return _all(snapshot, "topic_decision__target", "ORDER BY area_code, code")


def drivers(snapshot: Snapshot) -> pd.DataFrame:
    """The parts of each number's change, by number and kind of part; the strongest pull up first, the rest last."""
    return _all(snapshot, "topic_decision__driver", "ORDER BY indicator, kind, part = '', points DESC")


def shifts(snapshot: Snapshot) -> pd.DataFrame:
    """Each county's change in three parts, the strongest of its own first."""
    return _all(snapshot, "topic_decision__shift", "ORDER BY local DESC")


def elasticities(snapshot: Snapshot) -> pd.DataFrame:
    """Every relation that was asked of the panel, those to reckon with first."""
    return _all(snapshot, "topic_decision__elasticity", "ORDER BY verdict <> 'usable', driver, outcome")


def townships(snapshot: Snapshot) -> pd.DataFrame:
    """All townships together first, then those with figures by code, then those without."""
    return _all(snapshot, "topic_decision__township", "ORDER BY area_code <> '', reason = 'few', area_code")


def _all(snapshot: Snapshot, table: str, order: str) -> pd.DataFrame:
    return snapshot.read(table, f"SELECT * FROM {table} {order}")
