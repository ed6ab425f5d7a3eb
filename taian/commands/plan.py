"""``taian plan``: what only a person can know of the integration plan's tasks, with its document."""

from typing import Annotated, Literal

import typer

from taian.commands.catalog import usable
from taian.errors import ProblemError
from taian.oplog import os_user
from taian.services import installation
from taian.tables import JsonOption, print_rows

COLUMNS = ("at", "who", "task", "state", "why", "document")


def report_on(task: str, state: Literal["done", "under_way"], why: str, document: str, who: str) -> None:
    """Keep a report. ProblemError for a task that the plan has not, or one whose state a table shows."""
    from alerts.planreports import report
    from catalog.plan import scheme

    known = usable().codelists["plan_task"].names
    if task not in known:
        raise ProblemError(f"The plan has no task '{task}': take a number of /plan, like 17-1.")
    if measured := scheme().tasks.get(task):
        title = scheme().measures[measured.measure].title
        raise ProblemError(
            f"The state of {task} is read from {title} ({measured.measure}); it is not reported by hand."
        )
    report(installation(), task, state, why, document, who)


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Tasks of the integration plan 整合共享实施方案.",
        epilog="Example: taian plan reports",
        no_args_is_help=True,
    )
    app.add_typer(group, name="plan")

    @group.command()
    def report(
        task: Annotated[str, typer.Argument(help="Number of the task, like 17-1.")],
        why: Annotated[str, typer.Option(help="What was done, in one sentence; name no person.")],
        document: Annotated[str, typer.Option(help="The document that shows it: its number or title.")],
        state: Annotated[Literal["done", "under_way"], typer.Option(help="What it says of the task.")] = "done",
        who: Annotated[str | None, typer.Option(help="Who reports it; the user of this system when absent.")] = None,
    ) -> None:
        """Report on a task whose state no table shows. The line stays in the audit log; the last one on a task counts.

        Example: taian plan report 17-1 --why 专题培训已举办 --document 泰政办字〔2017〕92号
        """
        report_on(task, state, why, document, who or os_user())
        typer.echo(f"Reported {task} as {state}: /plan shows it after the next night.")

    @group.command()
    def reports(as_json: JsonOption = False) -> None:
        """List every report, oldest first.

        Example: taian plan reports
        """
        from alerts.planreports import history

        print_rows([vars(each) for each in history(installation())], as_json=as_json, columns=COLUMNS)
