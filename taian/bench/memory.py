"""Peak memory of this process and everything it started: the engine's JVM, its Python workers, the floor."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

EVERY_SECONDS = 0.2
JAVA = "java"


def family() -> list[psutil.Process]:
    """This process and everything it started that still lives."""
    return [psutil.Process(), *psutil.Process().children(recursive=True)]


def _lives_in_the_engine(process: psutil.Process) -> bool:
    """Whether this is a thread of the engine about to start a program (vfork): until then it shares the engine's own
    memory under the thread's name, and all of it would count twice.
    """
    return process.name() != JAVA and Path(process.exe()).name == JAVA


class Peak:
    """The largest sums of resident memory seen, in bytes; pages shared between processes count once for each."""

    def __init__(self) -> None:
        self.total = 0
        self.java = 0
        self._lap = 0

    def look(self) -> None:
        """Take one sample of the whole tree."""
        total = java = 0
        for process in family():
            try:
                if _lives_in_the_engine(process):
                    continue
                resident = process.memory_info().rss
                java += resident if process.name() == JAVA else 0
            except psutil.Error:
                continue
            total += resident
        self.total, self.java, self._lap = max(self.total, total), max(self.java, java), max(self._lap, total)

    def lap(self) -> int:
        """The largest sum since the last lap."""
        self.look()
        found, self._lap = self._lap, 0
        return found


@contextmanager
def peak() -> Iterator[Peak]:
    """Sample while the block runs."""
    found, done = Peak(), threading.Event()

    def watch() -> None:
        while not done.wait(EVERY_SECONDS):
            found.look()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield found
    finally:
        done.set()
        watcher.join()
        found.look()
