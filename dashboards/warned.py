"""The early warnings as pages show them: the alert store's, what the night expected, and a step on one of them."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd
from sqlalchemy.exc import SQLAlchemyError

from alerts import lessons, past, warnings
from alerts.casebook import CaseView, EventView
from alerts.cases import CaseError, Step
from alerts.episodes import Episode, episodes
from alerts.night import WarningFact
from alerts.published import signal_of
from alerts.words import one_line
from catalog.warnings import declared
from dashboards.cases import UNREADABLE, refusal, signature
from dashboards.permissions import WARNING_STEPS
from dashboards.readable import readable
from dashboards.serving import Snapshot
from taian.access.roles import ROLES, Reader
from taian.settings import Settings

NOT_YOURS = "没有这样的步骤，或者它不由您的角色办理；请由值班员（分析员）或领导办理。"


def warnings_of(config: Settings) -> list[CaseView]:
    """Every warning: those that stand first, of these the overdue, then by level. OSError when the store cannot be
    read."""
    if not config.alerts_db.exists():
        return []
    with readable(config):
        return warnings.list_warnings(config)


def ended(config: Settings) -> list[lessons.Lesson]:
    """Every warning that was lifted or archived, the last first. OSError when the store cannot be read."""
    with readable(config):
        return lessons.lessons_of(config)


def warning_of(config: Settings, number: str) -> tuple[CaseView, list[EventView]] | None:
    """A warning with its history; None without one. OSError when the store cannot be read."""
    if not config.alerts_db.exists():
        return None
    try:
        return warnings.show_warning(config, number)
    except CaseError:
        return None
    except SQLAlchemyError as error:
        raise OSError(str(config.alerts_db)) from error


def fact_of(case: CaseView) -> WarningFact | None:
    """The signal that a warning was last seen with."""
    return WarningFact.model_validate_json(case.facts) if case.facts else None


def take(
    config: Settings, number: str, action: str, reader: Reader, fields: Mapping[str, str], seen: int | None
) -> str:
    """One step on a warning; what was wrong with it in one sentence, or nothing when it is done.

    ``fields`` are what the step asks for (to, on, why) as typed, ``seen`` the last entry that was on the page. Whether
    the step is this reader's is asked here, whatever the page offered.
    """
    step = next((step for step in WARNING_STEPS if step == action), None)
    role = next((role for role in ROLES if step and role in WARNING_STEPS[step] and reader.has(role)), None)
    if step is None or role is None:
        return NOT_YOURS
    who = one_line(signature(reader))
    if said := refusal(who, fields):
        return said
    why, to, on = (one_line(fields.get(field, "")) for field in ("why", "to", "on"))
    try:
        taken = Step(step, who, why, to, dt.date.fromisoformat(on) if on else None, seen)
        warnings.act(config, number, taken, role)
    except CaseError as error:
        return f"{str(error).rstrip('。')}。"
    except SQLAlchemyError:
        return UNREADABLE
    return ""


def past_of(snapshot: Snapshot) -> list[Episode]:
    """Episodes of signals that were over on this night, the last first."""
    rows = snapshot.read("topic_warning__signal", "SELECT * FROM topic_warning__signal").to_dict("records")
    return episodes(map(signal_of, rows), declared().hygiene.quiet_periods)


def record(config: Settings, number: str, reader: Reader, why: str) -> tuple[str, str]:
    """Open the warning that an episode never had: its number, or what is wrong in one sentence.

    Whether that is this reader's to do, as it is to assess one, is asked here, whatever the page offered.
    """
    role = next((role for role in ROLES if role in WARNING_STEPS["assess"] and reader.has(role)), None)
    if role is None:
        return "", NOT_YOURS
    who = one_line(signature(reader))
    if said := refusal(who, {"why": why}):
        return "", said
    try:
        return past.record(config, number, who, why, role).id, ""
    except CaseError as error:
        return "", f"{str(error).rstrip('。')}。"
    except SQLAlchemyError:
        return "", UNREADABLE


def expected(snapshot: Snapshot, indicator: str, area: str) -> pd.DataFrame:
    """What was and is expected of one number in one area beside what came, oldest first."""
    return snapshot.read(
        "topic_warning__forecast",
        """
        SELECT period, actual, expected, low, high, is_forecast, kind, known_on FROM topic_warning__forecast
        WHERE indicator = $indicator AND area_code = $area ORDER BY period
        """,
        {"indicator": indicator, "area": area},
    )


def signal_counts(snapshot: Snapshot) -> dict[str, int]:
    """Signals at the last period of each number: all, of these on doubted data, and sources that did not come."""
    frame = snapshot.read(
        "topic_warning__signal",
        """
        SELECT count(*) AS signals, count(*) FILTER (is_held) AS held,
               count(*) FILTER (detector = 'no_data') AS silent
        FROM topic_warning__signal WHERE is_current
        """,
    )
    return {name: int(frame[name].iloc[0]) for name in ("signals", "held", "silent")}
