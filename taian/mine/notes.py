"""Notes pinned to a period of a chart 批注: private to their author, or shared with whoever may see the indicator."""

import datetime as dt
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from alerts.store import utc_now
from alerts.words import without_identifiers
from taian.errors import ProblemError
from taian.mine.store import Note, open_mine
from taian.settings import Settings

MOST_NOTES = 200
LONGEST_NOTE = 200


class Pinned(NamedTuple):
    """A note as it is shown."""

    id: int
    account: str
    author: str
    indicator: str
    area: str
    period: str
    text: str
    is_shared: bool
    created_at: dt.datetime


def _is_shown_to(account: str) -> ColumnElement[bool]:
    return or_(Note.account == account, Note.is_shared)


def pinned(config: Settings, account: str, indicator: str, area: str) -> list[Pinned]:
    """The notes on one chart that an account sees, by period and age."""
    if not config.mine_db.exists():
        return []
    of_chart = select(Note).where(Note.indicator == indicator, Note.area == area, _is_shown_to(account))
    with open_mine(config).reading() as session:
        return [_told(one) for one in session.scalars(of_chart.order_by(Note.period, Note.id))]


def mark_of(config: Settings, account: str) -> str:
    """What changes whenever the notes change that an account sees on any chart; nothing while there are none. Notes
    are never changed, only pinned and taken away.
    """
    if not config.mine_db.exists():
        return ""
    with open_mine(config).reading() as session:
        found = session.execute(select(Note.id, Note.created_at).where(_is_shown_to(account)).order_by(Note.id))
        numbers = ",".join(f"{number}@{moment.isoformat()}" for number, moment in found)
    return f"{account}:{numbers}" if numbers else ""


def pin(config: Settings, wanted: Pinned) -> None:
    """Keep ``wanted`` under a number and a moment of its own, identity and credit numbers struck out."""
    text = without_identifiers(wanted.text)
    if not 1 <= len(text) <= LONGEST_NOTE:
        raise ProblemError(f"批注要有内容，至多 {LONGEST_NOTE} 个字。")
    with open_mine(config).writing() as session:
        count = session.scalar(select(func.count()).where(Note.account == wanted.account)) or 0
        if count >= MOST_NOTES:
            raise ProblemError(f"每个账号至多 {MOST_NOTES} 条批注；请先删掉不用的。")
        session.add(
            Note(
                account=wanted.account, author=wanted.author, indicator=wanted.indicator, area=wanted.area,
                period=wanted.period, text=text, is_shared=wanted.is_shared, created_at=utc_now(),
            )
        )  # fmt: skip


def drop(config: Settings, account: str, number: int) -> Pinned:
    """Delete a note of one's own; which it was."""
    with open_mine(config).writing() as session:
        one = session.get(Note, number)
        if one is None or one.account != account:
            raise ProblemError("没有这条批注，或者它不是您写的；请刷新页面。")
        session.delete(one)
        return _told(one)


def _told(one: Note) -> Pinned:
    return Pinned(
        one.id, one.account, one.author, one.indicator, one.area, one.period, one.text, one.is_shared, one.created_at
    )
