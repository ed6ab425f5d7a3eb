"""The first set-up: whoever can read the terminal of the platform, and nobody else, becomes its administrator."""

import hashlib
import hmac
import secrets

from sqlalchemy import delete, select

from alerts.store import utc_now
from taian.access import accounts
from taian.access.roles import ROLES
from taian.access.store import Account, SetupCode, open_accounts
from taian.errors import ProblemError
from taian.settings import Settings

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1, which are taken for each other."""
GROUPS, GROUP = 4, 4
"""80 bits: nobody guesses it, however often they try."""


def _digest(code: str) -> str:
    return hashlib.sha256("".join(code.split()).replace("-", "").upper().encode("utf-8", "replace")).hexdigest()


def new_code(config: Settings) -> str | None:
    """A new one-time code, which alone counts from now on; None once there is an account."""
    code = "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    with open_accounts(config).writing() as session:
        if session.scalar(select(Account.name).limit(1)) is not None:
            return None
        session.execute(delete(SetupCode))
        session.add(SetupCode(id=1, digest=_digest(code), made_at=utc_now()))
    return code


def set_up(config: Settings, code: str, name: str, title: str, password: str, is_trial: bool) -> None:
    """Make the administrator; ProblemError when there is an account, or the code is not the last one that was printed.

    ``is_trial`` gives the account every role but that of one department's data owner, so that one person can look at
    everything.
    """
    with open_accounts(config).writing() as session:
        if session.scalar(select(Account.name).limit(1)) is not None:
            raise ProblemError("平台已经设置过管理员，请直接登录。")
        kept = session.get(SetupCode, 1)
        if kept is None or not hmac.compare_digest(kept.digest, _digest(code)):
            raise ProblemError(
                "一次性代码不对：请用终端里最近一次打印的代码，或在这台机器上执行 taian users code 另取。"
            )
        roles = [role for role in ROLES if role != "owner"] if is_trial else ["administrator"]
        accounts.add(session, name, title, roles, (), password, must_change=False)
        session.execute(delete(SetupCode))
