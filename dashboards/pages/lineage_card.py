"""What a resource is checked against, and what is made of it: the way of its data, left to right."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.serving import Snapshot
from dashboards.sight import Sight
from dashboards.words import step_title

FINDINGS = "topic_authenticity__finding"
PAGES = {"topic_city__indicator": "/", FINDINGS: "/authenticity"}
"""Where a person sees what a table holds; findings are the inspector's."""


def reached(edges: Sequence[tuple[str, str]], start: str) -> list[list[str]]:
    """Tables made from ``start``, by how many steps away; each stands once, at its farthest."""
    distance = {start: 0}
    for _ in range(len(edges)):
        changed = {target: distance[source] + 1 for source, target in edges
                   if source in distance and distance[source] + 1 > distance.get(target, 0)}  # fmt: skip
        if not changed:
            break
        distance.update(changed)
    last = max(distance.values())
    return [sorted(name for name, away in distance.items() if away == place) for place in range(1, last + 1)]


def _node(name: str, titles: dict[str, str], sight: Sight, is_here: bool = False) -> html.Li:
    words = [html.Span(step_title(name, titles)), html.Code(name)]
    href = PAGES.get(name) or (f"/catalogue/{name}" if name in titles and not is_here else None)
    if name == FINDINGS and not sight.units:
        href = None
    return html.Li(parts.link(words, href) if href else words, className="node here" if is_here else "node")


def _stage(title: str, names: Sequence[str], titles: dict[str, str], sight: Sight, is_here: bool = False) -> html.Li:
    nodes = html.Ul([_node(name, titles, sight, is_here) for name in names])
    return html.Li([html.H3(title), nodes], className="stage")


def _columns(snapshot: Snapshot, name: str, titles: dict[str, str]) -> html.Details | None:
    """Which columns of other tables come from which item of the resource."""
    resource = queries.resource(snapshot, name)
    if resource is None:
        return None
    known = queries.column_titles(snapshot, name)
    rows = [
        (
            [known.get(str(row["source_column"]), ""), " ", html.Code(row["source_column"])],
            step_title(str(row["table"]), titles),
            html.Code(row["column"]),
            str(row["how"]),
        )
        for row in queries.column_uses(snapshot, f"dwd_{resource['domain']}__{name}").to_dict("records")
    ]
    if not rows:
        return None
    headers = ("信息项", "用在", "列", "取法")
    return html.Details([html.Summary(f"逐列去向（{len(rows)}）"), parts.table("逐列去向", headers, rows)])


def lineage_card(snapshot: Snapshot, name: str) -> html.Section:
    """References, the resource, and the tables and indicators that rest on it."""
    edges, titles = queries.lineage(snapshot), queries.titles(snapshot)
    references = sorted({source for source, target in edges if target == name})
    made = reached(edges, name)
    sight = snapshot.sight
    stages = [_stage("对照", references, titles, sight)] if references else []
    stages.append(_stage("本资源", [name], titles, sight, is_here=True))
    stages += [_stage("由它得出" if i == 0 else "再得出", names, titles, sight) for i, names in enumerate(made)]
    indicators = [
        parts.link(str(row["title"]), f"/?indicator={row['indicator']}", className="chip")
        for row in queries.indicators(snapshot).to_dict("records")
        if name in fmt.as_list(row["sources"])
    ]
    body: list[Any] = [html.Ol(stages, className="lineage")]
    if indicators:
        body.append(html.Div([html.H3("用到它的指标"), html.Div(indicators, className="chips")]))
    body.append(_columns(snapshot, name, titles))
    if not (made or references or indicators):
        body.append(html.P("目前没有其他表由它得出；它可以被查询和共享。", className="muted"))
    return parts.card(
        "来龙去脉",
        body,
        subtitle="它对照谁，谁由它得出；每夜按同一份计划计算",
        foot=parts.stamp(snapshot.business_date, "夜间批次的计划"),
        name="wide-card",
    )
