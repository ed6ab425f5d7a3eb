"""The monthly report of supervision 月度督办通报 as content: sentences and lists, from tasks and the log of duties."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from alerts.casebook import CaseView, EventView
from alerts.duties import day_of, fact_of
from alerts.words import EVENT_TITLES
from dashboards.export import Export
from dashboards.pages.plan_words import STATES, by_department

HEADERS = ("部分", "任务", "牵头部门", "日期", "说明")
LAGGING, ESCALATED, EXTENDED, ANSWERED, NEXT = "进度落后", "逾期上报", "延期", "答复", "下月到期"
NONE = {
    LAGGING: "没有逾期或待举证的牵头部门。",
    ESCALATED: "本月没有逾期上报的任务。",
    EXTENDED: "本月没有延期申请和批复。",
    ANSWERED: "本月没有部门答复。",
    NEXT: "下月没有到期的任务。",
}
"""What is said of a part without rows."""


@dataclass(frozen=True)
class Bulletin:
    """``lead`` are the sentences before the lists; a row is part, task, department, day, words."""

    month: str
    lead: tuple[str, ...]
    rows: tuple[tuple[str, str, str, str, str], ...]

    def part(self, name: str) -> list[tuple[str, ...]]:
        """The rows of one part without its name."""
        return [row[1:] for row in self.rows if row[0] == name]

    def export(self, until: str, who: str) -> Export:
        """The same as a table for a file."""
        notes = [("内容", f"{spoken(self.month)}督办通报"), ("数据截止", until), ("导出人", who)]
        notes += [("综述", sentence) for sentence in self.lead]
        return Export(f"plan-bulletin-{self.month}", notes, list(self.rows), HEADERS)


def spoken(month: str) -> str:
    """2018-06 as 2018年6月."""
    return f"{month[:4]}年{int(month[5:])}月"


def bounds(month: str) -> tuple[dt.date, dt.date]:
    """First and last day of a month (YYYY-MM). Raises ValueError when it is none."""
    first = dt.date.fromisoformat(f"{month}-01")
    return first, (pd.Timestamp(first) + pd.offsets.MonthEnd(0)).date()


def bulletin(tasks: pd.DataFrame, events: Sequence[tuple[CaseView, EventView]], month: str, today: dt.date) -> Bulletin:
    """The report of ``month``: states as of ``today`` (its last day, or the end of the data), and which ``events`` its
    days brought."""
    first, last = bounds(month)
    mine = [(case, event) for case, event in events if first <= day_of(event) <= last]
    following = bounds((last + dt.timedelta(days=1)).isoformat()[:7])
    rows = [
        *_lagging(tasks, today),
        *_told(mine, ESCALATED, ("raised",)),
        *_told(mine, EXTENDED, ("ask", "grant", "refuse")),
        *_told(mine, ANSWERED, ("reply", "assist", "prove", "return")),
        *_due(tasks, following),
    ]
    return Bulletin(month, (_whole(tasks, today), _month(tasks, mine, month)), tuple(rows))


def _dates(tasks: pd.DataFrame) -> Any:
    return pd.to_datetime(tasks["due_on"])


def _whole(tasks: pd.DataFrame, today: dt.date) -> str:
    due = int((_dates(tasks) <= pd.Timestamp(today)).sum())
    counts = tasks["state"].value_counts()
    states = "，".join(f"{title} {counts[state]} 项" for state, (title, _) in STATES.items() if counts.get(state, 0))
    return (
        f"截至 {today.year}年{today.month}月{today.day}日，实施方案 {tasks['article'].nunique()} 条 {len(tasks)} 项"
        f"任务中，有时限的 {int(tasks['due_on'].notna().sum())} 项，已到期 {due} 项。按证据判定：{states}。"
        "待举证是时限已过而平台没有证据，不等于没有完成。"
    )


def _month(tasks: pd.DataFrame, events: Sequence[tuple[CaseView, EventView]], month: str) -> str:
    first, last = bounds(month)
    due = int(_dates(tasks).between(pd.Timestamp(first), pd.Timestamp(last)).sum())

    def times(*what: str) -> int:
        return sum(event.what in what for _, event in events)

    closed = times("close")
    return (
        f"{spoken(month)}到期 {due} 项；新立督办 {times('opened')} 件，提醒 {times('reminded', 'due', 'overdue')} 次，"
        f"逾期上报专项小组 {times('raised')} 件；部门答复 {times('reply', 'assist', 'prove')} 次，"
        f"申请延期 {times('ask')} 次，同意 {times('grant')} 次，不同意 {times('refuse')} 次，"
        f"退回 {times('return')} 次；销号 {closed} 件。"
    )


def _lagging(tasks: pd.DataFrame, today: dt.date) -> list[tuple[str, str, str, str, str]]:
    frame = by_department(tasks, today.isoformat())
    late = frame[(frame["overdue"] > 0) | (frame["unproven"] > 0)]
    return [
        (
            LAGGING,
            f"{row['tasks']} 项",
            row["lead_department"],
            f"{today}",
            f"已到期 {row['is_due']} 项：已完成 {row['done']} 项，逾期 {row['overdue']} 项，"
            f"待举证 {row['unproven']} 项",
        )
        for row in late.to_dict("records")
    ]


def _told(
    events: Sequence[tuple[CaseView, EventView]], part: str, what: tuple[str, ...]
) -> list[tuple[str, str, str, str, str]]:
    return [
        (
            part,
            f"{case.subject} {fact_of(case).title}",
            fact_of(case).lead_name,
            f"{day_of(event)}",
            f"{EVENT_TITLES[event.what]}：{event.why}" if event.why else EVENT_TITLES[event.what],
        )
        for case, event in events
        if event.what in what
    ]


def _due(tasks: pd.DataFrame, span: tuple[dt.date, dt.date]) -> list[tuple[str, str, str, str, str]]:
    first, last = (pd.Timestamp(day) for day in span)
    frame = tasks[_dates(tasks).between(first, last) & (tasks["state"] != "done")]
    return [
        (
            NEXT,
            f"{row['task_id']} {row['task']}",
            row["lead_department"],
            f"{pd.Timestamp(row['due_on']).date()}",
            f"{STATES[row['state']][0]}：{row['evidence']}",
        )
        for row in frame.to_dict("records")
    ]
