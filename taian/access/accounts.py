"""Accounts: made, changed and asked for their password; what cannot be is one Chinese sentence (ProblemError)."""

import datetime as dt
import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from alerts.store import utc_now
from taian.access.passwords import check_password, fits, kept
from taian.access.roles import ROLE_TITLES, ROLES, Reader, Role
from taian.access.store import Account, Failure, SignedIn, open_accounts
from taian.errors import ProblemError
from taian.settings import Settings

NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")
LONGEST_TITLE = 40
TRIES = 5
LOCK_OUT = dt.timedelta(minutes=15)
"""After TRIES failures within this time the next try is refused until the first of them is so old."""


class TooManyTriesError(Exception):
    """Signing in under this name is refused for a while; the same for names that do not exist."""


@dataclass(frozen=True)
class Listed:
    """An account as it is listed."""

    name: str
    title: str
    roles: tuple[Role, ...]
    scopes: tuple[str, ...]
    is_locked: bool
    must_change: bool
    is_elsewhere: bool
    """Signs in at another provider: there is no password here."""
    created_at: dt.datetime
    seen_at: dt.datetime | None


def reader_of(account: Account) -> Reader:
    """Who this account is to the pages."""
    roles = frozenset(role for role in ROLES if role in account.roles)
    return Reader(account.name, account.title, roles, frozenset(account.scopes), account.must_change)


def reader_named(config: Settings, name: str) -> Reader | None:
    """Who the account of this name is today; None when there is none, it is locked, or has not replaced its first
    password: then nothing is shown to it.
    """
    with open_accounts(config).reading() as session:
        account = session.get(Account, name)
        return None if account is None or account.is_locked or account.must_change else reader_of(account)


def has_accounts(config: Settings) -> bool:
    """Whether anybody may sign in; before that there is only the set-up."""
    with open_accounts(config).reading() as session:
        return session.scalar(select(Account.name).limit(1)) is not None


def listed(config: Settings) -> list[Listed]:
    """All accounts by name."""
    with open_accounts(config).reading() as session:
        return [
            Listed(
                one.name, one.title, tuple(sorted(reader_of(one).roles)), tuple(one.scopes), one.is_locked,
                one.must_change, one.password is None, one.created_at, one.seen_at,
            )
            for one in session.scalars(select(Account).order_by(Account.name))
        ]  # fmt: skip


def check_roles(roles: Collection[str], scopes: Collection[str]) -> None:
    """ProblemError for a role that does not exist, and for a data owner of nothing."""
    for role in roles:
        if role not in ROLES:
            raise ProblemError(f"没有角色“{role}”；有 {'、'.join(f'{key}（{ROLE_TITLES[key]}）' for key in ROLES)}。")
    if not roles:
        raise ProblemError("账号至少要有一个角色。")
    if "owner" in roles and not scopes:
        raise ProblemError("数据提供方（owner）要写明负责的部门代码或县级区划代码，例如 gonganju、370982。")
    if scopes and "owner" not in roles:
        raise ProblemError("只有数据提供方（owner）才写明部门或县区。")


def add(
    session: Session, name: str, title: str, roles: Collection[str], scopes: Collection[str], password: str | None,
    must_change: bool,
) -> None:  # fmt: skip
    """Make an account within ``session``; without a password it signs in elsewhere."""
    if not NAME.fullmatch(name):
        raise ProblemError("用户名是 2 至 32 个小写字母、数字、点、横线或下划线，以字母开头。")
    if not title.strip() or len(title) > LONGEST_TITLE or not title.isprintable():
        raise ProblemError(f"姓名要写，至多 {LONGEST_TITLE} 个字。")
    check_roles(roles, scopes)
    if session.get(Account, name) is not None:
        raise ProblemError(f"用户名“{name}”已经有了，请另取一个。")
    if password is not None:
        check_password(password, name)
    session.add(
        Account(
            name=name, title=title.strip(), roles=sorted(roles), scopes=sorted(scopes),
            password=None if password is None else kept(password), must_change=must_change, is_locked=False,
            created_at=utc_now(), seen_at=None,
        )
    )  # fmt: skip


def create(
    config: Settings, name: str, title: str, roles: Collection[str], scopes: Collection[str], password: str | None
) -> None:
    """Make an account whose holder replaces the given password at the first sign-in, or without one signs in elsewhere
    (``taian.access.elsewhere``).
    """
    with open_accounts(config).writing() as session:
        add(session, name, title, roles, scopes, password, must_change=password is not None)


def arrived(config: Settings, name: str) -> Reader | None:
    """Who signed in elsewhere under this name; None without such an account, or when it is locked."""
    with open_accounts(config).writing() as session:
        account = session.get(Account, name)
        if account is None or account.is_locked or account.password is not None:
            return None
        return reader_of(account)


def _the(session: Session, name: str) -> Account:
    account = session.get(Account, name)
    if account is None:
        raise ProblemError(f"没有账号“{name}”；taian users list 列出全部。")
    return account


def _require_an_administrator(session: Session) -> None:
    """ProblemError when the last administrator who can sign in would be gone."""
    session.flush()
    left = [one for one in session.scalars(select(Account)) if "administrator" in one.roles and not one.is_locked]
    if not left:
        raise ProblemError("这是最后一个能登录的系统管理员；请先让另一个账号成为系统管理员。")


def set_roles(config: Settings, name: str, roles: Collection[str], scopes: Collection[str]) -> None:
    """Give an account these roles in place of its own; open sessions have them at once."""
    check_roles(roles, scopes)
    with open_accounts(config).writing() as session:
        account = _the(session, name)
        account.roles, account.scopes = sorted(roles), sorted(scopes)
        _require_an_administrator(session)


def set_locked(config: Settings, name: str, is_locked: bool) -> None:
    """Lock an account, which ends its sessions, or open it again, which also forgets failed tries."""
    with open_accounts(config).writing() as session:
        account = _the(session, name)
        account.is_locked = is_locked
        _require_an_administrator(session)
        session.execute(delete(SignedIn).where(SignedIn.account == name))
        session.execute(delete(Failure).where(Failure.name_digest == _digest(name)))


def set_password(config: Settings, name: str, password: str, must_change: bool) -> None:
    """Replace a password and end every session of the account."""
    check_password(password, name)
    with open_accounts(config).writing() as session:
        account = _the(session, name)
        account.password, account.must_change = kept(password), must_change
        session.execute(delete(SignedIn).where(SignedIn.account == name))
        session.execute(delete(Failure).where(Failure.name_digest == _digest(name)))


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()


def authenticate(config: Settings, name: str, password: str) -> Reader | None:
    """Who signs in, None when name and password do not fit or the account is locked; TooManyTriesError after TRIES.

    A name that does not exist gets the same answer after the same time. The try is counted before the password is
    looked at, so that many at once gain nothing.
    """
    digest, now = _digest(name), utc_now()
    with open_accounts(config).writing() as session:
        session.execute(delete(Failure).where(Failure.at < now - LOCK_OUT))
        tries = session.scalar(select(func.count()).where(Failure.name_digest == digest)) or 0
        account = session.get(Account, name)
        stored = account.password if account is not None and not account.is_locked else None
        if tries < TRIES:
            session.add(Failure(name_digest=digest, at=now))
    if tries >= TRIES:
        raise TooManyTriesError
    if not fits(stored, password):
        return None
    with open_accounts(config).writing() as session:
        account = session.get(Account, name)
        if account is None or account.is_locked or account.password != stored:
            return None
        session.execute(delete(Failure).where(Failure.name_digest == digest))
        return reader_of(account)
