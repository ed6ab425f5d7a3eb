"""The web application: one address in, one page out, all of it from one published night.

The address carries the whole state. The browser says where it is, in which theme and how wide (``assets/app.js``); one
callback renders the page from that and the newest snapshot. Choosing a row changes the address and refills its panel.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from flask import Flask

from dashboards import parts
from dashboards.guard import protect, require_local
from dashboards.pages import authenticity, catalogue, overview, runs
from dashboards.serving import Serving, ServingError, Snapshot
from dashboards.theme import FONT, css_variables
from dashboards.view import View
from taian.settings import Settings, settings

NAME = "泰安市政务数据平台"
POLL_MILLISECONDS = 60_000
"""How often an open page asks whether a new night has been published."""

KEPT_PAGES = 64
"""Pages of one night that are kept once made: making a figure costs more than its query."""

Renderer = Callable[[Snapshot, View], html.Div]
PAGES: dict[str, tuple[str, Renderer]] = {
    "/": (overview.TITLE, overview.render),
    "/authenticity": (authenticity.TITLE, authenticity.render),
    "/runs": (runs.TITLE, runs.render),
    "/catalogue": (catalogue.TITLE, catalogue.render),
}

INDEX = f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
{{%metas%}}
<title>{{%title%}}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<style>{css_variables()}</style>
<script src="/assets/early.js"></script>
{{%css%}}
</head>
<body>
{{%app_entry%}}
<noscript>请在浏览器中启用 JavaScript。</noscript>
{{%config%}}{{%scripts%}}{{%renderer%}}
</body>
</html>"""


class Application(Dash):
    """Dash with a Chinese word while the page loads."""

    def interpolate_index(self, **pieces: Any) -> str:  # type: ignore[override]
        """The first answer, before any script has run."""
        waiting = '<div id="react-entry-point"><div class="_dash-loading">正在打开…</div></div>'
        return str(super().interpolate_index(**{**pieces, "app_entry": waiting}))  # type: ignore[no-untyped-call]


def _renderer(path: str) -> tuple[str, Renderer | None]:
    """Title of the section and what renders this address; None for an address that has no page."""
    tidy = path.rstrip("/") or "/"
    if tidy in PAGES:
        return PAGES[tidy]
    if tidy.startswith("/catalogue/") and tidy.count("/") == 2:
        return catalogue.TITLE, catalogue.render_resource
    return "没有这个页面", None


def _navigation(path: str) -> list[Any]:
    links = []
    for href, (title, _) in PAGES.items():
        here = path == href or (href != "/" and path.startswith(f"{href}/"))
        links.append(dcc.Link(title, href=href, className="nav-link here" if here else "nav-link"))
    return links


def _rendered(render: Renderer, snapshot: Snapshot, view: View) -> html.Div:
    """The page, made once a night for each address and theme; states of cases move by day, so findings are not kept."""
    if render is authenticity.render:
        return render(snapshot, view)
    key = (view.path, tuple(sorted(view.params.items())), view.theme, view.is_phone)
    found = snapshot.rendered.get(key)
    if found is None:
        found = render(snapshot, view)
        if len(snapshot.rendered) >= KEPT_PAGES:
            snapshot.rendered.clear()
        snapshot.rendered[key] = found
    return found


def body_of(serving: Serving, view: View) -> tuple[Any, Snapshot | None, str]:
    """The page of an address, the night it shows and its title; whatever is wrong is said on the page."""
    title, render = _renderer(view.path)
    if render is None:
        nothing = parts.empty("没有这个页面。", dcc.Link("回到态势总览", href="/"))
        return parts.page(title, "请核对地址。", [parts.card("没有找到", nothing)]), None, title
    try:
        snapshot = serving.snapshot()
    except ServingError as error:
        return (
            parts.page(title, "暂时没有数据。", [parts.card("还没有可看的结果", parts.failed(str(error)))]),
            None,
            title,
        )
    try:
        return _rendered(render, snapshot, view), snapshot, title
    except ServingError as error:
        return parts.page(title, "这一页读不全。", [parts.card(title, parts.failed(str(error)))]), snapshot, title


def _freshness(snapshot: Snapshot | None) -> Any:
    return (
        parts.badge([html.Span("数据截止 ", className="wide-only"), snapshot.business_date], "good", "数据截止日期")
        if snapshot
        else parts.badge("没有数据", "bad")
    )


def _mark(snapshot: Snapshot | None) -> str:
    return f"{snapshot.run_id} {snapshot.published_at}" if snapshot else ""


def _panel(serving: Serving, fill: Callable[[Snapshot, str | None, View], Any], chosen: Any, looked: Any) -> Any:
    """Refill the panel beside a grid for the row that was chosen."""
    if not chosen:
        return no_update
    try:
        return fill(serving.snapshot(), str(chosen["id"]), View.of(looked or {}))
    except ServingError as error:
        return parts.failed(str(error))


def _layout() -> Any:
    header = html.Header(
        [
            html.Div(
                [html.Span("泰", className="emblem", **parts.aria(hidden="true")), html.Span(NAME)], className="brand"
            ),
            html.Div(
                [
                    html.Span(id="freshness"),
                    html.Button(
                        "◐",
                        id="theme-button",
                        className="icon-button",
                        title="切换深浅色",
                        **parts.aria(label="切换深色与浅色"),
                    ),
                ],
                className="header-tools",
            ),
        ],
        className="header",
    )
    return dmc.MantineProvider(
        id="mantine",
        defaultColorScheme="auto",
        theme={"fontFamily": FONT, "primaryColor": "blue", "defaultRadius": "md", "headings": {"fontFamily": FONT}},
        children=[
            dcc.Location(id="url", refresh="callback-nav"),
            dcc.Store(id="view"),
            dcc.Store(id="night"),
            dcc.Store(id="title"),
            dcc.Interval(id="clock", interval=POLL_MILLISECONDS),
            html.A("跳到正文", href="#page", className="skip"),
            header,
            html.Nav(id="nav", className="nav", **parts.aria(label="页面")),
            html.Main(
                [html.Div(id="notice"), html.Div(html.P("正在读取…", className="waiting"), id="page", tabIndex="-1")],
                className="main",
            ),
        ],
    )


def _client_callbacks(app: Any) -> None:
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
        ClientsideFunction("taian", "note_words"),
        Output("words-typed", "data"),
        Input("words", "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("taian", "refocus"),
        Output("page", "title"),
        Input("page", "children"),
        prevent_initial_call=True,
    )
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


def _server_callbacks(app: Dash, serving: Serving) -> None:
    @app.callback(
        Output("page", "children"),
        Output("nav", "children"),
        Output("freshness", "children"),
        Output("night", "data"),
        Output("title", "data"),
        Output("notice", "children"),
        Input("view", "data"),
        prevent_initial_call=True,
    )
    def show(looked: dict[str, Any]) -> tuple[Any, ...]:
        view = View.of(looked)
        body, snapshot, title = body_of(serving, view)
        problem = parts.failed(f"{snapshot.problem}以下是之前一夜的结果。") if snapshot and snapshot.problem else None
        return body, _navigation(view.path), _freshness(snapshot), _mark(snapshot), f"{title} · {NAME}", problem

    @app.callback(
        Output("notice", "children", allow_duplicate=True),
        Input("clock", "n_intervals"),
        State("night", "data"),
        prevent_initial_call=True,
    )
    def tell_of_a_new_night(_: int, shown: str) -> Any:
        try:
            snapshot = serving.snapshot()
        except ServingError:
            return no_update
        if _mark(snapshot) == shown:
            return no_update
        return html.Div(
            [f"已发布 {snapshot.business_date} 的新结果。", html.A("刷新此页", href="")],
            className="notice",
            role="status",
        )

    @app.callback(
        Output("findings", "getRowsResponse"), Input("findings", "getRowsRequest"), State("view", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def page_of_findings(request: dict[str, Any] | None, looked: dict[str, Any]) -> Any:
        if not request:
            return no_update
        params = View.of(looked).params
        rows, total = authenticity.grid_rows(
            serving.snapshot(),
            params.get("strength"),
            params.get("family"),
            int(request["startRow"]),
            int(request["endRow"]),
        )
        return {"rowData": rows, "rowCount": total}

    @app.callback(
        Output("resource-list", "children"),
        Input("words-typed", "data"),
        State("view", "data"),
        prevent_initial_call=True,
    )
    def find_resources(words: str | None, looked: dict[str, Any]) -> Any:
        view = View.of(looked)
        try:
            return catalogue.results(serving.snapshot(), replace(view, params={**view.params, "q": words or ""}))
        except ServingError as error:
            return parts.failed(str(error))

    for name, fill in (("finding", authenticity.evidence), ("batch", runs.batch)):
        app.callback(
            Output(f"{name}-panel", "children"),
            Input(f"{name}-chosen", "data"),
            State("view", "data"),
            prevent_initial_call=True,
        )(partial(_panel, serving, fill))


def create_app(config: Settings | None = None) -> Dash:
    """The application of one installation; NotLocalError when it is told to listen beyond this machine."""
    config = config or settings()
    require_local(config.host)
    serving = Serving(config.serving)
    app = Application(
        "dashboards",
        serve_locally=True,
        assets_ignore=r"early\.js",
        suppress_callback_exceptions=True,
        title=NAME,
        update_title="",
        index_string=INDEX,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        enable_mcp=False,
        add_log_handler=False,
    )
    app.layout = _layout()
    _client_callbacks(app)
    _server_callbacks(app, serving)

    web: Flask = app.server

    @web.get("/healthz")
    def health() -> dict[str, Any]:
        try:
            return {"ok": True, "run_id": serving.snapshot().run_id}
        except ServingError as error:
            return {"ok": True, "run_id": None, "message": str(error)}

    protect(web, config.web_port, list(app.csp_hashes()))
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    return app


def server() -> Flask:
    """The WSGI application, for ``gunicorn "dashboards.app:server()"``."""
    web: Flask = create_app().server
    return web
