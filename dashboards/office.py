"""What the server answers when an administrator works on an account: the change, and the accounts as they are then."""

from collections.abc import Mapping
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from dashboards import asked
from dashboards.access import current_reader
from dashboards.casework import filled
from dashboards.pages.admin import account_list, account_panel, answer
from dashboards.staff import asked_of, change
from taian.settings import settings


def _account_step(clicks: object, _typed_in: object) -> Any:
    button = ctx.triggered_id
    if not isinstance(clicks, list) or not any(clicks) or not isinstance(button, Mapping):
        return no_update, no_update, no_update
    action, name = asked.text(button.get("action")), asked.text(button.get("account"))
    fields = filled(ctx.states_list[0], "add" if action == "invite" else action)
    given = asked_of(name, fields)
    changed = change(settings(), current_reader(), action, given)
    if changed.said:
        # The form stays as it was filled in.
        return answer(changed), no_update, no_update
    return answer(changed), account_panel(settings(), given.name), account_list(settings())


def account_callbacks(app: Dash) -> None:
    """Wire the changes of accounts."""
    app.callback(
        Output("account-said", "children"),
        Output("account-panel", "children"),
        Output("account-list", "children"),
        Input({"type": "account-step", "action": ALL, "account": ALL}, "n_clicks"),
        State({"type": "account-field", "action": ALL, "name": ALL}, "value"),
        prevent_initial_call=True,
    )(_account_step)
