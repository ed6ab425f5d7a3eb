"""The web application: one address in, one page out, all of it from one published night.

The address carries the whole state. The browser says where it is, in which theme and how wide (``assets/app.js``); one
callback renders the page from that and the newest snapshot. Choosing a row changes the address and refills its panel.
"""

import logging
from typing import Any

from dash import Dash
from flask import Flask, Response

from dashboards.callbacks import server_callbacks
from dashboards.cases import printed
from dashboards.client import client_callbacks
from dashboards.faults import answer_faults
from dashboards.guard import protect, require_local
from dashboards.report import workbook
from dashboards.serving import Serving, ServingError
from dashboards.shell import INDEX, NAME, Application, layout
from taian.settings import Settings, settings

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    app.layout = layout()
    client_callbacks(app)
    server_callbacks(app, serving)

    web: Flask = app.server

    @web.get("/healthz")
    def health() -> dict[str, Any]:
        try:
            return {"ok": True, "run_id": serving.snapshot().run_id}
        except ServingError as error:
            return {"ok": True, "run_id": None, "message": str(error)}

    @web.get("/report/<resource>/<batch>.xlsx")
    def report(resource: str, batch: str) -> Response:
        try:
            content = workbook(serving.snapshot(), f"{resource}/{batch}")
        except ServingError as error:
            return Response(f"{error}\n", 503, content_type="text/plain; charset=utf-8")
        if content is None:
            sentence = f"没有编号为 {resource}/{batch} 的批次，请在“批次运行”页面核对。\n"
            return Response(sentence, 404, content_type="text/plain; charset=utf-8")
        given = {"Content-Disposition": "attachment", "Cache-Control": "no-store"}
        return Response(content, content_type=XLSX, headers=given)

    @web.get("/sheet/<case>")
    def sheet(case: str) -> Response:
        content, status = printed(config, case)
        kind = "text/html" if status == 200 else "text/plain"
        return Response(content, status, content_type=f"{kind}; charset=utf-8")

    protect(web, config.web_port, list(app.csp_hashes()))
    answer_faults(web, app.callback_map)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    return app


def server() -> Flask:
    """The WSGI application, for ``gunicorn "dashboards.app:server()"``."""
    web: Flask = create_app().server
    return web
