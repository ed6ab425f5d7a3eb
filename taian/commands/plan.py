"""``taian plan``: what only a person can know of the integration plan's tasks, and the supervision 督办 of them."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from taian.commands.alerts import ReasonOption, WhoOption, day
from taian.commands.catalog import usable
from taian.errors import ProblemError
from taian.oplog import os_user
from taian.services import installation
from taian.tables import JsonOption, print_rows

if TYPE_CHECKING:
    from alerts.auditsamples import Sample
    from alerts.casebook import CaseView
    from alerts.cases import Step

COLUMNS = ("at", "who", "task", "state", "why", "document")
SAMPLE_COLUMNS = ("number", "at", "who", "seed", "size", "among")
PROJECT_COLUMNS = ("project_code", "name", "department_name", "budget_10k_yuan", "risk", "evidence")
DUTY_COLUMNS = ("id", "task", "stage", "state", "due", "days_late", "asked_until", "department", "title")
TaskArgument = Annotated[str, typer.Argument(metavar="TASK", help="Number of a task, like 17-1.")]
DocumentOption = Annotated[str, typer.Option(help="The document that shows it: its number or title.")]
ForOption = Annotated[str, typer.Option("--for", help="The department that answers; the lead when absent.")]
UntilOption = Annotated[str | None, typer.Option(help="The day asked for or granted, like 2018-09-30.")]


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


def duty_row(case: "CaseView", today: Any) -> dict[str, Any]:
    """A duty as it is listed."""
    from alerts.deadlines import late
    from alerts.duties import fact_of
    from alerts.words import STRENGTH_TITLES, state_title

    return {
        "id": case.id,
        "task": case.subject,
        "stage": STRENGTH_TITLES[case.strength],
        "state": state_title(case.state, case.kind),
        "due": case.due_on,
        "days_late": late(case.due_on, today) if case.state != "closed" else 0,
        "asked_until": case.asked_until,
        "department": fact_of(case).lead_name,
        "title": fact_of(case).title,
    }


def act(task: str, step: "Step") -> None:
    """One step on a duty, told in one line. Raises ProblemError when the duty does not allow it."""
    from alerts import duties
    from alerts.casebook import today
    from alerts.cases import CaseError

    try:
        found = duties.act(installation(), task, step)
    except CaseError as error:
        raise ProblemError(str(error)) from error
    told = duty_row(found, today(installation()))
    typer.echo(f"{found.id} {task}: {told['state']}, 期限 {told['due']}")


def answering(task: str, given: str) -> str:
    """The department on whose behalf somebody answers: the one named, else the one that leads the task."""
    from alerts import duties

    if given:
        return given
    found = duties.show_duty(installation(), task)
    return duties.fact_of(found[0]).lead_name if found else ""


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Tasks of the integration plan 整合共享实施方案, and their supervision 督办.",
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

    _add_duties(group)
    _add_steps(group)
    _add_evaluation(group)
    _add_sample(group)


def _add_sample(group: typer.Typer) -> None:
    @group.command()
    def sample(
        size: Annotated[int, typer.Option(help="How many projects to draw; 0 lists the draws there were.")] = 0,
        seed: Annotated[str, typer.Option(help="Seed of the draw; thrown when absent, each is used once.")] = "",
        check: Annotated[str, typer.Option(help="Number of a draw to draw again and compare.")] = "",
        out: Annotated[Path | None, typer.Option(help="Also write the draw as a workbook of audit_sample.")] = None,
        who: WhoOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Draw projects for audit 审计抽样: at random, the riskier the likelier; the draw stays in the audit log.

        Example: taian plan sample --size 12 --seed 审2018-1
        """
        from alerts import auditsamples

        here = installation()
        if not size and not check:
            print_rows([vars(each) for each in auditsamples.history(here)], as_json=as_json, columns=SAMPLE_COLUMNS)
            return
        projects = filed_projects()
        risks = {row["project_code"]: row["risk"] for row in projects}
        if check:
            is_same = auditsamples.check(here, risks, check)
            typer.echo(f"{check} {'comes out again' if is_same else 'does NOT come out again'}.")
            raise typer.Exit(0 if is_same else 1)
        found = auditsamples.sample(here, risks, size, seed, who or os_user())
        by_code = {row["project_code"]: row for row in projects}
        if out is not None:
            write_register(out, found, risks)
        if not as_json:
            typer.echo(f"{found.number} seed {found.seed}: {found.size} of {found.among} projects")
        print_rows([by_code[code] for code in found.drawn], as_json=as_json, columns=PROJECT_COLUMNS)


def write_register(out: Path, found: "Sample", risks: dict[str, float]) -> None:
    """The draw as the audit bureau hands it in: every project that could be drawn, with its risk, and the place of
    those that were. ProblemError when the file cannot be written; the draw is in the log all the same.
    """
    from taian.spreadsheet import as_xlsx

    titles = [column.title for column in usable()["audit_sample"].columns]
    places = {code: f"{place}" for place, code in enumerate(found.drawn, start=1)}
    head = (found.number, found.at[:10], found.seed, f"{found.size}", f"{found.among}")
    rows = [[*head, code, f"{risk}", places.get(code, "")] for code, risk in sorted(risks.items())]
    try:
        out.write_bytes(as_xlsx([titles, *rows], "审计抽样"))
    except OSError as error:
        raise ProblemError(
            f"{out} cannot be written ({error.strerror}); {found.number} is drawn: taian plan sample lists it."
        ) from error


def filed_projects() -> list[dict[str, Any]]:
    """The projects of the last published night with their risks. ProblemError before there are any."""
    from jobs.publish import duck
    from jobs.publish.filed import TABLE

    try:
        return duck.read(TABLE, f"SELECT {', '.join(PROJECT_COLUMNS)} FROM {TABLE} ORDER BY project_code")
    except LookupError as error:
        raise ProblemError("No night with filed projects is published: run taian nightly first.") from error


def _add_evaluation(group: typer.Typer) -> None:
    @group.command()
    def evaluate(
        year: Annotated[int, typer.Option(help="The year that is evaluated.")],
        out: Annotated[Path, typer.Option(help="Where to write the result as CSV.")],
    ) -> None:
        """Make the yearly evaluation 考核 again from what the last night published, and print its digest.

        Example: taian plan evaluate --year 2018 --out 2018.csv
        """
        from jobs.publish import duck
        from jobs.publish import evaluation as made_again
        from taian.evaluation import as_csv, digest_of

        here, night = installation(), duck.current()
        if night is None or not made_again.is_there(night["tables"]):
            raise ProblemError(f"No night with an evaluation is published in {here.serving}: run taian nightly first.")
        day = date.fromisoformat(night["business_date"])
        if day.year != year:
            raise ProblemError(f"The published night is of {day}, not of {year}: publish a night of {year} first.")
        files = {name: night["tables"][name]["file"] for name in made_again.sources(night["tables"])}
        lines = made_again.made(files, usable().codelists["department"].names, day)
        try:
            out.write_bytes(as_csv(lines))
        except OSError as error:
            raise ProblemError(f"{out} cannot be written ({error.strerror}): name another file.") from error
        typer.echo(f"{digest_of(lines)}  {out}  ({day})")

    @group.command("object")
    def objection(
        department: Annotated[str, typer.Argument(help="Code of the department that objects.")],
        year: Annotated[int, typer.Option(help="The year of the evaluation.")],
        why: ReasonOption,
        document: DocumentOption,
        who: WhoOption = None,
    ) -> None:
        """Object to an evaluation; objection and decision stay visible on /plan.

        Example: taian plan object gonganju --year 2018 --why 上云率漏计一个系统 --document 泰公函〔2019〕2号
        """
        from alerts.objections import Said, say

        say(installation(), Said(known(department), year, "object", why, document, who or os_user()))
        typer.echo(f"Objection of {department} to {year} is written down.")

    @group.command()
    def rule(
        department: Annotated[str, typer.Argument(help="Code of the department that objected.")],
        decision: Annotated[Literal["accept", "reject"], typer.Argument(help="What the leading group decides.")],
        year: Annotated[int, typer.Option(help="The year of the evaluation.")],
        why: ReasonOption,
        document: DocumentOption,
        who: WhoOption = None,
    ) -> None:
        """Decide for the leading group on the objection of a department.

        Example: taian plan rule gonganju reject --year 2018 --why 台账未列 --document 专项小组纪要〔2019〕1号
        """
        from alerts.objections import Said, say

        say(installation(), Said(known(department), year, decision, why, document, who or os_user()))
        typer.echo(f"Decision on {department} for {year} is written down.")


def known(department: str) -> str:
    """The code of a department. ProblemError for one that the list does not have."""
    if department not in usable().codelists["department"].names:
        raise ProblemError(f"There is no department '{department}': take a code of catalog/lists/department.csv.")
    return department


def _add_duties(group: typer.Typer) -> None:
    @group.command()
    def duties(
        late: Annotated[bool, typer.Option("--late", help="Only what is overdue.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """List what is supervised 督办: what stands first, of this the gravest.

        Example: taian plan duties --late
        """
        from alerts.casebook import today
        from alerts.duties import list_duties

        here = installation()
        rows = [duty_row(case, today(here)) for case in list_duties(here)]
        print_rows([row for row in rows if row["days_late"] or not late], as_json=as_json, columns=DUTY_COLUMNS)

    @group.command()
    def duty(task: TaskArgument, as_json: JsonOption = False) -> None:
        """Show the supervision of one task with its whole history.

        Example: taian plan duty 17-1
        """
        from alerts.casebook import today
        from alerts.duties import show_duty

        found = show_duty(installation(), task)
        if found is None:
            raise ProblemError(f"Task '{task}' is not supervised: taian plan duties lists those that are.")
        row, events = duty_row(found[0], today(installation())), [event.model_dump() for event in found[1]]
        if as_json:
            print_rows([{**row, "history": events}], as_json=True)
            return
        print_rows([{"field": name, "value": value} for name, value in row.items() if value], as_json=False)
        typer.echo()
        print_rows(events, as_json=False, columns=("at", "who", "what", "from_state", "to_state", "why"))


def _add_steps(group: typer.Typer) -> None:
    @group.command()
    def reply(
        task: TaskArgument,
        why: ReasonOption,
        document: DocumentOption,
        done: Annotated[bool, typer.Option("--done", help="The task is done; otherwise it is under way.")] = False,
        department: ForOption = "",
        who: WhoOption = None,
    ) -> None:
        """Answer for a supervised task, with a document; a cooperating department tells of its part.

        Example: taian plan reply 17-1 --done --why 专题培训已举办 --document 泰政办字〔2017〕92号
        """
        from alerts.cases import Step

        lead = answering(task, "")
        if department and department != lead:
            if done:
                raise ProblemError(f"Only {lead} leads {task} and reports it done; leave out --done for {department}.")
            act(task, Step("assist", who or os_user(), why, department, document=document))
        else:
            act(task, Step("prove" if done else "reply", who or os_user(), why, lead, document=document))

    @group.command()
    def extend(
        task: TaskArgument,
        why: ReasonOption,
        until: UntilOption = None,
        document: DocumentOption = "",
        department: ForOption = "",
        who: WhoOption = None,
    ) -> None:
        """Ask for an extension of a supervised task.

        Example: taian plan extend 12-1 --until 2018-09-30 --why 光缆施工未完成
        """
        from alerts.cases import Step

        asked = Step("ask", who or os_user(), why, answering(task, department), day(until), document=document)
        act(task, asked)

    @group.command()
    def decide(
        task: TaskArgument,
        decision: Annotated[Literal["grant", "refuse", "return"], typer.Argument(help="return: send an answer back.")],
        why: ReasonOption,
        until: UntilOption = None,
        who: WhoOption = None,
    ) -> None:
        """Decide for the leading group: grant or refuse an extension, or send back an answer that does not hold.

        Example: taian plan decide 12-1 grant --until 2018-09-30 --why 同意，不再延期
        """
        from alerts.cases import Step

        act(task, Step(decision, who or os_user(), why, on=day(until)))
