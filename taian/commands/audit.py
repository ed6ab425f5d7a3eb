"""``taian audit``: the hash-chained log of who did what, and whether it is whole."""

from typing import Annotated

import typer

from taian.errors import ProblemError
from taian.services import installation
from taian.tables import JsonOption, print_rows

COLUMNS = ("sequence", "at", "actor", "role", "action", "object", "detail")


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="The hash-chained log of who did what, and whether it is whole.",
        epilog="Example: taian audit verify",
        no_args_is_help=True,
    )
    app.add_typer(group, name="audit")

    @group.command()
    def verify(
        head: Annotated[
            str | None, typer.Option(metavar="HASH", help="A digest from a nightly mail, which must be in the log.")
        ] = None,
    ) -> int:
        """Follow the chain from its beginning, and hold the history of every case against it.

        Exit code 1 names the first line that is broken, or the step of a case that the log tells otherwise.

        Lines missing at the end show only against a digest that was kept elsewhere: give it with --head.

        Example: taian audit verify
        """
        from sqlalchemy.exc import DatabaseError

        from alerts import audit

        if head is not None and not audit.DIGEST.fullmatch(head := head.strip().lower()):
            raise ProblemError(f"--head '{head}' is no digest: give the 64 characters of the nightly mail.")
        here = installation()
        if head is None and not here.alerts_db.exists():
            raise ProblemError(f"{here.alerts_db} is not there: the log begins with the first night.")
        try:
            found = audit.verify(here, head)
        except DatabaseError as error:
            raise ProblemError(f"{here.alerts_db} cannot be read ({error.orig}): restore it from a backup.") from error
        if found.broken:
            typer.echo(f"{found.broken}。")
            return 1
        typer.echo(f"审计日志完整：共 {found.entries} 条，末条摘要 {found.head}；案件的经过与日志一致")
        return 0

    @group.command("list")
    def list_entries(
        object_: Annotated[str | None, typer.Option("--object", help="Only lines about this case or person.")] = None,
        most: Annotated[int, typer.Option(min=1, max=10_000, help="How many of the last lines.")] = 100,
        as_json: JsonOption = False,
    ) -> None:
        """Print the last lines of the log, newest first.

        Example: taian audit list --object XS-2018-0001
        """
        from alerts import audit

        names = (*COLUMNS, "previous", "hash")
        found = audit.entries(installation(), object_=object_, most=most)
        rows = [{name: getattr(entry, name) for name in names} for entry in found]
        print_rows(rows, as_json=as_json, columns=COLUMNS)
