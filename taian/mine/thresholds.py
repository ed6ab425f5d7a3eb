"""Thresholds of one's own 我的阈值: a person's own line under or over an indicator. No public warning comes of it."""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.store import utc_now
from alerts.words import one_line
from taian.errors import ProblemError
from taian.mine.store import OwnThreshold, open_mine
from taian.settings import Settings

MOST_THRESHOLDS = 20
LONGEST_REASON = 100
LARGEST = 1e15

Side = Literal["above", "below"]
SIDES: dict[Side, str] = {"above": "高于", "below": "低于"}


@dataclass(frozen=True)
class Threshold:
    """A threshold: ``value`` is in the unit that the indicator is kept in, ``crossed_on`` the business date of the
    night that first saw it crossed (None: it is not).
    """

    id: int
    account: str
    indicator: str
    area: str
    side: Side
    value: float
    reason: str
    crossed_on: dt.date | None = None

    def is_crossed_by(self, value: float) -> bool:
        """Whether ``value`` lies beyond the line; on it is not beyond it."""
        return value > self.value if self.side == "above" else value < self.value


def listed(config: Settings, account: str | None = None) -> list[Threshold]:
    """The thresholds of an account (None: of everybody), the oldest first; empty while nobody has kept anything."""
    if not config.mine_db.exists():
        return []
    every = select(OwnThreshold).order_by(OwnThreshold.id)
    with open_mine(config).reading() as session:
        return [_told(one) for one in session.scalars(every if account is None else every.filter_by(account=account))]


def number_of(text: str) -> float:
    """A figure as people type it (1,200 or １２００); ProblemError when it is none."""
    try:
        value = float(text.strip().replace(",", "").replace("，", "").replace("−", "-"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise ProblemError(f"阈值“{one_line(text)[:20]}”不是数；请写一个数，例如 1200 或 -3.5，不写单位。")
    return value


def set_(config: Settings, wanted: Threshold) -> None:
    """Keep ``wanted`` under a number of its own."""
    reason = one_line(wanted.reason)
    if len(reason) > LONGEST_REASON:
        raise ProblemError(f"理由至多 {LONGEST_REASON} 个字。")
    with open_mine(config).writing() as session:
        own = list(session.scalars(select(OwnThreshold).filter_by(account=wanted.account)))
        if len(own) >= MOST_THRESHOLDS:
            raise ProblemError(f"每个账号至多 {MOST_THRESHOLDS} 个阈值；请先删掉不用的。")
        same = (wanted.indicator, wanted.area, wanted.side, wanted.value)
        if any((one.indicator, one.area, one.side, one.value) == same for one in own):
            raise ProblemError("已经有一样的阈值。")
        session.add(
            OwnThreshold(
                account=wanted.account, indicator=wanted.indicator, area=wanted.area, side=wanted.side,
                value=wanted.value, reason=reason, created_at=utc_now(), crossed_on=None,
            )
        )  # fmt: skip


def drop(config: Settings, account: str, number: int) -> Threshold:
    """Delete a threshold; which it was."""
    with open_mine(config).writing() as session:
        one = _own(session, account, number)
        session.delete(one)
        return _told(one)


def mark(config: Settings, crossed: Mapping[int, dt.date | None]) -> None:
    """Write down since which night thresholds are crossed; one that was deleted meanwhile stays deleted."""
    with open_mine(config).writing() as session:
        for number, date in crossed.items():
            if (one := session.get(OwnThreshold, number)) is not None:
                one.crossed_on = date


def _own(session: Session, account: str, number: int) -> OwnThreshold:
    one = session.get(OwnThreshold, number)
    if one is None or one.account != account:
        raise ProblemError("没有这个阈值，可能已在别的窗口删掉；请刷新页面。")
    return one


def _told(one: OwnThreshold) -> Threshold:
    side: Side = "above" if one.side == "above" else "below"
    return Threshold(one.id, one.account, one.indicator, one.area, side, one.value, one.reason, one.crossed_on)
