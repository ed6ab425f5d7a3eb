"""``python -m dashboards.post 2018-06-30``: what people asked to be mailed of a night, put into the outbox.

The alert step of the night starts it once the night is up. It is part of the pages, so that what is mailed goes through
the pages' own permissions, with the role that the account has now. Running it again writes nothing twice: mail is known
by what it tells (``alerts.outbox.enqueue``), and what was told is marked after it is in the outbox.
"""

import datetime as dt
import sys
from collections.abc import Iterable

from sqlalchemy.exc import SQLAlchemyError

from alerts import audit, outbox
from alerts.letter import Card, Letter, Part, Section
from alerts.store import open_store
from dashboards.access import roles_of
from dashboards.lines import Look, looks
from dashboards.permissions import may_open
from dashboards.serving import Serving, ServingError, Snapshot
from dashboards.sight import sight_of
from taian.access.accounts import reader_named
from taian.access.roles import Reader
from taian.clock import delivery_moment
from taian.errors import ProblemError
from taian.mine import thresholds
from taian.settings import Settings, settings


def write(config: Settings, date: dt.date) -> int:
    """Put the mails of the night of ``date`` into the outbox; how many are new. Nothing while another night is up."""
    serving = Serving(config.serving)
    return sum(_thresholds(config, serving, date, account) for account in _with_thresholds(config))


def _with_thresholds(config: Settings) -> list[str]:
    return sorted({one.account for one in thresholds.listed(config)})


def _night_of(config: Settings, serving: Serving, account: str, date: dt.date) -> tuple[Reader, Snapshot] | None:
    """Who the account is today and the night as far as it sees it; None for a locked one, or while the night of
    ``date`` is not the one that is up.
    """
    reader = reader_named(config, account)
    if reader is None:
        return None
    snapshot = serving.snapshot(sight_of(reader))
    return (reader, snapshot) if snapshot.business_date == date.isoformat() else None


def _thresholds(config: Settings, serving: Serving, date: dt.date, account: str) -> int:
    """Hold the thresholds of one account against the night, and tell it of those that are crossed since tonight."""
    found = _night_of(config, serving, account, date)
    if found is None or not may_open(found[0], "/topics"):
        return 0
    reader, snapshot = found
    seen = looks(snapshot, thresholds.listed(config, account))
    fresh = [one for one in seen if one.state == "crossed" and one.threshold.crossed_on is None]
    over = [one for one in seen if one.state == "calm" and one.threshold.crossed_on is not None]
    written = 0
    if fresh:
        key = outbox.key_of(*(f"{one.threshold.id} {one.since}" for one in fresh))
        part = threshold_part(reader, fresh, config.public_url.rstrip("/"))
        written = _enqueue(config, reader, "threshold", date, key, part, "threshold.told", f"{len(fresh)} 个阈值")
    if fresh or over:
        marks: dict[int, dt.date | None] = {one.threshold.id: date for one in fresh}
        thresholds.mark(config, {**marks, **{one.threshold.id: None for one in over}})
    return written


def threshold_part(reader: Reader, crossed: Iterable[Look], url: str) -> Part:
    """The letter about lines that are crossed since tonight."""
    cards = tuple(_card(one, url) for one in crossed)
    return Part(
        headline=f"{len(cards)} 个自设阈值被越过",
        greeting=reader.name,
        summary="以下是您自己设的阈值，今夜第一次被越过；回到线内之前不再提醒。这不是预警。",
        sections=(Section("我的阈值", "", cards),),
        link=("打开“我的”", f"{url}/mine"),
    )


def _card(one: Look, url: str) -> Card:
    value = one.indicator.amount(one.row) if one.indicator is not None and one.row is not None else ""
    period = str(one.row["period"]) if one.row is not None else ""
    lines = [("最近一期", f"{period} 为 {value}"), ("越过", f"自 {one.since} 起")]
    if one.threshold.reason:
        lines.append(("理由", one.threshold.reason))
    return Card(one.title, tuple(lines), f"{url}/mine")


def _enqueue(config: Settings, reader: Reader, kind: str, date: dt.date, key: str, part: Part, *told: str) -> int:
    """One letter to the account's own address, and its line in the audit log: both or neither."""
    address = f"{reader.account}@{config.mail_account_domain}"
    action, detail = told
    with open_store(config).writing() as session:
        if outbox.enqueue(session, address, kind, date, key, Letter(date.isoformat(), (part,))) is None:
            return 0
        at = delivery_moment(config.home)
        audit.append(
            session, at, actor=reader.account, role=roles_of(reader), action=action, object_=kind, detail=detail
        )
    return 1


def main() -> int:
    """Write the mails of one night; 1 and one sentence when that is impossible."""
    try:
        written = write(settings(), dt.date.fromisoformat(sys.argv[1]))
    except (SQLAlchemyError, OSError, ServingError, ProblemError) as error:
        print(f"各人所订的邮件没有写成（{type(error).__name__}）；检查 mine.db、accounts.db 和发布步骤，下一夜再写")
        return 1
    print(f"按各人所订写入 {written} 封邮件")
    return 0


if __name__ == "__main__":
    sys.exit(main())
