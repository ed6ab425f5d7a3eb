"""``taian city make``: deliveries of the sample city."""

from pathlib import Path
from typing import Annotated

import typer

from taian.arguments import a_date
from taian.errors import ProblemError
from taian.progress import board
from taian.services import installation


def make(out: Path, scale: float, seed: int, until: str) -> None:
    """Make the sample city under ``out``. Raises ProblemError for a scale outside (0, 1]."""
    if not 0 < scale <= 1:
        raise ProblemError(
            f"--scale {scale:g} is outside 0 to 1: 0.01 is a city of some 55,000 people, 1 the whole of it."
        )
    day = a_date(until, "--until")
    from sample_data.city import make_city

    with board("Sample city") as shown:
        make_city(out, scale, seed, day, shown.passing)
        shown.line(f"The sample city (scale {scale:g}, seed {seed}) lies in {out}.")


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="The sample city: departments' deliveries, with planted mistakes.",
        epilog="Example: taian city make --out city",
        no_args_is_help=True,
    )
    app.add_typer(group, name="city")

    @group.callback()
    def city() -> None:
        """The sample city: departments' deliveries, with planted mistakes and what is true in DIR/truth/."""

    @group.command("make")
    def make_command(
        scale: Annotated[float, typer.Option(help="Share of the real city's size, 0.01 to 1.")] = 0.01,
        seed: Annotated[int, typer.Option(help="The same seed makes the same bytes.")] = 1,
        until: Annotated[str, typer.Option(help="Last day that is delivered.")] = "2018-06-30",
        out: Annotated[Path | None, typer.Option(help="Folder to write to; TAIAN_HOME when absent.")] = None,
    ) -> None:
        """Make the deliveries of the sample city, up to a day, and DIR/truth/ with everything that was planted.

        Example: taian city make --scale 0.01 --seed 1 --until 2018-06-30 --out /tmp/city
        """
        make(out or installation().home, scale, seed, until)
