"""Logs of what an operator read, one JSON object a line, readable by this user only."""

import datetime as dt
import json
import os
import pwd
from typing import Any

from taian.clock import SHANGHAI
from taian.files import private_folder
from taian.services import installation


def os_user() -> str:
    """Who runs this process, as the system knows it; an environment variable could claim anybody."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def append(log: str, **facts: Any) -> None:
    """Add one line to ``$TAIAN_HOME/log/<log>.jsonl`` with the wall time and the user."""
    path = private_folder(installation().home / "log") / f"{log}.jsonl"
    line = {"time": dt.datetime.now(SHANGHAI).isoformat(timespec="seconds"), "user": os_user(), **facts}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        # One write, so that two commands at once never mix their lines.
        os.write(descriptor, (json.dumps(line, ensure_ascii=False) + "\n").encode())
    finally:
        os.close(descriptor)
