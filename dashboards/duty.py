"""What the server answers when a person works on a warning: the step taken, and the warning as it is then."""

from collections.abc import Mapping
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from dashboards import asked
from dashboards.access import current_reader
from dashboards.casework import typed
from dashboards.pages.warning_panel import warning_panel
from dashboards.permissions import warning_steps
from dashboards.warned import take
from taian.settings import settings


def _warning_step(clicks: object, _typed_in: object) -> Any:
    """Take the step whose button was pressed, if it is this reader's, and show the warning as it is then."""
    pressed = ctx.triggered_id
    if not isinstance(clicks, list) or not any(clicks) or not isinstance(pressed, Mapping):
        return no_update
    number, action, seen = asked.text(pressed.get("warning")), asked.text(pressed.get("action")), pressed.get("seen")
    reader = current_reader()
    fields = typed(ctx.states_list[0], action)
    said = take(settings(), number, action, reader, fields, seen if isinstance(seen, int) and seen else None)
    return warning_panel(settings(), number, warning_steps(reader), said, "" if said else action)


def warning_callbacks(app: Dash) -> None:
    """Wire the steps on warnings."""
    app.callback(
        Output("warning-panel", "children"),
        Input({"type": "warning-step", "action": ALL, "warning": ALL, "seen": ALL}, "n_clicks"),
        State({"type": "warning-field", "action": ALL, "name": ALL}, "value"),
        prevent_initial_call=True,
    )(_warning_step)
