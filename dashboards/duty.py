"""What the server answers when a person works on a warning: the step taken, and the warning as it is then."""

from typing import Any

from dash import ALL, Dash, Input, Output, State, no_update

from dashboards.access import current_reader
from dashboards.casework import pressed
from dashboards.pages.warning_panel import warning_panel
from dashboards.permissions import warning_steps
from dashboards.warned import take
from taian.settings import settings


def _warning_step(clicks: object, _typed_in: object) -> Any:
    """Take the step whose button was pressed, if it is this reader's, and show the warning as it is then."""
    given = pressed("warning", clicks)
    if given is None:
        return no_update
    reader = current_reader()
    said = take(settings(), given.identity, given.action, reader, given.fields, given.seen)
    return warning_panel(settings(), given.identity, warning_steps(reader), said, "" if said else given.action)


def warning_callbacks(app: Dash) -> None:
    """Wire the steps on warnings."""
    app.callback(
        Output("warning-panel", "children"),
        Input({"type": "warning-step", "action": ALL, "warning": ALL, "seen": ALL}, "n_clicks"),
        State({"type": "warning-field", "action": ALL, "name": ALL}, "value"),
        prevent_initial_call=True,
    )(_warning_step)
