"""The shape every form is brought to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

SCHEMA = pa.schema(
    [
        ("_file", pa.string()),
        ("_source_row", pa.int64()),
        ("raw", pa.string()),
        ("_defect", pa.string()),
    ]
)

HALVES = re.compile("[\ud800-\udfff]")


def without_halves(text: str) -> str:
    """Half a character (a lone surrogate, which JSON can spell and no encoding can store) as one that was lost."""
    return text if text.isascii() else HALVES.sub("\N{REPLACEMENT CHARACTER}", text)


@dataclass(frozen=True)
class Content:
    """One file's rows: the headers in their delivered order, how ``raw`` is written, and what was noticed on the
    way.
    """

    headers: tuple[str, ...]
    codec: str
    batches: Iterator[pa.RecordBatch]
    notes: tuple[tuple[str, str], ...] = ()


def record_batch(
    file: str, source_rows: Sequence[int] | Any, raw: Sequence[str] | Any, defects: Sequence[str | None] | Any
) -> pa.RecordBatch:
    """Rows of one file as an Arrow batch."""
    count = len(raw)
    return pa.RecordBatch.from_arrays(
        [
            pa.repeat(pa.scalar(file, pa.string()), count),
            pa.array(source_rows, pa.int64()),
            pa.array(raw, pa.string()),
            pa.array(defects, pa.string()),
        ],
        schema=SCHEMA,
    )
