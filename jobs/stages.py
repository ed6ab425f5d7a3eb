"""Seconds and rows of the stages inside a step, kept for the operator's page and the benchmark."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from jobs import journal


@dataclass
class Measured:
    """What a stage handled; set ``rows`` inside the stage."""

    rows: int | None = None


class Stages:
    """Measures named stages of one step of a night."""

    def __init__(self, run_id: str, step: str) -> None:
        self._run_id, self._step = run_id, step
        self._found: list[tuple[str, float, int | None]] = []

    @contextmanager
    def __call__(self, name: str) -> Iterator[Measured]:
        """Measure what happens inside the block."""
        measured, started = Measured(), time.perf_counter()
        yield measured
        self._found.append((name, round(time.perf_counter() - started, 3), measured.rows))

    def save(self) -> None:
        """Write the finished stages into the journal."""
        journal.record_stages(self._run_id, self._step, self._found)
