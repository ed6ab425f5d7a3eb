"""The same function over many tasks, by as many processes as there are cores."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

WORTH_A_PROCESS = 60
"""Tasks below which a second process costs more than it gains."""

Task = TypeVar("Task")
Result = TypeVar("Result")

_shared: Callable[[Any], Any] | None = None


def each(function: Callable[[Task], Result], tasks: Sequence[Task], done: Callable[[int], None]) -> Iterator[Result]:
    """The results in the order of the tasks; ``done`` is told how many there are.

    The function and all it holds reach the processes by forking, so it may hold what cannot be pickled.
    """
    cores = len(os.sched_getaffinity(0))
    if cores < 2 or len(tasks) < WORTH_A_PROCESS:
        yield from _counted(map(function, tasks), done)
        return
    with ProcessPoolExecutor(cores, get_context("fork"), initializer=_share, initargs=(function,)) as pool:
        yield from _counted(pool.map(_call, tasks, chunksize=4), done)


def _share(function: Callable[[Any], Any]) -> None:
    global _shared  # noqa: PLW0603 - the one thing that a forked process is given
    _shared = function


def _call(task: Any) -> Any:
    assert _shared is not None
    return _shared(task)


def _counted(results: Iterator[Result], done: Callable[[int], None]) -> Iterator[Result]:
    for count, result in enumerate(results, start=1):
        done(count)
        yield result
