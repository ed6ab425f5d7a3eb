"""Handing in the firms' resources: batch names and hours, row defects, and the truth about both."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sample_data import corrupt, delivery
from sample_data.context import INITIAL_DAY, INITIAL_DELIVERY, City
from sample_data.corrupt import Edit
from sample_data.delivery import Batch
from sample_data.truth import Planted

LAST_INITIAL_MONTH = np.datetime64(INITIAL_DAY, "M")
DIRTY_SHARE = 0.01
SMALL_BATCH = 100
"""A batch with fewer rows stays clean: one bad row in ten would be a different story than one in a hundred."""

Editor = Callable[[Path, str, Sequence[Edit], np.random.Generator, float], list[Planted]]


@dataclass(frozen=True)
class Office:
    """A department's side of one resource."""

    resource: str
    provider: str
    encoding: str = "UTF-8"

    def initial(self, cycle: str) -> Batch:
        """The batch with everything up to 2018-05-31; ``cycle`` is daily or monthly."""
        period = str(INITIAL_DAY) if cycle == "daily" else str(INITIAL_DAY)[:7]
        name = f"{self.resource}-{period}-01"
        return Batch(self.resource, self.provider, period, name, INITIAL_DELIVERY, self.encoding)

    def monthly(self, month: np.datetime64, number: int = 1, hour: str = "18:00") -> Batch:
        """The batch of one month, handed in on its last day."""
        last = (month + 1).astype("datetime64[D]") - 1
        name = f"{self.resource}-{month}-{number:02d}"
        return Batch(self.resource, self.provider, str(month), name, f"{last}T{hour}:00+08:00", self.encoding)

    def daily(self, day: datetime.date, number: int = 1, hour: str = "20:00") -> Batch:
        """The batch of one day, handed in the same evening."""
        name = f"{self.resource}-{day}-{number:02d}"
        return Batch(self.resource, self.provider, str(day), name, f"{day}T{hour}:00+08:00", self.encoding)


def months_due(city: City) -> list[np.datetime64]:
    """Months after the initial batch that are over by the city's last day."""
    first = np.datetime64(INITIAL_DAY, "M") + 1
    return list(np.arange(first, np.datetime64(city.until + datetime.timedelta(days=1), "M")))


def csv_editor(folder: Path, file: str, edits: Sequence[Edit], rng: np.random.Generator, share: float) -> list[Planted]:
    """Row defects of a CSV."""
    return corrupt.edit_csv(folder, file, edits, rng, share=share)


def jsonl_editor(
    folder: Path, file: str, edits: Sequence[Edit], rng: np.random.Generator, share: float
) -> list[Planted]:
    """Row defects of a JSON-lines file."""
    return corrupt.edit_jsonl(folder, file, edits, rng, share=share)


def parquet_editor(
    folder: Path, file: str, edits: Sequence[Edit], rng: np.random.Generator, share: float
) -> list[Planted]:
    """Row defects of a Parquet file."""
    return corrupt.edit_parquet(folder, file, edits, rng, share=share)


def hand_in(city: City, batch: Batch, files: Mapping[str, Callable[[Path], None]], rows: int) -> Path:
    """Deliver a batch that is expected to be published; returns its folder."""
    folder = delivery.write(city.out, batch, files, rows)
    city.truth.expect(batch.resource, batch.batch, "published")
    city.delivered(batch.resource, rows)
    return folder


def soil(
    city: City, folder: Path, file: str, edits: Sequence[Edit], editor: Editor, *, rows: int, share: float = DIRTY_SHARE
) -> None:
    """Plant row defects in a delivered file, once it is large enough; what was planted goes to the truth."""
    if rows < SMALL_BATCH and share == DIRTY_SHARE:
        return
    rng = city.stream("dirt", folder.name, file)
    city.truth.plant(editor(folder, file, edits, rng, share))
