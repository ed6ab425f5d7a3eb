"""What a reader takes out of any page: its tables as a file; of a chart that the browser saved, a line of the log."""

from urllib.parse import parse_qsl, urlsplit

from flask import Flask, Response, request

from alerts.words import without_identifiers
from dashboards import format as fmt
from dashboards.access import current_reader, own_path
from dashboards.asked import text
from dashboards.cases import signature
from dashboards.handed import UNTOLD, exported, is_told, sentence
from dashboards.pagefile import page_file
from dashboards.permissions import may_open
from dashboards.router import body_of
from dashboards.serving import Serving
from dashboards.sight import sight_of
from dashboards.view import View
from taian.settings import Settings

LONGEST_TITLE = 80
NOT_YOURS = "这个地址没有页面，或者您的角色不能看。"


def takeout_doors(web: Flask, config: Settings, serving: Serving) -> None:
    """The two routes."""

    @web.get("/export/page.<kind>")
    def export_page(kind: str) -> Response:
        if kind not in ("csv", "xlsx"):
            return sentence("只能导出 csv 或 xlsx。", 404)
        view = _view_of(request.args.get("at", ""))
        return sentence(NOT_YOURS, 403) if view is None else _page_of(config, serving, view, kind)

    @web.post("/export/picture")
    def export_picture() -> Response:
        asked = request.get_json(silent=True)
        given = asked if isinstance(asked, dict) else {}
        view = _view_of(text(given.get("at")))
        if view is None:
            return sentence(NOT_YOURS, 403)
        title = without_identifiers(text(given.get("title")))[:LONGEST_TITLE]
        return Response(status=204) if is_told(config, view.path, f"png {title}") else sentence(UNTOLD, 503)


def _view_of(at: str) -> View | None:
    """The look at an address of ours with whole lists; None for one that is none, or not this reader's."""
    parts = urlsplit(own_path(at))
    if not parts.path or not may_open(current_reader(), parts.path):
        return None
    return View(parts.path, dict(parse_qsl(parts.query)), is_whole=True)


def _page_of(config: Settings, serving: Serving, view: View, kind: str) -> Response:
    """The tables of a page as its reader sees it."""
    reader = current_reader()
    body, snapshot, _ = body_of(serving, view, sight_of(reader))
    day = snapshot.business_date if snapshot else fmt.DASH
    chosen = "；".join(f"{name}={value}" for name, value in sorted(view.params.items()))
    notes = [
        ("地址", view.path),
        ("条件", chosen or "全部"),
        ("数据截止", day),
        ("导出人", signature(reader)),
    ]
    name = "-".join([*view.path.strip("/").split("/"), day]).strip("-")
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in name)
    found = page_file(body, safe or "page", notes)
    return exported(config, view.path, found, kind)
