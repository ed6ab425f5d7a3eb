"""Sessions, kept on the server: the browser has a random number, and what it stands for ends here."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from alerts.store import utc_now
from taian.access.accounts import reader_of
from taian.access.roles import Reader
from taian.access.store import Account, SignedIn, open_accounts
from taian.settings import Settings

TOUCH = dt.timedelta(seconds=30)
"""How old the last look may be before it is written anew: not every request writes."""


@dataclass(frozen=True)
class Visit:
    """A session as a request finds it."""

    reader: Reader
    token: str


def _digest(number: str) -> str:
    return hashlib.sha256(number.encode("utf-8", "replace")).hexdigest()


def _forget_ended(session: Session, config: Settings, now: dt.datetime) -> None:
    idle, whole = dt.timedelta(minutes=config.session_idle_minutes), dt.timedelta(hours=config.session_hours)
    session.execute(delete(SignedIn).where(or_(SignedIn.seen_at < now - idle, SignedIn.opened_at < now - whole)))


def open_session(config: Settings, account: str, before: str | None = None) -> tuple[str, str]:
    """A new session of ``account``: its number for the cookie, and its token. The session ``before`` ends with it."""
    number, token, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), utc_now()
    with open_accounts(config).writing() as session:
        _forget_ended(session, config, now)
        if before:
            session.execute(delete(SignedIn).where(SignedIn.digest == _digest(before)))
        # However it came in: by its password, from elsewhere, or as the first of all.
        session.execute(update(Account).where(Account.name == account).values(seen_at=now))
        session.add(SignedIn(digest=_digest(number), account=account, token=token, opened_at=now, seen_at=now))
    return number, token


def visit(config: Settings, number: str, is_a_person: bool = True) -> Visit | None:
    """Who this session is, None when it is none or has ended. What a page asks by itself is no sign of a person."""
    now = utc_now()
    with open_accounts(config).reading() as session:
        row = session.execute(
            select(SignedIn, Account)
            .join(Account, Account.name == SignedIn.account)
            .where(SignedIn.digest == _digest(number))
        ).first()
        if row is None:
            return None
        signed_in, account = row
        idle, whole = dt.timedelta(minutes=config.session_idle_minutes), dt.timedelta(hours=config.session_hours)
        if account.is_locked or now - signed_in.seen_at > idle or now - signed_in.opened_at > whole:
            return None
        found, seen_at = Visit(reader_of(account), signed_in.token), signed_in.seen_at
    if is_a_person and now - seen_at > TOUCH:
        _touch(config, number, now)
    return found


def _touch(config: Settings, number: str, now: dt.datetime) -> None:
    with open_accounts(config).writing() as session:
        signed_in = session.get(SignedIn, _digest(number))
        if signed_in is not None:
            signed_in.seen_at = now


def close_session(config: Settings, number: str) -> None:
    """End a session; one that has ended already is no mistake."""
    with open_accounts(config).writing() as session:
        session.execute(delete(SignedIn).where(SignedIn.digest == _digest(number)))


def open_sessions(config: Settings) -> dict[str, int]:
    """Account to the number of its sessions that have not ended."""
    with open_accounts(config).writing() as session:
        _forget_ended(session, config, utc_now())
        counted = select(SignedIn.account, func.count()).group_by(SignedIn.account)
        return dict(session.execute(counted).tuples().all())


def close_sessions(config: Settings, account: str) -> int:
    """End every session of an account; how many there were."""
    with open_accounts(config).writing() as session:
        ended = session.execute(delete(SignedIn).where(SignedIn.account == account).returning(SignedIn.digest))
        return len(ended.all())
