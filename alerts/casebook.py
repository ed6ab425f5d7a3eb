"""Cases in the store: what a night adds to them, what people do with them, and how they are read."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session
from stdnum.cn import uscc

from alerts import audit, cases, deadlines, history
from alerts.cases import Step
from alerts.night import DeliveryFact, FindingFact, Night
from alerts.store import Case, CaseEvent, CaseFinding, open_store
from alerts.words import ACTION_TITLES, EVENT_TITLES, KIND_TITLES, PLATFORM, family_title, one_line, without_identifiers
from taian.clock import SHANGHAI, delivery_moment
from taian.settings import Settings

PREFIXES: dict[str, str] = {
    "finding": "XS",
    "hand": "SG",
    "drawn": "SJ",
    "delivery": "PC",
    "night": "YX",
    "warning": "YJ",
    "duty": "DB",
}
"""线索, 手工, 随机, 批次, 运行, 预警, 督办."""

SINGLE = frozenset({"firm", "unit"})
"""Kinds of units on which a finding speaks of that unit; one on a group speaks of no single member."""

NO_COUNTY = "未分县"

SETTLED = frozenset({"published", "published_flagged", "replaced", "duplicate"})
"""Outcomes of a batch that leave its owner nothing to do with the batch itself."""


@dataclass(frozen=True)
class Sight:
    """What one night saw of one subject, in the words of a case."""

    kind: str
    subject: str
    audience: str
    title: str
    message: str
    strength: str
    url_path: str
    family: str | None = None
    county_name: str | None = None
    unit: str | None = None
    unit_name: str | None = None
    test: str | None = None
    facts: str | None = None
    is_single: bool = True
    """Whether it names one unit, not a group."""


class CaseView(BaseModel):
    """A case as pages and commands show it."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: str
    kind: str
    subject: str
    audience: str
    title: str
    message: str
    state: cases.State
    assignee: str | None
    strength: str
    family: str | None
    county_name: str | None
    url_path: str
    opened_on: datetime.date
    opened_at: datetime.datetime
    last_seen: datetime.date
    unit: str | None = None
    unit_name: str | None = None
    test: str | None = None
    due_on: datetime.date | None = None
    due_at: datetime.datetime | None = None
    quiet_until: datetime.date | None = None
    asked_until: datetime.date | None = None
    verdict: str | None = None
    handed_to: str | None = None
    facts: str | None = None
    is_past: bool | None = None
    joined: tuple[str, ...] = ()
    """Findings that joined it later, as they were then, as JSON; only where one case is shown."""

    @property
    def is_live(self) -> bool:
        """Whether it is a warning that a night opened and that is neither lifted nor archived: what is told of as one.
        One that was opened afterwards (``is_past``) warns of nothing."""
        return self.state in cases.ON_THE_WAY and not self.is_past

    @property
    def finding(self) -> FindingFact | None:
        """The finding it was opened for, as it was then."""
        return FindingFact.model_validate_json(self.facts) if self.facts else None

    @property
    def findings(self) -> list[FindingFact]:
        """All that is found of its unit, in the order in which it came."""
        return [FindingFact.model_validate_json(facts) for facts in (self.facts, *self.joined) if facts]


class Standing(NamedTuple):
    """Where a case stands: its number, what it is of, and by when its next step is due."""

    id: str
    kind: str
    subject: str
    state: cases.State
    due_on: datetime.date | None


class EventView(BaseModel):
    """One entry of a case's history; ``id`` tells whether anything happened since."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: int

    at: datetime.datetime
    business_date: datetime.date | None
    who: str
    what: str
    from_state: str | None
    to_state: str
    why: str


def finding_path(finding_id: str) -> str:
    """Page of a finding, below ``public_url``."""
    return f"/authenticity?finding={quote(finding_id, safe='')}"


def case_path(case_id: str) -> str:
    """Page of a case, below ``public_url``."""
    return f"/cases?case={quote(case_id, safe='')}"


def batch_path(fact: DeliveryFact) -> str:
    """Page of a batch, below ``public_url``."""
    return f"/runs?batch={quote(delivery_subject(fact))}"


def run_path(run_id: str) -> str:
    """Page of a night's run, below ``public_url``."""
    return f"/runs?run={quote(run_id, safe='')}" if run_id else "/runs"


def delivery_subject(fact: DeliveryFact) -> str:
    """What the case of a batch is filed under."""
    return f"{fact.resource}/{fact.batch}"


def of_finding(fact: FindingFact) -> Sight:
    """A finding, for the inspector; its sentence may name a firm, its title does not."""
    county = one_line(fact.county_name or "") or NO_COUNTY
    return Sight(
        kind="finding",
        subject=fact.finding_id,
        audience="statistics",
        title=f"{county} · {family_title(fact.family)}",
        message=one_line(fact.message),
        strength=fact.strength,
        url_path=finding_path(fact.finding_id),
        family=fact.family,
        county_name=county,
        unit=fact.unit or None,
        unit_name=one_line(fact.unit_name or "") or None,
        test=fact.test,
        facts=fact.model_dump_json(),
        is_single=fact.unit_kind in SINGLE,
    )


def of_delivery(fact: DeliveryFact, audience: str) -> Sight:
    """A batch that was held or rejected, for the department that delivered it."""
    verdict = "整批拒收" if fact.state == "rejected" else "待核未发布"
    reason = f"{fact.code or ''} {fact.code_title or ''}".strip()
    return Sight(
        kind="delivery",
        subject=delivery_subject(fact),
        audience=audience,
        title=one_line(f"{fact.title} {fact.batch} {verdict}：{reason}"),
        message=without_identifiers(fact.message or ""),
        strength=fact.state,
        url_path=batch_path(fact),
    )


def of_night(night: Night) -> Sight:
    """A night that failed, is late or did not happen, for the operator."""
    verdict = {"failed": "有步骤失败", "late": "逾时未完成", "missing": "没有运行"}[night.state]
    return Sight(
        kind="night",
        subject=night.business_date.isoformat(),
        audience="operator",
        title=f"{night.business_date} 夜间批次{verdict}",
        message=one_line("、".join(night.failed_steps)),
        strength=night.state,
        url_path=run_path(night.run_id),
    )


def _is_of_one(case: CaseView) -> bool:
    return case.finding is None or case.finding.unit_kind in SINGLE


@dataclass
class Tally:
    """How many cases a night opened, saw again, opened again, closed, and found overdue for the first time; how many
    findings joined a case."""

    opened: int = 0
    seen: int = 0
    reopened: int = 0
    closed: int = 0
    overdue: int = 0
    joined: int = 0


class Casebook:
    """The cases of one writing transaction, as one night or one person touches them; every step is also audited.

    ``now`` is the moment by the business clock, ``role`` the one in which a person acts.
    """

    def __init__(self, session: Session, now: datetime.datetime, role: str = audit.OPERATOR_ROLE) -> None:
        self._session = session
        self._now = now
        self._role = role

    def record(self, night: Night, audiences: dict[str, str]) -> Tally:
        """Bring the cases up to ``night``; recording the same night again changes nothing.

        ``audiences``: provider code to audience of its deliveries.
        """
        tally = Tally()
        for finding in night.findings:
            self._see(of_finding(finding), night.business_date, tally, may_open=finding.opens_a_case)
        for delivery in night.deliveries:
            if delivery.state in ("held", "rejected"):
                self._see(of_delivery(delivery, audiences[delivery.provider]), night.business_date, tally)
            elif delivery.state in SETTLED:
                released = one_line(delivery.released_why or "")
                why = f"经核实放行并发布：{released}" if released else "批次已发布或已被更正"
                self._settle("delivery", delivery_subject(delivery), night.business_date, why, tally)
        if night.state == "success":
            self._settle("night", night.business_date.isoformat(), night.business_date, "该夜间批次已运行成功", tally)
        else:
            self._see(of_night(night), night.business_date, tally)
        tally.overdue = self._escalate(night.business_date)
        self._session.flush()
        return tally

    def act(self, case_id: str, step: Step) -> CaseView:
        """A person's step on a case. Raises CaseError when there is no such case or it does not allow the step."""
        case = self._ready(case_id, step)
        if case.kind in cases.OWN_LIFE:
            with_what = "warnings" if case.kind == cases.WARNING else "plan"
            raise cases.CaseError(f"{case_id} 是{KIND_TITLES[case.kind]}，不是案件；请用 taian {with_what} 办理")
        to = cases.after(case_id, case.kind, case.state, step.action, step.why)
        name = self._name(case, step)
        today = self._now.astimezone(SHANGHAI).date()
        case.due_on = cases.due(case_id, case.kind, to, step.action, step.on, today)
        self._enter(case, step.action, to, one_line(step.who), cases.words(step, name, case.due_on), business_date=None)
        if step.action == "assign":
            case.assignee = name
        if step.action in ("transfer", "reopen"):
            case.handed_to = name or None
        if step.action in cases.VERDICTS or step.action == "reopen":
            case.verdict = cases.VERDICTS.get(step.action)
        case.closed_by = one_line(step.who) if to == "closed" else None
        self._session.flush()
        return CaseView.model_validate(case)

    def _ready(self, case_id: str, step: Step) -> Case:
        """The case, when there is one, somebody acts and nobody was faster; CaseError otherwise."""
        case = self._session.get(Case, case_id)
        if case is None:
            raise cases.unknown(case_id)
        if not one_line(step.who):
            raise cases.CaseError(f"{cases.called(case.id, case.kind)} 的操作必须写明操作人；请填写姓名或账号后再试")
        self._refuse_what_was_overtaken(case, step.seen)
        return case

    def _name(self, case: Case, step: Step) -> str:
        """Whom the step hands the case to; CaseError when it has to say and does not."""
        needed, name = cases.NEEDS_NAME.get(step.action), one_line(step.to)
        if needed and not name:
            what = f"{cases.called(case.id, case.kind)} {ACTION_TITLES[step.action]}"
            raise cases.CaseError(f"{what}时必须写明{needed}；请填写后再试")
        return name

    def open_case(self, sight: Sight, who: str, why: str) -> CaseView:
        """A case that a person opens, on a finding that opened none or by hand.

        A finding on a unit that is being worked on joins that case. Raises CaseError when the same subject has a case
        already.
        """
        if not one_line(who):
            raise cases.CaseError("立案必须写明操作人；请填写姓名或账号后再试")
        part = self._part(sight)
        if known := self._session.get(Case, part.case_id) if part else self._find(sight.kind, sight.subject):
            raise cases.CaseError(f"已经立案，编号 {known.id}；请直接办理")
        today = self._now.astimezone(SHANGHAI).date()
        if working := self._worked_on(sight):
            self._join(working, sight, today, one_line(who), one_line(why))
            return CaseView.model_validate(working)
        case = self._open(sight, today, one_line(who), one_line(why))
        self._session.flush()
        return CaseView.model_validate(case)

    def _refuse_what_was_overtaken(self, case: Case, seen: int | None) -> None:
        """CaseError when somebody else was faster: the person decided on a history that has gone on since."""
        if seen is None:
            return
        last = self._last_entry(case)
        if last.id != seen:
            what = EVENT_TITLES.get(last.what, last.what)
            told = f"{cases.called(case.id, case.kind)} 在您打开之后已由{last.who}{what}"
            raise cases.CaseError(f"{told}；请看过最新的经过再办理")

    def _see(self, sight: Sight, business_date: datetime.date, tally: Tally, *, may_open: bool = True) -> None:
        part = self._part(sight)
        case = self._session.get(Case, part.case_id) if part else self._find(sight.kind, sight.subject)
        if case is None:
            if may_open and (working := self._worked_on(sight)):
                self._join(working, sight, business_date)
                working.last_seen = max(working.last_seen, business_date)
                tally.joined += 1
            elif may_open:
                self._open(sight, business_date)
                tally.opened += 1
            return
        tally.seen += 1
        if business_date < case.last_seen:
            return  # a past night, run again, knows less than the case already does
        was = part.strength if part else case.strength
        sighting = cases.seen_again(cast(cases.State, case.state), case.closed_by, was, sight.strength)
        if sighting.what == "reopened":
            case.closed_by = case.verdict = None
            case.due_on = self._due(case.kind, business_date)
            tally.reopened += 1
        if sighting.what and not (sighting.what == "seen_closed" and self._is_already_noted(case, business_date)):
            self._enter(case, sighting.what, sighting.to, PLATFORM, sighting.why, business_date)
        case.last_seen = business_date
        if part:
            part.strength = sighting.strength
            return
        case.strength = sighting.strength
        case.title, case.message = sight.title, sight.message
        for name in ("unit", "unit_name", "test", "facts"):
            # Kept as it was when the case was opened; a store from before these were kept learns them here.
            if getattr(case, name) is None:
                setattr(case, name, getattr(sight, name))

    def _settle(self, kind: str, subject: str, business_date: datetime.date, why: str, tally: Tally) -> None:
        case = self._find(kind, subject)
        if case is None or case.state == "closed":
            return
        self._enter(case, "close", "closed", PLATFORM, why, business_date)
        case.closed_by = PLATFORM
        tally.closed += 1

    def _escalate(self, business_date: datetime.date) -> int:
        """Enter into each case whose deadline has passed that it is overdue, once a deadline; how many were entered."""
        overdue = self._session.scalars(
            select(Case).where(
                Case.due_on < business_date, Case.state.in_(cases.WORKING_DAYS), Case.kind.not_in(cases.OWN_LIFE)
            )
        )
        return sum(self._tell_overdue(case, f"期限 {case.due_on} 已过", business_date) for case in overdue.all())

    def _tell_overdue(self, case: Case, why: str, business_date: datetime.date, what: str = "overdue") -> bool:
        """Enter that a case is overdue (or ``what`` else); False when the same was entered before: once a deadline."""
        known = select(CaseEvent.id).where(CaseEvent.case_id == case.id, CaseEvent.what == what, CaseEvent.why == why)
        if self._session.scalar(known.limit(1)) is not None:
            return False
        self._enter(case, what, case.state, PLATFORM, why, business_date)
        return True

    def _find(self, kind: str, subject: str) -> Case | None:
        return self._session.scalar(select(Case).where(Case.kind == kind, Case.subject == subject))

    def _part(self, sight: Sight) -> CaseFinding | None:
        """Where a finding has joined a case."""
        return self._session.get(CaseFinding, sight.subject) if sight.kind == "finding" else None

    def _worked_on(self, sight: Sight) -> Case | None:
        """The case, not decided yet, of the unit that a finding names; None for one on a group."""
        if sight.kind != "finding" or not sight.unit or not sight.is_single:
            return None
        of_unit = select(Case).where(
            Case.unit == sight.unit, Case.kind.in_(cases.INSPECTED), Case.state.in_(cases.UNDECIDED)
        )
        found = self._session.scalars(of_unit.order_by(Case.opened_on, Case.id))
        return next((case for case in found if _is_of_one(CaseView.model_validate(case))), None)

    def _join(self, case: Case, sight: Sight, business_date: datetime.date, who: str = PLATFORM, why: str = "") -> None:
        self._session.add(
            CaseFinding(
                finding_id=sight.subject,
                case_id=case.id,
                joined_on=business_date,
                strength=sight.strength,
                family=sight.family or "",
                test=sight.test or "",
                facts=sight.facts or "",
            )
        )
        # Its sentence names figures of the unit, and the log that tells of this step is read by others than inspectors.
        said = f"{family_title(sight.family or '')}（编号 {sight.subject}）" + (f"。{why}" if why else "")
        self._enter(case, "joined", case.state, who, said, business_date if who == PLATFORM else None)
        self._session.flush()

    def _due(self, kind: str, start: datetime.date) -> datetime.date | None:
        return deadlines.after(start, cases.WORKING_DAYS["open"]) if kind in cases.INSPECTED else None

    def _open(
        self, sight: Sight, business_date: datetime.date, who: str = PLATFORM, why: str = "", what: str = "opened"
    ) -> Case:
        series = f"{PREFIXES[sight.kind]}-{business_date.year}-"
        # Cases are never deleted and there is one writer, so counting gives the next number.
        taken = self._session.scalar(select(func.count()).where(Case.id.startswith(series, autoescape=True))) or 0
        case = Case(
            id=f"{series}{taken + 1:04d}",
            state="open",
            opened_on=business_date,
            opened_at=self._now,
            last_seen=business_date,
            due_on=self._due(sight.kind, business_date),
            **{name: value for name, value in vars(sight).items() if name != "is_single"},
        )
        case.subject = case.subject or case.id
        case.url_path = case.url_path or case_path(case.id)
        self._session.add(case)
        self._session.flush()
        self._enter(case, what, "open", who, why, business_date if who == PLATFORM else None)
        return case

    def _enter(self, case: Case, what: str, to: str, who: str, why: str, business_date: datetime.date | None) -> None:
        came_from = None if what in cases.BEGINNINGS else case.state
        case.state = to
        self._session.add(
            CaseEvent(
                case_id=case.id,
                at=self._now,
                business_date=business_date,
                who=who,
                what=what,
                from_state=came_from,
                to_state=to,
                why=why,
            )
        )
        audit.append(
            self._session,
            self._now,
            actor=who,
            role=audit.PLATFORM_ROLE if who == PLATFORM else self._role,
            action=f"{history.PREFIX}{what}",
            object_=case.id,
            detail=history.detail(came_from, to, why),
        )

    def _is_already_noted(self, case: Case, business_date: datetime.date) -> bool:
        """A sighting of the night that the person had before them, or one that follows another, needs no new entry."""
        return business_date == case.last_seen or self._last_entry(case).what == "seen_closed"

    def _last_entry(self, case: Case) -> CaseEvent:
        """The end of a case's history, which begins when it is opened."""
        entries = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id.desc())
        return self._session.scalars(entries.limit(1)).one()


def entered_on(session: Session, what: str, case_ids: Iterable[str], business_date: datetime.date) -> set[str]:
    """To which of these cases the night of ``business_date`` made an entry: "reopened", "overdue"."""
    rows = session.scalars(
        select(CaseEvent.case_id).where(CaseEvent.what == what, CaseEvent.business_date == business_date)
    )
    return set(rows) & set(case_ids)


def list_cases(
    settings: Settings,
    *,
    audience: str | None = None,
    kind: str | None = None,
    state: str | None = None,
    unit: str | None = None,
) -> list[CaseView]:
    """Cases, newest first. Pages pass the ``audience`` their reader belongs to; without it, all (for the operator)."""
    wanted = _where(audience=audience, kind=kind, state=state, unit=unit)
    query = select(Case).where(*wanted).order_by(Case.opened_on.desc(), Case.id.desc())
    with open_store(settings).reading() as session:
        return [CaseView.model_validate(case) for case in session.scalars(query)]


def standings(settings: Settings, *, audience: str | None = None, state: str | None = None) -> list[Standing]:
    """Where cases stand, without what they are about: a city has thousands, and a page shows some of them."""
    columns = (Case.id, Case.kind, Case.subject, Case.state, Case.due_on)
    query = select(*columns).where(*_where(audience=audience, state=state))
    with open_store(settings).reading() as session:
        rows = session.execute(query).tuples()
        return [Standing(number, of, subject, cast(cases.State, at), due) for number, of, subject, at, due in rows]


def _where(**wanted: str | None) -> list[ColumnElement[bool]]:
    """The columns of a case that must have a value; None asks for nothing."""
    return [getattr(Case, column) == value for column, value in wanted.items() if value is not None]


def cases_of(settings: Settings, numbers: Sequence[str]) -> list[CaseView]:
    """The cases of some numbers in that order; what is none is left out."""
    with open_store(settings).reading() as session:
        rows = session.scalars(select(Case).where(Case.id.in_(numbers)))
        found = {case.id: CaseView.model_validate(case) for case in rows}
    return [found[number] for number in numbers if number in found]


def today(settings: Settings) -> datetime.date:
    """The day by the business clock."""
    return delivery_moment(settings.home).date()


def days_late(case: CaseView | Standing, date: datetime.date) -> int:
    """Working days by which a case is overdue on ``date``."""
    return deadlines.late(case.due_on, date) if case.state in cases.WORKING_DAYS else 0


def case_about(settings: Settings, kind: str, subject: str) -> str | None:
    """Number of the case of one subject, or that a finding has joined; None when there is none."""
    with open_store(settings).reading() as session:
        own = session.scalar(select(Case.id).where(Case.kind == kind, Case.subject == subject))
        joined = select(CaseFinding.case_id).where(CaseFinding.finding_id == subject)
        return own or (session.scalar(joined) if kind == "finding" else None)


def joined_findings(settings: Settings) -> dict[str, str]:
    """Findings that joined a case, to its number."""
    with open_store(settings).reading() as session:
        return {
            row.finding_id: row.case_id for row in session.execute(select(CaseFinding.finding_id, CaseFinding.case_id))
        }


def show_case(settings: Settings, case_id: str) -> tuple[CaseView, list[EventView]]:
    """One case and its history, oldest entry first. Raises CaseError when there is no such case."""
    with open_store(settings).reading() as session:
        case = session.get(Case, case_id)
        if case is None:
            raise cases.unknown(case_id)
        events = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id))
        parts = select(CaseFinding.facts).where(CaseFinding.case_id == case_id)
        joined = tuple(session.scalars(parts.order_by(CaseFinding.joined_on, CaseFinding.finding_id)))
        shown = CaseView.model_validate(case).model_copy(update={"joined": joined})
        return shown, [EventView.model_validate(event) for event in events]


def act(settings: Settings, case_id: str, step: Step, role: str = audit.OPERATOR_ROLE) -> CaseView:
    """Take a person's step on a case that is no warning. Raises CaseError with the sentence to show."""
    with open_store(settings).writing() as session:
        return Casebook(session, delivery_moment(settings.home), role).act(case_id, step)


def open_case(settings: Settings, sight: Sight, *, who: str, why: str, role: str = audit.OPERATOR_ROLE) -> CaseView:
    """Open a case as ``who``. Raises CaseError with the sentence to show."""
    with open_store(settings).writing() as session:
        return Casebook(session, delivery_moment(settings.home), role).open_case(sight, who, why)


def typed_code(text: str) -> str:
    """A credit code as a person typed it; CaseError where its check digit is wrong, for it goes onto the sheet."""
    code = one_line(text).upper()
    if code and not uscc.is_valid(code):
        raise cases.CaseError(f"{code} 不是统一社会信用代码，校验码不符；请核对，不知道的留空")
    return code


def by_hand(*, unit: str, unit_name: str, county_name: str, message: str) -> Sight:
    """A lead that a person brings: a letter, a visit, another authority. Raises CaseError when it says too little."""
    name, said, county = one_line(unit_name), one_line(message), one_line(county_name) or NO_COUNTY
    if not name or not said:
        raise cases.CaseError("手工线索必须写明单位名称和线索内容；请填写后再试")
    return Sight(
        kind="hand",
        subject="",
        audience="statistics",
        title=f"{county} · 手工线索",
        message=said,
        strength="weak",
        url_path="",
        county_name=county,
        unit=one_line(unit) or None,
        unit_name=name,
    )
