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
        """Write the finished stages into the journal; a stage that was passed twice counts once, with both."""
        journal.record_stages(self._run_id, self._step, self._sums())

    def _sums(self) -> list[tuple[str, float, int | None]]:
        sums: dict[str, tuple[float, int | None]] = {}
        for name, seconds, rows in self._found:
            earlier, count = sums.get(name, (0.0, None))
            both = (count or 0) + (rows or 0) if (count, rows) != (None, None) else None
            sums[name] = (round(earlier + seconds, 3), both)
        return [(name, *found) for name, found in sums.items()]
