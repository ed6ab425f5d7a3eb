"""What the pages ask about one firm, one person or one place, and how each is found by name, number or address.

Names of firms, addresses and places are matched anywhere in the text: one pass over half a million short texts. Persons
are matched by the stand-in of a whole name or a whole identity number (``taian.pseudonym``), on files sorted by it.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dashboards.serving import Snapshot
from taian.pseudonym import pseudonym

MOST = 8
"""Rows of each kind that a search shows: who sees more than these types another word."""

MOST_WORDS = 4
SHORTEST = 2
NUMBER = re.compile(r"[1-9]\d{16}[\dX]")
TELLING = re.compile(r"[1-8]\d{5}(?:18|19|20)\d{2}|(?<!\d)[1-8]\d{14}(?!\d)")
"""What may be, or become while it is typed, the identity number of a person."""


def is_telling(words: str) -> bool:
    """Whether these words have no place in an address, because they hold an identity number or most of one."""
    return TELLING.search(re.sub(r"\s", "", words)) is not None


def found(snapshot: Snapshot, kind: str, words: str) -> pd.DataFrame:
    """Firms, addresses or places (``kind``) whose text has every word: the exact key, then what begins so, first."""
    parts = words.upper().split()[:MOST_WORDS]
    columns = [_column(kind, part) for part in parts]
    condition = " AND ".join(f'contains("{column}", $w{i})' for i, column in enumerate(columns)) or "false"
    return snapshot.read(
        "entity__name",
        f"""
        SELECT key, title, "where", state FROM entity__name WHERE kind = $kind AND {condition}
        ORDER BY key = $whole DESC, starts_with(title, $whole) DESC, length(title), title, key LIMIT {MOST}
        """,
        {"kind": kind, "whole": words.upper().strip()} | {f"w{i}": part for i, part in enumerate(parts)},
    )


def _column(kind: str, word: str) -> str:
    """Where a word is looked for. House numbers make two million addresses out of some thousand shapes (each number a
    ``#``), and what has no number is in an address where it is in its shape: 3 ms in place of 53.
    """
    return "text" if kind != "address" or re.search("[0-9#]", word) else "shape"


def persons(snapshot: Snapshot, words: str, key: str) -> pd.DataFrame:
    """Persons with exactly this name or identity number, masked; none for a reader who may see none."""
    whole = re.sub(r"\s", "", words).upper()
    if NUMBER.fullmatch(whole):
        return snapshot.read(
            "entity__person",
            """
            SELECT entity, name, birth_year, county_code FROM entity__person
            WHERE entity = $entity ORDER BY is_current DESC LIMIT 1
            """,
            {"entity": pseudonym(key, whole)},
        )
    return snapshot.read(
        "entity__person_name",
        f"""
        SELECT DISTINCT entity, name, birth_year, county_code FROM entity__person_name WHERE name_key = $name
        ORDER BY county_code, birth_year, entity LIMIT {MOST}
        """,
        {"name": pseudonym(key, words.strip())},
    )


def firm(snapshot: Snapshot, code: str) -> dict[str, Any] | None:
    """Everything known of one legal person as far as the reader sees, or None."""
    frame = snapshot.read("entity__firm", "SELECT * FROM entity__firm WHERE credit_code = $code", {"code": code})
    return None if frame.empty else {str(name): _plain(value) for name, value in frame.iloc[0].to_dict().items()}


def firm_months(snapshot: Snapshot, code: str) -> pd.DataFrame:
    """Returns, invoices and consumption of one reporting unit by month; nothing for who may not see single units."""
    return snapshot.read(
        "entity__firm_month",
        "SELECT * EXCLUDE (credit_code) FROM entity__firm_month WHERE credit_code = $code ORDER BY period",
        {"code": code},
    )


def findings_of_firm(snapshot: Snapshot, code: str) -> pd.DataFrame:
    """Findings about one reporting unit; asked only for a reader who may see single units."""
    return snapshot.read(
        "topic_authenticity__finding",
        "SELECT finding_id, family, strength, period, message FROM topic_authenticity__finding WHERE unit = $code",
        {"code": code},
    )


def person(snapshot: Snapshot, entity: str) -> list[dict[str, Any]]:
    """One person as the library had it over time, the newest first; masked."""
    frame = snapshot.read(
        "entity__person",
        "SELECT * FROM entity__person WHERE entity = $entity ORDER BY valid_from DESC",
        {"entity": entity},
    )
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def person_records(snapshot: Snapshot, entity: str) -> list[dict[str, Any]]:
    """Records of other departments that are about one person."""
    frame = snapshot.read(
        "entity__person_record",
        "SELECT * EXCLUDE (entity) FROM entity__person_record WHERE entity = $entity ORDER BY resource, role",
        {"entity": entity},
    )
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def division_names(snapshot: Snapshot, codes: Sequence[str]) -> dict[str, str]:
    """Code of a present division (统计用) to its name."""
    frame = snapshot.read(
        "base_geo__division",
        """
        SELECT code, name FROM base_geo__division
        WHERE system = 'nbs' AND is_current AND list_contains($codes::VARCHAR[], code)
        """,
        {"codes": list(codes)},
    )
    return {str(code): str(name) for code, name in frame.itertuples(index=False, name=None)}


def division(snapshot: Snapshot, code: str) -> dict[str, Any] | None:
    """What a code means now, or meant last; the statistical system first. None for a code of neither system."""
    frame = snapshot.read(
        "base_geo__division",
        """
        SELECT code, name, level, is_current FROM base_geo__division WHERE code = $code
        ORDER BY is_current DESC, system = 'nbs' DESC, valid_to DESC NULLS FIRST LIMIT 1
        """,
        {"code": code},
    )
    return None if frame.empty else {str(name): value for name, value in frame.iloc[0].to_dict().items()}


def division_history(snapshot: Snapshot, code: str) -> pd.DataFrame:
    """Everything a code has meant in both systems, and the codes that were merged into it."""
    return snapshot.read(
        "base_geo__division",
        """
        SELECT system, code, name, level, valid_from, valid_to, successor_code FROM base_geo__division
        WHERE code = $code OR successor_code = $code ORDER BY code <> $code, system DESC, valid_from DESC NULLS LAST
        """,
        {"code": code},
    )


def division_children(snapshot: Snapshot, code: str) -> pd.DataFrame:
    """The divisions right below one, with what is counted in them."""
    return snapshot.read(
        "base_geo__division",
        """
        SELECT division.code, name, level, persons, persons_withheld, coalesce(facilities, 0) AS facilities
        FROM base_geo__division AS division LEFT JOIN entity__place AS counted ON counted.code = division.code
        WHERE system = 'nbs' AND is_current AND parent_code = $code ORDER BY division.code
        """,
        {"code": code},
        "entity__place",
    )


def place_counts(snapshot: Snapshot, code: str) -> dict[str, Any]:
    """What is counted in a division; empty where nothing is."""
    frame = snapshot.read("entity__place", "SELECT * FROM entity__place WHERE code = $code", {"code": code})
    return {} if frame.empty else {str(name): value for name, value in frame.iloc[0].to_dict().items()}


def facilities(snapshot: Snapshot, code: str) -> pd.DataFrame:
    """Public facilities of a township or village, by kind and name."""
    return snapshot.read(
        "entity__name",
        """
        SELECT title, state, "where" FROM entity__name
        WHERE kind = 'facility' AND starts_with(key, $code) ORDER BY state, title, key
        """,
        {"code": code},
    )


def facility_kinds(snapshot: Snapshot, county: str | None) -> pd.DataFrame:
    """How many public facilities of each kind there are in a county, or in the city."""
    return snapshot.read(
        "entity__name",
        """
        SELECT state, count(*) AS facilities FROM entity__name
        WHERE kind = 'facility' AND ($county IS NULL OR county_code = $county)
        GROUP BY state ORDER BY facilities DESC, state
        """,
        {"county": county},
    )


def firms_of(snapshot: Snapshot, county: str, named: str, start: int, most: int) -> pd.DataFrame:
    """Firms registered in a county whose text has ``named`` in it, those that live first; ``total`` says how many."""
    return snapshot.read(
        "entity__name",
        """
        SELECT key, title, state, count(*) OVER () AS total FROM entity__name
        WHERE kind = 'firm' AND county_code = $county AND contains("text", $named)
        ORDER BY state = 'alive' DESC, title, key LIMIT $most OFFSET $start
        """,
        {"county": county, "named": named.upper(), "start": start, "most": most},
    )


def _plain(value: Any) -> Any:
    """Lists of DuckDB arrive as arrays."""
    return value.tolist() if isinstance(value, np.ndarray) else value
