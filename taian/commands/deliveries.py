"""``taian deliveries``: what became of each batch, and letting a held one through."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from alerts.again import again
from catalog import Resource
from catalog.codes import OURS
from taian.commands.catalog import the_resource, usable
from taian.commands.quarantine import deliveries, read_refused
from taian.errors import ProblemError
from taian.oplog import os_user
from taian.ownerreport import OwnerReport, Sample
from taian.refusedrows import shown
from taian.spreadsheet import write_new
from taian.tables import JsonOption, print_rows

if TYPE_CHECKING:
    from jobs.release import Release

BatchArgument = Annotated[str, typer.Argument(metavar="BATCH", help="Number of the batch (taian deliveries list).")]
ResourceOption = Annotated[str | None, typer.Option(help="Its resource, where two resources have this number.")]
STATE = Literal["published", "published_flagged", "held", "rejected", "duplicate", "replaced"]
SAMPLES = 200
"""Refused rows in a report; all of them are in ``taian quarantine export``."""
COLUMNS = ("resource", "period", "batch", "state", "code", "rows_delivered", "rows_quarantined", "released")


def told(release: "Release | None") -> str | None:
    """A release in a few words."""
    if release is None:
        return None
    return f"by {release.who}, {'published' if release.run_id else 'waits for the next night'}"


def listed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Batches with their outcome and, where there is one, their release."""
    if not rows:
        return []
    from jobs.release import releases

    known = releases()
    shown = []
    for row in rows:
        release = known.get((row["resource"], row["batch"], row["folder"]))
        facts = {key: value for key, value in row.items() if key not in ("profile", "headers", "codec")}
        reason = {"released_why": release.why, "released_at": release.asked_at} if release else {}
        shown.append({**facts, "released": told(release), **reason})
    return shown


def found(batch: str, resource: str | None) -> list[dict[str, Any]]:
    """Every outcome under a batch's number. ProblemError when there is none."""
    rows = [row for row in deliveries(resource) if row["batch"] == batch]
    if not rows:
        where = f" of {resource}" if resource else ""
        raise ProblemError(
            f"No batch '{batch}'{where} has an outcome yet: taian deliveries list shows those that have."
        )
    return rows


def the_held(batch: str, resource: str | None) -> dict[str, Any]:
    """The held batch of that number. ProblemError when there is none, or more than one."""
    rows = found(batch, resource)
    held = [row for row in rows if row["state"] == "held"]
    if not held:
        raise ProblemError(f"Batch {batch} is {rows[-1]['state']}, not held: there is nothing to release.")
    if len(held) > 1:
        names = ", ".join(sorted(row["resource"] for row in held))
        raise ProblemError(f"Batch {batch} is held in {names}: say which with --resource.")
    return held[0]


def release_batch(batch: str, resource: str | None, who: str, why: str) -> dict[str, Any]:
    """Ask for a held batch to be published. ProblemError when it cannot be, or was asked for before."""
    from alerts.words import without_identifiers
    from jobs.release import ask, publishing_day, releases

    # Masked before it is kept: the journal, its tables, the pages and the mails all show it.
    row, reason = the_held(batch, resource), without_identifiers(why)
    if not reason:
        raise ProblemError("--why is empty: say what the department confirmed; the department reads it.")
    if row["code"] == OURS:
        raise ProblemError(
            f"Batch {batch} is held for {OURS}, a fault of the platform and not of the delivery: mend the declaration "
            "or the program, then have the batch delivered again under a new number."
        )
    if not ask(row, who, reason):
        release = releases()[(row["resource"], row["batch"], row["folder"])]
        raise ProblemError(
            f"Batch {batch} was released by {release.who} at {release.asked_at}: "
            f"taian nightly --date {publishing_day(row)} publishes it."
        )
    return row


def the_one(batch: str, resource: str | None) -> dict[str, Any]:
    """The latest outcome under a batch's number. ProblemError when there is none, or several resources have it."""
    rows = found(batch, resource)
    names = sorted({row["resource"] for row in rows})
    if len(names) > 1:
        raise ProblemError(f"Batch {batch} is of {' and of '.join(names)}: say which with --resource.")
    return next((row for row in reversed(rows) if row["state"] != "duplicate"), rows[-1])


def report_of(row: dict[str, Any]) -> OwnerReport:
    """The report of one batch: its outcome, reasons, masked samples, checks, quality and how to hand it in again."""
    from jobs import journal
    from jobs.quality import measures, owner_of

    catalog = usable()
    resource = the_resource(catalog, row["resource"])
    owner, until = owner_of(resource, row["provider"]), journal.last_business_date()
    delivered = journal.deliveries(resource.resource)
    judged = [each._asdict() for each in measures(catalog, delivered, until) if each.owner == owner] if until else []
    return OwnerReport(
        title=resource.title,
        provider_name=next(provider.name for provider in resource.providers if provider.code == owner),
        delivery=row,
        codes=row["codes"] or {},
        checks=journal.checks(resource.resource, row["batch"]),
        samples=samples_of(row, resource),
        quality=list({each["dimension"]: each for each in judged}.values()),
        steps=again(
            resource=resource.resource,
            form=resource.form.kind,
            load=resource.load,
            period=row["period"] or "",
            batch=row["batch"],
            state=row["state"],
            rows_quarantined=row["rows_quarantined"] or 0,
        ),
    )


def samples_of(row: dict[str, Any], resource: Resource) -> list[Sample]:
    """The first refused rows of a batch, masked; none where there are none, or none any more."""
    if not row["rows_quarantined"]:
        return []
    try:
        refused = read_refused(resource, row["batch"], SAMPLES)
    except ProblemError:
        return []
    found = [shown(each, resource) for each in refused]
    return [
        Sample(each["file"], each["source_row"], each["codes"], each["reason"], each["columns"], each["cells"])
        for each in found
    ]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Batches that were delivered, and what became of them.",
        epilog="Example: taian deliveries list --state held",
        no_args_is_help=True,
    )
    app.add_typer(group, name="deliveries")

    @group.command("list")
    def list_batches(
        resource: Annotated[str | None, typer.Argument(metavar="[RESOURCE]", help="Only this resource.")] = None,
        state: Annotated[STATE | None, typer.Option(help="Only batches in this state.")] = None,
        as_json: JsonOption = False,
    ) -> None:
        """List the batches that have an outcome, oldest first.

        Example: taian deliveries list --state held
        """
        if resource is not None:
            the_resource(usable(), resource)
        rows = [row for row in deliveries(resource) if state in (None, row["state"])]
        print_rows(listed(rows), as_json=as_json, columns=COLUMNS)

    @group.command()
    def show(batch: BatchArgument, resource: ResourceOption = None, as_json: JsonOption = False) -> None:
        """Show one batch: its outcome, the reason, its rows by code, its release.

        Example: taian deliveries show resident-2018-06-30-01
        """
        rows = listed(found(batch, resource))
        if as_json:
            print_rows(rows, as_json=True)
            return
        for row in rows:
            print_rows([{"field": k, "value": v} for k, v in row.items() if v not in (None, {})], as_json=False)

    @group.command()
    def report(
        batch: BatchArgument,
        out: Annotated[Path, typer.Option(help="Workbook to write, .xlsx; it must not exist.")],
        resource: ResourceOption = None,
    ) -> None:
        """Write the report on one batch for its department: outcome, reasons, masked samples, how to hand in again.

        Nothing in it identifies a person, so it may be sent on. The page of the batch offers the same workbook.

        Example: taian deliveries report resident-2018-06-30-01 --out report.xlsx
        """
        if out.suffix.lower() != ".xlsx":
            raise ProblemError(f"--out {out} is not a workbook: give it a name that ends in .xlsx.")
        write_new(out, report_of(the_one(batch, resource)).workbook())
        typer.echo(f"Wrote {out}.")

    @group.command()
    def release(
        batch: BatchArgument,
        why: Annotated[str, typer.Option(help="What the department confirmed. It reads this: name no person or firm.")],
        who: Annotated[str | None, typer.Option(help="Who decides it; the user of this system when absent.")] = None,
        resource: ResourceOption = None,
    ) -> None:
        """Let a held batch be published as it is, after its department has confirmed it.

        The next night of the last business date, or of a later one, publishes it with the code it was held for as a
        flag, rebuilds what depends on it, and tells the department. Who, when and why are kept.

        Example: taian deliveries release resident-2018-06-30-01 --why 公安局确认当日集中补录，数据属实
        """
        row = release_batch(batch, resource, who or os_user(), why)
        from jobs.release import publishing_day

        day = publishing_day(row)
        typer.echo(f"Released {batch} ({row['code']}): taian nightly --date {day} publishes it with this flag.")
