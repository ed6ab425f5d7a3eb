"""``taian inspect``: authenticity of any table, without Spark and without the platform."""

import sys
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alerts.words import one_line
from taian.errors import ProblemError
from taian.notes import many
from taian.progress import board
from taian.tables import print_rows

if TYPE_CHECKING:
    from expectations.authenticity.examine import Report
    from taian.inspectfile import Asked, Inspected

SHOWN = 20
"""Findings on the terminal; the reports hold all of them."""


def check_outputs(file: Path, outputs: dict[str, Path | None]) -> None:
    """Refuse what could not be written, or would overwrite the table, before anything is computed."""
    for option, path in outputs.items():
        if path is None:
            continue
        if not path.parent.is_dir() or (path.exists() and not path.is_file()):
            raise ProblemError(f"{option} {path} cannot be written: name a file in a folder that exists.")
        if file.exists() and path.exists() and path.samefile(file):
            raise ProblemError(f"{option} {path} is the table itself: choose another name.")
    if outputs["--out"] is not None and outputs["--out"] == outputs["--html"]:
        raise ProblemError("--out and --html name the same file: choose two names.")


def write(path: Path, pieces: Iterable[str], option: str) -> None:
    """Write a report whole or not at all. Raises ProblemError when it cannot be written."""
    from taian.files import write_private

    try:
        write_private(path, pieces)
    except OSError as error:
        raise ProblemError(f"{option} {path} cannot be written ({error.strerror}): choose another place.") from error


def inspected(file: Path, asked: "Asked") -> tuple["Inspected", "Report"]:
    """Read and examine a file with its progress shown."""
    with board(f"Inspecting {file.name}") as shown:
        shown.now(0, 1, "reading")
        from expectations.authenticity.examine import examine
        from taian.inspectfile import open_for_inspection

        # What cannot be computed is unknown and is told as not applicable; numpy's remarks on it are for programmers.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            opened = open_for_inspection(file, asked)
            for note in opened.notes:
                shown.line(f"{note.en}.")
            report = examine(opened.seen, progress=lambda doing, done, total: shown.now(done, total, doing))
    return opened, report


def print_report(report: "Report") -> None:
    """The most serious findings and, in one line, the verdicts."""
    rows = [
        {
            "strength": lead.strength,
            "unit": one_line(lead.called),
            "period": lead.period,
            "test": lead.test,
            "message": one_line(lead.message),
        }
        for lead in report.findings[:SHOWN]
    ]
    if rows:
        print_rows(rows, as_json=False)
    if len(report.findings) > SHOWN:
        typer.echo(f"… and {len(report.findings) - SHOWN:,} more: --out and --html hold all of them.")
    counts = dict.fromkeys(("strong", "weak", "clean", "not_applicable"), 0)
    for unit in report.units:
        counts[unit.verdict] += 1
    said = ", ".join(f"{count:,} {verdict}" for verdict, count in counts.items())
    applied = sum(test.applied_to > 0 for test in report.tests)
    size = f"{many(report.rows, 'row', 'rows')}, {many(len(report.units), 'unit', 'units')}"
    typer.echo(f"{size}: {said}; {applied} of {len(report.tests)} tests applied.")


def write_docs(report: "Report", file: Path, folder: Path) -> None:
    """Run the tests' checkpoint and write its Data Docs. Raises ProblemError when they cannot be written."""
    from expectations.authenticity.expectation import checked

    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        checked(report, file.stem, folder)
    except OSError as error:
        raise ProblemError(
            f"--data-docs {folder} cannot be written ({error.strerror}): choose another place."
        ) from error


Columns = list[str] | None


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def inspect(  # noqa: PLR0913, PLR0917 - each option of the contract is one parameter
        file: Annotated[Path, typer.Argument(metavar="FILE", help="Table in CSV, XLSX or Parquet.")],
        unit: Annotated[
            str | None, typer.Option(metavar="COL", help="Who reported; absent: the file is one unit.")
        ] = None,
        period: Annotated[str | None, typer.Option(metavar="COL", help="When it was reported for.")] = None,
        value: Annotated[Columns, typer.Option(metavar="COL", help="Figures; absent: every numeric column.")] = None,
        share: Annotated[Columns, typer.Option(metavar="NUM/DEN", help="A ratio reported as a percentage.")] = None,
        peer: Annotated[str | None, typer.Option(metavar="COL", help="Stratum to compare within.")] = None,
        reference: Annotated[str | None, typer.Option(metavar="COL", help="True where a unit is genuine.")] = None,
        threshold: Annotated[Columns, typer.Option(metavar="COL=2000", help="A value that pays to be above.")] = None,
        target: Annotated[
            Columns, typer.Option(metavar="COL=COL", help="Figures and their handed-down target.")
        ] = None,
        together: Annotated[
            Columns, typer.Option(metavar="COL,COL…", help="Figures that honestly move together.")
        ] = None,
        out: Annotated[Path | None, typer.Option(metavar="report.json", help="Write the report as JSON.")] = None,
        html: Annotated[Path | None, typer.Option(metavar="report.html", help="Write the report as a page.")] = None,
        data_docs: Annotated[
            Path | None, typer.Option(metavar="FOLDER", help="Write Great Expectations' Data Docs of all tests.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON instead of a table.")] = False,
    ) -> None:
        """Look for fabricated reporting in any table, and say what could not be seen.

        Rows are observations. Encoding, delimiter, header and ways of writing numbers and dates are found, and what was
        decided is said. A finding is a question to ask, not a verdict; a unit that no test could judge is
        not_applicable, never clean. The exit code is 1 when there are strong findings.

        Example: taian inspect firms.csv --unit 单位 --period 月份 --peer 行业 --out report.json --html report.html
        """
        check_outputs(file, {"--out": out, "--html": html})
        if data_docs is not None and data_docs.is_dir() and any(data_docs.iterdir()):
            raise ProblemError(f"--data-docs {data_docs} is not empty: name a new folder.")
        from taian.inspectfile import Asked
        from taian.inspectreport import as_json as pieces_of

        asked = Asked(
            unit, period, value or (), share or (), peer, reference, threshold or (), target or (), together or ()
        )
        opened, report = inspected(file, asked)
        if out is not None:
            write(out, pieces_of(opened.file, report), "--out")
        if html is not None:
            from taian.inspectpage import page

            write(html, page(opened, report), "--html")
        if data_docs is not None:
            write_docs(report, file, data_docs)
        if as_json:
            sys.stdout.writelines(pieces_of(opened.file, report))
        else:
            print_report(report)
        if any(lead.strength == "strong" for lead in report.findings):
            raise typer.Exit(1)
