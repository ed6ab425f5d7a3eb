"""``python -m dashboards.post 2018-06-30``: what people asked to be mailed of a night, put into the outbox.

The alert step of the night starts it once the night is up. It is part of the pages, so that what is mailed goes through
the pages' own permissions, with the role that the account has now. Running it again writes nothing twice: mail is known
by what it tells (``alerts.outbox.enqueue``), and what was told is marked after it is in the outbox.
"""

import datetime as dt
import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy.exc import SQLAlchemyError

from alerts import audit, outbox
from alerts.letter import Card, Letter, Part, Section
from alerts.outbox import Attached
from alerts.store import open_store
from dashboards.access import roles_of
from dashboards.export import table_of
from dashboards.lines import Look, looks
from dashboards.permissions import may_open
from dashboards.serving import Serving, ServingError, Snapshot
from dashboards.sight import sight_of
from dashboards.view import View
from taian.access.accounts import reader_named
from taian.access.roles import Reader
from taian.clock import delivery_moment
from taian.errors import ProblemError
from taian.mine import thresholds, views
from taian.mine.views import Kept
from taian.settings import Settings, settings


def write(config: Settings, date: dt.date) -> int:
    """Put the mails of the night of ``date`` into the outbox; how many are new. Nothing while another night is up."""
    serving = Serving(config.serving)
    crossed = (_thresholds(config, serving, date, account) for account in _with_thresholds(config))
    seen = (_views(config, serving, date, account, own) for account, own in views.mailed(config).items())
    return sum(crossed) + sum(seen)


def _with_thresholds(config: Settings) -> list[str]:
    return sorted({one.account for one in thresholds.listed(config)})


def _views(config: Settings, serving: Serving, date: dt.date, account: str, own: Sequence[Kept]) -> int:
    """Mail one account the views that it wants of this night: those of each day, on the last of a month also those of
    each month. One that it may not open any more is not mailed.
    """
    is_last = (date + dt.timedelta(days=1)).day == 1
    due = [one for one in own if one.mail == "day" or is_last]
    found = _night_of(config, serving, account, date) if due else None
    if found is None:
        return 0
    reader, snapshot = found
    return sum(
        _view(config, reader, snapshot, date, one) for one in due if may_open(reader, urlsplit(one.address).path)
    )


def _view(config: Settings, reader: Reader, snapshot: Snapshot, date: dt.date, one: Kept) -> int:
    where = urlsplit(one.address)
    view = View(where.path, dict(parse_qsl(where.query)))
    table = table_of(snapshot, view, f"{reader.name}（{reader.account}）")
    part = Part(
        headline=f"我的视图：{one.name}",
        greeting=reader.name,
        summary="您订阅的视图" + ("，表格在附件里，与页面上的导出相同。" if table else "，请打开链接看。"),
        sections=(Section("附表", "", (Card(table.notes[0][1], tuple(table.notes[1:-1])),)),) if table else (),
        link=("打开这个视图", f"{config.public_url.rstrip('/')}{one.address}"),
    )
    attached = Attached(f"{table.name}.csv", table.csv().decode()) if table else None
    told = Told(f"view-{one.id}", "view", "view.mailed", one.name, one.address)
    return _enqueue(config, reader, date, part, told, attached)


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
        told = Told("threshold", key, "threshold.told", "阈值", f"{len(fresh)} 个")
        written = _enqueue(config, reader, date, part, told)
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


class Told(NamedTuple):
    """What makes a mail the same mail (its kind and key), and its line in the audit log."""

    kind: str
    key: str
    action: str
    object: str
    detail: str


def _enqueue(
    config: Settings, reader: Reader, date: dt.date, part: Part, told: Told, attached: Attached | None = None
) -> int:
    """One letter to the account's own address, and its line in the audit log: both or neither; 1 when it is new."""
    address = f"{reader.account}@{config.mail_account_domain}"
    letter = Letter(date.isoformat(), (part,))
    with open_store(config).writing() as session:
        if outbox.enqueue(session, address, told.kind, date, told.key, letter, attached) is None:
            return 0
        audit.append(
            session, delivery_moment(config.home), actor=reader.account, role=roles_of(reader), action=told.action,
            object_=told.object, detail=told.detail,
        )  # fmt: skip
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
