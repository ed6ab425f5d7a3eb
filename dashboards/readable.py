"""The alert store while pages read it: what cannot be read is one kind of error for all of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from taian.settings import Settings


@contextmanager
def readable(config: Settings) -> Iterator[None]:
    """Around what reads the alert store; OSError when it cannot be read."""
    try:
        yield
    except SQLAlchemyError as error:
        raise OSError(str(config.alerts_db)) from error
