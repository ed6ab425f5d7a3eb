"""Passwords: what may be one, and how it is kept (Argon2id, RFC 9106's second recommended option)."""

import secrets
from functools import cache

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

from taian.errors import ProblemError

SHORTEST, LONGEST = 10, 128
FEWEST_DIFFERENT = 5

HASHER = PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)
"""64 MiB and three passes: the web has one worker with four threads, so at most 256 MiB at once."""


def check_password(password: str, account: str) -> None:
    """ProblemError in Chinese, as a person reads it on the page, when ``password`` may not be one."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise ProblemError(f"口令要有 {SHORTEST} 至 {LONGEST} 个字符；几个词连在一起最好记。")
    if len(set(password)) < FEWEST_DIFFERENT or account.casefold() in password.casefold():
        raise ProblemError(f"口令太容易猜：至少 {FEWEST_DIFFERENT} 个不同的字符，不含用户名。")


def fresh_password() -> str:
    """A password for the first sign-in: 96 bits, typed once."""
    return secrets.token_urlsafe(12)


def kept(password: str) -> str:
    """What is stored in place of a password."""
    return HASHER.hash(password)


@cache
def _nobody() -> str:
    """The hash that is tried for an account that does not exist: it takes as long and never fits."""
    return HASHER.hash("\0 no password has a control character \0")


def fits(stored: str | None, password: str) -> bool:
    """Whether ``password`` is the stored one; without a stored one it is not, after the same time."""
    try:
        return HASHER.verify(stored or _nobody(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
