"""审计: who did what, when and in what role, from the hash-chained log; nothing here can be changed."""

from typing import Any

from dash import html

from alerts import audit
from dashboards import format as fmt
from dashboards import parts
from dashboards.serving import Snapshot
from dashboards.view import View
from taian.settings import settings

TITLE = "审计"
MOST = 200


def _chain() -> html.P:
    verdict = audit.verify(settings())
    if verdict.broken:
        return html.P(verdict.broken + "。", className="state state-error", role="alert")
    return html.P([f"共 {fmt.count(verdict.entries)} 条，首尾相接，没有改动。最后一条的摘要 ", html.Code(verdict.head)])


def _log(snapshot: Snapshot) -> html.Section:
    rows = [
        (fmt.moment(one.at), one.actor, one.role, one.action, one.object, one.detail or fmt.DASH)
        for one in audit.entries(settings(), most=MOST)
    ]
    body: Any = parts.empty("还没有记录。")
    if rows:
        body = parts.table("审计日志，最近的在前", ("时间", "谁", "角色", "做了什么", "对象", "说明"), rows)
    return parts.card(
        "审计日志",
        [_chain(), body],
        subtitle=f"最近 {MOST} 条；全部记录与核对用 taian audit verify",
        foot=parts.stamp(snapshot.business_date, "案件库 alerts.db"),
        name="wide-card",
    )


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The last lines of the log, and whether its chain is whole."""
    question = "谁在什么时候做了什么？记录有没有被改过？"
    return parts.page(TITLE, question, [parts.guarded("审计日志", lambda: _log(snapshot), "wide-card")])
