"""督办 of the plan's tasks in the case store: what a night reminds of, and what departments and the leading group do.

A duty is a case of the kind "duty" about one task, so it has the same history, audit log and lock against who comes
second. It is opened when the task's date comes near and closed by the night that finds the task done.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import audit, cases, deadlines, planreports
from alerts.casebook import Casebook, CaseView, EventView, Sight, Tally, list_cases, show_case
from alerts.cases import DUTY, NEEDS_DOCUMENT, RANK, CaseError, Step
from alerts.night import DutyFact
from alerts.store import Case, CaseEvent, open_store
from alerts.words import ACTION_TITLES, PLATFORM, one_line
from catalog.plan import Supervision
from taian.clock import SHANGHAI, delivery_moment
from taian.settings import Settings

LEADING = "leading"
"""Audience of a duty whose department the platform does not know: it is told through the leading group."""

STAGE_EVENTS = {"soon": "reminded", "today": "due", "past": "overdue", "raised": "raised"}
"""Stage of a duty to the entry that a night makes when it comes there."""

ANSWERS = ("reply", "assist", "prove", "ask")
DECISIONS = ("grant", "refuse", "return")


def task_path(task: str) -> str:
    """Page of a task, below ``public_url``."""
    return f"/plan/{quote(task, safe='')}"


def stage_of(due: datetime.date, date: datetime.date, rules: Supervision) -> str | None:
    """How far a date has come: soon, today (until the next working day), past, raised; None while it is far off."""
    if date < due:
        return "soon" if deadlines.after(date, rules.remind_before) >= due else None
    days = deadlines.late(due, date)
    if days >= rules.escalate_after:
        return "raised"
    return "past" if days else "today"


def _words(stage: str, due: datetime.date, rules: Supervision) -> str:
    """The same for one deadline whenever it is said, so that it is said once."""
    return {
        "soon": f"期限 {due}，不足 {rules.remind_before} 个工作日",
        "today": f"期限 {due} 到了",
        "past": f"期限 {due} 已过",
        "raised": f"期限 {due} 已过 {rules.escalate_after} 个工作日以上",
    }[stage]


def _sight(fact: DutyFact, stage: str) -> Sight:
    return Sight(
        kind=DUTY,
        subject=fact.task,
        audience=f"owner:{fact.lead}" if fact.lead else LEADING,
        title=one_line(f"{fact.task} {fact.title}"),
        message=one_line(fact.evidence),
        strength=stage,
        url_path=task_path(fact.task),
        facts=fact.model_dump_json(),
    )


def fact_of(case: Case | CaseView) -> DutyFact:
    """The task of a duty, as the last night saw it."""
    return DutyFact.model_validate_json(case.facts or "")


class Duties(Casebook):
    """The duties of one writing transaction."""

    def night(self, facts: Iterable[DutyFact], rules: Supervision, date: datetime.date) -> Tally:
        """Bring the duties up to the night of ``date``; recording it again changes nothing.

        In the tally ``overdue`` counts those that went to the leading group.
        """
        tally = Tally()
        for fact in facts:
            case = self._find(DUTY, fact.task)
            if case is not None and date < case.last_seen:
                continue  # a past night, run again, knows less than the duty already does
            if fact.state == "done":
                self._pass_on(case, date)
                self._settle(DUTY, fact.task, date, one_line(fact.evidence), tally)
            elif case is not None or stage_of(fact.due_on, date, rules):
                case = case or self._first(fact, rules, date, tally)
                self._follow(case, fact, rules, date, tally)
                self._pass_on(case, date)
            if case is not None:
                case.last_seen, case.message, case.facts = date, one_line(fact.evidence), fact.model_dump_json()
        self._session.flush()
        return tally

    def _first(self, fact: DutyFact, rules: Supervision, date: datetime.date, tally: Tally) -> Case:
        case = self._open(_sight(fact, stage_of(fact.due_on, date, rules) or "soon"), date)
        case.due_on = fact.due_on
        tally.opened += 1
        return case

    def _follow(self, case: Case, fact: DutyFact, rules: Supervision, date: datetime.date, tally: Tally) -> None:
        """Remind of a duty that waits for its department; what waits for the leading group is not reminded of."""
        if case.state == "closed":
            self._enter(case, "reopened", "open", PLATFORM, "任务不再是已完成", date)
            case.closed_by = None
            tally.reopened += 1
        if fact.due_on != fact_of(case).due_on:
            case.due_on = fact.due_on
            self._enter(case, "noted", case.state, PLATFORM, f"方案的时限改为 {fact.due_on}", date)
        due = case.due_on or fact.due_on
        stage = stage_of(due, date, rules)
        case.strength = stage or "soon"
        if stage is None or case.state in ("asked", "proved"):
            return
        is_new = self._tell_overdue(case, _words(stage, due, rules), date, STAGE_EVENTS[stage])
        tally.overdue += is_new and stage == "raised"

    def _pass_on(self, case: Case | None, date: datetime.date) -> None:
        """Enter that what people did since the last night goes out by mail; once for each step."""
        if case is None:
            return
        steps: list[str] = []
        for event in self._session.scalars(
            select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
        ):
            if event.what == "told":
                steps = []
            elif event.what in (*ANSWERS, *DECISIONS):
                steps.append(event.what)
        if steps:
            said = "、".join(ACTION_TITLES[what] for what in dict.fromkeys(steps))
            self._enter(case, "told", case.state, PLATFORM, said, date)

    def act(self, task: str, step: Step) -> CaseView:
        """A person's step on the duty of a task. Raises CaseError when there is none or it does not allow the step."""
        found = self._find(DUTY, task)
        if found is None:
            raise CaseError(f"任务 {one_line(task)} 没有在督办；用 taian plan duties 查看督办的任务")
        case = self._ready(found.id, step)
        to = cases.after(case.id, DUTY, case.state, step.action, step.why)
        if step.action in NEEDS_DOCUMENT and not one_line(step.document):
            raise CaseError(f"督办 {case.id} {ACTION_TITLES[step.action]}时必须写明文件（文号或名称）；请填写后再试")
        self._enter(case, step.action, to, one_line(step.who), self._said(case, step), business_date=None)
        case.closed_by = None
        self._session.flush()
        return CaseView.model_validate(case)

    def _said(self, case: Case, step: Step) -> str:
        """What the history says of a step; on the way it is done to the duty and, where no measure tells, reported."""
        fact, why, document = fact_of(case), one_line(step.why), one_line(step.document)
        whose = f"{one_line(step.to)}：" if step.to and step.action in ANSWERS else ""
        if step.action == "ask":
            case.asked_until = self._later(case, step.on, "申请延期")
            return f"{whose}申请延期至 {case.asked_until}：{why}" + (f"（{document}）" if document else "")
        if step.action == "grant":
            was, case.due_on = case.due_on, self._later(case, step.on or case.asked_until, "同意延期")
            case.strength = "soon"  # until the night counts again, from the new day
            return f"由 {was} 延期至 {case.due_on}：{why}"
        if step.action == "prove" and fact.is_measured:
            raise CaseError(f"任务 {fact.task} 的状态由指标说明，不由人报告完成；请答复进展")
        if step.action in ("prove", "reply") and not fact.is_measured:
            self._report(fact.task, "done" if step.action == "prove" else "under_way", f"{whose}{why}", document, step)
        if step.action == "return" and not fact.is_measured:
            self._report(fact.task, "under_way", f"专项小组退回：{why}", case.id, step)
        return f"{whose}{why}" + (f"（{document}）" if document else "")

    def _report(self, task: str, state: planreports.State, why: str, document: str, step: Step) -> None:
        said = planreports.Report(task, state, why, document, one_line(step.who), "")
        planreports.write(self._session, self._now, said, self._role)

    def _later(self, case: Case, on: datetime.date | None, title: str) -> datetime.date:
        """The day of an extension: after today and after the day that holds now."""
        today = self._now.astimezone(SHANGHAI).date()
        least = max(today, case.due_on or today)
        if on is None or on <= least:
            raise CaseError(f"督办 {case.id} {title}时必须写明 {least} 以后的日期；请填写后再试")
        return on


def list_duties(settings: Settings) -> list[CaseView]:
    """Duties, those that stand first, of these the gravest, then by date."""
    found = list_cases(settings, kind=DUTY)
    return sorted(
        found, key=lambda case: (case.state == "closed", -RANK[case.strength], case.due_on or case.opened_on, case.id)
    )


def show_duty(settings: Settings, task: str) -> tuple[CaseView, list[EventView]] | None:
    """The duty of a task and its history, oldest entry first; None when it never was due."""
    number = next((case.id for case in list_cases(settings, kind=DUTY) if case.subject == task), None)
    return show_case(settings, number) if number else None


def act(settings: Settings, task: str, step: Step, role: str = audit.OPERATOR_ROLE) -> CaseView:
    """Take a person's step on the duty of a task. Raises CaseError with the sentence to show."""
    with open_store(settings).writing() as session:
        return Duties(session, delivery_moment(settings.home), role).act(task, step)


@dataclass(frozen=True)
class News:
    """What a night tells of one duty: its number, task, stage, day and state, and what brought it into the mail."""

    case: CaseView
    fact: DutyFact
    events: tuple[str, ...]
    said: str = ""
    """Steps of people that go out this night, in words."""

    @property
    def stages(self) -> tuple[str, ...]:
        """The reminders among them."""
        return tuple(what for what in self.events if what in STAGE_EVENTS.values())


def news_of(session: Session, date: datetime.date) -> list[News]:
    """The duties that the night of ``date`` has something to say of, the gravest first."""
    rows = session.execute(
        select(Case, CaseEvent)
        .join(CaseEvent, CaseEvent.case_id == Case.id)
        .where(Case.kind == DUTY, CaseEvent.business_date == date)
        .order_by(Case.id, CaseEvent.id)
    ).all()
    by_case: dict[str, tuple[Case, list[CaseEvent]]] = {}
    for case, event in rows:
        by_case.setdefault(case.id, (case, []))[1].append(event)
    found = [_news(case, events) for case, events in by_case.values()]
    return sorted((one for one in found if one.events), key=lambda one: (-RANK[one.case.strength], one.case.id))


def _news(case: Case, events: Sequence[CaseEvent]) -> News:
    worth = (*STAGE_EVENTS.values(), "told")
    said = "；".join(event.why for event in events if event.what == "told")
    told = tuple(event.what for event in events if event.what in worth)
    return News(CaseView.model_validate(case), fact_of(case), told, said)


def events_between(settings: Settings, first: datetime.date, last: datetime.date) -> list[tuple[CaseView, EventView]]:
    """What happened to duties from one day to another (business days of the nights, days of people's steps), oldest
    first."""
    rows = select(Case, CaseEvent).join(CaseEvent, CaseEvent.case_id == Case.id).where(Case.kind == DUTY)
    with open_store(settings).reading() as session:
        every = [
            (CaseView.model_validate(case), EventView.model_validate(event))
            for case, event in session.execute(rows.order_by(CaseEvent.id))
        ]
    return [(case, event) for case, event in every if first <= day_of(event) <= last]


def day_of(event: EventView) -> datetime.date:
    """The day to which an entry belongs."""
    return event.business_date or event.at.astimezone(SHANGHAI).date()
