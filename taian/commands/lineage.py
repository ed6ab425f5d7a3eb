"""``taian lineage``: where a number comes from."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from taian.commands.catalog import usable
from taian.engine import use_absolute_home
from taian.tables import JsonOption, print_rows


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def lineage(
        name: Annotated[str, typer.Argument(metavar="NAME", help="Indicator, resource, table or TABLE.COLUMN.")],
        area: Annotated[
            str | None, typer.Option(help="Of an indicator: code of the area; the city when absent.")
        ] = None,
        period: Annotated[
            str | None, typer.Option(help="Of an indicator: its period; the last one when absent.")
        ] = None,
        as_json: JsonOption = False,
    ) -> None:
        """Say where a number comes from: its definition, the tables and columns it is made from, batches and rows.

        What every run of a step read and wrote stands as OpenLineage events in $TAIAN_HOME/lineage, a folder a business
        date and a file a step.

        Example: taian lineage industrial_output --area 370982 --period 2018-05
        """
        use_absolute_home()
        from taian.origin import origin_of

        found = origin_of(name, usable(), area, period)
        if as_json:
            typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1, default=str))
            return
        typer.echo(f"{found.name} ({found.kind}) {found.title}\n{found.definition}")
        if found.value:
            value = found.value
            typer.echo(
                f"{value['area_name']} ({value['area_code']}) {value['period']}: {value['value']:,.2f}; "
                f"its sources go until {value['as_of']}"
            )
        typer.echo("\nMade from")
        rows = [{"table": f"{'  ' * each.away}{each.table}", "by": each.by} for each in found.inputs]
        print_rows(rows, as_json=False)
        if found.columns:
            typer.echo("\nColumns")
            print_rows([asdict(each) for each in found.columns], as_json=False, columns=COLUMNS)
        typer.echo("\nBatches that are published")
        print_rows([asdict(each) for each in found.batches], as_json=False, columns=BATCHES)
        typer.echo("\nThe rows of the last batch of each")
        for each in found.batches:
            typer.echo(each.query)


COLUMNS = ("table", "column", "source_table", "source_column", "how")
BATCHES = ("resource", "provider", "batches", "rows", "refused", "first_period", "last_period", "last_batch")
