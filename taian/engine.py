"""The Spark engine for commands that read the lake: asked first, so that its absence is one sentence."""

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from taian import health
from taian.errors import ProblemError
from taian.settings import settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

DEFAULT_PORT = 15002
"""Spark Connect's own, where an address names none."""


def use_absolute_home() -> None:
    """Let this process name its tables by absolute paths: the engine runs in a folder of its own."""
    if not settings().home.is_absolute():
        os.environ["TAIAN_HOME"] = str(settings().home.absolute())
        settings.cache_clear()


def engine() -> "SparkSession":
    """A session of the running engine. Raises ProblemError when nothing answers there."""
    use_absolute_home()
    remote = settings().remote
    where = urlsplit(remote)
    if where.scheme == "sc" and not health.connects(where.hostname or "127.0.0.1", where.port or DEFAULT_PORT):
        raise ProblemError(f"Spark does not answer at {remote}: start the platform with taian up.")
    from jobs.session import spark

    return spark()
