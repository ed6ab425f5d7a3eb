"""Invented identity numbers (GB 11643): unassigned area, date of birth, sequence, mod 11-2 check character."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Integers = NDArray[np.int64]

FIRST_DAY = np.datetime64("1900-01-01")
WEIGHTS = np.array([pow(2, 17 - i, 11) for i in range(17)], dtype=np.int64)
CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)
STRIDE = 137
"""Coprime to the 500 sequence numbers of a sex on one day, so that neighbours in the file get distant numbers."""


def _digits(values: Integers, width: int) -> NDArray[np.uint8]:
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return ((values[:, None] // powers) % 10).astype(np.uint8)


def _rank_within(groups: Integers) -> Integers:
    """Position of each row among the rows of its group, in row order."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    rank = np.arange(len(groups)) - np.repeat(starts, np.diff(np.r_[starts, len(groups)]))
    result = np.empty(len(groups), dtype=np.int64)
    result[order] = rank
    return result


class Numbers:
    """Issues numbers, none twice: remembers how many each area has given out for a day of birth and a sex."""

    def __init__(self, area_codes: tuple[str, ...], last_year: int = 2018) -> None:
        self._areas = np.array([int(code) for code in area_codes])
        days = int((np.datetime64(f"{last_year + 1}-01-01") - FIRST_DAY) / np.timedelta64(1, "D"))
        self._days = days
        self._given = np.zeros(len(area_codes) * days * 2, dtype=np.int16)

    def issue(self, area: Integers, birth: NDArray[np.datetime64], is_male: NDArray[np.bool_]) -> pa.Array:
        """Numbers for persons of ``area`` (index), born on ``birth``.

        Raises ValueError when an area has more than 500 births of one sex on one day.
        """
        day = (birth.astype("datetime64[D]") - FIRST_DAY).astype(np.int64)
        group = (area * self._days + day) * 2 + is_male
        rank = _rank_within(group) + self._given[group]
        if len(rank) and rank.max() >= 500:
            raise ValueError("more than 500 births of one sex on one day in one area: the sequence numbers are used up")
        np.add.at(self._given, group, 1)
        sequence = ((rank * STRIDE + group * 31) % 500) * 2 + is_male
        months = birth.astype("datetime64[M]").astype(np.int64)
        written = (
            (1970 + months // 12) * 10_000
            + (months % 12 + 1) * 100
            + (birth.astype("datetime64[D]") - birth.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
            + 1
        )
        digits = np.hstack((_digits(self._areas[area], 6), _digits(written, 8), _digits(sequence, 3)))
        check = CHECKS[(digits @ WEIGHTS) % 11]
        text = np.ascontiguousarray(np.hstack((digits + ord("0"), check[:, None])).astype(np.uint8))
        offsets = np.arange(0, 18 * (len(area) + 1), 18, dtype=np.int32)
        return pa.StringArray.from_buffers(len(area), pa.py_buffer(offsets), pa.py_buffer(text))
