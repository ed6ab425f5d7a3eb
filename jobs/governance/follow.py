"""The state of a milestone, from evidence: what a measure says, else what a person reported with a document.

Without either nothing is asserted: a milestone whose day has passed is then ``unproven`` 待举证, which is not overdue.
"""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from alerts.deadlines import late
from alerts.planreports import Report
from catalog.plan import Task
from jobs.governance.outlook import outlook

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """``state``: done, under_way, not_started, at_risk, overdue, unproven; ``days_late`` in working days; what shows
    it in one sentence; ``expected`` is the percentage that its own pace leads to at the due date, where it is measured.
    """

    state: str
    days_late: int
    evidence: str
    expected: float | None = None


def follow(
    due: datetime.date | None,
    today: datetime.date,
    task: Task | None,
    told: Row | None,
    said: Report | None,
    behind: int = 0,
) -> Standing:
    """The standing of one milestone; ``told`` is the city's row of its measure, ``said`` the last report on it. Without
    ``task`` no percentage is asked for: the measure shows progress, and done is what a person reports.

    ``behind`` is how many owners stand below what the plan asks of the city: it asks that of no one of them, but
    whoever reads that the task is done should know that not all have done theirs.
    """
    if told is None or told["value"] is None:
        return _reported(due, today, said)
    if task is not None:
        return _measured(due, today, task, told, behind)
    standing = _reported(due, today, said)
    has_begun = standing.state == "not_started" and told["value"] > 0
    evidence = f"{standing.evidence}；" if said or standing.days_late else ""
    state = "under_way" if has_begun else standing.state
    return replace(standing, state=state, evidence=f"{evidence}{_told(told)}，方案没有写比例")


def _told(told: Row) -> str:
    return f"{told['title']} {float(told['value']):.1f}%（{told['numerator']}/{told['denominator']}）"


def _measured(due: datetime.date | None, today: datetime.date, task: Task, told: Row, behind: int) -> Standing:
    value = float(told["value"])
    shown = f"{_told(told)}，要求 {task.at_least:g}%"
    if value >= task.at_least:
        return Standing("done", 0, f"{shown}，已达到" + (f"；{behind} 个责任单位低于要求" if behind else ""))
    if days := late(due, today):
        return Standing("overdue", days, f"{shown}，逾期 {days} 个工作日")
    expected = _expected(due, told)
    if expected is not None and expected < task.at_least:
        return Standing("at_risk", 0, f"{shown}；照目前进度到期约 {expected:.1f}%", expected)
    return Standing("under_way" if value > 0 else "not_started", 0, shown, expected)


def _expected(due: datetime.date | None, told: Row) -> float | None:
    """What the measure comes to by the due date at its usual pace; None without a date or a curve."""
    if due is None or not told["curve"]:
        return None
    curve, whole = json.loads(told["curve"]), told["denominator"]
    steps = [(month, percent * whole / 100) for month, percent in curve]
    moved = {
        month: round(after - before) for (month, after), (_, before) in zip(steps, [("", 0.0), *steps], strict=False)
    }
    found = outlook(moved, told["numerator"], whole, told["as_of"], due)
    return found.mean if found else None


def _reported(due: datetime.date | None, today: datetime.date, said: Report | None) -> Standing:
    days = late(due, today)
    told = f"{said.who} {said.at[:10]} 报告：{said.why}（{said.document}）" if said else ""
    if said is not None and said.state == "done":
        return Standing("done", 0, told)
    if days and said is not None:
        return Standing("overdue", days, f"{told}，尚未完成，逾期 {days} 个工作日")
    if days:
        return Standing("unproven", days, f"时限已过 {days} 个工作日，平台没有完成的证据")
    return Standing("under_way", 0, told) if said else Standing("not_started", 0, "尚无进展的证据")
