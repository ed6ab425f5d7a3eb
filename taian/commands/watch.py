"""``taian watch``: alarms for any table of series."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from taian.progress import board

if TYPE_CHECKING:
    import pandas as pd


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def watch(
        file: Annotated[Path, typer.Argument(help="CSV, XLSX or Parquet; one row an observation.")],
        time: Annotated[str, typer.Option(help="Column of times: 2018-06, 201806, 2018年6月, 2018-06-30 …")],
        value: Annotated[str, typer.Option(help="Column of numbers to watch.")],
        out: Annotated[Path, typer.Option(help="Where the judgement of every point goes: .csv, .xlsx or .parquet.")],
        series: Annotated[str | None, typer.Option(help="Column that tells the series apart.")] = None,
        holidays: Annotated[
            Literal["cn"] | None, typer.Option(help="Expect what Spring Festival and days off move.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")] = False,
    ) -> None:
        """Judge every point of every series by what was known before it, and raise alarms.

        Kinds: level (a lasting change), surge, drop, trend (a creeping change), silence (a value that should have
        come). An alarm at the end of a series still stands: the exit code is 1 then, and the series are named.

        Example: taian watch cases.csv --time week --value cases --series county --out watch.csv
        """
        from jobs.forecast import watch as room
        from taian.seriesfile import Asked, read, tell, write

        made, notes = read(Asked(file, time, value, series, out), whole=True)
        with board("Watching") as shown:
            rows = room.watch(made.series, holidays=holidays == "cn", told=shown.now)
        write(rows, out)
        tell(made, [*notes, alarms(rows)], made.refused, out=out, as_json=as_json)
        still = room.standing(rows)
        if still:
            named = ", ".join(f"'{name}'" if name else "the series" for name in still[:8])
            more = f" and {len(still) - 8} more" if len(still) > 8 else ""
            sys.stderr.write(f"At the end an alarm stands for {named}{more}.\n")
        if still or made.refused:
            raise typer.Exit(1)


def alarms(rows: "pd.DataFrame") -> str:
    """One line: how many points are alarms, by kind."""
    kinds = rows.loc[rows["is_alarm"], "kind"].value_counts()
    told = ", ".join(f"{count} {kind}" for kind, count in kinds.items()) or "none"
    return f"{len(rows):,} points judged; alarms: {told}"
