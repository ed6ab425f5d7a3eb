"""Who must act: the first strong findings and what was not published last night."""

from typing import Any

from dash import html

from alerts.words import family_title
from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.pages.batch import reason
from dashboards.pages.indicator import text_of
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.view import View, address

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
                    parts.link(f"{title} {row['period']}", address("/runs", batch=str(row["batch"]))),
                    html.P(f"{text_of(row['code'])} {reason(row, titles)}".strip()),
                ]
            ),
        ]
    )


def todo_card(snapshot: Snapshot, view: View) -> html.Section:
    """What waits for a person, with links to where it is dealt with."""
    counts = queries.finding_counts(snapshot)
    strong = int(counts.loc[counts["strength"] == "strong", "findings"].sum())
    leads = queries.strong_findings(snapshot, OPEN_FINDINGS).to_dict("records")
    batches = queries.not_published(snapshot, snapshot.run_id).to_dict("records")
    titles = queries.titles(snapshot)
    body: list[Any] = []
    if leads:
        every = parts.link(f"全部 {strong} 条", address("/authenticity", strength="strong"))
        body += [html.H3(["强疑点：每类最靠前的一条", every])]
        body += [html.Ul([_open_finding(row) for row in leads], className="todo")]
    if batches:
        body += [html.H3(["未发布的批次", parts.link(f"全部 {len(batches)} 批", "/runs")])]
        body += [html.Ul([_open_batch(row, titles) for row in batches[:OPEN_BATCHES]], className="todo")]
    if not body:
        body = [parts.empty("没有待处理的事项。", "昨夜没有强疑点，全部批次都已发布。")]
    return parts.card(
        "待处理",
        body,
        subtitle="疑点不是结论，核查前不得对外",
        foot=parts.stamp(snapshot.business_date, "夜间批次"),
        name="open-card",
    )
