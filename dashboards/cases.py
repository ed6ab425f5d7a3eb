"""How far people have come with the findings: the state of their cases, from the alert store."""

from sqlalchemy.exc import SQLAlchemyError

from alerts.casebook import list_cases
from alerts.words import STATE_TITLES
from taian.settings import Settings

NO_CASE = "未立案"
"""Weak findings open no case; a strong one has its case once the night's alert step has run."""


def finding_states(config: Settings) -> dict[str, str]:
    """Finding id to the word for its case's state; empty while there is no store or it cannot be read."""
    if not config.alerts_db.exists():
        return {}
    try:
        cases = list_cases(config, kind="finding")
    except SQLAlchemyError:
        return {}
    return {case.subject: STATE_TITLES.get(case.state, case.state) for case in cases}
