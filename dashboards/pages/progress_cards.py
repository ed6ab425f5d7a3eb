"""The plan over time: a Gantt of its milestones, and how many tasks were due and done by when."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from dash import html

from alerts.planreports import Report, standing
from catalog.plan import scheme
from dashboards import parts, planned
from dashboards.charts.burnup import burnup, steps
from dashboards.charts.gantt import ROW, Milestone, gantt
from dashboards.pages.plan_words import STATES
from dashboards.queries import CITY
from dashboards.serving import Snapshot
from dashboards.theme import palette
from dashboards.view import View
from taian.settings import settings

START, END = dt.date(2017, 12, 4), dt.date(2018, 12, 31)
"""The plan was issued on the one, and ends with the other."""

HOW = (
    "完成的日子：有指标的，取指标按月的记录第一次达到要求的月末（没有按月记录的，取数据截止日）；"
    "没有指标的，取责任部门报告完成的日子。"
)


def gantt_card(snapshot: Snapshot, view: View) -> html.Section:
    """Every milestone with a date; a phone gets them as a list."""
    frame = _chosen(snapshot, view)
    dated = frame[frame["due_on"].notna()]
    found = [
        Milestone(int(row["article"]), row["task_id"], row["task"], _date(row["due_on"]), row["state"])
        for row in dated.to_dict("records")
    ]
    rows = _rows(found)
    today, words = dt.date.fromisoformat(snapshot.business_date), {key: title for key, (title, _) in STATES.items()}
    body: Any = parts.empty("没有写时限的任务。")
    if found and view.is_phone:
        body = _by_date(found, today)
    elif found:
        figure = gantt(found, START, today, words, palette(view.theme))
        height = 110 + ROW * len({one.article for one in found})
        body = parts.graph(figure, f"{len(found)} 项有时限任务的甘特图", height, rows)
    return parts.card(
        "甘特图",
        body,
        subtitle=f"{len(found)} 项有时限的任务；另有 {len(frame) - len(found)} 项方案没有写时限",
        foot=parts.stamp(snapshot.business_date, "实施方案（泰政办发〔2017〕17号）"),
        name="wide-card plan-gantt",
    )


def burnup_card(snapshot: Snapshot, view: View) -> html.Section:
    """Tasks due against tasks done of the chosen department, or of all."""
    frame = _chosen(snapshot, view)
    due = [_date(day) for day in frame["due_on"].dropna()]
    today = dt.date.fromisoformat(snapshot.business_date)
    guessed = list(done_dates(frame, planned.measures(snapshot), standing(settings(), today), today).values())
    kept = planned.states(snapshot)
    kept = kept[kept["task_id"].isin(frame["task_id"])]
    line_due, line_done = steps(due, START, END), known_done(guessed, kept, today)
    figure = burnup(line_due, line_done, today, palette(view.theme))
    headers = ("日期", "应完成", "已完成")
    rows = [
        [f"{day}", f"{sum(one <= day for one in due)}", f"{_at(line_done, day)}"]
        for day in sorted({day for line in (line_due, line_done) for day, _ in line if day <= today})
    ]
    expected = sum(day <= today for day in due)
    return parts.card(
        f"完成进度 · {view.params.get('lead_department') or '全部牵头部门'}",
        [
            parts.graph(
                figure,
                f"到 {today} 应完成 {expected} 项，已完成 {line_done[-1][1]} 项",
                280,
                parts.table("完成进度", headers, rows, (1, 2)),
            ),
            html.P(_how(kept), className="muted small"),
        ],
        subtitle=f"到 {today} 应完成 {expected} 项，已完成 {line_done[-1][1]} 项（含提前完成的）",
        foot=parts.stamp(snapshot.business_date, "任务的时限和依据"),
        name="wide-card plan-burnup",
    )


def known_done(guessed: Sequence[dt.date], kept: pd.DataFrame, today: dt.date) -> list[tuple[dt.date, int]]:
    """How many tasks were done, by day: from the first night whose states are kept as that night and each after it knew
    it, before it by the days that evidence tells (``guessed``). What comes undone goes down again.
    """
    if kept.empty:
        return steps(guessed, START, today)
    nights = sorted({dt.date.fromisoformat(day) for day in kept["since"]})
    before = [day for day in guessed if day < nights[0]]
    line = [point for point in steps(before, START, nights[0]) if point[0] < nights[0]]
    states: dict[str, str] = {}
    for night in nights:
        now = kept[kept["since"] == night.isoformat()]
        states |= dict(zip(now["task_id"], now["state"], strict=True))
        number = sum(state == "done" for state in states.values())
        if night == nights[0] or number != line[-1][1]:
            line.append((night, number))
    return line if line[-1][0] == today else [*line, (today, line[-1][1])]


def _at(line: Sequence[tuple[dt.date, int]], day: dt.date) -> int:
    """The number that stands on a day."""
    return [number for since, number in line if since <= day][-1]


def _how(kept: pd.DataFrame) -> str:
    if kept.empty:
        return f"{HOW}各夜的状态没有保存，这条线由依据推算。"
    return f"{kept['since'].min()} 起是各夜当时的判定，以后报送的数据不改动它；此前由依据推算。{HOW}"


def done_dates(
    tasks: pd.DataFrame, measures: pd.DataFrame, said: Mapping[str, Report], today: dt.date
) -> dict[str, dt.date]:
    """Since when each task that is done is known to be: from the curve of its measure, or from the report on it."""
    found = {}
    for row in tasks[tasks["state"] == "done"].to_dict("records"):
        report = said.get(row["task_id"])
        if row["task_id"] in scheme().tasks:
            found[row["task_id"]] = min(_reached(measures, row) or today, today)
        elif report:
            found[row["task_id"]] = dt.date.fromisoformat(report.at[:10])
        else:
            found[row["task_id"]] = today
    return found


def _reached(measures: pd.DataFrame, row: Any) -> dt.date | None:
    """The end of the first month in which the city's measure stood where the task asks for; None without a curve."""
    own = measures[(measures["measure"] == row["measure"]) & (measures["owner"] == CITY)]
    curve = own["curve"].iloc[0] if len(own) and "curve" in own else None
    least = scheme().tasks[row["task_id"]].at_least
    months = [month for month, percent in json.loads(curve) if percent >= least] if isinstance(curve, str) else []
    return pd.Period(months[0], "M").end_time.date() if months else None


def _chosen(snapshot: Snapshot, view: View) -> pd.DataFrame:
    frame = planned.tasks(snapshot)
    lead = view.params.get("lead_department")
    return frame[frame["lead_department"] == lead] if lead else frame


def _date(day: Any) -> dt.date:
    found: dt.date = pd.Timestamp(day).date()
    return found


def _by_date(found: list[Milestone], today: dt.date) -> list[html.Details]:
    """The milestones of each date folded together; the next date is open."""
    days = sorted({one.due for one in found})
    following = next((day for day in days if day >= today), days[-1])
    return [
        html.Details(
            [
                html.Summary(f"{day} · {sum(one.due == day for one in found)} 项"),
                html.Ul([_item(one) for one in found if one.due == day], className="history"),
            ],
            open=day == following,
        )
        for day in days
    ]


def _item(one: Milestone) -> html.Li:
    return html.Li([parts.link(one.number, f"/plan/{one.number}"), f" {one.title} ", parts.badge(*STATES[one.state])])


def _rows(found: list[Milestone]) -> html.Div:
    rows = [
        [
            f"{one.due}",
            parts.link(one.number, f"/plan/{one.number}", className="whole"),
            one.title,
            parts.badge(*STATES[one.state]),
        ]
        for one in sorted(found, key=lambda one: (one.due, one.number))
    ]
    return parts.table("有时限的任务", ("时限", "编号", "任务", "状态"), rows, (), "plan-rows")
