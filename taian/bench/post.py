"""Mail whose sender is killed, and whose server is down for an hour: what arrives, how often, and with which name.

A real SMTP server of this machine, a scratch home, and a sender in a process of its own that gets SIGKILL once at every
message: before it is sent, or after the server accepted it and before that is written down.
"""

import datetime
import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from multiprocessing import get_context
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from alerts.letter import Letter, Part
from alerts.outbox import deliver_pending, enqueue
from alerts.store import open_store, utc_now
from taian.bench.place import free_ports
from taian.bench.report import Goal, Measure, measure
from taian.settings import Settings

PLACES = ("alert.before_send", "alert.after_send_before_commit")
LETTERS = 24
DATE = datetime.date(2018, 6, 30)
NONE, ONCE, POINTS = Goal("=", 0.0), Goal("<=", 1.0), Goal(">=", 20.0)
MINUTE = datetime.timedelta(minutes=1)


class Kept:
    """aiosmtpd handler that keeps the Message-ID of what it accepts."""

    def __init__(self) -> None:
        self.names: list[str] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        """Accept everything."""
        content = envelope.original_content or b""
        self.names.append(str(message_from_bytes(content)["Message-ID"]))
        return "250 kept"


@contextmanager
def _up(kept: Kept, port: int) -> Iterator[None]:
    controller = Controller(kept, hostname="127.0.0.1", port=port, server_hostname="bench.invalid")
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def post_measures(home: Path, letters: int = LETTERS) -> list[Measure]:
    """Kill the sender at each of ``letters`` messages, then take the server away for an hour."""
    (port,) = free_ports(1)
    kept, place = Kept(), Settings(home=home / "killed", mail_port=port)
    wanted = _written(place, letters)
    with _up(kept, port):
        points = sum(_killed(place, PLACES[at % 2], 1 if at == 0 else 2) for at in range(letters))
        deliver_pending(place)
    counts = Counter(kept.names)
    down = _hour_without(Settings(home=home / "down", mail_port=port), port, letters)
    return [
        measure("notify.points_of_a_kill", points, "kills", POINTS),
        measure("notify.lost", len(wanted - set(counts)), f"of {letters}", NONE),
        measure("notify.most_repeats", max(counts.values(), default=1) - 1, "repeats", ONCE),
        measure("notify.under_another_name", len(set(counts) - wanted), "mails", NONE),
        *down,
    ]


def _written(place: Settings, count: int) -> set[str]:
    """Letters in the outbox, and their Message-IDs."""
    with open_store(place).writing() as session:
        found = [
            enqueue(session, f"office{at}@taian.invalid", "digest", DATE, str(at), _letter(at)) for at in range(count)
        ]
    return {name for name in found if name}


def _letter(at: int) -> Letter:
    return Letter(DATE.isoformat(), (Part(f"第 {at} 封", "值班室：", "试发"),))


def _killed(place: Settings, where: str, arrival: int) -> int:
    """A sender that is killed at its ``arrival``-th message, ``where``; 1 when it died of it. The message at which the
    sender before it died comes first and gets through, so that each is killed at once."""
    left = [arrival]

    def checkpoint(name: str) -> None:
        left[0] -= name == where
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    child = get_context("fork").Process(target=deliver_pending, args=(place, checkpoint))
    child.start()
    child.join()
    return int(child.exitcode == -signal.SIGKILL)


def _hour_without(place: Settings, port: int, letters: int) -> list[Measure]:
    """The background sender's rounds on a clock that is set: an hour without a server, then until all is sent."""
    wanted, kept, start = _written(place, letters), Kept(), utc_now()
    for minute in range(60):
        deliver_pending(place, is_due_only=True, now=start + minute * MINUTE)
    minute = 60
    with _up(kept, port):
        while deliver_pending(place, is_due_only=True, now=start + minute * MINUTE).waiting and minute < 24 * 60:
            minute += 1
    return [
        measure("notify.server_down.lost", len(wanted - set(kept.names)), f"of {letters}", NONE),
        measure("notify.server_down.repeats", len(kept.names) - len(set(kept.names)), "mails", NONE),
        measure("notify.server_down.sent_after", minute - 60, "minutes after it was back"),
    ]
