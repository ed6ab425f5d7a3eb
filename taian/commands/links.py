"""``taian links``: which legal person a record is where the machine cannot be sure; what a person decides stays."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from taian import oplog
from taian.commands.catalog import the_resource, usable
from taian.engine import engine
from taian.errors import ProblemError
from taian.linkreview import entities, record_rows, side_by_side, waiting
from taian.oplog import os_user
from taian.spreadsheet import as_csv, write_new
from taian.tables import JsonOption, print_rows

RecordArgument = Annotated[str, typer.Argument(metavar="RECORD", help="Id of the record, like electricity:3702000123.")]
ResourceOption = Annotated[str | None, typer.Option(help="Only records of this resource.")]
COLUMNS = ("record_id", "entity_id", "score", "margin", "evidence")


def listed(resource: str | None) -> list[dict[str, Any]]:
    """Pairs that wait, with weights of two places."""
    if resource is not None:
        the_resource(usable(), resource)
    rows = waiting(engine(), usable(), resource)
    return [
        {**row, **{name: None if row[name] is None else round(row[name], 2) for name in ("score", "margin")}}
        for row in rows
    ]


def decide_pair(record: str, entity: str, verdict: Literal["same", "different"], who: str, why: str) -> None:
    """Keep what a person decided. ProblemError for a pair that does not exist or an empty reason."""
    from alerts.words import without_identifiers
    from jobs.fuse.match.decisions import decide

    reason = without_identifiers(why)
    if not reason:
        raise ProblemError("--why is empty: say what was looked at; whoever reviews the next one reads it.")
    record_rows(engine(), usable(), record)
    if not entities(usable(), [entity]):
        raise ProblemError(f"No register has the legal person '{entity}': take one that taian links review show names.")
    decide(record, entity, verdict, who, reason)


def export_waiting(out: Path, resource: str | None) -> int:
    """Write the pairs that wait as CSV; how many. ProblemError when the file exists or is named otherwise."""
    if out.suffix.lower() != ".csv":
        raise ProblemError(f"--out {out} is not a .csv: give it that ending.")
    if out.exists():
        raise ProblemError(f"{out} exists already: choose another name, or remove it first.")
    rows = listed(resource)
    write_new(
        out, as_csv([COLUMNS, *(["" if row[name] is None else str(row[name]) for name in COLUMNS] for row in rows)])
    )
    oplog.append("export", table="base_legal__link", rows=len(rows), file=str(out.absolute()))
    return len(rows)


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Which legal person a record of another office is about.",
        epilog="Example: taian links review list",
        no_args_is_help=True,
    )
    review = typer.Typer(
        help="Uncertain matches, decided by a person.", epilog="Example: taian links review list", no_args_is_help=True
    )
    app.add_typer(group, name="links")
    group.add_typer(review, name="review")

    @review.command("list")
    def list_pairs(resource: ResourceOption = None, as_json: JsonOption = False) -> None:
        """List the pairs that wait for a decision, each record's likeliest legal person first.

        score: bits of evidence for the pair; margin: bits before the next candidate.

        Example: taian links review list --resource social_insurance_employer
        """
        print_rows(listed(resource), as_json=as_json, columns=COLUMNS)

    @review.command()
    def show(record: RecordArgument, as_json: JsonOption = False) -> None:
        """Show a record beside the legal persons it may be; names of persons are masked.

        Example: taian links review show social_insurance_employer:3701002142
        """
        print_rows(side_by_side(engine(), usable(), record), as_json=as_json)

    @review.command()
    def decide(
        record: RecordArgument,
        entity: Annotated[str, typer.Argument(metavar="ENTITY", help="Id of the legal person, like FR217E97F354C4EB.")],
        verdict: Annotated[Literal["same", "different"], typer.Argument(help="Whether the record is about it.")],
        why: Annotated[str, typer.Option(help="What was looked at; name no person.")],
        who: Annotated[str | None, typer.Option(help="Who decides it; the user of this system when absent.")] = None,
    ) -> None:
        """Decide that a record is about a legal person, or is not. The last word on a pair counts, and all are kept.

        The next night links accordingly, and every night after it.

        Example: taian links review decide electricity:3702000123 FR217E97F354C4EB same --why 现场核实为同一家
        """
        decide_pair(record, entity, verdict, who or os_user(), why)
        typer.echo(
            f"{record} is {'the same as' if verdict == 'same' else 'not'} {entity}: the next night links accordingly."
        )

    @review.command()
    def decisions(as_json: JsonOption = False) -> None:
        """List every decision taken, oldest first.

        Example: taian links review decisions
        """
        from dataclasses import asdict

        from jobs.fuse.match.decisions import history

        columns = ("decided_at", "who", "record_id", "entity_id", "verdict", "why")
        print_rows([asdict(each) for each in history()], as_json=as_json, columns=columns)

    @review.command()
    def export(
        out: Annotated[Path, typer.Option(help="File to write, .csv; it must not exist.")],
        resource: ResourceOption = None,
    ) -> None:
        """Write the pairs that wait as CSV, without names.

        Example: taian links review export --out review.csv
        """
        typer.echo(f"Wrote {export_waiting(out, resource):,} pairs to {out}.")
