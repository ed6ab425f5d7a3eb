"""``taian nightly``: run the night of one business date."""

import datetime as dt
from typing import Annotated

import typer

from taian.airflow_api import AirflowApi
from taian.arguments import a_date
from taian.clock import SHANGHAI
from taian.commands.platform import ensure_started
from taian.errors import ProblemError
from taian.nightly import Night, open_run, wait_for_dag, watch
from taian.progress import board
from taian.services import installation
from taian.settings import settings
from taian.supervise import supervisor_process


def check_resources(resources: list[str]) -> None:
    """Raises ProblemError for a resource that the catalogue does not declare."""
    from catalog import CatalogError, load_catalog

    try:
        known = load_catalog(settings().catalog_dir).resources
    except CatalogError as error:
        raise ProblemError(
            f"The catalogue has mistakes ({error.problems[0]}): taian catalog check lists them all."
        ) from error
    for name in resources:
        if name not in known:
            raise ProblemError(f"--resource '{name}' is not in the catalogue: it has {', '.join(sorted(known))}.")


def run_night(date_text: str, resources: list[str]) -> Night:
    """Run the night and watch it; a night that was cut off is taken up again."""
    date = a_date(date_text)
    if date > (today := dt.datetime.now(SHANGHAI).date()):
        # Everything is measured against the last published night: one in the future would silence the watch until then.
        raise ProblemError(f"--date {date} lies in the future: today is {today}, give a day that has ended.")
    check_resources(resources)
    ensure_started()
    from jobs.release import waiting

    place = installation()
    api = AirflowApi(place)
    try:
        with board(f"Night of {date}") as shown:
            wait_for_dag(api)
            run = open_run(api, date, resources, shown.line, waiting(date))
            return watch(api, run, shown, lambda: supervisor_process(place) is not None)
    finally:
        api.close()


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def nightly(
        date: Annotated[str, typer.Option(help="Business date, like 2018-06-30.")],
        resource: Annotated[list[str] | None, typer.Option(help="Only this resource and what depends on it.")] = None,
    ) -> None:
        """Run the nightly batch of a business date as an Airflow run and print what came out of it.

        The same command again takes up a night that was cut off or that failed. Exit code 1 when a step failed.

        Example: taian nightly --date 2018-06-30
        """
        night = run_night(date, resource or [])
        from taian.summary import print_summary

        print_summary(installation(), night)
        if night.state != "success":
            raise typer.Exit(1)
