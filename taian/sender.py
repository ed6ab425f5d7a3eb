"""The background service of the alerts: sends mail that waits, and tells the operator of a night that did not happen.

It stands outside of Airflow on purpose: what did not start cannot report itself. Killed at any moment it loses nothing
(see ``alerts.outbox``).
"""

import datetime as dt
import signal
import threading

from alerts.sender import run
from taian.late import watch_for_night
from taian.settings import settings


def main() -> int:
    """Run in the foreground; SIGTERM and Ctrl-C end it after the mail in hand."""
    stop, since = threading.Event(), dt.datetime.now(dt.UTC)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(settings(), stop, lambda: watch_for_night(settings(), dt.datetime.now(dt.UTC), since))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
