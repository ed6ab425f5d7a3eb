"""How good and how fresh a resource is, in words."""

from dash import html

from dashboards import format as fmt
from dashboards import parts
from dashboards.queries import Row


def good_share(row: Row) -> str:
    """Share of accepted rows, or why there is none."""
    return fmt.percent(row["good_share"]) if not fmt.is_missing(row["good_share"]) else "— 尚无发布批次"


def resource_stamp(row: Row) -> html.P:
    """Until when a resource goes, whose it is, late or not where the reader may know."""
    lateness = None if fmt.is_missing(row["is_late"]) else "迟到" if row["is_late"] else ""
    return parts.stamp_of(row["last_period"], str(row["provider_name"]), lateness)
