"""The background sender's rounds: mail that could not be sent at night goes out as soon as the server is back.

``taian.sender`` is the process that runs them.
"""

import sys
import threading
from collections.abc import Callable

from alerts.outbox import deliver_pending
from alerts.words import without_identifiers
from taian.settings import Settings

SECONDS_BETWEEN_ROUNDS = 30.0


def run(options: Settings, stop: threading.Event, watch: Callable[[], None]) -> None:
    """Send what is due, every half minute, until ``stop`` is set, and ``watch`` afterwards, which sends its own mail.

    Neither stops the other, and no trouble ends the rounds: it is told in one sentence and tried again.
    """
    while not stop.is_set():
        _attempt(lambda: _deliver(options), "待发邮件本轮未能处理")
        _attempt(watch, "本轮未能判断夜间批次是否逾时")
        stop.wait(SECONDS_BETWEEN_ROUNDS)


def _deliver(options: Settings) -> None:
    report = deliver_pending(options, is_due_only=True)
    if report.sent or report.failures:
        print(report, flush=True)


def _attempt(what: Callable[[], None], trouble: str) -> None:
    try:
        what()
    except Exception as error:  # whatever it is: a process that ends tells nobody of a night that did not happen
        told = f"{type(error).__name__}: {without_identifiers(str(error))}"
        print(f"{trouble}（{told}），稍后重试", file=sys.stderr, flush=True)
