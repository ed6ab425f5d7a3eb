"""谁在用: the tables and indicators that rest on what a department delivers."""

from typing import Any

from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.pages.lineage_card import reached
from dashboards.pages.whose import Whose
from dashboards.serving import Snapshot
from dashboards.view import address
from dashboards.words import step_title

TITLE = "谁在用这些数据"


def uses_card(snapshot: Snapshot, who: Whose) -> html.Section:
    """One line a resource: what is made of it, at once or by way of other tables, and which indicators it feeds."""
    edges, titles = queries.lineage(snapshot), queries.titles(snapshot)
    indicators = queries.indicators(snapshot).to_dict("records")
    rows = []
    for name in who.resources:
        made = [table for stage in reached(edges, name) for table in stage]
        fed = [row for row in indicators if name in fmt.as_list(row["sources"])]
        chips: list[Any] = [
            parts.link(str(row["title"]), address("/", indicator=str(row["indicator"])), className="chip")
            for row in fed
        ]
        rows.append(
            (
                parts.link(titles.get(name, name), f"/catalogue/{name}"),
                "、".join(dict.fromkeys(step_title(table, titles) for table in made)) or fmt.DASH,
                html.Div(chips, className="chips") if chips else fmt.DASH,
            )
        )
    return parts.card(
        TITLE,
        parts.folded(TITLE, ("资源", "由它得出", "用到它的指标"), rows),
        subtitle="直接或经过其他表得出的；每夜按同一份计划计算",
        foot=parts.stamp(snapshot.business_date, "夜间批次的计划"),
        name="wide-card",
    )
