"""Objections to the evaluation 考核 as pages show them: the audit log's, and one more line of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from sqlalchemy.exc import SQLAlchemyError

from alerts import objections
from alerts.objections import Said, What
from alerts.words import one_line
from dashboards import planned
from dashboards.cases import UNREADABLE, refusal, signature
from dashboards.readable import readable
from dashboards.serving import Snapshot
from dashboards.sight import Sight, sight_of
from taian.access.roles import Reader
from taian.errors import ProblemError
from taian.settings import Settings

NOT_YOURS = "这一步不由您办理：参加考核的部门对本部门的考核提出异议，专项小组裁定。"


@dataclass(frozen=True)
class Move:
    """What can be said next: by a department or on its objection, to the evaluation of which year."""

    what: What
    department: str
    year: int

    @property
    def key(self) -> str:
        """It as one word, for a button."""
        return f"{self.what}/{self.department}/{self.year}"


def said_of(config: Settings, sight: Sight) -> list[Said]:
    """Objections and decisions within this sight, oldest first. OSError when the log cannot be read."""
    with readable(config):
        found = objections.history(config)
    return [each for each in found if sight.scopes is None or each.department in sight.scopes]


def moves(snapshot: Snapshot, said: list[Said]) -> list[Move]:
    """What this reader may say now: object to the year that the night evaluates, decide on whatever waits."""
    sight, year = snapshot.sight, int(snapshot.business_date[:4])
    open_now = {each: objections.waiting(said, each) for each in sorted({one.year for one in said} | {year})}
    evaluated = planned.evaluation(snapshot)["department"].drop_duplicates()
    found = [
        Move("object", code, year)
        for code in evaluated
        if code not in open_now[year] and (sight.answers is None or code in sight.answers)
    ]
    if sight.decides:
        decisions: tuple[What, ...] = ("accept", "reject")
        found += [Move(what, code, each) for each in open_now for code in sorted(open_now[each]) for what in decisions]
    return found


def take(config: Settings, snapshot: Snapshot, key: str, reader: Reader, fields: Mapping[str, str]) -> str:
    """Say one thing (the key of a Move) with a reason and a document, as typed; what was wrong with it in one sentence,
    or nothing when it is written down. Whether it is this reader's to say is asked here, whatever the page offered.
    """
    who, sight = one_line(signature(reader)), sight_of(reader)
    if said := refusal(who, fields):
        return said
    what, _, rest = key.partition("/")
    department, _, year = rest.partition("/")
    is_own = sight.answers is None or department in sight.answers
    is_evaluated = department in set(planned.evaluation(snapshot)["department"])
    step = next((each for each in get_args(What) if each == what), None)
    if step is None or not (is_own and is_evaluated if step == "object" else sight.decides):
        return NOT_YOURS
    if not year.isascii() or not year.isdigit() or (step == "object" and year != snapshot.business_date[:4]):
        return f"现在考核的是 {snapshot.business_date[:4]} 年；请刷新页面后再试。"
    line = Said(department, int(year), step, fields.get("why", ""), fields.get("document", ""), who)
    try:
        objections.say(config, line, "owner" if step == "object" else "leader")
    except ProblemError as error:
        return str(error)
    except SQLAlchemyError:
        return UNREADABLE
    return ""
