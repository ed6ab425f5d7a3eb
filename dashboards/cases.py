"""How far people have come with the findings: their cases in the alert store, and a step on one of them."""

from typing import cast, get_args

from sqlalchemy.exc import SQLAlchemyError

from alerts import casebook
from alerts.casebook import CaseView, EventView
from alerts.cases import Action, CaseError
from alerts.words import STATE_TITLES, one_line
from taian.access.roles import Reader
from taian.settings import Settings

UNREAD = "— 读不到"
"""In place of a case's state while the store cannot be read: that is not the same as no case."""

NO_CASE = "未立案"
"""Weak findings open no case; a strong one has its case once the night's alert step has run."""

CASE_ROLE = "inspector"
"""In which role a step on a finding's case is taken from the pages."""

LONGEST_NAME, LONGEST_REASON = 40, 400
"""Characters of what a person writes into a case."""

UNREADABLE = "案件库暂时不能写入，这一步没有记录；请稍后再试，仍不行时请告诉运维人员（alerts.db）。"


def signature(reader: Reader) -> str:
    """Who takes a step, as the history names it."""
    return f"{reader.name}（{reader.account}）"


def finding_states(config: Settings) -> dict[str, str] | None:
    """Finding id to the word for its case's state; empty while there is no store, None when it cannot be read."""
    if not config.alerts_db.exists():
        return {}
    try:
        cases = casebook.list_cases(config, kind="finding")
    except SQLAlchemyError:
        return None
    return {case.subject: STATE_TITLES.get(case.state, case.state) for case in cases}


def closed_subjects(config: Settings) -> set[str] | None:
    """Findings and batches (resource/batch) whose case is closed; None when the store cannot be read."""
    if not config.alerts_db.exists():
        return set()
    try:
        return {case.subject for case in casebook.list_cases(config, state="closed") if case.kind != "night"}
    except SQLAlchemyError:
        return None


def case_of(config: Settings, finding_id: str) -> tuple[CaseView, list[EventView]] | None:
    """The case of a finding and its history, None without one; OSError when the store cannot be read."""
    if not config.alerts_db.exists():
        return None
    try:
        found = casebook.case_about(config, "finding", finding_id)
        return casebook.show_case(config, found) if found else None
    except SQLAlchemyError as error:
        raise OSError(str(config.alerts_db)) from error


def _refusal(action: str, name: str, why: str, assignee: str) -> str:
    """What is wrong with a step before any case is looked at, or nothing."""
    if not name:
        return "没有经办人的姓名，这一步没有记录。"
    if max(len(name), len(assignee)) > LONGEST_NAME or len(why) > LONGEST_REASON:
        return f"姓名至多 {LONGEST_NAME} 个字，理由至多 {LONGEST_REASON} 个字；请缩短后再试。"
    return "" if action in get_args(Action) else "没有这样的步骤。"


def step(config: Settings, finding_id: str, action: str, who: str, why: str, assignee: str) -> str:
    """Take one step on a finding's case as ``who``; what was wrong with it in one sentence, or nothing when done."""
    name = one_line(who)
    if refusal := _refusal(action, name, why, assignee):
        return refusal
    try:
        case_id = casebook.case_about(config, "finding", finding_id) if config.alerts_db.exists() else None
        if case_id is None:
            return "这条疑点没有立案，没有可办理的案件。"
        taken = cast(Action, action)
        casebook.act(config, case_id, taken, who=name, role=CASE_ROLE, why=one_line(why), assignee=one_line(assignee))
    except CaseError as error:
        return f"{str(error).rstrip('。')}。"
    except SQLAlchemyError:
        return UNREADABLE
    return ""
