"""The background sender: mail that could not be sent at night goes out as soon as the server is back.

``python -m alerts.sender`` runs until it is told to stop; killed at any moment it loses nothing (see ``outbox``).
"""

import signal
import sys
import threading

from sqlalchemy.exc import SQLAlchemyError

from alerts.outbox import deliver_pending
from alerts.words import one_line
from taian.settings import Settings, settings

SECONDS_BETWEEN_ROUNDS = 30.0


def run(options: Settings, stop: threading.Event) -> None:
    """Try what is due, every half minute, until ``stop`` is set; a store that cannot be reached is tried again too."""
    while not stop.is_set():
        try:
            report = deliver_pending(options, is_due_only=True)
            if report.sent or report.failures:
                print(report, flush=True)
        except SQLAlchemyError as error:
            print(f"警报库暂不可用（{one_line(str(error))}），稍后重试", file=sys.stderr, flush=True)
        stop.wait(SECONDS_BETWEEN_ROUNDS)


def main() -> int:
    """Run in the foreground; SIGTERM and Ctrl-C end it after the mail in hand."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(settings(), stop)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
