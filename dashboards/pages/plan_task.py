"""One task of the plan: what was promised, what shows its state, and how far its supervision has come."""

from typing import Any

from dash import html

from catalog.plan import scheme
from dashboards import format as fmt
from dashboards import parts, planned
from dashboards.pages.duty_panel import duty_panel
from dashboards.pages.plan_words import STATES, place_of
from dashboards.serving import Snapshot
from dashboards.view import View, address
from taian.settings import settings

TITLE = "整合共享"
QUESTION = "这项任务要求什么、做到了没有、依据是什么、谁该做下一步？"


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page of ``/plan/<task>``."""
    number = view.path.rpartition("/")[2]
    trail = parts.breadcrumbs([(TITLE, "/plan"), (number, None)])
    row = planned.task(snapshot, number)
    if row is None:
        nothing = parts.empty(f"方案没有编号为 {number} 的任务，或不归您负责。", parts.link("回到整合共享", "/plan"))
        return parts.page(TITLE, QUESTION, [nothing], trail=trail)
    state = parts.guarded("任务", lambda: _task_card(snapshot, row), "plan-task")
    way = parts.card(
        "督办",
        html.Div(duty_panel(settings(), number, snapshot.sight), id="duty-panel"),
        foot=parts.stamp(snapshot.business_date, "夜间督办；办理随办随新"),
        name="plan-duty",
    )
    both = [html.Div([state], className="stack"), html.Div([way], className="stack")]
    body = [html.Div(both, className="master-detail warning-page")]
    return parts.page(f"任务 {number}", QUESTION, body, trail=trail)


def _task_card(snapshot: Snapshot, row: Any) -> html.Section:
    due = "方案没有写时限" if fmt.is_missing(row["due_on"]) else fmt.day(row["due_on"])
    facts: list[tuple[str, parts.Node]] = [
        ("状态", parts.badge(*STATES[row["state"]])),
        ("时限", due),
        ("牵头部门", row["lead_department"]),
        ("配合部门", fmt.or_dash(row.get("cooperating_departments"))),
        ("方案", f"第 {row['article']} 条"),
    ]
    body: list[Any] = [html.Blockquote(row["task"], className="aloud"), parts.facts(facts)]
    body.append(html.P([html.Strong("依据 "), row["evidence"]]))
    if fmt.is_missing(row["measure"]):
        body.append(html.P("没有指标说明这项任务，以附文件的报告为准。", className="muted small"))
    else:
        measure = scheme().measures[row["measure"]]
        rows = parts.link(f"{measure.title}的明细", address("/plan", **place_of(row["measure"])))
        body.append(html.P([f"{measure.title}：{measure.definition}。", rows], className="definition"))
        if row["task_id"] not in scheme().tasks:
            body.append(html.P("方案没有写比例：是否完成以附文件的报告为准。", className="muted small"))
    if changes := _changes(snapshot, row["task_id"]):
        body.append(
            html.Details([html.Summary(f"状态的变化（{len(changes)}）"), html.Ul(changes, className="history")])
        )
    return parts.card(
        "任务",
        body,
        foot=parts.stamp(snapshot.business_date, "实施方案（泰政办发〔2017〕17号）"),
        name="plan-task",
    )


def _changes(snapshot: Snapshot, task: str) -> list[html.Li]:
    """Since which night the task is in which state, the newest first."""
    every = planned.states(snapshot)
    return [
        html.Li([f"{row['since']} ", parts.badge(*STATES[row["state"]]), f" {row['evidence']}"])
        for row in reversed(every[every["task_id"] == task].to_dict("records"))
    ]
