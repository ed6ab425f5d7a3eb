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
from taian.settings import settings

HEADERS = ("编号", "任务", "牵头部门", "期限", "环节", "逾期")
FIRST = ("asked", "proved", "answered", "open", "closed")
"""What waits for the leading group first."""


def duties_card(snapshot: Snapshot) -> html.Section:
    """Duties within the reader's sight, those that wait for a decision before the others."""
    every = duties_of(settings(), snapshot.sight)
    standing = sorted((case for case in every if case.state != "closed"), key=lambda case: FIRST.index(case.state))
    facts: list[tuple[str, parts.Node]] = [
        (title, f"{sum(case.state == state for case in every)} 件") for state, title in DUTY_TITLES.items()
    ]
    facts.append(("已上报", f"{sum(case.strength == 'raised' for case in standing)} 件"))
    body: list[Any] = [parts.facts(facts)]
    if standing:
        rows = [_row(case) for case in standing]
        table = parts.table("督办", HEADERS, rows, (), "plan-rows")
        body.append(html.Details([html.Summary(f"在办 {len(standing)} 件"), table], open=len(standing) <= 5))
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
