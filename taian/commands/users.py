"""``taian users``: who may sign in to the pages, for the operator on the machine."""

from typing import Annotated

import typer

from taian import oplog
from taian.access import accounts
from taian.access.passwords import fresh_password
from taian.access.setup import new_code
from taian.services import installation
from taian.tables import JsonOption, print_rows

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name to sign in with, like li.hua.")]
RoleOption = Annotated[
    list[str],
    typer.Option(help="analyst, inspector, owner, operator, leader, administrator or auditor; give it once a role."),
]
ScopeOption = Annotated[
    list[str] | None,
    typer.Option(help="For owner: code of its department (gonganju) or county (370982); give it once a scope."),
]


def setup_lines(code: str, url: str) -> list[str]:
    """How to make the first account, for the terminal of whoever started the platform."""
    return [f"Nobody can sign in yet. Open {url}/setup and make the administrator with this code:", f"    {code}"]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Who may sign in to the pages, and what each may see.",
        epilog="Example: taian users list",
        no_args_is_help=True,
    )
    app.add_typer(group, name="users")

    @group.command("list")
    def list_users(as_json: JsonOption = False) -> None:
        """List every account with its roles.

        Example: taian users list
        """
        rows = [
            {
                "name": one.name,
                "title": one.title,
                "roles": ", ".join(one.roles),
                "scopes": ", ".join(one.scopes),
                "locked": one.is_locked,
                "must_change": one.must_change,
                "seen_at": one.seen_at.isoformat(timespec="seconds") if one.seen_at else None,
            }
            for one in accounts.listed(installation())
        ]
        print_rows(
            rows, as_json=as_json, columns=("name", "title", "roles", "scopes", "locked", "must_change", "seen_at")
        )

    @group.command()
    def add(
        name: NameArgument,
        role: RoleOption,
        title: Annotated[str, typer.Option(help="Name of the person, as logs and cases show it.")],
        scope: ScopeOption = None,
        elsewhere: Annotated[
            bool, typer.Option("--elsewhere", help="Sign in at the provider of TAIAN_OIDC_ISSUER, without a password.")
        ] = False,
    ) -> None:
        """Make an account and print its first password, which has to be replaced at the first sign-in.

        Example: taian users add li.hua --title 李华 --role owner --scope gonganju
        """
        password = None if elsewhere else fresh_password()
        accounts.create(installation(), name, title, role, scope or [], password)
        oplog.append("users", step="add", account=name, roles=role, scopes=scope or [])
        if password is None:
            typer.echo(f"{name} may sign in at the provider.")
            return
        typer.echo(f"{name} may sign in with the password {password} and has to replace it then.")

    @group.command()
    def role(name: NameArgument, role: RoleOption, scope: ScopeOption = None) -> None:
        """Give an account these roles in place of those it has; what is open in its browser obeys at once.

        Example: taian users role li.hua --role analyst --role leader
        """
        accounts.set_roles(installation(), name, role, scope or [])
        oplog.append("users", step="role", account=name, roles=role, scopes=scope or [])
        typer.echo(f"{name} is {', '.join(sorted(role))} from now on.")

    @group.command()
    def passwd(name: NameArgument) -> None:
        """Print a new first password for an account; its sessions end.

        Example: taian users passwd li.hua
        """
        password = fresh_password()
        accounts.set_password(installation(), name, password, must_change=True)
        oplog.append("users", step="passwd", account=name)
        typer.echo(f"{name} may sign in with the password {password} and has to replace it then.")

    @group.command()
    def lock(
        name: NameArgument, undo: Annotated[bool, typer.Option("--undo", help="Let it sign in again.")] = False
    ) -> None:
        """Keep an account from signing in; its sessions end. --undo lets it in again and forgets failed tries.

        Example: taian users lock li.hua
        """
        accounts.set_locked(installation(), name, not undo)
        oplog.append("users", step="unlock" if undo else "lock", account=name)
        typer.echo(f"{name} {'may sign in again' if undo else 'can no longer sign in'}.")

    @group.command()
    def code() -> None:
        """Print a new one-time code for the first set-up in the browser; the one printed before no longer counts.

        Example: taian users code
        """
        here = installation()
        found = new_code(here)
        if found is None:
            typer.echo("There are accounts already: an administrator makes more with taian users add.")
            return
        for line in setup_lines(found, f"http://{here.host}:{here.web_port}"):
            typer.echo(line)
