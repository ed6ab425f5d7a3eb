"""What both registers of bodies have in common: a workbook a quarter, changes between two, and defects."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sample_data import corrupt, delivery
from sample_data.context import INITIAL_DELIVERY, City
from sample_data.corrupt import Edit
from sample_data.delivery import Batch
from sample_data.firms import names
from sample_data.firms.handover import SMALL_BATCH, hand_in

FIRST, SECOND, SECOND_ENDS = "2018Q1", "2018Q2", datetime.date(2018, 6, 30)
CHANGED, ENDED = 0.03, 0.005

Row = tuple[object, ...]


@dataclass(frozen=True)
class Book:
    """How an office writes its register: file and sheet names, titles above the header, and what a row looks like."""

    resource: str
    provider: str
    file: str
    sheet: str
    titles: tuple[str, ...]
    header: tuple[str, ...]
    rows: Callable[[pd.DataFrame], list[Row]]
    edits: Sequence[Edit]


def day(values: pd.Series) -> list[str]:
    """Days as 2018年6月5日, the way such tables are printed."""
    return [f"{value.year}年{value.month}月{value.day}日" for value in pd.to_datetime(values)]


def next_quarter(city: City, book: Book, register: pd.DataFrame) -> pd.DataFrame:
    """The register three months later: some representatives changed, a few bodies were struck off."""
    rng = city.stream("legal", book.resource, SECOND)
    draw = rng.random(len(register))
    alive = (register["status"] == "正常").to_numpy()
    changes, ends = alive & (draw < CHANGED), alive & (draw > 1 - ENDED)
    touched = np.datetime64("2018-04-01") + rng.integers(0, 85, size=len(register)).astype("timedelta64[D]")
    out = register.copy()
    out.loc[changes, "representative"] = names.person_names(rng, int(changes.sum()))
    out.loc[ends, "status"] = "注销"
    out["updated_on"] = np.where(changes | ends, touched, register["updated_on"])
    return out


def deliver(city: City, book: Book, register: pd.DataFrame) -> None:
    """The first quarter, handed in when the platform opened and therefore late, then the second in time."""
    first = Batch(book.resource, book.provider, FIRST, f"{book.resource}-{FIRST}-01", INITIAL_DELIVERY)
    _hand_in(city, book, first, register)
    city.truth.expect(book.resource, first.batch, "published_flagged", "W004")
    if city.until >= SECOND_ENDS:
        at = f"{SECOND_ENDS}T16:20:00+08:00"
        second = Batch(book.resource, book.provider, SECOND, f"{book.resource}-{SECOND}-01", at)
        _hand_in(city, book, second, next_quarter(city, book, register))


def _hand_in(city: City, book: Book, batch: Batch, register: pd.DataFrame) -> None:
    file = f"{book.file}_{batch.period}.xlsx"
    rows = book.rows(register)

    def write(path: Path) -> None:
        delivery.write_xlsx(path, {book.sheet: rows}, header=book.header, titles=book.titles)

    folder = hand_in(city, batch, {file: write}, len(rows))
    if len(rows) >= SMALL_BATCH:
        rng = city.stream("dirt", folder.name, file)
        header_row = len(book.titles) + 1
        planted = corrupt.edit_xlsx(folder, file, book.edits, rng, sheet=book.sheet, header_row=header_row)
        city.truth.plant(planted)
