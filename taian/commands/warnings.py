"""``taian warnings``: the warnings of the night, from 监测 to 归档."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from taian.commands.alerts import ReasonOption, WhoOption, WordOption, day
from taian.errors import ProblemError
from taian.files import write_private
from taian.oplog import os_user
from taian.services import installation
from taian.tables import JsonOption, print_rows

if TYPE_CHECKING:
    from alerts.casebook import CaseView
    from alerts.cases import Action
    from alerts.episodes import Episode

NumberArgument = Annotated[str, typer.Argument(metavar="WARNING", help="Number of a warning, like YJ-2018-0001.")]
StateName = Literal[
    "open", "assessed", "published", "signed", "dispatched", "answered", "reviewed", "lifted", "closed"
]  # fmt: skip
COLUMNS = ("id", "level", "title", "stage", "assignee", "due", "late", "message")


def row_of(case: "CaseView", *, is_late: bool) -> dict[str, Any]:
    """A warning as it is listed."""
    from alerts.words import STRENGTH_TITLES, state_title
    from taian.clock import SHANGHAI

    return {
        "id": case.id,
        "level": STRENGTH_TITLES[case.strength],
        "title": case.title,
        "state": case.state,
        "stage": state_title(case.state, case.kind),
        "assignee": case.assignee,
        "due": case.due_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if case.due_at else None,
        "late": is_late,
        "message": case.message,
        "opened_on": case.opened_on,
        "last_seen": case.last_seen,
        "silenced_until": case.quiet_until,
    }


def act(number: str, action: "Action", who: str | None, why: str, *, to: str = "", until: str | None = None) -> None:
    """One step on a warning, told in one line. Raises ProblemError when the warning does not allow it."""
    from alerts import warnings
    from alerts.cases import CaseError, Step

    try:
        found = warnings.act(installation(), number, Step(action, who or os_user(), why, to, day(until)))
    except CaseError as error:
        raise ProblemError(str(error)) from error
    told = row_of(found, is_late=False)
    due = f", 期限 {told['due']}" if told["due"] else ""
    typer.echo(f"{found.id} {found.title}: {told['level']} {told['stage']}{due}")


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Early warnings 预警, and what people do with them.",
        epilog="Example: taian warnings list",
        no_args_is_help=True,
    )
    app.add_typer(group, name="warnings")
    _add_reading(group)
    _add_way(group)
    _add_changes(group)


def _add_reading(group: typer.Typer) -> None:
    @group.command("list")
    def list_all(
        state: Annotated[StateName | None, typer.Option(help="Only warnings in this state.")] = None,
        late: Annotated[bool, typer.Option("--late", help="Only warnings whose next step is overdue.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """List the warnings: the overdue first, then by level.

        Example: taian warnings list --late
        """
        from alerts import warnings
        from taian.clock import delivery_moment

        here = installation()
        now = delivery_moment(here.home)
        rows = [row_of(case, is_late=warnings.is_late(case, now)) for case in warnings.list_warnings(here, state)]
        print_rows([row for row in rows if row["late"] or not late], as_json=as_json, columns=COLUMNS)

    @group.command()
    def show(number: NumberArgument, as_json: JsonOption = False) -> None:
        """Show one warning: expected range, cause candidates, what else moved, and its whole history.

        Example: taian warnings show YJ-2018-0001
        """
        case, events = _shown(number)
        facts = {**row_of(case, is_late=False), "signal": case.facts}
        history = [event.model_dump() for event in events]
        if as_json:
            print_rows([{**facts, "history": history}], as_json=True)
            return
        print_rows(
            [{"field": name, "value": value} for name, value in facts.items() if value is not None], as_json=False
        )
        typer.echo()
        print_rows(history, as_json=False, columns=("at", "who", "what", "from_state", "to_state", "why"))

    @group.command()
    def lessons(
        each: Annotated[
            bool, typer.Option("--each", help="List the warnings themselves, with what was learned.")
        ] = False,
        as_json: JsonOption = False,
    ) -> None:
        """What the lifted and archived warnings teach: precision and lead time of each kind of signal.

        Example: taian warnings lessons
        """
        from dataclasses import asdict

        from alerts.lessons import by_detector, lessons_of, row_of_record

        found = lessons_of(installation())
        rows = [asdict(one) for one in found] if each else [row_of_record(one) for one in by_detector(found)]
        print_rows(rows, as_json=as_json)

    @group.command("past")
    def list_past(as_json: JsonOption = False) -> None:
        """List the signals of the past, one row an episode, the last first; ``record`` opens a warning on one.

        Example: taian warnings past
        """
        from alerts.past import past
        from alerts.published import NotPublishedError

        try:
            found = past(installation())
        except NotPublishedError as error:
            raise ProblemError(str(error)) from error
        print_rows([_row_of_episode(one) for one in found], as_json=as_json)

    @group.command()
    def cap(
        number: NumberArgument, out: Annotated[Path | None, typer.Option(help="Where to write it.")] = None
    ) -> None:
        """Print a warning as a message of CAP 1.2 (status Exercise, scope Restricted).

        Example: taian warnings cap YJ-2018-0001 --out warning.xml
        """
        from alerts.cap import message

        text = message(*_shown(number))
        if out is None:
            typer.echo(text, nl=False)
            return
        try:
            write_private(out, text)
        except OSError as error:
            raise ProblemError(f"{out} cannot be written ({error.strerror}): name another file.") from error


def _row_of_episode(one: "Episode") -> dict[str, Any]:
    from alerts.words import STRENGTH_TITLES

    return {
        "id": one.id,
        "level": STRENGTH_TITLES[one.fact.level],
        "number": one.fact.title,
        "area": one.fact.area_name,
        "since": one.first,
        "until": one.last,
        "signals": one.signals,
        "inside": "、".join(one.inside) or None,
        "held": one.fact.is_held,
        "message": one.fact.sentence,
    }


def _shown(number: str) -> Any:
    from alerts import warnings
    from alerts.cases import CaseError

    try:
        return warnings.show_warning(installation(), number)
    except CaseError as error:
        raise ProblemError(str(error)) from error


def _add_way(group: typer.Typer) -> None:
    @group.command()
    def assess(number: NumberArgument, why: ReasonOption, who: WhoOption = None) -> None:
        """Say what it means 研判.

        Example: taian warnings assess YJ-2018-0001 --why 停产企业集中在一个乡镇
        """
        act(number, "assess", who, why)

    @group.command()
    def publish(number: NumberArgument, why: WordOption = "", who: WhoOption = None) -> None:
        """Approve and publish 审批发布 to the departments.

        Example: taian warnings publish YJ-2018-0001
        """
        act(number, "publish", who, why)

    @group.command()
    def sign(number: NumberArgument, why: WordOption = "", who: WhoOption = None) -> None:
        """Sign for it 签收.

        Example: taian warnings sign YJ-2018-0001
        """
        act(number, "sign", who, why)

    @group.command()
    def dispatch(
        number: NumberArgument,
        to: Annotated[str, typer.Option(help="The department that is to act.")],
        why: WordOption = "",
        who: WhoOption = None,
    ) -> None:
        """Give it to who is to act 派发; again, when the answer does not do.

        Example: taian warnings dispatch YJ-2018-0001 --to 人力资源社会保障局
        """
        act(number, "dispatch", who, why, to=to)

    @group.command()
    def feedback(number: NumberArgument, why: ReasonOption, who: WhoOption = None) -> None:
        """Record what was done 处置反馈.

        Example: taian warnings feedback YJ-2018-0001 --why 已约谈企业并垫付工资
        """
        act(number, "feedback", who, why)

    @group.command()
    def review(number: NumberArgument, why: ReasonOption, who: WhoOption = None) -> None:
        """Check what was done 复核.

        Example: taian warnings review YJ-2018-0001 --why 回访属实
        """
        act(number, "review", who, why)

    @group.command()
    def lift(number: NumberArgument, why: ReasonOption, who: WhoOption = None) -> None:
        """End it 解除.

        Example: taian warnings lift YJ-2018-0001 --why 来电恢复正常
        """
        act(number, "lift", who, why)

    @group.command()
    def archive(number: NumberArgument, why: WordOption = "", who: WhoOption = None) -> None:
        """File it 归档.

        Example: taian warnings archive YJ-2018-0001
        """
        act(number, "archive", who, why)


def _add_changes(group: typer.Typer) -> None:
    @group.command()
    def record(
        signal: Annotated[str, typer.Argument(help="Id of a signal of the past, from taian warnings past.")],
        why: ReasonOption,
        who: WhoOption = None,
    ) -> None:
        """Open a warning on a signal of the past 补立, to look back or to practise.

        Example: taian warnings record 363ad516993e --why 复盘两个街道停水
        """
        from alerts import past
        from alerts.cases import CaseError

        try:
            case = past.record(installation(), signal, who or os_user(), why)
        except CaseError as error:
            raise ProblemError(str(error)) from error
        typer.echo(f"{case.id} {case.title}: {row_of(case, is_late=False)['stage']}")

    @group.command()
    def escalate(number: NumberArgument, why: ReasonOption, who: WhoOption = None) -> None:
        """Raise its level by one 升级.

        Example: taian warnings escalate YJ-2018-0001 --why 已波及相邻乡镇
        """
        act(number, "escalate", who, why)

    @group.command()
    def lower(number: NumberArgument, why: ReasonOption, who: WhoOption = None) -> None:
        """Lower its level by one 降级.

        Example: taian warnings lower YJ-2018-0001 --why 诉求量回落
        """
        act(number, "lower", who, why)

    @group.command()
    def confirm(number: NumberArgument, why: ReasonOption, who: WhoOption = None) -> None:
        """Say that it was so 属实: counts for the precision of its signal.

        Example: taian warnings confirm YJ-2018-0001 --why 三家企业停产
        """
        act(number, "confirm", who, why)

    @group.command()
    def dismiss(number: NumberArgument, why: ReasonOption, who: WhoOption = None) -> None:
        """Say that it was a false alarm 排除.

        Example: taian warnings dismiss YJ-2018-0001 --why 计量表更换
        """
        act(number, "dismiss", who, why)

    @group.command()
    def silence(
        number: NumberArgument,
        until: Annotated[str, typer.Option(help="The last day of the silence.")],
        why: ReasonOption,
        who: WhoOption = None,
    ) -> None:
        """Raise no further warning of this number and area for a while 静默.

        Example: taian warnings silence YJ-2018-0001 --until 2018-07-31 --why 检修已公告
        """
        act(number, "silence", who, why, until=until)

    @group.command()
    def reopen(number: NumberArgument, why: ReasonOption, who: WhoOption = None) -> None:
        """Open one again that was lifted or archived.

        Example: taian warnings reopen YJ-2018-0001 --why 又有来电
        """
        act(number, "reopen", who, why)
