"""What happens in the browser: where it looks, what the controls write into the address (``assets/app.js``)."""

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State


def client_callbacks(app: Any) -> None:
    """What happens in the browser: where it looks, what the controls write into the address."""
    app.clientside_callback(
        ClientsideFunction("taian", "look"),
        Output("view", "data"),
        Output("mantine", "forceColorScheme"),
        Input("url", "href"),
        Input("theme-button", "n_clicks"),
        State("view", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("taian", "steer"),
        Output("url", "search"),
        Input({"type": "param", "name": ALL}, "value"),
        State({"type": "param", "name": ALL}, "id"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("taian", "drill"), Output("url", "search", allow_duplicate=True), Input("map", "clickData"),
        prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("taian", "entitle"), Output("title", "modified_timestamp"), Input("title", "data")
    )
    app.clientside_callback(
        ClientsideFunction("taian", "mark_finding"), Output("findings", "selectedRows"),
        Input("findings", "getRowsResponse"),
        prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("taian", "refresh_findings"), Output("case-taken", "modified_timestamp"),
        Input("case-taken", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("taian", "keep_view"), Output("view-kept", "data"), Input("keep-save", "n_clicks"),
        State("keep-name", "value"),
        prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("taian", "fold_keep"), Output("keep-said", "children", allow_duplicate=True),
        Input("view", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    for panel in ("case-panel", "warning-panel", "mine-panel", "note-said"):
        app.clientside_callback(
            ClientsideFunction("taian", "hear_case"), Output(panel, "title"), Input(panel, "children"),
            prevent_initial_call=True,
        )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("taian", "note_words"),
        Output("words-typed", "data"),
        Input("words", "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("taian", "note_sought"),
        Output("sought", "data"),
        Input("seek", "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("taian", "refocus"),
        Output("page", "title"),
        Input("page", "children"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("taian", "sign_out"), Output("sign-out", "disabled"), Input("sign-out", "n_clicks"),
        prevent_initial_call=True,
    )  # fmt: skip
    for grid, name in (("findings", "finding"), ("deliveries", "batch")):
        app.clientside_callback(
            ClientsideFunction("taian", f"choose_{name}"),
            Output(f"{name}-chosen", "data"),
            Input(grid, "selectedRows"),
            Input(grid, "cellClicked"),
            prevent_initial_call=True,
        )
        app.clientside_callback(
            ClientsideFunction("taian", "open_drawer"),
            Output(f"{name}-drawer", "opened"),
            Input(f"{name}-chosen", "data"),
            prevent_initial_call=True,
        )
        app.clientside_callback(
            ClientsideFunction("taian", f"close_{name}"),
            Output(f"{name}-drawer", "lockScroll"),
            Input(f"{name}-drawer", "opened"),
            prevent_initial_call=True,
        )
