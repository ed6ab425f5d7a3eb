"""What was planted against what the night said, batch by batch and row by row."""

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

Row = tuple[str, str, str, int]


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def journal(home: Path, query: str) -> list[dict[str, Any]]:
    """Rows of the journal."""
    with create_engine(f"sqlite:///{home / 'lake' / '_journal.db'}").connect() as connection:
        return [dict(row) for row in connection.execute(text(query)).mappings()]


def batch_mistakes(home: Path) -> list[str]:
    """One sentence for every batch whose outcome is not the planted one; batches without truth must be published."""
    truth = {
        row["batch"]: (row["expected_state"], row["expected_code"]) for row in _read(home / "truth" / "batches.csv")
    }
    mistakes = []
    seen = set()
    for row in journal(home, "select batch, state, code from delivery order by batch"):
        seen.add(row["batch"])
        expected = truth.get(row["batch"], ("published", ""))
        if (row["state"], row["code"] or "") != expected and not (row["state"] == expected[0] == "replaced"):
            mistakes.append(f"{row['batch']}: expected {expected}, got {(row['state'], row['code'])}")
    return mistakes + [f"{batch}: has no outcome" for batch in sorted(set(truth) - seen)]


def expected_rows(home: Path) -> dict[Row, frozenset[str]]:
    """Planted rows with the codes they must get (none: they must be accepted)."""
    return {
        (row["resource"], row["batch"], row["file"], int(row["source_row"])): frozenset(
            filter(None, row["codes"].split(";"))
        )
        for row in _read(home / "truth" / "defects.csv")
    }


def row_mistakes(home: Path, quarantined: dict[Row, frozenset[str]]) -> dict[str, list[str]]:
    """Planted rows that were missed or judged otherwise, and rows refused though nothing was planted, by resource."""
    judged = {
        row["batch"] for row in journal(home, "select batch from delivery where state not in ('rejected', 'duplicate')")
    }
    mistakes: dict[str, list[str]] = defaultdict(list)
    planted = {row: codes for row, codes in expected_rows(home).items() if row[1] in judged}
    for row, codes in planted.items():
        found = quarantined.get(row, frozenset())
        if found != codes:
            mistakes[row[0]].append(f"{row[1:]} planted {sorted(codes)}, found {sorted(found)}")
    for row, found in quarantined.items():
        if row not in planted:
            mistakes[row[0]].append(f"{row[1:]} refused {sorted(found)}, nothing was planted")
    return dict(mistakes)
