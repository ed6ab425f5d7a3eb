"""``taian forecast``: forecasts for any table of series."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from taian.errors import ProblemError
from taian.progress import board

FURTHEST = 10_000


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def forecast(  # noqa: PLR0913, PLR0917 - the options of the contract
        file: Annotated[Path, typer.Argument(help="CSV, XLSX or Parquet; one row an observation.")],
        time: Annotated[str, typer.Option(help="Column of times: 2018-06, 201806, 2018年6月, 2018-06-30 …")],
        value: Annotated[str, typer.Option(help="Column of numbers to forecast.")],
        horizon: Annotated[int, typer.Option(min=1, max=FURTHEST, help="Periods to forecast.")],
        out: Annotated[Path, typer.Option(help="Where the forecasts go: .csv, .xlsx or .parquet.")],
        series: Annotated[str | None, typer.Option(help="Column that tells the series apart.")] = None,
        holidays: Annotated[
            Literal["cn"] | None, typer.Option(help="Take out what Spring Festival and days off move.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")] = False,
    ) -> None:
        """Forecast every series of a table, with intervals that hold 80 and 95 of 100 values.

        The step (hours, days, weeks, months, quarters, years) is found; gaps, and Januaries that are never published,
        are handled and said. The model of each kind of series is the one that did best in a backtest from earlier
        points of the same series. A series that is too short is refused by name, and the exit code is 1.

        Example: taian forecast power.csv --time month --value kwh --series county --horizon 12 --holidays cn --out
        forecast.csv
        """
        from jobs.forecast import predict
        from taian.seriesfile import Asked, read, tell, write

        made, notes = read(Asked(file, time, value, series, out))
        with board("Forecasting") as shown:
            answer = predict.forecast(made.series, horizon, holidays=holidays == "cn", told=shown.now)
        refused = {**made.refused, **answer.refused}
        if not len(answer.rows):
            raise ProblemError(next(iter(refused.values())))
        write(answer.rows, out)
        tell(made, [*notes, *answer.backtests], refused, out=out, as_json=as_json)
        if refused:
            raise typer.Exit(1)
