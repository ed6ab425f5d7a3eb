"""``taian bench``: the benchmarks of docs/benchmarks.md. A benchmark reports, it does not judge: the exit code is 0."""

import json
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from taian.commands.demo import stop_like_ctrl_c
from taian.errors import ProblemError
from taian.progress import board
from taian.services import installation
from taian.settings import settings
from taian.tables import print_rows

if TYPE_CHECKING:
    from taian.bench.report import Measure


def _folder(home: Path | None) -> Path:
    return (home or installation().home / "bench").absolute()


MOST_READERS = 50


def _numbers(option: str, text: str, most: int, example: str) -> list[int]:
    """Numbers from 1 to ``most`` joined by commas. ProblemError for what is none."""
    found = [int(part) for part in text.split(",") if part.strip().isdigit()]
    if len(found) != len(text.split(",")) or not all(1 <= number <= most for number in found):
        raise ProblemError(f"{option} {text} is no list of numbers from 1 to {most}; write for example {example}.")
    return found


def readers(text: str) -> list[int]:
    """Numbers of readers from ``1,20``. ProblemError for what is none."""
    return _numbers("--users", text, MOST_READERS, "1,20")


def _machine(at: dict[str, float]) -> str:
    return f"{at['cores']:g} cores, {at['memory_gib']:g} GiB, load {at['load']:g}"


def _show(
    name: str, scale: float, at: dict[str, float], measures: "Sequence[Measure]", as_json: bool, head: str | None = None
) -> None:
    """Print what a benchmark measured on a machine as it was ``at`` the start: JSON, or a table under its ``head``."""
    from taian.bench.report import report, table

    if as_json:
        typer.echo(json.dumps(report(name, scale, at, measures), ensure_ascii=False, indent=1))
        return
    if head:
        typer.echo(head)
    print_rows(table(measures), as_json=False)


def _of_the_city(
    name: str, scale: float, bench: Callable[[Callable[[str], None]], "Sequence[Measure]"], as_json: bool
) -> None:
    """Run a benchmark on a sample city of that size and print what it measured."""
    if not 0 < scale <= 1:
        raise ProblemError(f"--scale {scale:g} is outside 0 to 1: 0.01 is some 55,000 people, 1 the whole city.")
    from taian.bench.report import machine

    # A benchmark that is told to end must not leave its engine behind.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_like_ctrl_c)
    at = machine()
    with board(f"Benchmark at scale {scale:g}") as shown:
        measures = bench(shown.line)
    _show(
        name,
        scale,
        at,
        measures,
        as_json,
        head=f"{_machine(at)} at the start; scale {scale:g}",
    )


MOST_UNITS = 1_000_000


def sizes(text: str) -> list[int]:
    """Numbers of units from ``10000,100000``. ProblemError for what is none."""
    return _numbers("--units", text, MOST_UNITS, "10000")


def _inspect(group: typer.Typer) -> None:
    """Add the benchmark of inspecting files, which makes no city."""

    @group.command()
    def inspect(
        units: Annotated[str, typer.Option(help="Units of each file, joined by commas.")] = "10000,100000",
        home: Annotated[Path | None, typer.Option(help="Scratch folder; $TAIAN_HOME/bench when absent.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    ) -> None:
        """Measure what `taian inspect` costs on files of many units: seconds, memory, growth, beside reading them.

        The files hold honest firms over 36 months with six figures, some 2 kB a firm, and are removed. Neither the
        platform nor its data are touched. Goals that are missed are printed as missed; the exit code is 0 all the same.

        Example: taian bench inspect --units 10000,100000 --json
        """
        from taian.bench.inspection import LARGE, bench_inspect
        from taian.bench.report import machine

        counts, at = sizes(units), machine()
        with board(f"Files of {units} units") as shown:
            measures = bench_inspect(_folder(home), counts, shown.line)
        _show(
            "inspect",
            max(counts) / LARGE,
            at,
            measures,
            as_json,
            head=f"{_machine(at)} at the start",
        )


def _labelled(group: typer.Typer) -> None:
    """Add the benchmark on public data of known truth, which makes no city."""

    @group.command()
    def labelled(
        data: Annotated[Path, typer.Option(help="Folder with the public sets, each in a folder of its name.")],
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    ) -> None:
        """Measure the authenticity engine on public data whose truth is known: inventions, a fraud, deaths, admissions.

        Sets that are not in the folder are left out; docs/authenticity.md says where each is published, and how to read
        the figures.

        Example: taian bench labelled --data ~/labelled --json
        """
        from taian.bench.labelled import bench_labelled
        from taian.bench.report import machine

        at = machine()
        with board(f"Public sets in {data}") as shown:
            measures = bench_labelled(data, shown.line)
        _show("labelled", 1.0, at, measures, as_json)


def _leads(group: typer.Typer) -> None:
    """Add the benchmark of the last night's findings, which makes no city."""

    @group.command()
    def leads(
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    ) -> None:
        """Hold the findings of the last night of a sample city against what was planted in it.

        Reads what $TAIAN_HOME has published and its truth/, which the night never reads; changes nothing.

        Example: taian bench leads --json
        """
        from taian.bench.leads import bench_leads
        from taian.bench.report import machine

        at, measures = machine(), bench_leads(settings().home)
        _show("leads", 1.0, at, measures, as_json)


def _web(group: typer.Typer) -> None:
    """Add the benchmark of the pages, which makes no city."""

    @group.command()
    def web(
        users: Annotated[str, typer.Option(help="Readers at once, joined by commas; each at most 50.")] = "1,20",
        rounds: Annotated[int, typer.Option(min=1, max=20, help="Times that each reader asks everything.")] = 3,
        home: Annotated[
            Path | None, typer.Option(help="A home with a published night; $TAIAN_HOME when absent.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    ) -> None:
        """Measure the pages over a published night: every kind of page and callback, for one reader and for many.

        The application is started a second time, on a port of its own, with a session for each reader; the home that is
        read stays as it is. Bytes and first paint are measured in Chromium where Playwright is installed.

        Example: taian bench web --users 1,20 --home var --json
        """
        from taian.bench.report import machine
        from taian.bench.web import bench_web

        at, folder = machine(), (home or installation().home).absolute()
        with board(f"Pages over {folder.name}") as shown:
            measures = bench_web(folder, readers(users), rounds, shown.line)
        _show(
            "web",
            1.0,
            at,
            measures,
            as_json,
            head=f"{_machine(at)} at the start",
        )


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Benchmarks; their figures are explained in docs/benchmarks.md.",
        epilog="Example: taian bench nightly --scale 0.01",
        no_args_is_help=True,
    )
    app.add_typer(group, name="bench")

    @group.callback()
    def bench() -> None:
        """Benchmarks; their figures are explained in docs/benchmarks.md."""

    for add in (_web, _inspect, _labelled, _leads):
        add(group)

    @group.command()
    def nightly(
        scale: Annotated[float, typer.Option(help="Size of the sample city, 0.01 to 1.")] = 0.01,
        rounds: Annotated[int, typer.Option(min=1, help="Rounds of the comparison with the floor.")] = 3,
        growth: Annotated[
            bool, typer.Option("--growth", help="Also run a tenth of the scale, to see the growth.")
        ] = False,
        following: Annotated[
            bool, typer.Option("--following", help="Then run the nights of two more days, and one of nothing new.")
        ] = False,
        through: Annotated[
            Literal["airflow"] | None, typer.Option(help="Also run the night through Airflow, to see its share.")
        ] = None,
        home: Annotated[Path | None, typer.Option(help="Scratch folder; $TAIAN_HOME/bench when absent.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    ) -> None:
        """Measure a night of the sample city: seconds, rows a second, memory, and the resident path against its floor.

        It starts an engine of its own and touches neither the platform nor its data. Goals that are missed are printed
        as missed; the exit code is 0 all the same.

        Example: taian bench nightly --scale 0.1 --growth --json
        """
        from taian.bench.nightly import Plan, bench_nightly

        plan = Plan(scale, rounds, growth, following, through == "airflow")
        _of_the_city("nightly", scale, lambda say: bench_nightly(_folder(home), plan, say), as_json)

    @group.command()
    def month(
        scale: Annotated[float, typer.Option(help="Size of the sample city, 0.001 to 1.")] = 0.01,
        nights: Annotated[int, typer.Option(min=8, max=30, help="Nights from 2018-06-01 on.")] = 30,
        home: Annotated[Path | None, typer.Option(help="Scratch folder; $TAIAN_HOME/bench when absent.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    ) -> None:
        """Run the nights of June 2018 in a row on one engine: what each costs, and what grows without the data.

        It starts an engine of its own and touches neither the platform nor its data; the exit code is 0 whatever comes
        out.

        Example: taian bench month --scale 0.01 --json
        """
        from taian.bench.month import bench_month

        _of_the_city("month", scale, lambda say: bench_month(_folder(home), scale, nights, say), as_json)

    @group.command()
    def cluster(
        scale: Annotated[float, typer.Option(help="Size of the sample city, 0.001 to 1.")] = 0.01,
        home: Annotated[Path | None, typer.Option(help="Scratch folder; $TAIAN_HOME/bench when absent.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    ) -> None:
        """Run one night on this machine's cores and on a standalone Spark cluster, and compare every table.

        The cluster is a master with two workers on this machine. It touches neither the platform nor its data; the exit
        code is 0 whatever comes out.

        Example: taian bench cluster --scale 0.01 --json
        """
        from taian.bench.cluster import bench_cluster

        _of_the_city("cluster", scale, lambda say: bench_cluster(_folder(home), scale, say), as_json)

    @group.command()
    def validation(
        scale: Annotated[float, typer.Option(help="Size of the sample city, 0.01 to 1.")] = 0.1,
        rounds: Annotated[int, typer.Option(min=1, help="Rounds that are counted.")] = 3,
        home: Annotated[Path | None, typer.Option(help="Scratch folder; $TAIAN_HOME/bench when absent.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    ) -> None:
        """Measure sixteen checks of the residents: the gate's way, stock GX, bare Spark and DuckDB on one table.

        It starts an engine of its own and touches neither the platform nor its data. The verdicts of all four are
        compared. Goals that are missed are printed as missed; the exit code is 0 all the same.

        Example: taian bench validation --scale 0.1 --json
        """
        from taian.bench.validation import Plan, bench_validation

        plan = Plan(scale, rounds)
        _of_the_city("validation", scale, lambda say: bench_validation(_folder(home), plan, say), as_json)

    @group.command()
    def authenticity(
        firms: Annotated[int, typer.Option(min=500, help="Firms a panel; fewer leave a habit with too few.")] = 2000,
        months: Annotated[int, typer.Option(min=12, help="Months a panel; 24 is a short history.")] = 30,
        seeds: Annotated[int, typer.Option(min=1, help="Panels drawn; five give each habit 300 firms.")] = 5,
        power: Annotated[bool, typer.Option(help="Also recall by the size of each form's effect.")] = True,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    ) -> None:
        """Measure the authenticity engine: recall by form, false discoveries, and whom it accuses by honest habit.

        Fabrication is injected into honest panels at 1, 5 and 20 percent of firms. Neither the platform nor its data
        are touched. Goals that are missed are printed as missed; the exit code is 0 all the same.

        Example: taian bench authenticity --seeds 5 --json
        """
        from taian.bench.authenticity import Plan, bench_authenticity
        from taian.bench.report import machine

        at = machine()
        with board(f"{seeds} x {firms} firms") as shown:
            measures = bench_authenticity(Plan(firms, months, seeds, power), shown.line)
        _show(
            "authenticity",
            firms / 20_000,
            at,
            measures,
            as_json,
            head=f"{_machine(at)}; {seeds} x {firms} firms",
        )

    @group.command()
    def matching(
        scale: Annotated[float, typer.Option(help="Size of the sample city, 0.01 to 1.")] = 0.01,
        seed: Annotated[int, typer.Option(help="Seed of the sample city.")] = 1,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    ) -> None:
        """Measure how records of other offices are linked to legal persons: precision and recall by layer and in all.

        Legal persons and records are drawn in memory, with the truth; neither the platform nor its data are touched.
        Goals that are missed are printed as missed; the exit code is 0 all the same.

        Example: taian bench matching --scale 0.1 --json
        """
        from taian.bench.matching import bench_matching

        _of_the_city("matching", scale, lambda say: bench_matching(scale, seed, say), as_json)

    @group.command()
    def linking(
        scale: Annotated[float, typer.Option(help="Size of the sample city, 0.001 to 1.")] = 0.01,
        home: Annotated[Path | None, typer.Option(help="Scratch folder; $TAIAN_HOME/bench when absent.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    ) -> None:
        """Measure how well records of other departments find their persons, against planted truth.

        Beside it two plain rules on the same records: the number alone, and name with birthday alone. It starts an
        engine of its own and touches neither the platform nor its data. The exit code is 0 whatever comes out.

        Example: taian bench linking --scale 0.01 --json
        """
        from taian.bench.linking import bench_linking

        _of_the_city("linking", scale, lambda say: bench_linking(_folder(home), scale, say), as_json)

    @group.command()
    def warning(
        scale: Annotated[float, typer.Option(help="Size of the sample city, 0.001 to 1.")] = 0.01,
        quick: Annotated[bool, typer.Option("--quick", help="Fewer series, one origin: a look.")] = False,
        also: Annotated[
            list[str] | None,
            typer.Option(metavar="FILE,TIME,VALUE[,SERIES]", help="Forecast the series of this file too."),
        ] = None,
        only: Annotated[
            str | None,
            typer.Option(help="One part: planted, surges, notification, monthly, daily or yearly forecasts."),
        ] = None,
        home: Annotated[Path | None, typer.Option(help="Scratch folder; $TAIAN_HOME/bench when absent.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    ) -> None:
        """Measure forecasts, intervals, surges of counts, planted events and notification beside what is usual.

        It needs no engine and touches neither the platform nor its data. Goals that are missed are printed as missed;
        the exit code is 0 all the same.

        Example: taian bench warning --also pm25.csv,date,pm25,city --json
        """
        from taian.bench.warning import Plan, bench_warning

        plan = Plan(scale, files=tuple(tuple(one.split(",")) for one in also or ()), only=only)
        plan = plan.quick if quick else plan
        _of_the_city("warning", scale, lambda say: bench_warning(_folder(home), plan, say), as_json)
