"""The store of what people keep for themselves: ``mine.db`` beside the account store, readable by this user only.

It stands apart, so that its loss takes no sign-in and no case away. The web writes it while the night reads it; both
do so as with the other stores (``alerts.store``: write-ahead log, one writer at a time).
"""

import datetime as dt

from sqlalchemy import Date, Index, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from alerts.store import Store, UtcTime, store_at
from taian.settings import Settings

NEW_NUMBERS = {"sqlite_autoincrement": True}
"""The number of what was deleted is never given again: mails and pages are known by it."""


class Base(DeclarativeBase):
    """Tables of this store."""

    type_annotation_map = {dt.datetime: UtcTime, dt.date: Date, str: Text}  # noqa: RUF012 (SQLAlchemy's own name)


class SavedView(Base):
    """An address of this site under a name that its account gave it. It opens with the rights of the day it is opened:
    nothing of the page is kept.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("account", "name"), Index("view_by_account", "account", "position"), NEW_NUMBERS
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    name: Mapped[str]
    address: Mapped[str]
    """Path and query, never a host."""
    position: Mapped[int]
    mail: Mapped[str]
    """How often it is mailed to its account: day, month or never (``views.MAILS``)."""
    created_at: Mapped[dt.datetime]


class OwnThreshold(Base):
    """A line that its account drew under or over an indicator of an area."""

    __tablename__ = "own_threshold"
    __table_args__ = (NEW_NUMBERS,)

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(index=True)
    indicator: Mapped[str]
    area: Mapped[str]
    side: Mapped[str]
    """above or below."""
    value: Mapped[float]
    """In the unit that the indicator is kept in."""
    reason: Mapped[str]
    created_at: Mapped[dt.datetime]
    crossed_on: Mapped[dt.date | None]
    """Business date of the night that first saw it crossed; none while it is not."""


class Note(Base):
    """A few words pinned to a period of an indicator in an area. Never changed, only taken away by its author."""

    __tablename__ = "note"
    __table_args__ = (Index("note_by_chart", "indicator", "area"), NEW_NUMBERS)

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(index=True)
    author: Mapped[str]
    """The person's name when it was written."""
    indicator: Mapped[str]
    area: Mapped[str]
    period: Mapped[str]
    text: Mapped[str]
    is_shared: Mapped[bool]
    created_at: Mapped[dt.datetime]


def open_mine(config: Settings) -> Store:
    """The store of this installation, made when it is not there."""
    return store_at(f"sqlite:///{config.mine_db}", Base.metadata)
