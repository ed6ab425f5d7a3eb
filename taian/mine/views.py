"""Saved views 我的视图: kept, renamed, put in order and dropped; what cannot be is one Chinese sentence (ProblemError).

Whether an address is one of ours and its keeper may open it is asked by the pages before it comes here.
"""

from typing import Literal, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.store import utc_now
from alerts.words import one_line
from taian.errors import ProblemError
from taian.mine.store import SavedView, open_mine
from taian.settings import Settings

MOST_VIEWS = 40
LONGEST_NAME = 40
LONGEST_ADDRESS = 1000
MOST_MAILED = 10

Often = Literal["never", "day", "month"]
MAILS: dict[Often, str] = {"never": "不发邮件", "day": "每日邮件", "month": "每月邮件"}


class Kept(NamedTuple):
    """A saved view as its account lists it."""

    id: int
    name: str
    address: str
    mail: Often = "never"


def listed(config: Settings, account: str) -> list[Kept]:
    """The saved views of an account in its own order; empty while nobody has kept anything."""
    if not config.mine_db.exists():
        return []
    with open_mine(config).reading() as session:
        return [_told(one) for one in _of(session, account)]


def mailed(config: Settings) -> dict[str, list[Kept]]:
    """Account to its views that are mailed."""
    if not config.mine_db.exists():
        return {}
    wanted = select(SavedView).where(SavedView.mail != "never").order_by(SavedView.account, SavedView.position)
    found: dict[str, list[Kept]] = {}
    with open_mine(config).reading() as session:
        for one in session.scalars(wanted):
            found.setdefault(one.account, []).append(_told(one))
    return found


def subscribe(config: Settings, account: str, number: int, often: Often) -> str:
    """Have a view mailed every night, once a month or no more; what it is called."""
    with open_mine(config).writing() as session:
        view = _own(session, account, number)
        others = sum(one.mail != "never" and one is not view for one in _of(session, account))
        if often != "never" and others >= MOST_MAILED:
            raise ProblemError(f"每个账号至多 {MOST_MAILED} 个视图按邮件发；请先停掉一个。")
        view.mail = often
        return view.name


def keep(config: Settings, account: str, name: str, address: str) -> str:
    """Keep ``address`` under ``name``, after the others; the name as it is kept."""
    if len(address) > LONGEST_ADDRESS:
        raise ProblemError(f"这个地址超过 {LONGEST_ADDRESS} 个字符，不能存为视图；请少选几个条件。")
    with open_mine(config).writing() as session:
        views = _of(session, account)
        if len(views) >= MOST_VIEWS:
            raise ProblemError(f"每个账号至多 {MOST_VIEWS} 个视图；请先在“我的”删掉不用的。")
        wanted = _free_name(session, account, name)
        last = max((one.position for one in views), default=0)
        session.add(
            SavedView(
                account=account, name=wanted, address=address, position=last + 1, mail="never", created_at=utc_now()
            )
        )
    return wanted


def rename(config: Settings, account: str, number: int, name: str) -> str:
    """Give a view another name; what it was called before."""
    with open_mine(config).writing() as session:
        view = _own(session, account, number)
        before = view.name
        if one_line(name) != before:
            view.name = _free_name(session, account, name)
    return before


def drop(config: Settings, account: str, number: int) -> str:
    """Delete a view; what it was called."""
    with open_mine(config).writing() as session:
        view = _own(session, account, number)
        session.delete(view)
        return view.name


def move(config: Settings, account: str, number: int, by: int) -> str:
    """Move a view up (-1) or down (1) past its neighbour, or leave it at the end of the list; what it is called."""
    with open_mine(config).writing() as session:
        view = _own(session, account, number)
        views = _of(session, account)
        here = views.index(view)
        there = here + by
        if 0 <= there < len(views):
            view.position, views[there].position = views[there].position, view.position
        return view.name


def _told(one: SavedView) -> Kept:
    often: Often = "day" if one.mail == "day" else "month" if one.mail == "month" else "never"
    return Kept(one.id, one.name, one.address, often)


def _of(session: Session, account: str) -> list[SavedView]:
    own = select(SavedView).where(SavedView.account == account)
    return list(session.scalars(own.order_by(SavedView.position, SavedView.id)))


def _own(session: Session, account: str, number: int) -> SavedView:
    """The view of this number; somebody else's is none."""
    view = session.get(SavedView, number)
    if view is None or view.account != account:
        raise ProblemError("没有这个视图，可能已在别的窗口删掉；请刷新页面。")
    return view


def _free_name(session: Session, account: str, name: str) -> str:
    tidy = one_line(name)
    if not 1 <= len(tidy) <= LONGEST_NAME:
        raise ProblemError(f"视图要有名称，至多 {LONGEST_NAME} 个字。")
    same = select(func.count()).where(SavedView.account == account, SavedView.name == tidy)
    if session.scalar(same):
        raise ProblemError(f"已经有名为“{tidy}”的视图，请另取名称。")
    return tidy
