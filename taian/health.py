"""Whether a process of the platform does its work, asked from outside."""

import datetime as dt
import socket
from functools import cache

import httpx

from taian.settings import Settings

TIMEOUT_SECONDS = 5.0
MAIL_PATIENCE = dt.timedelta(minutes=10)
"""A mail that is due for so long was not tried: the sender looks every half minute, and a failure sets a new time."""


@cache
def _client() -> httpx.Client:
    """One client for all questions: making one reads every certificate of the machine, and these are plain HTTP."""
    return httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, verify=False)


def connects(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=TIMEOUT_SECONDS):
            return True
    except OSError:
        return False


def answers(url: str) -> bool:
    """Whether a page is served there (a redirect counts)."""
    try:
        return _client().get(url).status_code < httpx.codes.BAD_REQUEST
    except httpx.HTTPError:
        return False


def airflow_part(api: str, part: str) -> bool:
    """Whether Airflow says that its ``scheduler`` or ``dag_processor`` has sent a heartbeat lately."""
    try:
        return bool(_client().get(f"{api}/api/v2/monitor/health").json()[part]["status"] == "healthy")
    except (httpx.HTTPError, KeyError, ValueError, TypeError):
        return False


def mail_moves(here: Settings) -> bool:
    """Whether no mail has been due for longer than MAIL_PATIENCE; true while there is no outbox."""
    if not here.alerts_db.exists():
        return True
    from sqlalchemy import func, select

    from alerts.store import Mail, open_store, utc_now

    with open_store(here).reading() as session:
        due = session.scalar(select(func.min(Mail.next_try_at)).where(Mail.sent_at.is_(None)))
    return due is None or utc_now() - due < MAIL_PATIENCE
