"""Resources by the state of their last batch."""

from dash import html

from dashboards import parts, queries
from dashboards.serving import Snapshot
from dashboards.sight import is_own
from dashboards.words import STATES


def resources_card(snapshot: Snapshot) -> html.Section:
    """Every resource under the state of its last batch."""
    frame = queries.resources(snapshot)
    frame = frame[[is_own(snapshot.sight, str(name)) for name in frame["resource"]]]
    blocks = []
    for state in [*STATES, ""]:
        mask = frame["last_state"].fillna("") == state
        rows = frame[mask].to_dict("records")
        if not rows:
            continue
        names = [parts.link(str(row["title"]), f"/catalogue/{row['resource']}", className="chip") for row in rows]
        blocks.append(
            html.Div(
                [
                    html.H3([parts.state_badge(state or None), f" {len(rows)} 项资源"]),
                    html.Div(names, className="chips"),
                ]
            )
        )
    return parts.card(
        "资源按最近一批的状态",
        blocks or parts.empty("目录中没有资源。"),
        subtitle="待核与拒收的资源沿用上一个好版本",
        foot=parts.stamp(snapshot.business_date, "资源目录"),
        name="wide-card",
    )
