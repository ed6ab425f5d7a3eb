"""The way in through another provider (``taian.access.elsewhere``): out to it, and back with who it was."""

import json

from flask import Flask, Response, abort, redirect, request
from markupsafe import escape
from werkzeug.wrappers import Response as AnyResponse

from dashboards.access import is_secure, own_path, roles_of, told
from dashboards.doors import place_for, readable, with_session
from dashboards.lobby import page
from dashboards.permissions import ELSEWHERE, RETURN
from taian.access import accounts
from taian.access.elsewhere import NOT_BELIEVED, Begun, begin, finish, has_provider
from taian.errors import ProblemError
from taian.settings import Settings

BEGUN = "taian-begun"
"""Cookie of a sign-in on its way; another site leads the browser back, so it is not ``Strict``."""
MOST_SECONDS = 600

UNKNOWN = "统一身份认证认得您，但这里没有用它登录的账号，或者账号已经锁定。请找系统管理员。"


def _back() -> str:
    return f"{'https' if is_secure() else 'http'}://{request.host}{RETURN}"


def _refused(words: str, status: int) -> Response:
    again = (
        f'<p><a class="button button-first" href="{ELSEWHERE}">再试一次</a></p><p><a href="/sign-in">回到登录页</a></p>'
    )
    response = page("没有登录", [f'<p class="said" role="alert">{escape(words)}</p>', again], status)
    response.delete_cookie(BEGUN, path="/sign-in")
    return response


def _out(config: Settings) -> AnyResponse:
    try:
        begun = begin(config, _back())
    except ProblemError as problem:
        return _refused(str(problem), 503)
    response = redirect(begun.address, 303)
    kept = {"begun": [begun.state, begun.nonce, begun.verifier], "next": own_path(request.args.get("next", ""))}
    response.set_cookie(
        BEGUN, json.dumps(kept), max_age=MOST_SECONDS, path="/sign-in", secure=is_secure(), httponly=True,
        samesite="Lax",
    )  # fmt: skip
    return response


def _kept() -> tuple[Begun, str]:
    """What this browser began, and where it wanted to go; ProblemError when it began nothing."""
    try:
        found = json.loads(request.cookies.get(BEGUN, ""))
        state, nonce, verifier = map(str, found["begun"])
        return Begun("", state, nonce, verifier), own_path(str(found["next"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ProblemError(NOT_BELIEVED) from error


def _in(config: Settings) -> AnyResponse:
    try:
        begun, wanted = _kept()
        name = finish(config, _back(), f"{_back()}?{request.query_string.decode('ascii', 'replace')}", begun)
    except ProblemError as problem:
        told(config, "anonymous", "none", "sign-in failed", "web", "统一身份认证")
        return _refused(str(problem), 400)
    reader = accounts.arrived(config, name)
    if reader is None:
        told(config, "anonymous", "none", "sign-in failed", "web", "统一身份认证")
        return _refused(UNKNOWN, 403)
    told(config, reader.account, roles_of(reader), "sign-in", "web", "统一身份认证")
    # A browser that another site led here keeps our strict cookies back until a page of ours leads it on.
    place = escape(place_for(reader, wanted))
    body = f'<meta http-equiv="refresh" content="0;url={place}"><p><a href="{place}">已登录，继续</a></p>'
    response = with_session(config, reader, page("已登录", [body]))
    response.delete_cookie(BEGUN, path="/sign-in")
    return response


def elsewhere_doors(server: Flask, config: Settings) -> None:
    """Add the routes; without a provider they are not there."""

    @server.get(ELSEWHERE, endpoint="sign_in_elsewhere")
    @readable
    def out() -> AnyResponse:
        return _out(config) if has_provider(config) else abort(404)

    @server.get(RETURN, endpoint="sign_in_back")
    @readable
    def back() -> AnyResponse:
        return _in(config) if has_provider(config) else abort(404)
