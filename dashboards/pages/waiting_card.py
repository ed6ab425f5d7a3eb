"""Batches of a department that want somebody: late, held or rejected, each with its reason and its remedy."""

from typing import Any

import pandas as pd
from dash import html

from catalog.codes import all_codes
from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.cases import closed_subjects
from dashboards.pages.batch import reason
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.view import View, address
from taian.settings import settings

WAITING, LATE = "未发布的批次", "迟到的批次"
MOST = 8
"""Batches shown at once; the list below has all of them."""


def _waiting(row: Row, titles: dict[str, str]) -> tuple[Any, ...]:
    code = all_codes().get("" if fmt.is_missing(row["code"]) else str(row["code"]))
    name = titles.get(str(row["resource"]), str(row["resource"]))
    return (
        parts.state_badge(row["state"]),
        parts.link(f"{name} {row['period']}", address("/runs", batch=queries.key_of(row), night="all")),
        html.Div([html.Strong(f"{code.code} {code.title}") if code else None, html.P(reason(row, titles))]),
        code.remedy if code else fmt.DASH,
        fmt.moment(row["delivered_at"]),
    )


def waiting_card(snapshot: Snapshot, frame: pd.DataFrame, view: View) -> html.Section:
    """Those of ``frame`` that were not published, and whose case is not closed."""
    closed = closed_subjects(settings()) or set()
    rows = [
        row for row in frame.to_dict("records")
        if row["state"] in queries.NOT_PUBLISHED and queries.key_of(row) not in closed
    ]  # fmt: skip
    foot = parts.stamp(snapshot.business_date, "夜间批次")
    if not rows:
        return parts.card(WAITING, parts.empty("没有待核或拒收的批次。"), foot=foot, name="wide-card")
    titles = queries.titles(snapshot)
    headers = ("状态", "资源和统计期", "为什么", "怎么办", "送达")
    return parts.card(
        WAITING,
        parts.table(WAITING, headers, [_waiting(row, titles) for row in rows[:MOST]]),
        subtitle="页面沿用上一个好版本；更正后再报，下一夜处理",
        aside=_every(len(rows), view),
        foot=foot,
        name="wide-card",
    )


def _every(number: int, view: View) -> Any:
    """How many there are; a link to the list of all when not all are shown."""
    words = f"{fmt.count(number)} 批"
    if number <= MOST:
        return html.Span(words, className="muted")
    return parts.link(f"最近 {MOST} 批，全部 {words}", view.link(state=queries.WAITING, batch=None))


def late_card(snapshot: Snapshot, frame: pd.DataFrame) -> html.Section:
    """Those of ``frame`` that came after their time, the newest first."""
    known = queries.late_batches(snapshot)
    rows = [row for row in frame.to_dict("records") if queries.key_of(row) in known]
    titles = queries.titles(snapshot)
    foot = parts.stamp(snapshot.business_date, "发布门的时效检查")
    if not rows:
        return parts.card(LATE, parts.empty("没有迟到的批次。"), foot=foot, name="wide-card")
    lines = [
        (
            parts.link(
                f"{titles.get(str(row['resource']), row['resource'])} {row['period']}",
                address("/runs", batch=queries.key_of(row), night="all"),
            ),
            html.Strong(f"{fmt.count(known[queries.key_of(row)])} 天", className="tone-bad"),
            fmt.day(row["delivered_at"]),
            parts.state_badge(row["state"]),
        )
        for row in sorted(rows, key=lambda row: str(row["delivered_at"]), reverse=True)
    ]
    return parts.card(
        LATE,
        parts.folded(LATE, ("资源和统计期", "迟到", "送达", "状态"), lines),
        subtitle="送达晚于更新周期规定的时间；补报以前的统计期也算",
        aside=html.Span(f"{fmt.count(len(rows))} 批", className="muted"),
        foot=foot,
        name="wide-card",
    )
