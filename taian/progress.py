"""Progress for people: a bar at a terminal, plain lines in a file or in CI."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Board:
    """What is done of a known number of things; ``line`` is kept on the screen above the bar."""

    def __init__(self, console: Console, progress: Progress | None, bar: TaskID | None) -> None:
        self._console, self._progress, self._bar = console, progress, bar

    def line(self, text: str) -> None:
        """One lasting line."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def passing(self, text: str) -> None:
        """What is being done, of interest while it lasts: beside the bar, or a plain line without a terminal."""
        if self._progress is None or self._bar is None:
            self.line(text)
        else:
            self._progress.update(self._bar, doing=text)

    def now(self, done: float, total: float, doing: str) -> None:
        """Where we are; nothing is printed without a terminal."""
        if self._progress is not None and self._bar is not None:
            self._progress.update(self._bar, completed=done, total=total, doing=doing)


@contextmanager
def board(title: str) -> Iterator[Board]:
    """A board on standard error, so that a table on standard output stays clean."""
    console = Console(stderr=True)
    if not (console.is_terminal and sys.stderr.isatty()):
        yield Board(console, None, None)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[doing]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield Board(console, progress, progress.add_task(title, total=None, doing=""))
