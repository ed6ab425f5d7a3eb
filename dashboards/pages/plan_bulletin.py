"""月度督办通报: who lags, what was escalated, extended and answered in a month; read, printed or taken as a file."""

import datetime as dt
from typing import Any

from dash import html

from dashboards import parts, planned
from dashboards.bulletin import (
    ANSWERED,
    ESCALATED,
    EXTENDED,
    HEADERS,
    LAGGING,
    NEXT,
    NONE,
    Bulletin,
    bounds,
    bulletin,
    spoken,
)
from dashboards.duties import events_of
from dashboards.export import Export
from dashboards.serving import Snapshot
from dashboards.view import View, address
from taian.settings import settings

TITLE = "整合共享"
QUESTION = "谁落后、什么上报了、什么延期了、谁答复了？"
SINCE = "2017-12"
"""The month in which the plan was issued."""
PARTS = {LAGGING: "一", ESCALATED: "二", EXTENDED: "三", ANSWERED: "四", NEXT: "五"}


def months(last: str) -> list[str]:
    """Months of which there is a report, the newest first."""
    found = [last]
    while found[-1] > SINCE:
        first = dt.date.fromisoformat(f"{found[-1]}-01")
        found.append((first - dt.timedelta(days=1)).isoformat()[:7])
    return found


def month_of(snapshot: Snapshot, view: View) -> str:
    """The month that the address asks for, else the last one."""
    wanted = view.params.get("month", "")
    return wanted if wanted in months(snapshot.business_date[:7]) else snapshot.business_date[:7]


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page of ``/plan/bulletin?month=``."""
    month = month_of(snapshot, view)
    trail = parts.breadcrumbs([(TITLE, "/plan"), ("督办通报", None)])
    title = f"{spoken(month)}督办通报"
    return parts.page(
        title,
        QUESTION,
        [parts.guarded(title, lambda: _paper(snapshot, month), "wide-card plan-bulletin")],
        tools=_tools(snapshot, view, month),
        trail=trail,
    )


def bulletin_of(snapshot: Snapshot, view: View, who: str) -> Export:
    """The report that the address asks for, as a table."""
    return made(snapshot, month_of(snapshot, view)).export(snapshot.business_date, who)


def made(snapshot: Snapshot, month: str) -> Bulletin:
    """The report with the states that were known at the end of the month, where the nights kept them."""
    day = _until(snapshot, month)
    then = planned.tasks_on(snapshot, day) if day < snapshot.business_date else None
    tasks = planned.tasks(snapshot) if then is None else then
    today = dt.date.fromisoformat(snapshot.business_date if then is None else day)
    return bulletin(tasks, events_of(settings(), snapshot.sight, month), month, today)


def _until(snapshot: Snapshot, month: str) -> str:
    """The last day of a month, or of the data."""
    return min(bounds(month)[1].isoformat(), snapshot.business_date)


def _tools(snapshot: Snapshot, view: View, month: str) -> list[Any]:
    choices = [(each, spoken(each)) for each in months(snapshot.business_date[:7])]
    file = address("/export/plan.xlsx", tab="bulletin", month=month)
    return [
        parts.filter_of(view, "month", spoken(month), choices, 150),
        html.A("导出 XLSX", href=file, className="button", download=""),
        html.A("导出 PDF", href=address("/export/bulletin.pdf", month=month), className="button", download=""),
    ]


def _paper(snapshot: Snapshot, month: str) -> html.Section:
    found = made(snapshot, month)
    body: list[Any] = [html.P(sentence, className="aloud-line") for sentence in found.lead]
    for name, number in PARTS.items():
        rows = [_row(row) for row in found.part(name)]
        body += [
            html.H3(f"{number}、{name}"),
            parts.table(name, HEADERS[1:], rows, (), "plan-rows") if rows else html.P(NONE[name], className="muted"),
        ]
    if month != snapshot.business_date[:7]:
        body.append(html.P(of_which_day(snapshot, month), className="muted small"))
    return parts.card(
        f"{spoken(month)}督办通报",
        body,
        subtitle="泰安市政务信息系统整合共享专项小组",
        foot=parts.stamp(snapshot.business_date, "任务的证据和督办日志"),
        name="wide-card plan-bulletin",
    )


def of_which_day(snapshot: Snapshot, month: str) -> str:
    """Which day's states a report on a past month tells of."""
    day, first = _until(snapshot, month), planned.states(snapshot)["since"].min()
    if isinstance(first, str) and first <= day:
        return f"任务状态是 {day} 的夜间批次判定的，以后报送的数据没有改动它；依据是该状态开始那一夜的。"
    since = f"自 {first} 起才保存" if isinstance(first, str) else "没有保存"
    return f"平台{since}各夜的任务状态：本月的状态为数据截止日的，督办经过为当月的。"


def _row(row: tuple[str, ...]) -> list[parts.Node]:
    task, *rest = row
    number = task.partition(" ")[0]
    return [parts.link(task, f"/plan/{number}") if "-" in number else task, *rest]
