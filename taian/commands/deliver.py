"""``taian deliver``: hand in one delivery."""

from pathlib import Path
from typing import Annotated

import typer

from catalog import CatalogError, Resource, load_catalog
from taian.clock import delivery_moment
from taian.errors import ProblemError
from taian.handover import check_period, count_rows, hand_in, manifest_of, next_batch, provider_of
from taian.services import installation


def declared(name: str) -> Resource:
    """The declaration of a resource. Raises ProblemError when there is none."""
    try:
        resources = load_catalog(installation().catalog_dir).resources
    except CatalogError as error:
        raise ProblemError(
            f"The catalogue has mistakes ({error.problems[0]}): taian catalog check lists them all."
        ) from error
    if name not in resources:
        raise ProblemError(f"--resource '{name}' is not in the catalogue: it has {', '.join(sorted(resources))}.")
    return resources[name]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def deliver(
        file: Annotated[Path, typer.Argument(help="The file of the delivery; it is moved.")],
        resource: Annotated[str, typer.Option(help="Resource of the catalogue.")],
        period: Annotated[str, typer.Option(help="2018-06-30, 2018-06, 2018Q2 or 2018.")],
        provider: Annotated[
            str | None, typer.Option(help="Delivering department's code; the owner when absent.")
        ] = None,
        rows: Annotated[int | None, typer.Option(min=0, help="Number of records; counted when absent.")] = None,
        replaces: Annotated[str | None, typer.Option(help="Batch that this one corrects.")] = None,
    ) -> None:
        """Hand in one delivery: write its manifest and move both into landing in one step.

        Example: taian deliver residents.csv --resource resident --period 2018-06-30
        """
        here, declaration = installation(), declared(resource)
        if not file.is_file():
            raise ProblemError(f"{file} is not a file: name the file to deliver.")
        if declaration.form.kind == "jdbc":
            raise ProblemError(f"{resource} is read from a database view: it takes no file.")
        check_period(declaration, period)
        sender = provider_of(declaration, provider)
        number = count_rows(file, declaration.form) if rows is None else rows
        manifest = manifest_of(declaration, sender, period, number, delivery_moment(here.home))
        manifest |= {"batch": next_batch(here.landing, resource, period), "replaces": replaces}
        folder = hand_in(here.landing, file, manifest)
        typer.echo(f"Delivered {number:,} rows as {manifest['batch']}; it lies in {folder}.")
