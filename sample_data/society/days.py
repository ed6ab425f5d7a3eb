"""One office's daily deliveries: the past in one file, then a file a day, with what goes wrong on the way as data."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.daily import Accident, accident_on, at, sent_twice, spoil
from sample_data.delivery import Batch
from sample_data.firms.handover import Editor, Office, hand_in, soil

LATE_DAYS = 3
HORIZON = np.datetime64("2018-06-30", "D")
"""Figures are drawn at least to this day, so that an earlier last day does not change what came before it."""


@dataclass(frozen=True)
class Daily:
    """How an office delivers a daily resource: its file, the form of it, its row defects, and its June.

    ``twice`` and ``late`` are days of June 2018 whose batch is sent twice and comes ``LATE_DAYS`` late.
    """

    office: Office
    file: str
    write: Callable[[Path, pa.Table], None]
    edits: Sequence[Edit]
    once: Sequence[Edit]
    editor: Editor
    accidents: Sequence[Accident]
    twice: int
    late: int
    hour: int = 21

    def past(self, city: City, table: pa.Table) -> None:
        """Everything up to the initial day in one batch."""
        folder = self._hand_in(city, self.office.initial("daily"), table)
        soil(city, folder, self.file, (*self.edits, *self.once), self.editor, rows=table.num_rows)

    def day(self, city: City, day: datetime.date, table: pa.Table) -> None:
        """The batch of one day; after an accident that a department mends, a whole one the next morning."""
        special = day.day if (day.year, day.month) == (2018, 6) else 0
        folder = self._hand_in(
            city, self._batch(day, 1, at(day, self.hour, 0, LATE_DAYS * (special == self.late))), table
        )
        accident = accident_on(day, self.accidents)
        # What is refused or held whole is another story than a bad row in it.
        if accident is None or accident.state == "published_flagged":
            soil(city, folder, self.file, self.edits, self.editor, rows=table.num_rows)
        if accident is not None:
            spoil(city, folder, self.file, accident)
        if accident is not None and accident.again:
            again = self._hand_in(city, self._batch(day, 2, at(day, 9, 0, 1)), table)
            soil(city, again, self.file, self.edits, self.editor, rows=table.num_rows)
        if special == self.twice:
            sent_twice(city, folder, at(day, self.hour, 40))
        if special == self.late:
            city.truth.expect(self.office.resource, folder.name, "published_flagged", "W004")

    def _batch(self, day: datetime.date, number: int, when: str) -> Batch:
        office = self.office
        name = f"{office.resource}-{day}-{number:02d}"
        return Batch(office.resource, office.provider, str(day), name, when, office.encoding)

    def _hand_in(self, city: City, batch: Batch, table: pa.Table) -> Path:
        return hand_in(city, batch, {self.file: lambda path: self.write(path, table)}, table.num_rows)


def days_from(city: City, first: np.datetime64) -> NDArray[np.datetime64]:
    """Every day from ``first`` to the city's last one, or to the horizon when that is later."""
    return np.arange(first, max(np.datetime64(city.until), HORIZON) + np.timedelta64(1, "D"))
