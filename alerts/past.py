"""Warnings that are opened afterwards 补立: the episodes of the published night, and opening one of them."""

from alerts import audit
from alerts.casebook import CaseView
from alerts.cases import CaseError
from alerts.episodes import Episode, episodes
from alerts.published import NotPublishedError, signals
from alerts.store import open_store
from alerts.warnings import Warnings
from alerts.words import one_line
from catalog.warnings import declared
from taian.clock import delivery_moment
from taian.settings import Settings


def past(settings: Settings) -> list[Episode]:
    """Episodes that were over on the last night, the last first. Raises NotPublishedError."""
    return episodes(signals(settings), declared().hygiene.quiet_periods)


def record(settings: Settings, number: str, who: str, why: str, role: str = audit.OPERATOR_ROLE) -> CaseView:
    """Open a warning on the episode of this number. Raises CaseError with the sentence to show."""
    try:
        found = next((one for one in past(settings) if one.id == number), None)
    except NotPublishedError as error:
        raise CaseError(str(error)) from error
    if found is None:
        raise CaseError(f"没有编号为 {one_line(number)} 的以往信号，或者它已并入上级地区；请在“以往信号”中重新选择")
    with open_store(settings).writing() as session:
        return Warnings(session, delivery_moment(settings.home), role).open_past(found, who, why)
