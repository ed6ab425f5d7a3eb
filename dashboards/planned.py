"""What the page of the integration plan asks of one published night; each answer ends where the reader's sight does."""

import json
from typing import Any

import pandas as pd

from dashboards.queries import CITY
from dashboards.serving import Snapshot


def tasks(snapshot: Snapshot) -> pd.DataFrame:
    """Every milestone in the order of the articles."""
    return snapshot.read("topic_plan__task", "SELECT * FROM topic_plan__task ORDER BY task_id")


def task(snapshot: Snapshot, number: str) -> Any:
    """One milestone as a row; None for a number that there is none of, or none that the reader may see."""
    found = tasks(snapshot)
    rows = found[found["task_id"] == number].to_dict("records")
    return rows[0] if rows else None


def measures(snapshot: Snapshot) -> pd.DataFrame:
    """Every measure by owner; the smallest share first, the city (where it may be seen) before all."""
    return snapshot.read(
        "topic_plan__measure",
        f"SELECT * FROM topic_plan__measure ORDER BY measure, owner <> '{CITY}', value, owner",
    )


def evaluation(snapshot: Snapshot) -> pd.DataFrame:
    """The evaluation, an indicator of a department a row, the best department first."""
    return snapshot.read(
        "topic_plan__evaluation",
        "SELECT * FROM topic_plan__evaluation ORDER BY rank NULLS LAST, score DESC, department",
    )


def systems(snapshot: Snapshot) -> pd.DataFrame:
    """Every system, the most telling signs first."""
    return snapshot.read(
        "topic_plan__system",
        "SELECT * FROM topic_plan__system ORDER BY points DESC NULLS LAST, department, system_code",
    )


def townships(snapshot: Snapshot) -> pd.DataFrame:
    """Every township, those without the extranet first."""
    return snapshot.read(
        "topic_plan__township", "SELECT * FROM topic_plan__township ORDER BY is_connected, township_code"
    )


def evidence_of(row: Any) -> dict[str, str]:
    """What shows each criterion of a system, by criterion."""
    found: dict[str, str] = json.loads(row["evidence"]) if row["evidence"] else {}
    return found
