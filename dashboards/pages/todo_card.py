"""Who must act: the first strong findings and the batches that are not published, unless their case is closed."""

from typing import Any

from dash import html

from alerts.words import family_title
from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.cases import closed_subjects
from dashboards.pages.batch import reason
from dashboards.pages.indicator import text_of
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.view import View, address
from taian.settings import settings

OPEN_FINDINGS, OPEN_BATCHES = 3, 3


def _open_finding(row: Row) -> html.Li:
    family = family_title(str(row["family"]))
    place = text_of(row["county_name"])
    return html.Li(
        [
            parts.badge("强", "bad", "证据强"),
            html.Div(
                [
                    parts.link(str(row["message"]), address("/authenticity", finding=str(row["finding_id"]))),
                    html.P(" · ".join(filter(None, (place, family, fmt.span(row["period"]))))),
                ]
            ),
        ]
    )


def _open_batch(row: Row, titles: dict[str, str]) -> html.Li:
    title = titles.get(str(row["resource"]), str(row["resource"]))
    return html.Li(
        [
            parts.state_badge(row["state"]),
            html.Div(
                [
                    parts.link(f"{title} {row['period']}", address("/runs", batch=queries.key_of(row), night="all")),
                    html.P(f"{text_of(row['code'])} {reason(row, titles)}".strip()),
                ]
            ),
        ]
    )


def _counted(snapshot: Snapshot) -> list[Any]:
    """For readers who may not know which unit it is: how many strong findings there are of each kind."""
    frame = queries.finding_counts(snapshot)
    strong = frame[frame["strength"] == "strong"]
    if strong.empty:
        return []
    kinds = "、".join(f"{family_title(str(row['family']))} {row['findings']}" for row in strong.to_dict("records"))
    return [
        html.H3(f"强疑点 {int(strong['findings'].sum())} 条，由统计执法员核查"),
        html.P(f"{kinds}。涉及单个单位的内容依统计法只供统计执法使用。", className="muted"),
    ]


def _findings(snapshot: Snapshot, closed: set[str]) -> list[Any]:
    if not snapshot.sight.units:
        return _counted(snapshot)
    leads = queries.strong_findings(snapshot, OPEN_FINDINGS, closed).to_dict("records")
    if not leads:
        return []
    strong, done = queries.strong_counts(snapshot, closed)
    words = f"全部 {strong} 条" + (f"（已办结 {done}）" if done else "")
    every = parts.link(words, address("/authenticity", strength="strong"))
    return [
        html.H3(["强疑点：每类最靠前的一条", every]),
        html.Ul([_open_finding(row) for row in leads], className="todo"),
    ]


def _batches(snapshot: Snapshot, closed: set[str]) -> list[Any]:
    """Batches that are still held or rejected, whichever night decided that."""
    batches = queries.deliveries(snapshot, queries.WAITING, closed=closed).to_dict("records")
    if not batches:
        return []
    titles = queries.titles(snapshot)
    every = parts.link(f"全部 {len(batches)} 批", address("/runs", state=queries.WAITING, night="all"))
    return [
        html.H3(["未发布的批次", every]),
        html.Ul([_open_batch(row, titles) for row in batches[:OPEN_BATCHES]], className="todo"),
    ]


def todo_card(snapshot: Snapshot, view: View) -> html.Section:
    """What waits for a person, and where it is dealt with; cases move by day, so it is made anew each time."""
    found = closed_subjects(settings())
    closed = found or set()
    body = [*_findings(snapshot, closed), *_batches(snapshot, closed)]
    if not body:
        body = [parts.empty("没有待处理的事项。", "强疑点和未发布的批次都没有，或都已办结。")]
    if found is None:
        body.append(html.P("案件库读不到，已办结的也列在内；请运维人员检查 alerts.db。", className="state state-error"))
    return parts.card(
        "待处理",
        body,
        subtitle=f"{'全市 · ' if snapshot.sight.scopes is None else ''}疑点不是结论，核查前不得对外",
        foot=parts.stamp(snapshot.business_date, "夜间批次"),
        name="open-card",
    )
