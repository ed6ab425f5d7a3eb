"""What the server answers when somebody keeps a page, or works on what he has kept."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from dash import Dash, Input, Output, no_update

from dashboards import asked
from dashboards.access import current_reader
from dashboards.casework import Pressed, wire_steps
from dashboards.mine import NO_STEP, Changed, change, keep
from dashboards.pages import mine
from dashboards.pages.thresholds_card import SET
from dashboards.serving import Serving, ServingError
from dashboards.sight import sight_of
from taian.settings import settings

NUMBER = re.compile(r"[0-9]{1,9}")


def _keep(wanted: object) -> Any:
    """Keep the address that the browser shows, under the name that was typed or else the page's heading."""
    if not isinstance(wanted, Mapping):
        return no_update
    name, where = asked.text(wanted.get("name")), asked.text(wanted.get("address"))
    return mine.kept(keep(settings(), current_reader(), name, where))


def _step(serving: Serving, given: Pressed) -> Any:
    """Take the step whose button was pressed, and show everything as it is then; what was typed for one that was
    refused stays.
    """
    reader = current_reader()
    try:
        night = serving.snapshot(sight_of(reader))
    except ServingError:
        night = None
    changed = Changed(NO_STEP)
    # In a form that stands there once for each thing, the action names the thing as well.
    action = given.action.partition("@")[0]
    if NUMBER.fullmatch(given.identity):
        changed = change(settings(), reader, action, int(given.identity), given.fields, night)
    filled = given.fields if changed.said and action == SET else {}
    return mine.panel(settings(), reader, changed, night, filled)


def own_callbacks(app: Dash, serving: Serving) -> None:
    """Wire what people keep for themselves."""
    app.callback(Output("keep-said", "children"), Input("view-kept", "data"), prevent_initial_call=True)(_keep)
    wire_steps(app, "mine", partial(_step, serving))
