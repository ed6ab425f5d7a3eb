"""What came out of a night, in a few lines: deliveries by outcome, what is published, where to look."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import typer

from taian.airflow_config import airflow_url, reachable
from taian.nightly import Night
from taian.services import catches_mail
from taian.settings import Settings

STATES = {
    "published": "published",
    "published_flagged": "published with a flag",
    "held": "held for a person",
    "rejected": "file rejected",
    "duplicate": "delivered twice, taken once",
    "replaced": "replaced by a correction",
}


def deliveries_of(run_id: str) -> list[dict[str, Any]]:
    """The batches that were decided in this run."""
    from jobs import journal

    return [row for row in journal.deliveries() if row["run_id"] == run_id]


def reasons_of(run_id: str, steps: list[str]) -> dict[str, str]:
    """Why each failed step failed, as the journal has it; a step killed before it could write has none."""
    import sqlalchemy as sa

    from jobs import journal

    query = sa.select(journal.STEP.c.step, journal.STEP.c.message).where(
        journal.STEP.c.run_id == run_id, journal.STEP.c.state == "failed"
    )
    return {row["step"]: row["message"] for row in journal.rows(query) if row["step"] in steps}


def current(serving: Path) -> dict[str, Any]:
    """What the pages show now; empty before the first publication."""
    file = serving / "CURRENT.json"
    if not file.exists():
        return {}
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def summary_lines(
    settings: Settings, night: Night, deliveries: list[dict[str, Any]], reasons: dict[str, str]
) -> list[str]:
    """The lines to print; ``reasons`` says why a failed step failed."""
    lines = [f"Night {night.run_id}: {night.state}, {len(night.seconds)} steps."]
    counts = Counter(str(row["state"]) for row in deliveries)
    if not deliveries:
        lines.append("  Nothing new was delivered.")
    for state, title in STATES.items():
        if counts[state]:
            rows = sum(row["rows_delivered"] or 0 for row in deliveries if row["state"] == state)
            lines.append(f"  {counts[state]:>5} batches {title}" + (f", {rows:,} rows" if rows else ""))
    quarantined = sum(row["rows_quarantined"] or 0 for row in deliveries)
    if quarantined:
        lines.append(f"  {quarantined:>5,} rows quarantined: taian quarantine list")
    lines += [f"  Failed: {step} ({reasons.get(step, 'see its log in Airflow')})" for step in night.failed]
    if night.failed:
        lines.append("  Mend the cause and run the same command again: it takes up what failed.")
    tables = current(settings.serving)
    if tables:
        lines.append(f"  Pages show {len(tables['tables'])} tables as of {tables['business_date']}.")
    host = reachable(settings.host)
    places = [f"Web http://{host}:{settings.web_port}", f"Airflow {airflow_url(settings)}"]
    if catches_mail(settings):
        places.append(f"mail http://{host}:{settings.mail_page_port}")
    lines.append("  " + " · ".join(places))
    return lines


def print_summary(settings: Settings, night: Night) -> None:
    """Print what came out of ``night`` on standard output."""
    reasons = reasons_of(night.run_id, night.failed)
    for line in summary_lines(settings, night, deliveries_of(night.run_id), reasons):
        typer.echo(line)
