"""The ways in and out: set-up, sign-in, a new password, sign-out."""

import secrets
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from flask import Flask, Response, g, make_response, redirect, request
from markupsafe import escape
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from dashboards.access import (
    FORM,
    LOG,
    PASSWORD,
    SESSION,
    SET_UP,
    SIGN_IN,
    TOKEN,
    UNREADABLE,
    cookie,
    current_reader,
    has_token,
    own_path,
    roles_of,
    told,
)
from dashboards.lobby import box, field, form, page, said
from dashboards.permissions import ELSEWHERE, home_of, may_open
from taian.access import accounts
from taian.access.accounts import LOCK_OUT, TooManyTriesError
from taian.access.elsewhere import has_provider
from taian.access.passwords import SHORTEST
from taian.access.roles import ROLE_TITLES, Reader
from taian.access.sessions import close_session, open_session, visit
from taian.access.setup import set_up
from taian.errors import ProblemError
from taian.settings import Settings

WRONG = "用户名或口令不对。"
TOO_MANY = f"失败次数太多，请 {int(LOCK_OUT.total_seconds() // 60)} 分钟后再试；忘了口令请找系统管理员。"
STALE = "页面放得太久了，请再提交一次。"
PASSWORD_HINT = f"至少 {SHORTEST} 个字符；几个词连在一起最好记。"

Door = Callable[[], AnyResponse]


def _with_form(make: Callable[[str], Response]) -> Response:
    """A page of somebody who has no session yet: its form and its cookie carry the same token."""
    token = request.cookies.get(FORM) or secrets.token_urlsafe(24)
    response = make(token)
    cookie(response, FORM, token)
    return response


def readable(door: Door) -> Door:
    """One sentence when the account store cannot be read."""

    @wraps(door)
    def opened() -> AnyResponse:
        try:
            return door()
        except SQLAlchemyError as error:
            LOG.error("account store", exc_info=error)
            return page("暂时不能登录", [f"<p>{UNREADABLE}</p>"], 503)

    return opened


def _sign_in_page(config: Settings, words: str = "", status: int = 200, name: str = "") -> Response:
    wanted = own_path(request.args.get("next", ""))
    query = f"?{urlencode({'next': wanted})}" if wanted else ""
    address = SIGN_IN + query
    fields = [
        field("用户名", "name", value=name, autocomplete="username", autocapitalize="none", maxlength="64"),
        field("口令", "password", "password", autocomplete="current-password", maxlength="128"),
    ]
    note = '<p class="muted small">没有账号或忘了口令，请找系统管理员。</p>'
    if has_provider(config):
        note = f'<p><a class="button" href="{ELSEWHERE}{escape(query)}">用统一身份认证登录</a></p>{note}'
    return _with_form(lambda token: page("登录", [said(words), form(address, token, fields, "登录"), note], status))


def _set_up_page(config: Settings, words: str = "", status: int = 200) -> Response:
    given = request.form
    fields = [
        field("一次性代码", "code", value=given.get("code", ""), autocomplete="one-time-code", maxlength="40"),
        field("用户名", "name", value=given.get("name", ""), hint="小写字母、数字、点、横线，如 zhang.ming",
              autocomplete="username", autocapitalize="none", maxlength="32"),
        field("姓名", "title", value=given.get("title", ""), autocomplete="name", maxlength="40"),
        field("口令", "password", "password", hint=PASSWORD_HINT, autocomplete="new-password", maxlength="128"),
        field("再输一次口令", "again", "password", autocomplete="new-password", maxlength="128"),
        box("试用：这个账号同时有各种角色，什么都能看（正式使用请不选，分别建立账号）", "trial",
            "trial" in given if given else (config.home / "truth").exists()),
    ]  # fmt: skip
    lead = (
        '<p class="muted">第一次使用：请设置系统管理员。一次性代码打印在启动平台的终端里；'
        "在这台机器上执行 <code>taian users code</code> 可以另取一个。</p>"
    )
    return _with_form(
        lambda token: page("首次设置", [lead, said(words), form(SET_UP, token, fields, "设置并登录")], status)
    )


def _password_page(token: str, words: str = "", status: int = 200) -> Response:
    reader = current_reader()
    fields = [
        field("现在的口令", "old", "password", autocomplete="current-password", maxlength="128"),
        field("新口令", "password", "password", hint=PASSWORD_HINT, autocomplete="new-password", maxlength="128"),
        field("再输一次新口令", "again", "password", autocomplete="new-password", maxlength="128"),
    ]
    who = f"{reader.name}（{reader.account}） · {'、'.join(ROLE_TITLES[role] for role in sorted(reader.roles))}"
    why = "初始口令只用一次，请换成自己的。" if reader.must_change else ""
    back = "" if reader.must_change else f'<p><a href="{home_of(reader)}">不换了，回到首页</a></p>'
    lead = f'<p class="muted">{escape(who)}</p>'
    return page("更换口令", [lead, said(words or why, not words), form(PASSWORD, token, fields, "更换"), back], status)


def place_for(reader: Reader, wanted: str) -> str:
    """Where ``reader`` goes after sign-in: where it wanted to, if it may."""
    return wanted if wanted and may_open(reader, wanted.partition("?")[0]) else home_of(reader)


def with_session(config: Settings, reader: Reader, response: Response) -> Response:
    """``response`` with a session of ``reader`` under a new number; the one before ends."""
    number, token = open_session(config, reader.account, before=request.cookies.get(SESSION))
    cookie(response, SESSION, number)
    cookie(response, TOKEN, token, is_readable=True)
    return response


def _admit(config: Settings, reader: Reader, wanted: str = "") -> Response:
    """Sign ``reader`` in, and lead it where it wanted to go."""
    return with_session(config, reader, make_response(redirect(place_for(reader, wanted), 303)))


def _try_to_sign_in(config: Settings) -> AnyResponse:
    name, password = request.form.get("name", "").strip().lower(), request.form.get("password", "")
    try:
        reader = accounts.authenticate(config, name[:64], password[:1024])
    except TooManyTriesError:
        told(config, "anonymous", "none", "sign-in refused", "web", "失败次数太多，暂停尝试")
        return _sign_in_page(config, TOO_MANY, 429, name[:64])
    if reader is None:
        told(config, "anonymous", "none", "sign-in failed", "web")
        return _sign_in_page(config, WRONG, 401, name[:64])
    told(config, reader.account, roles_of(reader), "sign-in", "web")
    return _admit(config, reader, own_path(request.args.get("next", "")))


def _try_to_set_up(config: Settings) -> AnyResponse:
    given = request.form
    name = given.get("name", "").strip().lower()
    try:
        if given.get("password") != given.get("again"):
            raise ProblemError("两次输入的口令不一样。")
        set_up(config, given.get("code", ""), name, given.get("title", ""), given.get("password", ""), "trial" in given)
    except ProblemError as problem:
        return _set_up_page(config, str(problem), 400)
    reader = next(one for one in accounts.listed(config) if one.name == name)
    told(config, name, "+".join(reader.roles), "set-up", name)
    return _admit(config, Reader(name, reader.title, frozenset(reader.roles)))


def _try_to_change(config: Settings) -> AnyResponse:
    reader, given = current_reader(), request.form
    try:
        if given.get("password") != given.get("again"):
            raise ProblemError("两次输入的新口令不一样。")
        if given.get("password") == given.get("old"):
            raise ProblemError("新口令和现在的一样，请换一个。")
        if accounts.authenticate(config, reader.account, given.get("old", "")[:1024]) is None:
            raise ProblemError("现在的口令不对。")
        accounts.set_password(config, reader.account, given.get("password", ""), must_change=False)
    except TooManyTriesError:
        return _password_page(g.visit.token, TOO_MANY, 429)
    except ProblemError as problem:
        return _password_page(g.visit.token, str(problem), 400)
    told(config, reader.account, roles_of(reader), "password changed", reader.account)
    return _admit(config, reader)


def doors(server: Flask, config: Settings) -> None:
    """Add the routes; what is public of them stands in ``dashboards.permissions``."""

    @server.route(SIGN_IN, methods=["GET", "POST"], endpoint="sign_in")
    @readable
    def sign_in() -> AnyResponse:
        if not accounts.has_accounts(config):
            return redirect(SET_UP, 303)
        if request.method == "POST":
            return (
                _try_to_sign_in(config)
                if has_token(request.cookies.get(FORM, ""))
                else _sign_in_page(config, STALE, 400)
            )
        found = visit(config, request.cookies.get(SESSION, ""))
        return redirect(home_of(found.reader), 303) if found else _sign_in_page(config)

    @server.route(SET_UP, methods=["GET", "POST"], endpoint="setup")
    @readable
    def first_set_up() -> AnyResponse:
        if accounts.has_accounts(config):
            return redirect(SIGN_IN, 303)
        if request.method == "POST":
            return (
                _try_to_set_up(config) if has_token(request.cookies.get(FORM, "")) else _set_up_page(config, STALE, 400)
            )
        return _set_up_page(config)

    @server.route(PASSWORD, methods=["GET", "POST"], endpoint="password")
    @readable
    def password() -> AnyResponse:
        return _try_to_change(config) if request.method == "POST" else _password_page(g.visit.token)

    @server.post("/sign-out", endpoint="sign_out")
    @readable
    def sign_out() -> AnyResponse:
        reader = current_reader()
        close_session(config, request.cookies.get(SESSION, ""))
        told(config, reader.account, roles_of(reader), "sign-out", "web")
        response = make_response(redirect(SIGN_IN, 303))
        for name in (SESSION, TOKEN):
            response.delete_cookie(name, path="/", samesite="Strict")
        return response
