"""``taian up``, ``down`` and ``status``: the processes of the local platform."""

import typer

from taian.access.setup import new_code
from taian.commands.users import setup_lines
from taian.progress import board
from taian.services import installation, services
from taian.supervise import State, states
from taian.supervise import down as stop_platform
from taian.supervise import up as start_platform
from taian.tables import JsonOption, print_rows


def start() -> None:
    """Start the platform with a progress display. Raises ProblemError when it does not come up."""
    here = installation()
    count, arrived = len(services(here)), set[str]()
    with board("Starting") as shown:

        def tell(state: State) -> None:
            arrived.add(state.service.name)
            shown.line(f"✓ {state.service.title:<22} {state.service.address}".rstrip())
            shown.now(len(arrived), count, "")

        shown.now(0, count, "")
        start_platform(here, shown.line, tell)


def print_setup() -> None:
    """While nobody can sign in, print a new one-time code and where it is used."""
    here = installation()
    code = new_code(here)
    for line in setup_lines(code, f"http://{here.host}:{here.web_port}") if code else ():
        typer.echo(line)


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def up() -> None:
        """Start Spark Connect, Airflow, the mail catcher, the mail sender and the web application.

        What runs already is left alone; what a killed platform left behind is ended first.

        Example: taian up
        """
        start()
        print_setup()

    @app.command()
    def down() -> None:
        """Stop every process of the platform; the data stays.

        Example: taian down
        """
        with board("Stopping") as shown:
            shown.now(0, 1, "")
            left = stop_platform(installation())
            shown.line("The platform is stopped" + (f"; {left} stray processes were ended." if left else "."))

    @app.command()
    def status(as_json: JsonOption = False) -> None:
        """Show each process: whether it runs, whether it answers, where. Exit code 1 when one does not answer.

        Example: taian status --json
        """
        here = installation()
        found = states(here)
        rows = [
            {
                "service": state.service.name,
                "title": state.service.title,
                "process": state.process,
                "healthy": state.healthy,
                "pid": state.pid,
                "uptime_seconds": state.uptime_seconds,
                "address": state.service.address,
                "log": str(here.home / "log" / f"{state.service.name}.log"),
            }
            for state in found
        ]
        print_rows(
            rows, as_json=as_json, columns=("service", "process", "healthy", "pid", "uptime_seconds", "address", "log")
        )
        if not all(state.healthy for state in found):
            raise typer.Exit(1)


def ensure_started() -> None:
    """Start the platform when it is not whole. Raises ProblemError when it cannot be."""
    if not all(state.healthy for state in states(installation())):
        start()
