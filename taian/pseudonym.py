"""Stable stand-ins for identity numbers: a keyed digest that only this installation can make.

Addresses, logs and published files name a person by it. An identity number has so few possible values that a digest
without a key could be tried through in seconds; the key stays in a file that only this user may read. Who loses the
key loses nothing but the links that were kept: the next night makes new ones.
"""

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

LENGTH = 20
"""Characters of a stand-in: 80 bits, so that two of 5.47 million persons share one with a chance of 1 in 10^11."""

HEX, LETTERS = "0123456789", "ghijklmnop"
"""Digits become letters: nothing that looks for numbers may take a part of a stand-in for one."""


def key_of(home: Path) -> str:
    """The key of an installation, made when it is first asked for."""
    path = home / "pseudonym.key"
    with suppress(FileExistsError):
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        home.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            aside.write_text(secrets.token_hex(32), encoding="ascii")
            aside.chmod(0o600)
            try:
                os.link(aside, path)  # Whoever comes second keeps the first one's key.
            finally:
                aside.unlink()
    return path.read_text(encoding="ascii")


def pseudonym(key: str, value: str) -> str:
    """The stand-in for an identity number or a name."""
    found = hashlib.sha256(f"{key}:{value}".encode()).hexdigest()[:LENGTH]
    return found.translate(str.maketrans(HEX, LETTERS))


def in_sql(key: str, column: str) -> str:
    """``pseudonym`` of a column, as an expression of DuckDB."""
    return f"translate(left(sha256('{key}:' || {column}), {LENGTH}), '{HEX}', '{LETTERS}')"
