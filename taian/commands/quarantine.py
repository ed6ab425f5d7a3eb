"""``taian quarantine``: rejected rows, and their correction."""

from pathlib import Path
from typing import Annotated, Any

import typer

from catalog import Resource
from taian import oplog, spreadsheet
from taian.clock import delivery_moment
from taian.commands.catalog import the_resource, usable
from taian.engine import engine
from taian.errors import ProblemError
from taian.files import private_folder
from taian.handover import hand_in, manifest_of, next_batch, provider_of
from taian.refusedrows import (
    Corrected,
    Refused,
    check_can_resubmit,
    corrected,
    delivery_file,
    refused_row,
    sheet,
    shown,
)
from taian.services import installation
from taian.tables import JsonOption, print_rows

ResourceArgument = Annotated[str, typer.Argument(metavar="RESOURCE", help="Resource of the catalogue.")]
BatchOption = Annotated[str | None, typer.Option(help="Only rows of this batch.")]
LIST_COLUMNS = ("resource", "batch", "state", "rows_delivered", "rows_quarantined", "codes")


def deliveries(resource: str | None = None) -> list[dict[str, Any]]:
    """Outcomes of all batches; none where no night has run yet."""
    if not installation().journal.exists():
        return []
    from jobs import journal

    return journal.deliveries(resource)


def listed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Batches with refused rows, and how many of each code."""
    return [
        {
            "resource": row["resource"],
            "period": row["period"],
            "batch": row["batch"],
            "state": row["state"],
            "rows_delivered": row["rows_delivered"],
            "rows_quarantined": row["rows_quarantined"],
            "codes": "  ".join(f"{code} {count}" for code, count in sorted((row["codes"] or {}).items())),
        }
        for row in rows
        if row["rows_quarantined"]
    ]


def read_refused(resource: Resource, batch: str | None, most: int | None = None) -> list[Refused]:
    """Refused rows of a resource in the order of their place. ProblemError when there are none."""
    layouts = {row["batch"]: row for row in deliveries(resource.resource) if row["headers"]}
    counted = [
        row for row in deliveries(resource.resource) if row["rows_quarantined"] and batch in (None, row["batch"])
    ]
    if not counted:
        where = f"batch {batch} of {resource.resource}" if batch else resource.resource
        raise ProblemError(f"No row of {where} is quarantined: taian quarantine list shows where there are some.")
    from jobs import lake

    frame = lake.read(engine(), f"quarantine__{resource.resource}")
    if batch is not None:
        frame = frame.where(frame["_batch"] == batch)
    ordered = frame.orderBy("_batch", "_file", "_source_row")
    rows = (ordered if most is None else ordered.limit(most)).toArrow().to_pylist()
    if not rows:
        raise ProblemError(
            f"The refused rows of {batch or resource.resource} left quarantine after {resource.quarantine_days} days: "
            "their department delivers the corrected records again."
        )
    return [refused_row(row, layouts.get(row["_batch"]), resource) for row in rows]


def export_rows(resource: Resource, batch: str | None, out: Path) -> int:
    """Write the refused rows of a resource to a file for their owner; returns how many there are."""
    if out.suffix.lower() not in (".csv", ".xlsx"):
        raise ProblemError(f"--out {out} is neither .xlsx nor .csv: choose one of them.")
    if out.exists():
        raise ProblemError(f"{out} exists already: choose another name, or remove it first.")
    rows = read_refused(resource, batch)
    table = sheet(rows, resource)
    is_csv = out.suffix.lower() == ".csv"
    content = spreadsheet.as_csv(table) if is_csv else spreadsheet.as_xlsx(table, resource.resource)
    spreadsheet.write_new(out, content)
    oplog.append("export", resource=resource.resource, batch=batch, rows=len(rows), file=str(out.absolute()))
    return len(rows)


def origin(found: Corrected, name: str) -> dict[str, Any]:
    """The delivery that the corrected rows come from. ProblemError when they are not of one resource and period."""
    known = {row["batch"]: row for row in deliveries()}
    for batch in found.batches:
        if batch not in known:
            raise ProblemError(
                f"{name} names the batch '{batch}', which was never delivered: keep the column as exported."
            )
    origins = [known[batch] for batch in found.batches]
    if len({(row["resource"], row["period"]) for row in origins}) > 1:
        raise ProblemError(
            f"{name} holds rows of several periods: export one batch at a time (--batch {found.batches[0]})."
        )
    return origins[0]


def resubmit_file(file: Path) -> tuple[str, int]:
    """Hand in the corrected rows of ``file`` as a new batch of the period they were refused in; its id and rows."""
    if not file.is_file():
        raise ProblemError(f"{file} is not a file: name the corrected export.")
    found = corrected(spreadsheet.read_table(file), file.name)
    came_from = origin(found, file.name)
    resource = the_resource(usable(), came_from["resource"])
    check_can_resubmit(resource)
    content, here = delivery_file(found, resource), installation()
    batch = next_batch(here.landing, resource.resource, came_from["period"])
    provider = provider_of(resource, came_from["provider"])
    manifest = manifest_of(resource, provider, came_from["period"], len(found.rows), delivery_moment(here.home))
    # It replaces nothing: the accepted rows of the batch stay, and these join them.
    scratch = private_folder(here.home / "tmp") / f"{batch}.{resource.form.kind}"
    scratch.unlink(missing_ok=True)
    spreadsheet.write_new(scratch, content)
    hand_in(here.landing, scratch, {**manifest, "batch": batch})
    return batch, len(found.rows)


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Rejected rows, and their correction.", epilog="Example: taian quarantine list", no_args_is_help=True
    )
    app.add_typer(group, name="quarantine")

    @group.command("list")
    def list_batches(
        resource: Annotated[str | None, typer.Argument(metavar="[RESOURCE]", help="Only this resource.")] = None,
        as_json: JsonOption = False,
    ) -> None:
        """List the batches with refused rows, and how many rows have which code (taian catalog codes).

        Example: taian quarantine list resident
        """
        if resource is not None:
            the_resource(usable(), resource)
        print_rows(listed(deliveries(resource)), as_json=as_json, columns=LIST_COLUMNS)

    @group.command()
    def show(
        resource: ResourceArgument,
        batch: BatchOption = None,
        most: Annotated[int, typer.Option("--limit", min=1, help="At most this many rows.")] = 20,
        as_json: JsonOption = False,
    ) -> None:
        """Show refused rows with what is wrong with them; personal columns are masked.

        Example: taian quarantine show resident --batch resident-2018-06-30-01
        """
        declaration = the_resource(usable(), resource)
        rows = [shown(row, declaration) for row in read_refused(declaration, batch, most)]
        print_rows(rows, as_json=as_json, columns=("batch", "source_row", "codes", "columns", "reason", "row"))

    @group.command()
    def export(
        resource: ResourceArgument,
        out: Annotated[Path, typer.Option(help="File to write, .xlsx or .csv; it must not exist.")],
        batch: BatchOption = None,
    ) -> None:
        """Write the refused rows as they were delivered, with the reasons, for the department that owns them.

        The file holds personal data unmasked: only this user may read it, and the export is logged. Formula characters
        are neutralised. XLSX keeps identity numbers whole where a spreadsheet would round those of a CSV.

        Example: taian quarantine export resident --out refused.xlsx
        """
        count = export_rows(the_resource(usable(), resource), batch, out)
        typer.echo(f"Wrote {count:,} rows to {out}.")

    @group.command()
    def resubmit(file: Annotated[Path, typer.Argument(help="The corrected export.")]) -> None:
        """Hand in corrected rows as a new batch of the same period; the next night takes it like any other.

        Correct the cells in the file that taian quarantine export wrote, delete the rows that are not to come, keep
        its header. The rows go in in the form that their resource is delivered in; for views, outlines and resources
        delivered whole each time the command says what to do instead.

        Example: taian quarantine resubmit refused.xlsx
        """
        batch, count = resubmit_file(file)
        typer.echo(f"Delivered {count:,} corrected rows as {batch}; the next night takes them.")
