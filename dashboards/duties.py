"""The supervision 督办 of the plan's tasks as pages show it: the alert store's, and a step on one of them."""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.exc import SQLAlchemyError

from alerts import duties
from alerts.casebook import CaseView, EventView
from alerts.cases import Action, CaseError, Step
from alerts.duties import ANSWERS, fact_of
from alerts.night import DutyFact
from alerts.words import one_line
from dashboards.cases import UNREADABLE, refusal, signature
from dashboards.departments import name_of
from dashboards.permissions import DUTY_STEPS
from dashboards.readable import readable
from dashboards.sight import Sight, sight_of
from taian.access.roles import Reader
from taian.settings import Settings

NOT_YOURS = "没有这样的步骤，或者它不由您办理：牵头部门报告完成、申请延期，配合部门答复进展，专项小组批复。"


def _is_within(sight: Sight, fact: DutyFact) -> bool:
    return sight.scopes is None or not sight.scopes.isdisjoint(fact.obliged)


def duties_of(config: Settings, sight: Sight) -> list[CaseView]:
    """The duties within this sight, those that stand first. OSError when the store cannot be read."""
    if not config.alerts_db.exists():
        return []
    with readable(config):
        return [case for case in duties.list_duties(config) if _is_within(sight, fact_of(case))]


def duty_of(config: Settings, task: str, sight: Sight) -> tuple[CaseView, list[EventView]] | None:
    """The duty of a task with its history; None without one within this sight. OSError when it cannot be read."""
    if not config.alerts_db.exists():
        return None
    with readable(config):
        found = duties.show_duty(config, task)
    return found if found and _is_within(sight, fact_of(found[0])) else None


def events_of(config: Settings, sight: Sight, month: str) -> list[tuple[CaseView, EventView]]:
    """What happened to the duties within this sight in a month (YYYY-MM). OSError when the store cannot be read."""
    if not config.alerts_db.exists():
        return []
    first = dt.date.fromisoformat(f"{month}-01")
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    with readable(config):
        found = duties.events_between(config, first, last)
    return [(case, event) for case, event in found if _is_within(sight, fact_of(case))]


def may_do(sight: Sight, fact: DutyFact) -> frozenset[Action]:
    """Which steps on this task are the reader's: a cooperating department tells of its part, and of nothing else."""
    mine: set[Action] = {"grant", "refuse", "return"} if sight.decides else set()
    if sight.answers is None or fact.lead in sight.answers:
        mine |= {"reply", "prove", "ask"}
    elif not sight.answers.isdisjoint(fact.obliged):
        mine.add("assist")
    return frozenset(mine - ({"prove"} if fact.is_measured else set()))


def _behalf(sight: Sight, fact: DutyFact) -> str:
    """The department for which somebody answers."""
    if sight.answers is None or fact.lead in sight.answers:
        return fact.lead_name
    return "、".join(name_of(code) for code in sorted(sight.answers & set(fact.obliged)))


def take(config: Settings, task: str, action: str, reader: Reader, fields: Mapping[str, str], seen: int | None) -> str:
    """One step on the duty of a task; what was wrong with it in one sentence, or nothing when it is done.

    ``fields`` are what the step asks for (on, document, why) as typed, ``seen`` the last entry that was on the page.
    Whether the step is this reader's is asked here, whatever the page offered.
    """
    sight = sight_of(reader)
    try:
        found = duty_of(config, task, sight)
    except OSError:
        return UNREADABLE
    step = next((each for each in DUTY_STEPS if each == action), None)
    if found is None or step is None or step not in may_do(sight, fact_of(found[0])):
        return NOT_YOURS
    who = one_line(signature(reader))
    if said := refusal(who, fields):
        return said
    why, on, document = (one_line(fields.get(field, "")) for field in ("why", "on", "document"))
    to = _behalf(sight, fact_of(found[0])) if step in ANSWERS else ""
    try:
        taken = Step(step, who, why, to, dt.date.fromisoformat(on) if on else None, seen, document)
        duties.act(config, task, taken, "owner" if step in ANSWERS else "leader")
    except CaseError as error:
        return f"{str(error).rstrip('。')}。"
    except SQLAlchemyError:
        return UNREADABLE
    return ""
