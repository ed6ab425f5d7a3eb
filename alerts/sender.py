"""The background sender's rounds: mail that could not be sent at night goes out as soon as the server is back.

``taian.sender`` is the process that runs them.
"""

import sys
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from alerts.outbox import deliver_pending
from alerts.words import one_line
from taian.settings import Settings

SECONDS_BETWEEN_ROUNDS = 30.0


def run(options: Settings, stop: threading.Event, before: Callable[[], None]) -> None:
    """Try what is due, every half minute, until ``stop`` is set; a store that cannot be reached is tried again too.

    ``before`` is called at the start of each round and may write mail of its own.
    """
    while not stop.is_set():
        try:
            before()
            report = deliver_pending(options, is_due_only=True)
            if report.sent or report.failures:
                print(report, flush=True)
        except SQLAlchemyError as error:
            print(f"警报库暂不可用（{one_line(str(error))}），稍后重试", file=sys.stderr, flush=True)
        stop.wait(SECONDS_BETWEEN_ROUNDS)
