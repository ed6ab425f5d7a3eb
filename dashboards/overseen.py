"""What the server answers when a person works on a supervised task: the step taken, and the duty as it is then."""

from typing import Any

from dash import Dash

from dashboards.access import current_reader
from dashboards.casework import Pressed, refused, wire_steps
from dashboards.duties import take
from dashboards.pages.duty_panel import duty_panel
from dashboards.sight import sight_of
from taian.settings import settings


def _duty_step(given: Pressed) -> Any:
    """Take the step whose button was pressed, if it is this reader's, and show the duty as it is then."""
    reader = current_reader()
    said = take(settings(), given.identity, given.action, reader, given.fields, given.seen)
    done = "" if said else given.action
    return duty_panel(settings(), given.identity, sight_of(reader), said, done, refused(given, said))


def duty_callbacks(app: Dash) -> None:
    """Wire the steps on supervised tasks."""
    wire_steps(app, "duty", _duty_step)
