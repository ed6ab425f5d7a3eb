"""What was noticed while a table was read, for the terminal and for the report."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST = 3


@dataclass(frozen=True)
class Note:
    """One remark, without a full stop, in both languages."""

    en: str
    zh: str


def many(count: int, one: str, more: str) -> str:
    """``1 cell is``, ``1,200 cells are``."""
    return f"1 {one}" if count == 1 else f"{count:,} {more}"


def places(rows: Sequence[int]) -> tuple[str, str]:
    """The first few row numbers, as ``" (rows 3, 7 and 12 more)"`` in both languages; empty for none."""
    if not rows:
        return "", ""
    first = sorted(rows)[:MOST]
    more = len(rows) - len(first)
    en, zh = ", ".join(map(str, first)), "、".join(map(str, first))
    word = "row" if len(rows) == 1 else "rows"
    return (
        f" ({word} {en}{f' and {more} more' if more else ''})",
        f"（第 {zh} 行{f'等 {len(rows)} 行' if more else ''}）",
    )
