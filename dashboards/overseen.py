"""What the server answers when a person works on a supervised task: the step taken, and the duty as it is then."""

from typing import Any

from dash import ALL, Dash, Input, Output, State, no_update

from dashboards.access import current_reader
from dashboards.casework import pressed
from dashboards.duties import take
from dashboards.pages.duty_panel import duty_panel
from dashboards.sight import sight_of
from taian.settings import settings


def _duty_step(clicks: object, _typed_in: object) -> Any:
    """Take the step whose button was pressed, if it is this reader's, and show the duty as it is then."""
    given = pressed("duty", clicks)
    if given is None:
        return no_update
    reader = current_reader()
    said = take(settings(), given.identity, given.action, reader, given.fields, given.seen)
    return duty_panel(settings(), given.identity, sight_of(reader), said, "" if said else given.action)


def duty_callbacks(app: Dash) -> None:
    """Wire the steps on supervised tasks."""
    app.callback(
        Output("duty-panel", "children"),
        Input({"type": "duty-step", "action": ALL, "duty": ALL, "seen": ALL}, "n_clicks"),
        State({"type": "duty-field", "action": ALL, "name": ALL}, "value"),
        prevent_initial_call=True,
    )(_duty_step)
