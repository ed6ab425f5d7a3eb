"""A register that an office hands in as a workbook a month, with the dirt that a workbook gathers."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sample_data import corrupt, delivery
from sample_data.context import INITIAL_DAY, City
from sample_data.corrupt import Edit
from sample_data.firms.handover import Office, hand_in, months_due

PLAN_DAY = datetime.date(2017, 12, 4)
"""The day of the plan: nothing of it was done before."""
Rows = list[list[object]]


@dataclass(frozen=True)
class Workbook:
    """Who hands it in, what the file and its sheet are called, what stands above the rows, and what goes wrong."""

    office: Office
    file: str
    sheet: str
    titles: tuple[str, ...]
    header: tuple[str, ...]
    edits: Sequence[Edit]
    share: float = 0.03

    def deliver(self, city: City, rows_on: Callable[[datetime.date], Rows]) -> None:
        """May's workbook with the first delivery, then each month's; ``rows_on`` is the register of a day."""
        self._hand_in(city, self.office.initial("monthly"), rows_on(INITIAL_DAY))
        for month in months_due(city):
            last: datetime.date = ((month + 1).astype("datetime64[D]") - np.timedelta64(1, "D")).astype(datetime.date)
            self._hand_in(city, self.office.monthly(month), rows_on(last))

    def _hand_in(self, city: City, batch: delivery.Batch, rows: Rows) -> None:
        file = f"{self.file}_{batch.period}.xlsx"

        def write(path: Path) -> None:
            delivery.write_xlsx(path, {self.sheet: rows}, header=self.header, titles=self.titles)

        folder = hand_in(city, batch, {file: write}, len(rows))
        rng = city.stream("dirt", folder.name, file)
        where = {"sheet": self.sheet, "header_row": len(self.titles) + 1}
        city.truth.plant(corrupt.edit_xlsx(folder, file, self.edits, rng, share=self.share, **where))  # type: ignore[arg-type]
