"""The data owner's report on one batch, from the published night: the workbook that the batch's page offers."""

import json
from collections.abc import Mapping
from typing import Any

from alerts.again import Step, again
from dashboards import format as fmt
from dashboards import queries
from dashboards.departments import name_of
from dashboards.queries import Row
from dashboards.serving import Snapshot
from taian.ownerreport import OwnerReport, Sample

SAMPLES = 20
"""Rows of each code; the night keeps no more."""


def present(row: Row) -> dict[str, Any]:
    """The row with None where there is no value."""
    return {str(name): None if fmt.is_missing(value) else value for name, value in row.items()}


def rows_by_code(row: Row) -> dict[str, int]:
    """How many rows of a batch were refused under which code."""
    found: dict[str, int] = {} if fmt.is_missing(row.get("codes")) else json.loads(row["codes"])
    return found


def steps_of(row: Row, resource: Mapping[str, Any] | None) -> tuple[Step, ...]:
    """How to hand in again what was not taken of a batch; nothing for a resource that the catalogue lost."""
    if resource is None:
        return ()
    return again(
        resource=str(row["resource"]),
        form=str(resource["form"]),
        load=str(resource["load"]),
        period=str(row["period"]),
        batch=str(row["batch"]),
        state=str(row["state"]),
        rows_quarantined=0 if fmt.is_missing(row["rows_quarantined"]) else int(row["rows_quarantined"]),
    )


def workbook(snapshot: Snapshot, key: str) -> bytes | None:
    """The report on the latest outcome of a batch (``queries.key_of``); None when there is no such batch."""
    outcomes = queries.outcomes_of_batch(snapshot, key)
    if outcomes.empty:
        return None
    row = present(outcomes.iloc[0].to_dict())
    name, batch = str(row["resource"]), str(row["batch"])
    resource = queries.resource(snapshot, name)
    quality = queries.quality(snapshot, name)
    of_owner = quality[quality["owner"] == row["provider"]]
    return OwnerReport(
        title=str(resource["title"]) if resource else name,
        provider_name=name_of(str(row["provider"] or "")),
        delivery=row,
        codes=rows_by_code(row),
        checks=[present(each) for each in queries.checks(snapshot, name, batch).to_dict("records")],
        samples=[
            _sample(each) for each in queries.quarantine_samples(snapshot, name, batch, SAMPLES).to_dict("records")
        ],
        quality=of_owner.groupby("dimension").tail(1).to_dict("records"),
        steps=steps_of(row, resource),
    ).workbook()


def _sample(row: Row) -> Sample:
    return Sample(
        file=str(row["file"]),
        source_row=int(row["source_row"]),
        codes=str(row["code"]),
        reason=str(row["code_title"]),
        columns=str(row["column_title"]),
        cells=json.loads(row["row_masked"]),
    )
