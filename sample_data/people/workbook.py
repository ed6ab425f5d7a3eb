"""Workbooks as county offices send them: a sheet a county, titles above the header, a column of merged cells."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sample_data import corrupt, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.delivery import Batch
from sample_data.firms.handover import SMALL_BATCH, hand_in


def _sheets(city: City, table: pa.Table, village: str) -> dict[str, pa.Table]:
    """The rows of each county that has any, by the county's name."""
    code = np.array([value[:6] for value in table[village].to_pylist()])
    names = {county.code: county.name for county in city.places.counties}
    return {name: table.filter(pa.array(code == own)) for own, name in names.items() if (code == own).any()}


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    yield from zip(*(column.to_pylist() for column in table.columns), strict=True)


def deliver_workbook(
    city: City,
    batch: Batch,
    tables: Mapping[str, pa.Table],
    titles: Sequence[str],
    edits: Sequence[Edit],
    *,
    merged: str,
) -> Path:
    """Hand in one workbook a table and plant row defects in its long sheets; returns the batch's folder.

    The county of a row is read from its village code, the column whose name ends in 村居代码.
    """
    files, sheets = {}, {}
    for file, table in tables.items():
        header = table.column_names
        village = next(name for name in header if name.endswith("村居代码"))
        sheets[file] = _sheets(city, table, village)

        def write(path: Path, own: dict[str, pa.Table] = sheets[file], header: list[str] = header) -> None:
            delivery.write_xlsx(
                path,
                {name: list(_rows(part)) for name, part in own.items()},
                header=header,
                titles=titles,
                merged_columns=[header.index(merged)],
            )

        files[file] = write
    folder = hand_in(city, batch, files, sum(table.num_rows for table in tables.values()))
    for file, own in sheets.items():
        for name, part in own.items():
            if part.num_rows >= SMALL_BATCH:
                rng = city.stream("dirt", folder.name, file, name)
                city.truth.plant(corrupt.edit_xlsx(folder, file, edits, rng, sheet=name, header_row=len(titles) + 1))
    return folder
