"""``taian demo``, what ``make run`` does after the set-up: platform, sample city, one night, the pages until Ctrl-C."""

import signal
from typing import Annotated

import typer

from taian.commands.city import make
from taian.commands.nightly import run_night
from taian.commands.platform import print_setup, start
from taian.services import installation
from taian.summary import print_summary
from taian.supervise import down


def show(date: str, scale: float) -> bool:
    """Start, deliver when nothing was delivered, run the night, print what came out; whether the night succeeded."""
    here = installation()
    start()
    if not any(here.landing.glob("*/*/*/manifest.json")):
        make(here.home, scale, 1, date)
    night = run_night(date, [])
    print_summary(here, night)
    return night.state == "success"


def stop_like_ctrl_c(_signal: int, _frame: object) -> None:
    """A machine that ends us is obeyed like a person."""
    raise KeyboardInterrupt


def register(app: typer.Typer) -> None:
    """Add the command; ``make run`` is its public name."""

    @app.command(hidden=True)
    def demo(
        date: Annotated[str, typer.Option(help="Business date of the night.")] = "2018-06-30",
        scale: Annotated[float, typer.Option(help="Size of the sample city.")] = 0.01,
    ) -> None:
        """Everything from an empty home to open pages; Ctrl-C stops it all.

        Example: taian demo --date 2018-06-30
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop_like_ctrl_c)
        well = False
        try:
            well = show(date, scale)
            print_setup()
            typer.echo("The platform stays until Ctrl-C.")
            while True:
                signal.pause()
        except KeyboardInterrupt:
            typer.echo("Stopping the platform.")
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            down(installation())
        if not well:
            raise typer.Exit(1)
