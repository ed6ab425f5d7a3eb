"""Warnings in the case store: what a night adds to them, and what people do with them.

A warning is a case of the kind "warning", so it has the same history, audit log and lock against who comes second. One
number in one area has one warning an episode; it is lifted only after so many quiet periods, by itself with a note.

One that a person opens afterwards 补立, on a signal of the past, has the same steps but warns of nothing: it has no
deadlines, is in no mail, and the night neither sees it again nor lifts it. Who opened it ends it.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from sqlalchemy import Select, select

from alerts import audit, cases, deadlines
from alerts.casebook import Casebook, CaseView, EventView, Sight, list_cases, show_case
from alerts.cases import ON_THE_WAY, RANK, WARNING, CaseError, Step
from alerts.episodes import Episode, about
from alerts.night import WarningFact, WarningNight
from alerts.store import Case, CaseEvent, open_store
from alerts.words import PLATFORM, STRENGTH_TITLES, one_line
from catalog.warnings import LEVELS
from taian.clock import SHANGHAI, delivery_moment
from taian.settings import Settings

AUDIENCE = "warning"
HOURS: dict[str, dict[str, float]] = {
    "open": {"red": 2, "orange": 4, "yellow": 7, "blue": 14},
    "assessed": {"red": 1, "orange": 2, "yellow": 7, "blue": 14},
    "published": {"red": 1, "orange": 2, "yellow": 4, "blue": 7},
    "signed": {"red": 1, "orange": 2, "yellow": 4, "blue": 7},
    "dispatched": {"red": 14, "orange": 21, "yellow": 35, "blue": 70},
    "answered": {"red": 7, "orange": 7, "yellow": 14, "blue": 14},
    "reviewed": {"red": 14, "orange": 14, "yellow": 35, "blue": 35},
}
"""Working hours within which the next step is due, by state and level. The office's own choice: no law sets them for
an internal level."""


@dataclass
class WarningTally:
    """What a night did: warnings opened, worse, lifted, overdue for the first time, and left out over the budget."""

    opened: int = 0
    raised: int = 0
    lifted: int = 0
    overdue: int = 0
    left_out: int = 0


def warning_path(number: str) -> str:
    """Page of a warning, below ``public_url``."""
    return f"/warnings/{quote(number, safe='')}"


def _sight(fact: WarningFact) -> Sight:
    return Sight(
        kind=WARNING,
        subject=f"{fact.indicator}/{fact.area_code}/{fact.period}",
        audience=AUDIENCE,
        title=one_line(f"{fact.area_name} · {fact.title}"),
        message=one_line(fact.sentence),
        strength=fact.level,
        url_path="",
        family=fact.indicator,
        county_name=fact.area_name,
        unit=fact.area_code,
        test=fact.detector,
        facts=fact.model_dump_json(),
    )


class Warnings(Casebook):
    """The warnings of one writing transaction."""

    def night(self, seen: WarningNight, date: datetime.date) -> WarningTally:
        """Bring the warnings up to the night of ``date``; recording it again changes nothing.

        At most ``seen.most`` are opened, the gravest first; one is lifted after ``seen.periods`` quiet periods.
        """
        facts, tally = seen.signals, WarningTally()
        heard: set[tuple[str, str]] = set()
        for fact in sorted(_gravest(facts), key=lambda one: (-RANK[one.level], -one.severity, one.indicator)):
            heard.add((fact.indicator, fact.area_code))
            standing = self._standing(fact.indicator, fact.area_code)
            if standing is not None:
                self._again(standing, fact, date, tally)
            elif not fact.is_held and not self._is_known(fact, date) and not _is_inside(fact, facts):
                if tally.opened < seen.most:
                    case = self._open(_sight(fact), date)
                    case.url_path = warning_path(case.id)
                    self._due_at(case)
                    tally.opened += 1
                else:
                    tally.left_out += 1
        for case in self._all_standing():
            if (case.family, case.unit) not in heard and case.last_seen <= date and not case.is_past:
                quiet = seen.quiet.get((case.family or "", case.unit or ""), -1)
                if why := _calm(case, quiet, seen.periods):
                    self._judge(case, quiet, date)
                    self._lift(case, why, date)
                    tally.lifted += 1
        tally.overdue = self._overdue(date)
        self._session.flush()
        return tally

    def act(self, case_id: str, step: Step) -> CaseView:
        """A person's step on a warning. Raises CaseError when there is none or it does not allow the step."""
        case = self._ready(case_id, step)
        if case.kind != WARNING:
            raise CaseError(f"{case_id} 不是预警；请用 taian alerts 办理")
        if case.is_past and step.action == "silence":
            raise CaseError(f"预警 {case_id} 是补立的，不能据此静默以后的预警；请在夜间立的预警上静默")
        to = cases.after(case_id, WARNING, case.state, step.action, step.why)
        name, said = self._name(case, step), ""
        if step.action in ("escalate", "lower"):
            said = self._change_level(case, is_up=step.action == "escalate")
        if step.action == "silence":
            said = self._silence(case, step)
        words = f"{said}{cases.words(step, name, None)}"
        self._enter(case, step.action, to, one_line(step.who), words, business_date=None)
        if step.action == "dispatch":
            case.assignee = name
        if step.action in cases.VERDICTS or step.action == "reopen":
            case.verdict = cases.VERDICTS.get(step.action)
        case.closed_by = one_line(step.who) if to in ("closed", "lifted") else None
        self._due_at(case)
        self._session.flush()
        return CaseView.model_validate(case)

    def open_past(self, episode: Episode, who: str, why: str) -> CaseView:
        """Open the warning that an episode of the past never had, to look back or to practise 补立.

        Raises CaseError when somebody was faster, when its data are doubted, or without a name or a reason.
        """
        name, reason = one_line(who), one_line(why)
        if not name or not reason:
            raise CaseError(f"补立预警必须{'说明理由' if name else '写明操作人'}；请填写后再试")
        if episode.fact.is_held:
            raise CaseError("这段信号的数据真实性存疑，不能补立预警；请先核查数据")
        of_same = self._session.scalars(_of(episode.fact.indicator, episode.fact.area_code).order_by(Case.id))
        if known := about(episode, of_same):
            raise CaseError(f"这段信号已有预警 {known.id}，由{self._first_entry(known).who}立；请直接办理")
        told = f"{episode.span} 的信号，供复盘或演练，不是新的警情。{reason}"
        sight = _sight(episode.fact)
        sight = replace(sight, title=f"【补立】{sight.title}")
        case = self._open(sight, self._now.astimezone(SHANGHAI).date(), name, told, cases.RECORDED)
        case.url_path, case.is_past = warning_path(case.id), True
        self._session.flush()
        return CaseView.model_validate(case)

    def _first_entry(self, case: Case) -> CaseEvent:
        entries = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
        return self._session.scalars(entries.limit(1)).one()

    def _change_level(self, case: Case, *, is_up: bool) -> str:
        levels: list[str] = [*LEVELS]
        at = levels.index(case.strength) + (-1 if is_up else 1)
        if not 0 <= at < len(levels):
            raise CaseError(f"预警 {case.id} 已是{STRENGTH_TITLES[case.strength]}色，不能再{'升' if is_up else '降'}级")
        old, case.strength = case.strength, levels[at]
        return f"由{STRENGTH_TITLES[old]}改为{STRENGTH_TITLES[case.strength]}。"

    def _silence(self, case: Case, step: Step) -> str:
        today = self._now.astimezone(SHANGHAI).date()
        if step.on is None or step.on <= today:
            raise CaseError(f"预警 {case.id} 静默时必须写明 {today} 以后的截止日期；请填写后再试")
        case.quiet_until = step.on
        return f"静默至 {step.on}。"

    def _standing(self, indicator: str, area: str) -> Case | None:
        standing = _of(indicator, area).where(Case.state.in_(ON_THE_WAY), Case.is_past.is_not(True))
        return self._session.scalar(standing.limit(1))

    def _all_standing(self) -> Sequence[Case]:
        of_warnings = select(Case).where(Case.kind == WARNING, Case.state.in_(ON_THE_WAY))
        return self._session.scalars(of_warnings.order_by(Case.id)).all()

    def _is_known(self, fact: WarningFact, date: datetime.date) -> bool:
        """Whether the number is silenced, or this very period was warned of and settled."""
        earlier = self._session.scalars(_of(fact.indicator, fact.area_code)).all()
        subject = _sight(fact).subject
        return any(case.subject == subject or (case.quiet_until or datetime.date.min) >= date for case in earlier)

    def _again(self, case: Case, fact: WarningFact, date: datetime.date, tally: WarningTally) -> None:
        if date < case.last_seen:
            return
        was = WarningFact.model_validate_json(case.facts or "{}")
        if fact.is_held and not was.is_held:
            self._enter(case, "noted", case.state, PLATFORM, "数据真实性存疑，正在核查", date)
        elif RANK[fact.level] > RANK[was.level] and RANK[fact.level] > RANK[case.strength]:
            old, case.strength = case.strength, fact.level
            why = f"程度由“{STRENGTH_TITLES[old]}”升为“{STRENGTH_TITLES[fact.level]}”"
            self._enter(case, "strength", case.state, PLATFORM, why, date)
            tally.raised += 1
        elif fact.period == was.period and fact.actual != was.actual:
            self._enter(case, "noted", case.state, PLATFORM, f"{fact.period} 的数据已更正，仍在预警范围", date)
        case.last_seen, case.message, case.facts = date, one_line(fact.sentence), fact.model_dump_json()

    def _judge(self, case: Case, quiet: int, date: datetime.date) -> None:
        """What the data say of a warning by themselves, where no person has: a source that came late was late, and what
        corrected data took away never was."""
        if case.verdict is not None:
            return
        if WarningFact.model_validate_json(case.facts or "{}").detector == "no_data":
            verdict, why = "confirm", "数据确实迟到"
        elif quiet < 0:
            verdict, why = "dismiss", "数据有误，已更正"
        else:
            return
        self._enter(case, verdict, case.state, PLATFORM, why, date)
        case.verdict = cases.VERDICTS[verdict]

    def _lift(self, case: Case, why: str, date: datetime.date) -> None:
        self._enter(case, "lift", "lifted", PLATFORM, why, date)
        case.closed_by, case.due_at, case.due_on = PLATFORM, None, None

    def _due_at(self, case: Case) -> None:
        hours = None if case.is_past else HOURS.get(case.state, {}).get(case.strength)
        case.due_at = deadlines.after_hours(self._now.astimezone(SHANGHAI), hours) if hours else None
        case.due_on = case.due_at.date() if case.due_at else None

    def _overdue(self, date: datetime.date) -> int:
        """Enter into each warning whose moment has passed that it is reported upwards, once a deadline."""
        told = 0
        for case in self._all_standing():
            if case.due_at is None or case.due_at >= self._now:
                continue
            why = f"期限 {case.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 已过，上报市政府办公室"
            told += self._tell_overdue(case, why, date)
        return told


def _of(indicator: str, area: str) -> Select[Case]:
    return select(Case).where(Case.kind == WARNING, Case.family == indicator, Case.unit == area)


def _calm(case: Case, quiet: int, periods: int) -> str:
    """Why a warning that the night does not see any more is lifted; nothing while it has not been quiet long enough."""
    was = WarningFact.model_validate_json(case.facts or "{}")
    if was.detector == "no_data":
        return "数据已到，自动解除"
    if quiet < 0:
        return f"数据更正后 {was.period} 不再异常，自动解除"
    return f"连续 {quiet} 期恢复正常，自动解除" if quiet >= periods else ""


def _gravest(facts: Sequence[WarningFact]) -> list[WarningFact]:
    """The gravest signal of each number and area."""
    found: dict[tuple[str, str], WarningFact] = {}
    for fact in facts:
        key = (fact.indicator, fact.area_code)
        if key not in found or (RANK[fact.level], fact.severity) > (RANK[found[key].level], found[key].severity):
            found[key] = fact
    return list(found.values())


def _is_inside(fact: WarningFact, facts: Sequence[WarningFact]) -> bool:
    """Whether the area above has a signal on the same number that is as grave: its warning names the parts."""
    return any(
        other.indicator == fact.indicator
        and other.area_code == fact.parent_code
        and not other.is_held
        and RANK[other.level] >= RANK[fact.level]
        for other in facts
    )


def list_warnings(settings: Settings, state: str | None = None) -> list[CaseView]:
    """Warnings, those that stand first, of these the overdue, then by level and age."""
    now = delivery_moment(settings.home)
    found = list_cases(settings, kind=WARNING, state=state)
    return sorted(
        found, key=lambda case: (case.state not in ON_THE_WAY, not is_late(case, now), -RANK[case.strength], case.id)
    )


def is_late(case: CaseView, now: datetime.datetime) -> bool:
    """Whether its next step is overdue."""
    return case.state in ON_THE_WAY and case.due_at is not None and case.due_at < now


def show_warning(settings: Settings, number: str) -> tuple[CaseView, list[EventView]]:
    """One warning and its history, oldest entry first. Raises CaseError when there is none of that number."""
    case, events = show_case(settings, number)
    if case.kind != WARNING:
        raise CaseError(f"{one_line(number)} 不是预警；用 taian warnings list 查看现有编号")
    return case, events


def act(settings: Settings, number: str, step: Step, role: str = audit.OPERATOR_ROLE) -> CaseView:
    """Take a person's step on a warning. Raises CaseError with the sentence to show."""
    with open_store(settings).writing() as session:
        return Warnings(session, delivery_moment(settings.home), role).act(number, step)
