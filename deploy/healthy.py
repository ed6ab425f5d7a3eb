"""The health check of a container: ``python deploy/healthy.py SERVICE`` ends with 0 when the service does its work.

A service of the platform is asked as ``taian status`` asks it; the sender of mails is judged by what waits for it.
"""

import datetime as dt
import sys

from taian.services import installation, services
from taian.settings import Settings

SENDER = "alerts-sender"
PATIENCE = dt.timedelta(minutes=10)
"""A mail that is due for so long was not tried: the sender looks every half minute, and a failure sets a new time."""


def sender_keeps_up(here: Settings) -> bool:
    """Whether no mail has been due for longer than PATIENCE; true while there is no outbox."""
    if not here.alerts_db.exists():
        return True
    from sqlalchemy import func, select

    from alerts.store import Mail, open_store, utc_now

    with open_store(here).reading() as session:
        due = session.scalar(select(func.min(Mail.next_try_at)).where(Mail.sent_at.is_(None)))
    return due is None or utc_now() - due < PATIENCE


def is_healthy(name: str) -> bool:
    """Whether the service of that name works. Raises KeyError for a name that this installation does not run."""
    here = installation()
    if name == SENDER:
        return sender_keeps_up(here)
    return {service.name: service for service in services(here)}[name].ready()


if __name__ == "__main__":
    sys.exit(0 if is_healthy(sys.argv[1]) else 1)
