"""Reading what a person typed; a mistake is one sentence."""

import datetime as dt

from taian.errors import ProblemError


def a_date(text: str, option: str = "--date") -> dt.date:
    """A day written 2018-06-30. Raises ProblemError for anything else."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ProblemError(f"{option} '{text}' is not a day: write it like 2018-06-30.") from error
