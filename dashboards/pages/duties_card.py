"""How far the supervision of the plan's tasks has come: counts, and what waits for whom."""

from typing import Any

from dash import html

from alerts.casebook import CaseView, today
from alerts.cases import DUTY
from alerts.duties import fact_of
from alerts.words import DUTY_TITLES, state_title
from dashboards import format as fmt
from dashboards import parts
from dashboards.duties import duties_of
from dashboards.pages.duty_panel import stage_badge
from dashboards.serving import Snapshot
from dashboards.view import View
from taian.settings import settings

HEADERS = ("编号", "任务", "牵头部门", "期限", "环节", "逾期")
FIRST = ("asked", "proved", "answered", "open", "closed")
"""What waits for the leading group first."""
KINDS = {**DUTY_TITLES, "raised": "已上报"}
"""What duties are counted by: their states, and how many of those that stand were brought before the leading group."""


def _is_of(case: CaseView, kind: str) -> bool:
    return case.state == kind or (kind == "raised" and case.strength == "raised" and case.state != "closed")


def duties_card(snapshot: Snapshot, view: View) -> html.Section:
    """Duties within the reader's sight, those that wait for a decision before the others; of one kind (``?duty=``)
    those that are counted under it."""
    every = sorted(duties_of(settings(), snapshot.sight), key=lambda case: FIRST.index(case.state))
    counted = {kind: [case for case in every if _is_of(case, kind)] for kind in KINDS}
    facts: list[tuple[str, parts.Node]] = [
        (title, parts.link(f"{len(counted[kind])} 件", view.link(duty=kind, page=None)) if counted[kind] else "0 件")
        for kind, title in KINDS.items()
    ]
    chosen = view.params.get("duty", "")
    shown = counted.get(chosen) or [case for case in every if case.state != "closed"]
    said = KINDS[chosen] if counted.get(chosen) else "在办"
    body: list[Any] = [parts.facts(facts)]
    if shown:
        table = parts.table("督办", HEADERS, [_row(case) for case in shown], (), "plan-rows")
        is_open = bool(counted.get(chosen)) or len(shown) <= 5
        body.append(html.Details([html.Summary(f"{said} {len(shown)} 件"), table], open=is_open))
    else:
        body.append(parts.empty("没有在督办的任务。", "有时限的任务临期，当夜立督办。"))
    return parts.card(
        "督办",
        body,
        aside=parts.link("督办通报", "/plan/bulletin"),
        subtitle="临期提醒、到期、逾期、上报；答复、延期都有记录",
        foot=parts.stamp(snapshot.business_date, "夜间督办；办理随办随新"),
        name="wide-card plan-duties",
    )


def _row(case: CaseView) -> list[parts.Node]:
    fact = fact_of(case)
    return [
        parts.link(case.id, f"/plan/{fact.task}", className="whole"),
        f"{fact.task} {fact.title}",
        fact.lead_name,
        html.Span(fmt.day(case.due_on), className="whole"),
        state_title(case.state, DUTY),
        stage_badge(case, today(settings())),
    ]
