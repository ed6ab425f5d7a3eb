"""The web application: one address in, one page out, all of it from one published night.

The address carries the whole state. The browser says where it is, in which theme and how wide (``assets/app.js``); one
callback renders the page from that and the newest snapshot. Choosing a row changes the address and refills its panel.
"""

import logging
from collections.abc import Callable
from functools import partial

from dash import Dash
from flask import Flask, Response, request

from dashboards.access import current_reader, has_reader, require_callback, require_sign_in
from dashboards.callbacks import server_callbacks
from dashboards.cases import printed, signature
from dashboards.client import client_callbacks
from dashboards.doors import doors
from dashboards.elsewhere import elsewhere_doors
from dashboards.export import Export, cross_of, export_of, plan_of
from dashboards.faults import answer_faults
from dashboards.guard import protect, require_local
from dashboards.handed import PDF, XLSX, exported, handed_out, sentence
from dashboards.lobby import NAME
from dashboards.lookups import lookup_callbacks
from dashboards.packed import pack
from dashboards.pages.brief import UNREADABLE
from dashboards.pages.plan_bulletin import bulletin_of
from dashboards.papers import Sheet, brief_sheet, bulletin_sheet
from dashboards.report import workbook
from dashboards.serving import Serving, ServingError, Snapshot
from dashboards.shell import INDEX, Application, layout
from dashboards.sight import sight_of
from dashboards.takeout import takeout_doors
from dashboards.view import View
from taian.settings import Settings, settings


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
        # Ours are plain functions: an event loop and a thread for each request would only cost.
        use_async=False,
        add_log_handler=False,
    )
    # Dash looks at the frame once before anybody was let in.
    app.layout = lambda: layout(current_reader() if has_reader() else None)
    client_callbacks(app)
    server_callbacks(app, serving)
    lookup_callbacks(app, serving, config)

    web: Flask = app.server

    @web.get("/healthz")
    def health() -> dict[str, bool]:
        return {"ok": True}

    @web.get("/report/<resource>/<batch>.xlsx")
    def report(resource: str, batch: str) -> Response:
        reader, key = current_reader(), f"{resource}/{batch}"
        try:
            content = workbook(serving.snapshot(sight_of(reader)), key)
        except ServingError as error:
            return sentence(str(error), 503)
        if content is None:
            return sentence(f"没有编号为 {key} 的批次，或不归您负责；请在“批次运行”页面核对。", 404)
        return handed_out(config, key, "批次报告（样例已脱敏）", lambda: content, XLSX)

    @web.get("/export/figures.<kind>")
    def export(kind: str) -> Response:
        return _file_of(config, serving, kind, export_of)

    @web.get("/export/cross.<kind>")
    def export_cross(kind: str) -> Response:
        return _file_of(config, serving, kind, cross_of)

    @web.get("/export/plan.<kind>")
    def export_plan(kind: str) -> Response:
        make = bulletin_of if request.args.get("tab") == "bulletin" else plan_of
        return _file_of(config, serving, kind, make)

    @web.get("/export/bulletin.pdf")
    def export_bulletin() -> Response:
        return _paper_of(config, serving, bulletin_sheet)

    @web.get("/export/brief.pdf")
    def export_brief() -> Response:
        return _paper_of(config, serving, partial(brief_sheet, url=config.public_url.rstrip("/")))

    @web.get("/sheet/<case>")
    def sheet(case: str) -> Response:
        reader = current_reader()
        content, status = printed(config, case, signature(reader))
        kind = "text/html" if status == 200 else "text/plain"
        return Response(content, status, content_type=f"{kind}; charset=utf-8")

    takeout_doors(web, config, serving)
    pack(web)
    doors(web, config)
    elsewhere_doors(web, config)
    protect(web, config.web_port, list(app.csp_hashes()), config.public_url)
    require_sign_in(web, config)
    answer_faults(web, app.callback_map)
    require_callback(web)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    _learn_scripts(web)
    return app


def _learn_scripts(web: Flask) -> None:
    """Let Dash learn which scripts it may give out now, before the application is asked for anything.

    It learns this at its first request and believes it knows before it does: of several first requests at once, as a
    second worker gets them from one browser, all but one are answered 404, and the reader is left with an empty page.
    """
    with web.test_request_context("/healthz"):
        web.preprocess_request()


def _file_of(
    config: Settings, serving: Serving, kind: str, make: Callable[[Snapshot, View, str], Export | None]
) -> Response:
    """What the address asks for as a file, of what its reader may see."""
    reader, view = current_reader(), View(params=request.args.to_dict())
    if kind not in ("csv", "xlsx"):
        return sentence("只能导出 csv 或 xlsx。", 404)
    try:
        found = make(serving.snapshot(sight_of(reader)), view, signature(reader))
    except ServingError as error:
        return sentence(str(error), 503)
    if found is None:
        return sentence("没有这项指标或这个区划的数；请在“专题”页面上导出。", 404)
    return exported(config, found.name, found, kind)


def _paper_of(config: Settings, serving: Serving, make: Callable[[Snapshot, View], Sheet]) -> Response:
    """A document of what its reader may see."""
    try:
        found = make(serving.snapshot(sight_of(current_reader())), View(params=request.args.to_dict()))
    except ServingError as error:
        return sentence(str(error), 503)
    except OSError:
        return sentence(UNREADABLE, 503)
    return handed_out(config, found.name, "pdf", found.pdf, PDF, f'; filename="{found.name}.pdf"')


def server() -> Flask:
    """The WSGI application, for ``gunicorn "dashboards.app:server()"``."""
    web: Flask = create_app().server
    return web
