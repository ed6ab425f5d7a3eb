"""What is said when a request cannot be answered: one sentence, never a trace; the trace is in the log."""

import logging
from collections.abc import Mapping

from dash.exceptions import DependencyException
from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, HTTPException

from dashboards import asked
from dashboards.serving import ServingError

LOG = logging.getLogger("dashboards")
CALLBACKS = "/_dash-update-component"
LARGEST_BODY = 64 * 1024
"""Bytes of a request: what our pages send is well below one tenth of it."""

BROKEN = "页面程序出错，已记入日志（log/web.log）。请刷新；仍不行时，请把地址栏的地址告诉运维人员。"
SENTENCES = {
    400: "请求的写法不对。",
    404: "没有这个文件。",
    405: "这个地址不接受这样的请求。",
    413: "请求太大。",
    415: "请求的类型不对：应是 application/json。",
}


def sentence(error: Exception, what: str) -> str:
    """What a reader is told of ``error``; one that nobody foresaw goes into the log with ``what`` was being made."""
    if isinstance(error, ServingError):
        return str(error)
    LOG.error("%r failed", what, exc_info=error)
    return BROKEN


def _plain(words: str, status: int) -> Response:
    return Response(f"{words}\n", status, content_type="text/plain; charset=utf-8")


def answer_faults(server: Flask, callbacks: Mapping[str, object]) -> None:
    """Refuse requests that no page of ours sends, and answer whatever fails with one sentence.

    ``callbacks`` has the outputs that a callback's request may name; Dash fills it with the first request.
    """
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY

    @server.before_request
    def refuse_malformed() -> None:
        is_callback = request.path == CALLBACKS and request.method == "POST"
        if is_callback and asked.callback_output(request.get_json()) not in callbacks:
            raise BadRequest("没有这样的回调。")

    @server.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        code = error.code or 500
        own = error.description if isinstance(error, BadRequest) and not (error.description or "").isascii() else None
        return _plain(own or SENTENCES.get(code, "请求没有成功。"), code)

    @server.errorhandler(DependencyException)
    def no_such_script(_: DependencyException) -> Response:
        return _plain(SENTENCES[404], 404)

    @server.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        return _plain(sentence(error, request.path), 500)
