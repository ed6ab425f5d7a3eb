"""What the server answers when somebody keeps a page, or works on what he has kept."""

import re
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from dash import ALL, Dash, Input, Output, State, html, no_update

from dashboards import asked
from dashboards.access import current_reader
from dashboards.casework import Pressed, pressed, wire_steps
from dashboards.mine import NO_STEP, Changed, change, keep
from dashboards.pages import mine
from dashboards.pages.notes_card import PIN
from dashboards.pages.thresholds_card import SET
from dashboards.serving import Serving, ServingError, Snapshot
from dashboards.sight import sight_of
from taian.access.roles import Reader
from taian.settings import settings

NUMBER = re.compile(r"[0-9]{1,9}")


def _keep(wanted: object) -> Any:
    """Keep the address that the browser shows, under the name that was typed or else the page's heading."""
    if not isinstance(wanted, Mapping):
        return no_update
    name, where = asked.text(wanted.get("name")), asked.text(wanted.get("address"))
    return mine.kept(keep(settings(), current_reader(), name, where))


def _night(serving: Serving, reader: Reader) -> Snapshot | None:
    try:
        return serving.snapshot(sight_of(reader))
    except ServingError:
        return None


def _done(night: Snapshot | None, given: Pressed, fields: Mapping[str, str]) -> Changed:
    """Take the step whose button was pressed. In a form that stands there once for each thing, the action names the
    thing as well; in one of something new, the number is 0.
    """
    if not NUMBER.fullmatch(given.identity):
        return Changed(NO_STEP)
    return change(settings(), current_reader(), given.action.partition("@")[0], int(given.identity), fields, night)


def _step(serving: Serving, given: Pressed) -> Any:
    """Take a step on the page of one's own, and show everything as it is then; what was typed for one that was refused
    stays.
    """
    reader = current_reader()
    night = _night(serving, reader)
    changed = _done(night, given, given.fields)
    filled = given.fields if changed.said and given.action == SET else {}
    return mine.panel(settings(), reader, changed, night, filled)


def _note(serving: Serving, clicks: object, _typed_in: object, looked: object) -> Any:
    """Pin a note or take one away, and have the page made anew with its chart; or say why not."""
    given = pressed("note", clicks)
    if given is None:
        return no_update, no_update
    night, fields = _night(serving, current_reader()), given.fields
    if given.action == PIN:
        indicator, _, area = given.identity.partition("/")
        fields = {**fields, "indicator": indicator, "area": area}
        given = given._replace(identity="0")
    changed = _done(night, given, fields)
    if not changed.said and isinstance(looked, Mapping):
        return no_update, {**looked, "noted": time.time()}
    return html.P(changed.said, id="case-answer", className="said", role="alert", tabIndex="-1"), no_update


def own_callbacks(app: Dash, serving: Serving) -> None:
    """Wire what people keep for themselves."""
    app.callback(Output("keep-said", "children"), Input("view-kept", "data"), prevent_initial_call=True)(_keep)
    wire_steps(app, "mine", partial(_step, serving))
    app.callback(
        Output("note-said", "children"),
        Output("view", "data", allow_duplicate=True),
        Input({"type": "note-step", "action": ALL, "note": ALL, "seen": ALL}, "n_clicks"),
        State({"type": "note-field", "action": ALL, "name": ALL}, "value"),
        State("view", "data"),
        prevent_initial_call=True,
    )(partial(_note, serving))
