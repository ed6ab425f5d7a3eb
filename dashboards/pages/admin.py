"""管理: who may sign in, as what, and what each role may open; the administrator's page."""

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from alerts.store import utc_now
from dashboards import format as fmt
from dashboards import parts
from dashboards.departments import name_of
from dashboards.pages import step_form
from dashboards.pages.rights_card import rights_card
from dashboards.serving import Snapshot
from dashboards.staff import Changed, scope_names
from dashboards.view import View, address
from taian.access import accounts
from taian.access.accounts import LONGEST_TITLE, Listed
from taian.access.elsewhere import has_provider
from taian.access.roles import ROLE_TITLES, ROLES
from taian.access.sessions import open_sessions
from taian.settings import Settings, settings

TITLE = "管理"
NEW = ""
"""Stands for the account that is not there yet."""


def _state(one: Listed) -> Any:
    if one.is_locked:
        return parts.badge("已锁定", "bad")
    if one.is_elsewhere:
        return parts.badge("统一身份认证", "good")
    return parts.badge("待换初始口令", "warn") if one.must_change else parts.badge("可以登录", "good")


def _roles(one: Listed) -> str:
    scopes = f"（{'、'.join(map(name_of, one.scopes))}）" if one.scopes else ""
    return "、".join(ROLE_TITLES[role] for role in one.roles) + scopes


def account_list(config: Settings) -> Any:
    """Every account with its roles and state, as it is now."""
    rows = [
        (
            parts.link(one.name, address("/admin", account=one.name), className="whole"),
            one.title,
            _roles(one),
            _state(one),
            fmt.moment(one.seen_at) if one.seen_at else "从未登录",
        )
        for one in accounts.listed(config)
    ]
    return parts.table("账号", ("用户名", "姓名", "角色", "状态", "最近登录"), rows)


def _field(action: str, name: str) -> dict[str, str]:
    return {"type": "account-field", "action": action, "name": name}


def _button(action: str, account: str, title: str, *, is_first: bool = False) -> html.Button:
    identity = {"type": "account-step", "action": action, "account": account}
    return html.Button(title, id=identity, className="button button-first" if is_first else "button")


def _roles_fields(action: str, roles: Sequence[str] = (), scopes: Sequence[str] = ()) -> list[Any]:
    """Roles, and what a data owner answers for."""
    names = scope_names()
    return [
        dmc.MultiSelect(
            id=_field(action, "roles"),
            label="角色＊",
            data=[{"value": role, "label": ROLE_TITLES[role]} for role in ROLES],
            value=list(roles),
        ),
        dmc.MultiSelect(
            id=_field(action, "scopes"),
            label="数据提供方负责的部门或县（市、区）",
            data=[{"value": code, "label": name} for code, name in names.items()],
            value=list(scopes),
            searchable=True,
            nothingFoundMessage="没有这个部门",
        ),
    ]


def _text(name: str, label: str, hint: str, most: int) -> html.Label:
    given = dcc.Input(
        id=_field("add", name), type="text", maxLength=most, autoComplete="off", placeholder=hint, value=""
    )
    return html.Label([label, given])


def _new_account(config: Settings) -> list[Any]:
    fields = [_text("name", "用户名＊", "如 li.hua", 32), _text("title", "姓名＊", "如 李华", LONGEST_TITLE)]
    elsewhere = _button("invite", NEW, "建立账号，用统一身份认证登录") if has_provider(config) else None
    return [
        html.Div([*fields, *_roles_fields("add")], className="case-fields"),
        html.Div([_button("add", NEW, "建立账号", is_first=True), elsewhere], className="case-steps"),
        html.P("建立后给出一次性的初始口令，本人第一次登录时必须换掉。", className="muted small"),
    ]


def answer(changed: Changed) -> html.P | None:
    """What became of a change; a first password is shown this once. It takes the focus of the button pressed."""
    if changed.said:
        return step_form.answer(changed.said, "")
    words: list[Any] = [f"{changed.done}。"]
    if changed.password:
        words += ["初始口令 ", html.Code(changed.password), " 只显示这一次，请当面或用另一条途径交给本人。"]
    return html.P(html.Span(words), id="case-answer", className="notice", role="status", tabIndex="-1")


def _steps(one: Listed) -> list[Any]:
    """What may be done to an account that is there."""
    roles = html.Details(
        [
            html.Summary("更改角色"),
            html.Div(_roles_fields("role", one.roles, one.scopes), className="case-fields"),
            _button("role", one.name, "确认更改角色", is_first=True),
        ],
        className="case-step",
    )
    lock = _button("unlock", one.name, "解锁") if one.is_locked else _button("lock", one.name, "锁定")
    steps = [roles, _button("passwd", one.name, "发新的初始口令"), lock, _button("end", one.name, "结束全部登录")]
    return [
        html.Div(steps, className="case-steps"),
        html.P("账号不删除，只锁定：日志里的名字要一直查得到是谁。", className="muted small"),
    ]


def account_panel(config: Settings, name: str) -> list[Any]:
    """The account of this name with what may be done to it, as it is now; the form of a new one without a name."""
    found = next((one for one in accounts.listed(config) if one.name == name), None)
    if found is None:
        unknown = html.P(f"没有账号“{name}”。", className="said", role="alert") if name else None
        return [html.Div(html.H2("新建账号"), className="card-head"), unknown, *_new_account(config)]
    facts = [
        ("角色", _roles(found)),
        ("状态", _state(found)),
        ("建立", fmt.moment(found.created_at)),
        ("打开着的登录", f"{open_sessions(config).get(name, 0)} 处"),
    ]
    head = html.Div(html.H2(f"{found.title}（{found.name}）"), className="finding-head")
    return [head, parts.facts(facts), *_steps(found), html.P(parts.link("新建账号", "/admin"))]


def render(_night: Snapshot | None, view: View) -> html.Div:
    """The accounts, the one of ``?account=`` or a new one, and the table of rights."""
    config = settings()
    listed = parts.guarded(
        "账号",
        lambda: parts.card(
            "账号",
            html.Div(account_list(config), id="account-list"),
            foot=parts.stamp_of(fmt.moment(utc_now()), "账号库 accounts.db", None),
            name="list-card",
        ),
    )
    chosen = view.params.get("account", NEW)
    panel = html.Section(
        html.Div(
            [html.Div(id="account-said"), html.Div(account_panel(config, chosen), id="account-panel")],
            className="detail-panel",
        ),
        className="card detail-card",
        **parts.aria(label="账号办理"),
    )
    both = [panel, listed] if view.is_phone and chosen else [listed, panel]
    body = [html.Div(both, className="master-detail cases-page"), parts.guarded("谁能看什么", rights_card, "wide-card")]
    return parts.page(TITLE, "谁能登录？以什么身份？每个角色能看什么？", body)
