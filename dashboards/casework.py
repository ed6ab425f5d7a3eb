"""What the server answers when a person works on a case: the step taken, and the case as it is then."""

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from dashboards import asked
from dashboards.access import current_reader
from dashboards.cases import draw_units, open_by_hand, signature, step
from dashboards.pages.case import case_panel
from dashboards.pages.cases import case_list, drawn, opened
from dashboards.pages.step_form import NOTHING, Typed
from dashboards.view import View
from taian.settings import settings


def filled(states: object, action: str) -> dict[str, object]:
    """Field name to what was filled in, of the fields that belong to one step."""
    found: dict[str, object] = {}
    for one in states if isinstance(states, list) else ():
        identity = one.get("id") if isinstance(one, Mapping) else None
        if isinstance(identity, Mapping) and identity.get("action") == action:
            found[asked.text(identity.get("name"))] = one.get("value")
    return found


def _typed(states: object, action: str) -> dict[str, str]:
    return {name: asked.text(value) for name, value in filled(states, action).items()}


class Pressed(NamedTuple):
    """The step whose button was pressed: on which number, what was typed for it, the last entry on the page."""

    identity: str
    action: str
    fields: dict[str, str]
    seen: int | None


def pressed(kind: str, clicks: object) -> Pressed | None:
    """The step that a callback of a form on a ``kind`` (``pages.step_form``) is asked for; None without a click."""
    button = ctx.triggered_id
    if not isinstance(clicks, list) or not any(clicks) or not isinstance(button, Mapping):
        return None
    action, seen = asked.text(button.get("action")), button.get("seen")
    entry = seen if isinstance(seen, int) and seen else None
    return Pressed(asked.text(button.get(kind)), action, _typed(ctx.states_list[0], action), entry)


def refused(given: Pressed, said: str) -> Typed:
    """What was typed for a step that was not taken (``said`` tells why); nothing once it was."""
    return Typed(given.action, given.fields) if said else NOTHING


def wire_steps(app: Dash, kind: str, taken: Callable[[Pressed], Any]) -> None:
    """Wire the form on a ``kind`` (``pages.step_form``): its panel shows what ``taken`` makes of the step pressed."""

    def answered(clicks: object, _typed_in: object) -> Any:
        given = pressed(kind, clicks)
        return no_update if given is None else taken(given)

    app.callback(
        Output(f"{kind}-panel", "children"),
        Input({"type": f"{kind}-step", "action": ALL, kind: ALL, "seen": ALL}, "n_clicks"),
        State({"type": f"{kind}-field", "action": ALL, "name": ALL}, "value"),
        prevent_initial_call=True,
    )(answered)


def _case_step(clicks: object, _typed_in: object) -> Any:
    """Take the step whose button was pressed, and show the case as it is then."""
    given = pressed("case", clicks)
    if given is None:
        return no_update, no_update
    said = step(settings(), given.identity, given.action, signature(current_reader()), given.fields, given.seen)
    done = no_update if said else {"case": given.identity, "action": given.action, "at": time.time()}
    return case_panel(settings(), given.identity, said, "" if said else given.action, refused(given, said)), done


def _open_lead(clicks: object, _typed_in: object) -> Any:
    if not clicks:
        return no_update
    number, said = open_by_hand(settings(), signature(current_reader()), _typed(ctx.states_list[0], "open"))
    return opened(number, said)


def _draw(clicks: object, _typed_in: object) -> Any:
    if not clicks:
        return no_update
    return drawn(*draw_units(settings(), signature(current_reader()), _typed(ctx.states_list[0], "draw")))


def _list_again(_taken: object, looked: object) -> Any:
    return case_list(settings(), View.of(looked))


def case_callbacks(app: Dash) -> None:
    """Wire the steps on cases."""
    app.callback(
        Output("case-panel", "children"),
        Output("case-taken", "data"),
        Input({"type": "case-step", "action": ALL, "case": ALL, "seen": ALL}, "n_clicks"),
        State({"type": "case-field", "action": ALL, "name": ALL}, "value"),
        prevent_initial_call=True,
    )(_case_step)
    app.callback(
        Output("lead-opened", "children"),
        Input("lead-open", "n_clicks"),
        State({"type": "lead-field", "action": ALL, "name": ALL}, "value"),
        prevent_initial_call=True,
    )(_open_lead)
    app.callback(
        Output("units-drawn", "children"),
        Input("units-draw", "n_clicks"),
        State({"type": "draw-field", "action": ALL, "name": ALL}, "value"),
        # A second click on the way would be a second draw.
        running=[(Output("units-draw", "disabled"), True, False)],
        prevent_initial_call=True,
    )(_draw)
    app.callback(
        Output("case-list", "children"),
        Input("case-taken", "data"),
        State("view", "data"),
        prevent_initial_call=True,
    )(_list_again)
