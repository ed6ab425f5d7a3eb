"""What was planted, kept apart from the deliveries: the night never reads it, the tests compare against it."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path

BATCH_STATES = ("published", "published_flagged", "held", "rejected", "duplicate", "replaced")


@dataclass(frozen=True)
class Planted:
    """One planted row: where a person finds it, what was done, and the outcome codes (``;`` between them).

    Empty ``codes`` means a strange but harmless form that must be accepted. ``source_row`` is what a person sees: the
    physical line of a CSV (its header is line 1) or of a JSON-lines file, the ordinal from 1 of a record elsewhere, the
    sheet's row of an XLSX, whose ``file`` is then ``name.xlsx#sheet``.
    """

    resource: str
    batch: str
    file: str
    source_row: int
    defect: str
    codes: str


@dataclass(frozen=True)
class Identity:
    """Who a record of another department really is, where its number does not say so by itself.

    ``record`` is the record's key in its ``resource``, ``role`` whom of it (``person``, ``child``, ``mother``, …);
    ``id_number`` is the 18-digit number of the register, empty for somebody whom neither the register nor a permit
    knows. ``spelling`` says what became of the number: missing, fifteen digits, a wrong digit, somebody else's.
    """

    resource: str
    record: str
    role: str
    id_number: str
    spelling: str


@dataclass
class Truth:
    """Everything planted in one sample city, gathered while it is made."""

    defects: list[Planted] = field(default_factory=list)
    batches: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    events: list[dict[str, object]] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)

    def plant(self, planted: Iterable[Planted]) -> None:
        """Remember planted rows."""
        self.defects.extend(planted)

    def know(self, identities: Iterable[Identity]) -> None:
        """Remember who stands behind records."""
        self.identities.extend(identities)

    def expect(self, resource: str, batch: str, state: str, code: str = "") -> None:
        """Say what must become of a batch; a later call wins. Raises ValueError on an unknown state."""
        if state not in BATCH_STATES:
            raise ValueError(f"batch {batch}: state '{state}' is not one of {', '.join(BATCH_STATES)}")
        self.batches[(resource, batch)] = (state, code)

    def event(self, kind: str, **facts: object) -> None:
        """Remember something that happens in the city (a plant closes, an identity is shared)."""
        self.events.append({"kind": kind, **facts})

    def write(self, out: Path) -> None:
        """Write ``defects.csv``, ``batches.csv``, ``identities.csv`` and ``events.json`` into ``out/truth``."""
        folder = out / "truth"
        folder.mkdir(parents=True, exist_ok=True)
        defects = sorted(self.defects, key=lambda p: (p.resource, p.batch, p.file, p.source_row))
        _write_rows(
            folder / "defects.csv",
            ("resource", "batch", "file", "source_row", "defect", "codes"),
            (astuple(planted) for planted in defects),
        )
        _write_rows(
            folder / "batches.csv",
            ("resource", "batch", "expected_state", "expected_code"),
            ((*key, *value) for key, value in sorted(self.batches.items())),
        )
        _write_rows(
            folder / "identities.csv",
            ("resource", "record", "role", "id_number", "spelling"),
            (astuple(known) for known in sorted(self.identities, key=lambda k: (k.resource, k.record, k.role))),
        )
        text = json.dumps(self.events, ensure_ascii=False, indent=1, default=str)
        (folder / "events.json").write_text(text + "\n", encoding="utf-8")


def _write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
