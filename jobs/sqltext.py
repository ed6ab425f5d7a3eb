"""Pieces of DuckDB's SQL that more than one table is counted with; importing them costs no engine."""

from collections.abc import Iterable

CHINA_US = 8 * 3_600 * 1_000_000
"""Microseconds by which the city's clock is ahead of the lake's."""


def day_in_china(moment: str) -> str:
    """The city's day of a moment of the lake."""
    return f"make_timestamp(epoch_us({moment}) + {CHINA_US})::DATE"


def texts(values: Iterable[str]) -> str:
    """A list of texts; nothing for none."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)
