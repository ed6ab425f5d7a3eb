"""``taian lake``: what the tables of the lake hold."""

from typing import Annotated

import typer

from taian.engine import engine
from taian.errors import ProblemError
from taian.tables import JsonOption, print_rows


def chosen(asked: list[str], known: list[str], technical: frozenset[str]) -> list[str]:
    """The tables to look at: those asked for, else all but the technical logs. ProblemError for an unknown name."""
    for name in asked:
        if name not in known:
            raise ProblemError(f"The lake has no table '{name}': taian lake digest lists them all.")
    return asked or [name for name in known if name not in technical]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="The tables of the lake.", epilog="Example: taian lake digest", no_args_is_help=True)
    app.add_typer(group, name="lake")

    @group.callback()
    def lake() -> None:
        """The tables of the lake."""

    @group.command()
    def vacuum(
        table: Annotated[list[str] | None, typer.Argument(help="Tables; all when absent.")] = None,
        days: Annotated[int, typer.Option(min=7, help="Keep what left a table within so many days.")] = 7,
        as_json: JsonOption = False,
    ) -> None:
        """Remove files that belong to no version of a table of the last days: deleted and replaced rows end here.

        Safe beside a running night. What tables hold now is not touched.

        Example: taian lake vacuum
        """
        from jobs import lake as tables

        session = engine()
        columns = ("table", "files_removed", "bytes_freed")
        names = chosen(table or [], tables.tables(), frozenset())
        rows = [dict(zip(columns, (name, *tables.vacuum(session, name, days)), strict=True)) for name in names]
        print_rows(rows, as_json=as_json, columns=columns)

    @group.command()
    def digest(
        table: Annotated[list[str] | None, typer.Argument(help="Tables; all when absent.")] = None,
        as_json: JsonOption = False,
    ) -> None:
        """Print rows and a content hash of each table: the same tables have the same hashes, whenever they were made.

        Run ids and clocks are left out, and so are the logs of when a night ran (meta__run, meta__stage).

        Example: taian lake digest base_population__person
        """
        from jobs import lake as tables

        names, columns = chosen(table or [], tables.tables(), tables.TECHNICAL), ("table", "rows", "digest")
        rows = [dict(zip(columns, (name, *tables.digest(name)), strict=True)) for name in names]
        print_rows(rows, as_json=as_json, columns=columns)
