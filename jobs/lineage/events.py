"""OpenLineage events of every step of a night: start, and complete or fail, with what it read and wrote.

They go through the library's file transport into ``$TAIAN_HOME/lineage/<business date>/<step>.jsonl``: each table has
one writer, so each file has one. A night is never stopped by them: what cannot be written is a warning in the log.
"""

import datetime as dt
import logging
import shutil
import uuid
from typing import Any

from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState, set_producer
from openlineage.client.facet_v2 import (
    BaseFacet,
    column_lineage_dataset,
    error_message_run,
    input_statistics_input_dataset,
    job_type_job,
    nominal_time_run,
    output_statistics_output_dataset,
    ownership_dataset,
    parent_run,
    schema_dataset,
)
from openlineage.client.transport.file import FileConfig, FileTransport
from openlineage.client.uuid import generate_new_uuid

from catalog import Catalog
from jobs import journal, lake
from jobs.lineage.columns import LANDING, Edge, edges_of
from jobs.plan import Step
from jobs.products import BY_TABLE
from taian.files import private_folder
from taian.settings import settings

LOG = logging.getLogger("taian.lineage")
PRODUCER = "urn:taian:nightly"
set_producer(PRODUCER)
JOBS, LAKE, DELIVERIES = "taian", "taian.lake", "taian.landing"
"""Namespaces of the steps, of the tables, and of what was delivered."""
KEPT_DAYS = 400
"""A year, and the month of the year before that it is compared with."""
NIGHTS = uuid.UUID("6f1f0f0e-2f0c-5b1e-9b57-0d6c7b0a3709")
"""Namespace of the ids of nights, which OpenLineage wants to be UUIDs."""
WRITTEN = {"settle": ("meta__run", "meta__delivery", "meta__check", "meta__stage", "meta__quality")}
READ = {"alert": ("topic_authenticity__finding", "meta__delivery", "meta__quality")}


class StepRun:
    """One attempt at one step; ``begin`` it, then ``complete`` or ``fail`` it."""

    def __init__(self, step: Step, catalog: Catalog, business_date: dt.date, run_id: str) -> None:
        self._step, self._catalog, self._date, self._night = step, catalog, business_date, run_id
        self._run = str(generate_new_uuid())

    def begin(self) -> None:
        """The step starts; what it will read is known from the plan."""
        self._tell(RunState.START)

    def complete(self) -> None:
        """The step ended well: its tables with their columns, where those come from, and their rows."""
        self._tell(RunState.COMPLETE)

    def fail(self, message: str) -> None:
        """The step failed; ``message`` names nobody."""
        self._tell(RunState.FAIL, message)

    def _tell(self, state: RunState, message: str = "") -> None:
        try:
            folder = private_folder(settings().lineage / self._date.isoformat())
            path = folder / f"{self._step.name}.jsonl"
            FileTransport(FileConfig(log_file_path=str(path), append=True)).emit(self._event(state, message))
            path.chmod(0o600)
        except Exception:
            # Lineage is told about the night; it must not decide how the night goes.
            LOG.warning("no lineage of %s: its event could not be made or written", self._step.name, exc_info=True)

    def _event(self, state: RunState, message: str) -> RunEvent:
        is_done = state == RunState.COMPLETE
        facets: dict[str, Any] = {
            "nominalTime": nominal_time_run.NominalTimeRunFacet(f"{self._date.isoformat()}T00:00:00+08:00"),
            "parent": parent_run.ParentRunFacet(
                parent_run.Run(str(uuid.uuid5(NIGHTS, self._night))), parent_run.Job(JOBS, "nightly")
            ),
        }
        if message:
            facets["errorMessage"] = error_message_run.ErrorMessageRunFacet(message, "PYTHON")
        kind = job_type_job.JobTypeJobFacet("BATCH", "TAIAN", self._step.layer.upper())
        return RunEvent(
            eventType=state,
            eventTime=journal.now(),
            run=Run(self._run, facets),
            job=Job(JOBS, f"nightly.{self._step.name}", {"jobType": kind}),
            inputs=self._inputs(is_done),
            outputs=self._outputs() if is_done else [],
        )

    def _inputs(self, is_done: bool) -> list[InputDataset]:
        step, catalog = self._step, self._catalog
        if step.layer == "land":
            references = [InputDataset(LAKE, f"dwd_{catalog[name].table}") for name in step.needs]
            return [*(self._batches() if is_done else [InputDataset(DELIVERIES, step.name)]), *references]
        if step.layer in ("base", "topic"):
            return [InputDataset(LAKE, _table(name, catalog)) for name in step.needs]
        return [InputDataset(LAKE, name) for name in READ.get(step.name, ())]

    def _batches(self) -> list[InputDataset]:
        """What this night took of the resource, batch by batch, with its rows."""
        taken = [row for row in journal.deliveries(self._step.name) if row["run_id"] == self._night]
        found = [InputDataset(DELIVERIES, self._step.name)]
        for row in taken:
            rows = input_statistics_input_dataset.InputStatisticsInputDatasetFacet(rowCount=row["rows_delivered"])
            found.append(InputDataset(DELIVERIES, row["folder"], {"inputStatistics": rows}))
        return found

    def _outputs(self) -> list[OutputDataset]:
        step = self._step
        if step.layer == "land":
            return self._landed()
        if step.layer in ("base", "topic"):
            made = journal.product(step.name)
            return [_dataset(step.name, _columns(step.name), self._catalog, made["rows"] if made else None)]
        return [OutputDataset(LAKE, name) for name in WRITTEN.get(step.name, ())]

    def _landed(self) -> list[OutputDataset]:
        resource = self._catalog[self._step.name]
        taken = [row for row in journal.deliveries(resource.resource) if row["run_id"] == self._night]
        accepted, refused = (sum(row[name] or 0 for row in taken) for name in ("rows_accepted", "rows_quarantined"))
        typed = _dataset(f"dwd_{resource.table}", {c.name: c.type for c in resource.columns}, self._catalog, accepted)
        owners = [ownership_dataset.Owner(provider.code, "provider") for provider in resource.providers]
        typed.facets = {**(typed.facets or {}), "ownership": ownership_dataset.OwnershipDatasetFacet(owners)}
        return [
            _counted(f"ods_{resource.table}", accepted + refused),
            typed,
            _counted(f"quarantine__{resource.resource}", refused),
        ]


def _table(name: str, catalog: Catalog) -> str:
    return f"dwd_{catalog[name].table}" if name in catalog.resources else name


def _columns(table: str) -> dict[str, str]:
    """Columns of a table of the lake and their types."""
    return {field.name: field.dataType.simpleString() for field in lake.schema(table).fields}


def _counted(table: str, rows: int | None, **facets: BaseFacet) -> OutputDataset:
    counted = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(rowCount=rows)
    given: dict[str, Any] = facets
    return OutputDataset(LAKE, table, {"outputStatistics": counted}, facets=given)


def _dataset(table: str, columns: dict[str, str], catalog: Catalog, rows: int | None) -> OutputDataset:
    """A table as it was written: its schema, the origin of its columns, its rows."""
    product = BY_TABLE.get(table)
    made = product.inputs(catalog) if product else ()
    known = {name: list(_columns(name)) for name in made if name in BY_TABLE and lake.exists(name)}
    fields = [schema_dataset.SchemaDatasetFacetFields(name, kind) for name, kind in columns.items()]
    return _counted(
        table,
        rows,
        schema=schema_dataset.SchemaDatasetFacet(fields),
        columnLineage=_column_lineage(edges_of(table, list(columns), known, catalog)),
    )


def _column_lineage(edges: list[Edge]) -> column_lineage_dataset.ColumnLineageDatasetFacet:
    fields: dict[str, column_lineage_dataset.Fields] = {}
    for edge in edges:
        is_delivered = edge.source_table.startswith(LANDING)
        kind = column_lineage_dataset.Transformation(
            "DIRECT", "IDENTITY" if edge.is_same else "TRANSFORMATION", edge.how
        )
        source = column_lineage_dataset.InputField(
            DELIVERIES if is_delivered else LAKE,
            edge.source_table.removeprefix(LANDING),
            edge.source_column,
            [kind],
        )
        fields.setdefault(edge.column, column_lineage_dataset.Fields([])).inputFields.append(source)
    return column_lineage_dataset.ColumnLineageDatasetFacet(fields)


def forget_before(business_date: dt.date) -> None:
    """Remove the events of nights more than KEPT_DAYS before this one."""
    oldest = (business_date - dt.timedelta(days=KEPT_DAYS)).isoformat()
    for folder in settings().lineage.glob("????-??-??"):
        if folder.name < oldest:
            shutil.rmtree(folder, ignore_errors=True)
