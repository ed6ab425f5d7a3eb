"""``taian alerts``: the cases that findings, refused deliveries and bad nights became."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from taian.errors import ProblemError
from taian.oplog import os_user
from taian.services import installation
from taian.tables import JsonOption, print_rows

if TYPE_CHECKING:
    from alerts.cases import Action

CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="Number of the case, like XS-2018-0001.")]
WhoOption = Annotated[str | None, typer.Option("--who", help="Who does it; the user of this system when absent.")]
COLUMNS = ("id", "state", "title", "assignee", "strength", "opened_on", "last_seen", "audience")


def act(case: str, action: "Action", who: str | None, why: str, assignee: str | None = None) -> None:
    """One step on a case, told in one line. Raises ProblemError when the case does not allow it."""
    from alerts import casebook
    from alerts.cases import CaseError
    from alerts.words import STATE_TITLES

    try:
        found = casebook.act(installation(), case, action, who=who or os_user(), why=why, assignee=assignee)
    except CaseError as error:
        raise ProblemError(str(error)) from error
    typer.echo(f"{found.id} {found.title}: {STATE_TITLES[found.state]}" + (f" ({found.assignee})" if assignee else ""))


def show_case(case: str, *, as_json: bool) -> None:
    """Print a case and its history. Raises ProblemError when there is none of that number."""
    from alerts import casebook
    from alerts.cases import CaseError

    try:
        found, events = casebook.show_case(installation(), case)
    except CaseError as error:
        raise ProblemError(str(error)) from error
    facts: dict[str, Any] = found.model_dump()
    history = [event.model_dump() for event in events]
    if as_json:
        print_rows([{**facts, "history": history}], as_json=True)
        return
    print_rows([{"field": name, "value": value} for name, value in facts.items() if value is not None], as_json=False)
    typer.echo()
    print_rows(history, as_json=False, columns=("at", "who", "what", "from_state", "to_state", "why"))


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Cases and warnings, and what people do with them.",
        epilog="Example: taian alerts list --state open",
        no_args_is_help=True,
    )
    app.add_typer(group, name="alerts")

    @group.command("list")
    def list_cases(
        state: Annotated[
            Literal["open", "acknowledged", "assigned", "closed"] | None, typer.Option(help="Only cases in this state.")
        ] = None,
        kind: Annotated[
            Literal["finding", "delivery", "night"] | None, typer.Option(help="Only cases of this kind.")
        ] = None,
        audience: Annotated[
            str | None, typer.Option(help="Only cases of these readers: statistics, operator, owner:<provider>.")
        ] = None,
        as_json: JsonOption = False,
    ) -> None:
        """List the cases, newest first.

        Example: taian alerts list --state open
        """
        from alerts import casebook

        found = casebook.list_cases(installation(), audience=audience, kind=kind, state=state)
        print_rows([case.model_dump() for case in found], as_json=as_json, columns=COLUMNS)

    @group.command()
    def show(case: CaseArgument, as_json: JsonOption = False) -> None:
        """Show one case with its whole history.

        Example: taian alerts show XS-2018-0001
        """
        show_case(case, as_json=as_json)

    @group.command()
    def ack(
        case: CaseArgument, why: Annotated[str, typer.Option(help="A word to the history.")] = "", who: WhoOption = None
    ) -> None:
        """Acknowledge a case: somebody has seen it.

        Example: taian alerts ack XS-2018-0001
        """
        act(case, "acknowledge", who, why)

    @group.command()
    def assign(
        case: CaseArgument,
        to: Annotated[str, typer.Option(help="Who is to deal with it.")],
        why: Annotated[str, typer.Option(help="A word to the history.")] = "",
        who: WhoOption = None,
    ) -> None:
        """Give a case to somebody.

        Example: taian alerts assign XS-2018-0001 --to 李华
        """
        act(case, "assign", who, why, to)

    @group.command()
    def close(
        case: CaseArgument,
        why: Annotated[str, typer.Option(help="Why it is settled; kept in the history.")],
        who: WhoOption = None,
    ) -> None:
        """Close a case; what is seen again afterwards is noted in it.

        Example: taian alerts close XS-2018-0001 --why 企业已更正报表
        """
        act(case, "close", who, why)

    @group.command()
    def reopen(
        case: CaseArgument,
        why: Annotated[str, typer.Option(help="Why it is not settled after all; kept in the history.")],
        who: WhoOption = None,
    ) -> None:
        """Open a closed case again.

        Example: taian alerts reopen XS-2018-0001 --why 又有新证据
        """
        act(case, "reopen", who, why)
