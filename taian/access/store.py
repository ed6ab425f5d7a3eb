"""The store of accounts, sessions and failed tries: ``accounts.db`` beside the alert store, readable by this user only.

It stands apart from the alert store, so that a damaged case book keeps nobody from signing in.
"""

import datetime as dt

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from alerts.store import Store, UtcTime, store_at
from taian.settings import Settings


class Base(DeclarativeBase):
    """Tables of the account store."""

    type_annotation_map = {dt.datetime: UtcTime, str: Text, list[str]: JSON}  # noqa: RUF012 (SQLAlchemy's own name)


class Account(Base):
    """Somebody who may sign in. Never deleted, so that what the logs say of a name stays true: it is locked."""

    __tablename__ = "account"

    name: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    """The person's name, which stands in logs and cases."""
    roles: Mapped[list[str]]
    scopes: Mapped[list[str]]
    password: Mapped[str | None]
    """Argon2id; none for an account that signs in elsewhere."""
    must_change: Mapped[bool]
    is_locked: Mapped[bool]
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime | None]


class SignedIn(Base):
    """A session. Its id is kept as a digest: who reads this file cannot sign in with what stands there."""

    __tablename__ = "session"

    digest: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.name"), index=True)
    token: Mapped[str]
    """What every changing request must carry beside the cookie."""
    opened_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]


class Failure(Base):
    """A try to sign in that failed, under a digest of the name that was typed (it may be a password)."""

    __tablename__ = "failure"
    __table_args__ = (Index("failure_by_name", "name_digest", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name_digest: Mapped[str]
    at: Mapped[dt.datetime]


class SetupCode(Base):
    """The one-time code of the first set-up, as a digest; there is at most one."""

    __tablename__ = "setup_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    made_at: Mapped[dt.datetime]


def open_accounts(config: Settings) -> Store:
    """The account store of this installation, made when it is not there."""
    return store_at(f"sqlite:///{config.accounts_db}", Base.metadata)
