"""How far people have come with their cases in the alert store, and a step on one of them."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import cast, get_args

from sqlalchemy.exc import SQLAlchemyError

from alerts import casebook, draws, published, verdicts
from alerts.casebook import CaseView, EventView, Sight, Standing
from alerts.cases import INSPECTED, Action, CaseError, Step
from alerts.draws import By, Order
from alerts.missed import MissRate, miss_rate
from alerts.sheet import sheet as make_sheet
from alerts.verdicts import Precision
from alerts.words import one_line, state_title
from dashboards.readable import readable
from taian.access.roles import Reader
from taian.inspectpage.drawing import drawn
from taian.settings import Settings

UNREAD = "— 读不到"
"""In place of a case's state while the store cannot be read: that is not the same as no case."""

NO_CASE = "疑点"
"""A finding on which no case was opened: a weak one, or one of a night whose alert step has not run."""

AUDIENCE = "statistics"
"""Whose cases are on these pages."""

CASE_ROLE = "inspector"
"""In which role people act on cases from the pages."""

LONGEST_NAME, LONGEST_REASON = 40, 400
"""Characters of what a person writes into a case."""

TAKE = "take"
"""The one step on a finding that has no case yet; its identity is then FINDING and the finding's number."""

FINDING = "finding:"

INSPECTORS = re.compile("[、，,；;\\s]+")
"""What stands between names in a field."""

UNREADABLE = "案件库暂时不能写入，这一步没有记录；请稍后再试，仍不行时请告诉运维人员（alerts.db）。"


def signature(reader: Reader) -> str:
    """Who takes a step, as the history names it."""
    return f"{reader.name}（{reader.account}）"


def finding_states(config: Settings) -> dict[str, str] | None:
    """Finding id to the word for its case's state; empty while there is no store, None when it cannot be read."""
    if not config.alerts_db.exists():
        return {}
    try:
        by_number = {case.id: case for case in casebook.standings(config) if case.kind in INSPECTED}
        joined = casebook.joined_findings(config)
    except SQLAlchemyError:
        return None
    own = {case.subject: case for case in by_number.values() if case.kind == "finding"}
    every = own | {finding: by_number[number] for finding, number in joined.items()}
    return {finding: state_title(case.state, case.kind) for finding, case in every.items()}


def closed_subjects(config: Settings) -> set[str] | None:
    """Findings and batches (resource/batch) whose case is closed; None when the store cannot be read."""
    if not config.alerts_db.exists():
        return set()
    try:
        closed = casebook.standings(config, state="closed")
        numbers = {case.id for case in closed}
        joined = {finding for finding, number in casebook.joined_findings(config).items() if number in numbers}
        return joined | {case.subject for case in closed if case.kind != "night"}
    except SQLAlchemyError:
        return None


def inspected(config: Settings) -> list[Standing]:
    """Where every case of the inspectors stands; OSError when the store cannot be read."""
    if not config.alerts_db.exists():
        return []
    with readable(config):
        found = casebook.standings(config, audience=AUDIENCE)
    return [case for case in found if case.kind in INSPECTED]


def shown(config: Settings, numbers: Sequence[str]) -> list[CaseView]:
    """The inspectors' cases of some numbers, in that order; OSError when the store cannot be read."""
    if not config.alerts_db.exists():
        return []
    with readable(config):
        found = casebook.cases_of(config, numbers)
    return [case for case in found if case.audience == AUDIENCE]


def precision(config: Settings) -> list[Precision]:
    """How often each test was right; OSError when the store cannot be read."""
    with readable(config):
        return verdicts.precision(config)


def missed(config: Settings) -> MissRate:
    """What the draws say of what the inspection misses; OSError when the store cannot be read."""
    with readable(config):
        return miss_rate(config)


def case_of(config: Settings, identity: str) -> tuple[CaseView, list[EventView]] | None:
    """A case by its number or as FINDING with a finding's, with its history; None without one.

    OSError when the store cannot be read.
    """
    if not config.alerts_db.exists():
        return None
    try:
        if identity.startswith(FINDING):
            found = casebook.case_about(config, "finding", identity.removeprefix(FINDING))
            return casebook.show_case(config, found) if found else None
        return casebook.show_case(config, identity)
    except CaseError:
        return None
    except SQLAlchemyError as error:
        raise OSError(str(config.alerts_db)) from error


def refusal(who: str, fields: Mapping[str, str]) -> str:
    """What is wrong with a step before any case is looked at, or nothing."""
    if not who:
        return "请先填写经办人的姓名。"
    if max(len(who), len(fields.get("to", "")), len(fields.get("name", ""))) > LONGEST_NAME or any(
        len(given) > LONGEST_REASON for given in fields.values()
    ):
        return f"姓名、名称至多 {LONGEST_NAME} 个字，理由和内容至多 {LONGEST_REASON} 个字；请缩短后再试。"
    on = fields.get("on", "")
    try:
        dt.date.fromisoformat(on or "2018-06-30")
    except ValueError:
        return f"“{on}”不是日期；请写成 2018-06-30 的样子。"
    return ""


def step(config: Settings, identity: str, action: str, who: str, fields: Mapping[str, str], seen: int | None) -> str:
    """Take one step on a case as ``who``; what was wrong with it in one sentence, or nothing when it is done.

    ``fields`` are what the step asks for (to, on, why) as typed, ``seen`` the last entry that was on the page.
    """
    name = one_line(who)
    if said := refusal(name, fields):
        return said
    if action != TAKE and action not in get_args(Action):
        return "没有这样的步骤。"
    why, to, on = (one_line(fields.get(field, "")) for field in ("why", "to", "on"))
    try:
        if action == TAKE:
            return _take_up(config, identity.removeprefix(FINDING), name, why)
        date = dt.date.fromisoformat(on) if on else None
        taken = Step(cast(Action, action), name, why, to, date, seen)
        casebook.act(config, identity, taken, CASE_ROLE)
    except CaseError as error:
        return f"{str(error).rstrip('。')}。"
    except SQLAlchemyError:
        return UNREADABLE
    return ""


def _take_up(config: Settings, finding_id: str, who: str, why: str) -> str:
    try:
        fact = published.finding(config, finding_id)
    except published.NotPublishedError as error:
        return f"{error}。"
    if fact is None:
        return f"这一夜的结果里没有编号为 {finding_id} 的疑点，不能立案。"
    casebook.open_case(config, casebook.of_finding(fact), who=who, why=why, role=CASE_ROLE)
    return ""


def open_by_hand(config: Settings, who: str, fields: Mapping[str, str]) -> tuple[str, str]:
    """Open a case on what a person brought (unit, name, county, what): its number, or what is wrong in one sentence."""

    def lead() -> Sight:
        return casebook.by_hand(
            unit=casebook.typed_code(fields.get("unit", "")),
            unit_name=fields.get("name", ""),
            county_name=fields.get("county", ""),
            message=fields.get("what", ""),
        )

    name = one_line(who)
    if said := refusal(name, fields):
        return "", said
    try:
        return casebook.open_case(config, lead(), who=name, why="", role=CASE_ROLE).id, ""
    except CaseError as error:
        return "", f"{str(error).rstrip('。')}。"
    except SQLAlchemyError:
        return "", UNREADABLE


def draw_units(config: Settings, who: str, fields: Mapping[str, str]) -> tuple[str, list[CaseView], str]:
    """Draw units that nobody suspects (count, seed, by, inspectors) and open their cases.

    The draw's number with its seed, the cases, and what is wrong in one sentence.
    """
    name, by = one_line(who), fields.get("by", "")
    if said := refusal(name, fields):
        return "", [], said
    count = one_line(fields.get("count", ""))
    if not (count.isascii() and count.isdigit()) or by not in get_args(By):
        return "", [], "请填写抽取几家单位（整数），并选择是否分层。"
    inspectors = tuple(INSPECTORS.split(fields.get("inspectors", "")))
    order = Order(name, int(count), fields.get("seed", ""), cast(By, by), inspectors)
    try:
        kept, opened = draws.draw(config, order, CASE_ROLE)
    except CaseError as error:
        return "", [], f"{str(error).rstrip('。')}。"
    except SQLAlchemyError:
        return "", [], UNREADABLE
    return f"{kept.id}（抽样种子 {kept.seed}，{len(draws.frame_of(kept))} 家中抽取）", opened, ""


def printed(config: Settings, case_id: str, who: str) -> tuple[str, int]:
    """The printable sheet of a case with the status 200, or one sentence with the status that it has."""
    if not config.alerts_db.exists():
        return "还没有案件库。\n", 404
    try:
        return make_sheet(config, case_id, picture=drawn, who=who, role=CASE_ROLE), 200
    except CaseError as error:
        return f"{error}。\n", 404
    except SQLAlchemyError:
        return f"{UNREADABLE}\n", 503
