"""Who asks: the session of each request, and whether what is asked for is this reader's (``dashboards.permissions``).

Anonymous requests are led to the sign-in page, or answered 401 where a script asked. Whoever is signed in gets 403 for
everything that the table does not give to one of its roles.
"""

import hmac
import logging
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, g, has_request_context, redirect, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from alerts import audit
from dashboards import asked, permissions
from dashboards.faults import CALLBACKS
from dashboards.guard import READING
from dashboards.lobby import page
from dashboards.view import View
from taian.access.accounts import has_accounts
from taian.access.roles import Reader
from taian.access.sessions import Visit, visit
from taian.settings import Settings

LOG = logging.getLogger("dashboards")

SESSION, TOKEN, FORM = "taian-session", "_csrf_token", "taian-form"
"""Cookies: the session, its token (which Dash sends back in TOKEN_HEADER), and the token of a form before sign-in."""

TOKEN_HEADER = "X-CSRFToken"
AGAIN = "X-Taian-Again"
"""Tells our script to load the address anew: the server then answers with a whole page why it is not shown."""

SIGN_IN, SET_UP, PASSWORD = "/sign-in", "/setup", "/password"
UNREADABLE = "账号库 accounts.db 读不到，谁也不能登录。请运维人员检查磁盘和 $TAIAN_HOME/accounts.db。"
NOT_YOURS = "这个地址没有页面，或者您的角色不能看。需要时请找系统管理员。"


def current_reader() -> Reader:
    """Who asks; only within a request that was let in."""
    found: Visit = g.visit
    return found.reader


def has_reader() -> bool:
    """Whether the request at hand was let in."""
    return has_request_context() and "visit" in g


def own_path(text: str) -> str:
    """``text`` when it is an address of ours to go on to, else nothing: no other host, no trick with slashes."""
    parts = urlsplit(text) if text.isprintable() and text.startswith("/") and "\\" not in text else None
    if parts is None or parts.scheme or parts.netloc or text.startswith("//"):
        return ""
    return text if permissions.page_of(parts.path) else ""


def is_secure() -> bool:
    """True for a request that came through TLS, by the name that it was asked under (``dashboards.guard``)."""
    return bool(g.get("is_secure"))


def cookie(response: Response, name: str, value: str, is_readable: bool = False) -> None:
    """Set one of our cookies: for this site only, out of the reach of scripts unless Dash has to read it."""
    response.set_cookie(name, value, path="/", secure=is_secure(), httponly=not is_readable, samesite="Strict")


def told(config: Settings, actor: str, role: str, action: str, object_: str, detail: str = "") -> bool:
    """Write a line of the audit log; False when that is impossible, which stands in the log of the web then."""
    try:
        audit.record(config, actor=actor, role=role, action=action, object_=object_, detail=detail)
    except (SQLAlchemyError, OSError) as error:
        LOG.error("audit log: %s %s not written", action, object_, exc_info=error)
        return False
    return True


def roles_of(reader: Reader) -> str:
    """Roles as the audit log names them."""
    return "+".join(sorted(reader.roles))


def _plain(words: str, status: int) -> Response:
    return Response(f"{words}\n", status, content_type="text/plain; charset=utf-8")


def _is_page() -> bool:
    return request.url_rule is not None and request.url_rule.rule in permissions.BY_PAGE


def _ask_to_sign_in(config: Settings) -> AnyResponse:
    if not _is_page() and request.endpoint != "password":
        return _plain("请先登录。", 401)
    if not has_accounts(config):
        return redirect(SET_UP, 303)
    wanted = own_path(request.full_path.removesuffix("?"))
    return redirect(f"{SIGN_IN}?{urlencode({'next': wanted})}" if wanted not in ("", "/") else SIGN_IN, 303)


def _refuse() -> Response:
    if not _is_page():
        return _plain("您的角色不能这样做。", 403)
    home = permissions.home_of(current_reader())
    return page(
        "打不开这个页面",
        [f"<p>{NOT_YOURS}</p>", f'<p><a class="button button-first" href="{home}">回到首页</a></p>'],
        403,
    )


def _is_allowed(reader: Reader) -> bool:
    rule = request.url_rule.rule if request.url_rule is not None else ""
    if rule in permissions.BY_PAGE:
        return permissions.may_open(reader, request.path)
    return reader.has(*permissions.ROUTES.get(rule, permissions.NOBODY))


def has_token(expected: str) -> bool:
    """Whether a changing request carries ``expected``, in the header that Dash sends or in a field of a form."""
    given = request.headers.get(TOKEN_HEADER) or request.form.get("token", "")
    return bool(expected) and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _is_by_itself() -> bool:
    """Whether an open page asks, and nobody touched it."""
    body = request.get_json(silent=True) if request.path == CALLBACKS else None
    output = body.get("output") if isinstance(body, Mapping) else None
    return isinstance(output, str) and permissions.callback_name(output) in permissions.BY_ITSELF


def _refusal(found: Visit) -> AnyResponse | None:
    """Why whoever is signed in does not get what it asks for; None when it does."""
    if found.reader.must_change and request.endpoint not in ("password", "sign_out"):
        return redirect(PASSWORD, 303) if _is_page() else _plain("请先换掉初始口令。", 403)
    if not _is_allowed(found.reader):
        # The address in every manual is the first page, which is not everybody's.
        return redirect(permissions.home_of(found.reader), 303) if request.path == "/" and _is_page() else _refuse()
    if request.method not in READING and not has_token(found.token):
        return _plain("这个请求没有带上本次登录的凭证，没有执行；请刷新页面后再试。", 403)
    return None


def require_sign_in(server: Flask, config: Settings) -> None:
    """Find the reader of every request, and refuse what is not its own."""

    @server.before_request
    def let_in() -> AnyResponse | None:
        if request.url_rule is not None and request.url_rule.rule in permissions.PUBLIC:
            return None
        try:
            number = request.cookies.get(SESSION, "")
            found = visit(config, number, is_a_person=not _is_by_itself()) if number else None
            if found is None:
                return _ask_to_sign_in(config)
        except SQLAlchemyError as error:
            LOG.error("account store", exc_info=error)
            return page("暂时不能登录", [f"<p>{UNREADABLE}</p>"], 503)
        g.visit = found
        return _refusal(found)


def require_callback(server: Flask) -> None:
    """Refuse callbacks that are not the reader's, and pages that it asks for through one."""

    @server.before_request
    def refuse_callback() -> Response | None:
        if request.path != CALLBACKS or request.method != "POST":
            return None
        body, reader = request.get_json(), current_reader()
        output = asked.callback_output(body)
        if not permissions.may_call(reader, output):
            return _plain("您的角色不能这样做。", 403)
        if permissions.callback_name(output) != "page.children":
            return None
        looked = next((one.get("value") for one in body["inputs"] if isinstance(one, Mapping)), None)
        if permissions.may_open(reader, View.of(looked).path):
            return None
        refused = _plain(NOT_YOURS, 403)
        refused.headers[AGAIN] = "1"
        return refused
