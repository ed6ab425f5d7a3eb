"""What the server answers when a person works on a warning: the step taken, and the warning as it is then."""

from typing import Any

from dash import Dash

from dashboards.access import current_reader
from dashboards.casework import Pressed, refused, wire_steps
from dashboards.pages.past_episode import past_panel
from dashboards.pages.warning_panel import warning_panel
from dashboards.permissions import warning_steps
from dashboards.warned import record, take
from taian.settings import settings


def _warning_step(given: Pressed) -> Any:
    """Take the step whose button was pressed, if it is this reader's, and show the warning as it is then."""
    reader = current_reader()
    said = take(settings(), given.identity, given.action, reader, given.fields, given.seen)
    done = "" if said else given.action
    return warning_panel(settings(), given.identity, warning_steps(reader), said, done, refused(given, said))


def _record(given: Pressed) -> Any:
    """Open the warning that an episode of the past never had, and show where it is."""
    number, said = record(settings(), given.identity, current_reader(), given.fields.get("why", ""))
    return past_panel(given.identity, number, said)


def warning_callbacks(app: Dash) -> None:
    """Wire the steps on warnings."""
    wire_steps(app, "warning", _warning_step)
    wire_steps(app, "past", _record)
