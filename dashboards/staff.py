"""What an administrator does about accounts: one change, its answer in Chinese, and its line in the audit log."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from dashboards import asked
from dashboards.access import UNREADABLE, roles_of, told
from dashboards.departments import county_names, department_names
from taian.access import accounts
from taian.access.passwords import fresh_password
from taian.access.roles import Reader
from taian.access.sessions import close_sessions
from taian.errors import ProblemError
from taian.settings import Settings

OWN = "不能更改自己的角色，也不能锁定自己：请另一位系统管理员来做。"


class Changed(NamedTuple):
    """What became of a change: why it was not made, or what was done, and a first password to hand over."""

    said: str = ""
    done: str = ""
    password: str = ""


class Asked(NamedTuple):
    """What was filled in: the account, and for the steps that ask for them its person, roles and scopes."""

    name: str
    title: str = ""
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()


def scope_names() -> dict[str, str]:
    """Code of every department and county that a data owner may answer for, to its name."""
    return {**department_names(), **county_names()}


def asked_of(name: str, fields: Mapping[str, object]) -> Asked:
    """``fields`` of a form, read without trust; a new account's name stands among them."""
    return Asked(
        name or asked.text(fields.get("name")).strip().lower(),
        asked.text(fields.get("title")),
        _texts(fields.get("roles")),
        _texts(fields.get("scopes")),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(filter(None, map(asked.text, value))) if isinstance(value, Sequence) else ()


def change(config: Settings, reader: Reader, action: str, given: Asked) -> Changed:
    """Make one change as ``reader`` and write it down; nothing is changed when the answer says why not."""
    step = STEPS.get(action)
    if step is None:
        return Changed("没有这一步。")
    if reader.account == given.name and action in ("role", "lock"):
        return Changed(OWN)
    try:
        detail, found = step(config, given)
    except ProblemError as problem:
        return Changed(str(problem))
    except SQLAlchemyError:
        return Changed(UNREADABLE)
    told(config, reader.account, roles_of(reader), f"account.{action}", given.name, detail)
    return found


def _require_known(scopes: Sequence[str]) -> None:
    if unknown := [code for code in scopes if code not in scope_names()]:
        raise ProblemError(f"没有部门或县区“{unknown[0]}”，请从列表中选。")


def _add(config: Settings, given: Asked) -> tuple[str, Changed]:
    _require_known(given.scopes)
    password = fresh_password()
    accounts.create(config, given.name, given.title, given.roles, given.scopes, password)
    return _in_words(given), Changed(done=f"已建立账号 {given.name}", password=password)


def _invite(config: Settings, given: Asked) -> tuple[str, Changed]:
    _require_known(given.scopes)
    accounts.create(config, given.name, given.title, given.roles, given.scopes, None)
    return _in_words(given), Changed(done=f"已建立账号 {given.name}，本人用统一身份认证登录")


def _role(config: Settings, given: Asked) -> tuple[str, Changed]:
    _require_known(given.scopes)
    accounts.set_roles(config, given.name, given.roles, given.scopes)
    return _in_words(given), Changed(done="角色已更改，打开着的页面立即生效")


def _passwd(config: Settings, given: Asked) -> tuple[str, Changed]:
    password = fresh_password()
    accounts.set_password(config, given.name, password, must_change=True)
    return "", Changed(done="原口令作废，登录已结束", password=password)


def _lock(config: Settings, given: Asked) -> tuple[str, Changed]:
    accounts.set_locked(config, given.name, is_locked=True)
    return "", Changed(done="已锁定，登录已结束")


def _unlock(config: Settings, given: Asked) -> tuple[str, Changed]:
    accounts.set_locked(config, given.name, is_locked=False)
    return "", Changed(done="已解锁")


def _end(config: Settings, given: Asked) -> tuple[str, Changed]:
    if given.name not in {one.name for one in accounts.listed(config)}:
        raise ProblemError(f"没有账号“{given.name}”。")
    ended = close_sessions(config, given.name)
    return f"{ended}", Changed(done=f"已结束 {ended} 处登录")


def _in_words(given: Asked) -> str:
    return "+".join(sorted(given.roles)) + (f"：{'、'.join(given.scopes)}" if given.scopes else "")


STEPS: dict[str, Callable[[Settings, Asked], tuple[str, Changed]]] = {
    "add": _add,
    "invite": _invite,
    "role": _role,
    "passwd": _passwd,
    "lock": _lock,
    "unlock": _unlock,
    "end": _end,
}
"""What may be done to an account; each gives its line of the log and its answer."""
