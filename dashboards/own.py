"""What the server answers when somebody keeps a page, or works on what he has kept."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from dash import Dash, Input, Output, no_update

from dashboards import asked
from dashboards.access import current_reader
from dashboards.casework import Pressed, wire_steps
from dashboards.mine import NO_STEP, Changed, change, keep
from dashboards.pages import mine
from dashboards.serving import Serving
from taian.settings import settings


def _keep(wanted: object) -> Any:
    """Keep the address that the browser shows, under the name that was typed or else the page's heading."""
    if not isinstance(wanted, Mapping):
        return no_update
    name, where = asked.text(wanted.get("name")), asked.text(wanted.get("address"))
    return mine.kept(keep(settings(), current_reader(), name, where))


def _step(serving: Serving, given: Pressed) -> Any:
    reader = current_reader()
    # Of a form that stands there once for each thing, the action names the thing as well.
    number = int(given.identity) if given.identity.isdecimal() and given.identity.isascii() else None
    changed = Changed(NO_STEP)
    if number is not None:
        changed = change(settings(), reader, given.action.partition("@")[0], number, given.fields)
    return mine.panel(settings(), reader, changed)


def own_callbacks(app: Dash, serving: Serving) -> None:
    """Wire what people keep for themselves."""
    app.callback(Output("keep-said", "children"), Input("view-kept", "data"), prevent_initial_call=True)(_keep)
    wire_steps(app, "mine", partial(_step, serving))
