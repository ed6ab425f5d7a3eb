"""``taian alerts``: the cases that findings, refused deliveries and bad nights became, and those that people open."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from taian.errors import ProblemError
from taian.oplog import os_user
from taian.services import installation
from taian.tables import JsonOption, print_rows

if TYPE_CHECKING:
    from alerts.casebook import CaseView
    from alerts.cases import Action

CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="Number of the case, like XS-2018-0001.")]
WhoOption = Annotated[str | None, typer.Option("--who", help="Who does it; the user of this system when absent.")]
WordOption = Annotated[str, typer.Option("--why", help="A word to the history.")]
ReasonOption = Annotated[str, typer.Option("--why", help="The reason; kept in the history.")]
COLUMNS = ("id", "state", "title", "assignee", "due_on", "verdict", "strength", "opened_on", "last_seen", "audience")
HIDDEN = frozenset({"facts", "joined"})
"""What is kept for the printed sheet, and too long for a screen."""

StateName = Literal["open", "acknowledged", "assigned", "heard", "confirmed", "dismissed", "transferred", "closed"]
KindName = Literal["finding", "hand", "drawn", "delivery", "night"]
ByName = Literal["county", "industry"]


def told(do: "Callable[[], CaseView]") -> None:
    """Do something to a case and say in one line how it stands. Raises ProblemError when the case does not allow it."""
    from alerts.cases import CaseError
    from alerts.words import state_title

    try:
        found = do()
    except CaseError as error:
        raise ProblemError(str(error)) from error
    given = found.handed_to if found.state == "transferred" else found.assignee if found.state == "assigned" else None
    due = f", 期限 {found.due_on}" if found.due_on else ""
    typer.echo(
        f"{found.id} {found.title}: {state_title(found.state, found.kind)}" + (f" ({given}{due})" if given else "")
    )


def act(case: str, action: "Action", who: str | None, why: str, *, to: str = "", on: str | None = None) -> None:
    """One step on a case, told in one line. Raises ProblemError when the case does not allow it."""
    from alerts import casebook
    from alerts.cases import Step

    step = Step(action, who or os_user(), why, to, day(on))
    told(lambda: casebook.act(installation(), case, step))


def day(text: str | None) -> dt.date | None:
    """A day as written on the command line. Raises ProblemError when it is none."""
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError as error:
        raise ProblemError(f"'{text}' is not a day: write it like 2018-06-30.") from error


def facts_of(case: "CaseView") -> dict[str, Any]:
    """A case as it is printed."""
    return case.model_dump(exclude=set(HIDDEN))


def show_case(case: str, *, as_json: bool) -> None:
    """Print a case and its history. Raises ProblemError when there is none of that number."""
    from alerts import casebook
    from alerts.cases import CaseError

    try:
        found, events = casebook.show_case(installation(), case)
    except CaseError as error:
        raise ProblemError(str(error)) from error
    facts = facts_of(found)
    history = [event.model_dump() for event in events]
    if as_json:
        print_rows([{**facts, "history": history}], as_json=True)
        return
    print_rows([{"field": name, "value": value} for name, value in facts.items() if value is not None], as_json=False)
    typer.echo()
    print_rows(history, as_json=False, columns=("at", "who", "what", "from_state", "to_state", "why"))


def take_up(finding: str, who: str | None, why: str) -> None:
    """Open a case on a finding of the last night. Raises ProblemError when there is no such finding."""
    from alerts import casebook, published

    here = installation()
    try:
        fact = published.finding(here, finding)
    except published.NotPublishedError as error:
        raise ProblemError(str(error)) from error
    if fact is None:
        raise ProblemError(f"上一夜没有编号为 {finding} 的疑点；编号见“数据真实性”页面每条疑点的末尾")
    told(lambda: casebook.open_case(here, casebook.of_finding(fact), who=who or os_user(), why=why))


def open_by_hand(unit: str, name: str, county: str, what: str, who: str | None) -> None:
    """Open a case on what a person brought. Raises ProblemError when it says too little."""
    from alerts import casebook

    def opened() -> "CaseView":
        lead = casebook.by_hand(unit=casebook.typed_code(unit), unit_name=name, county_name=county, message=what)
        return casebook.open_case(installation(), lead, who=who or os_user(), why="")

    told(opened)


def make_draw(count: int, seed: str, by: "ByName | None", inspectors: list[str], who: str | None) -> None:
    """Draw units at random and open a case on each. Raises ProblemError when no such draw can be made."""
    from alerts import draws
    from alerts.cases import CaseError

    try:
        order = draws.Order(who or os_user(), count, seed, by or "", tuple(inspectors))
        kept, opened = draws.draw(installation(), order)
    except CaseError as error:
        raise ProblemError(str(error)) from error
    typer.echo(f"{kept.id} 抽样种子 {kept.seed}，{len(draws.frame_of(kept))} 家中抽取 {kept.wanted} 家：")
    print_rows([facts_of(case) for case in opened], as_json=False, columns=("id", "unit", "unit_name", "assignee"))


def check_draw(number: str) -> int:
    """Say whether a draw, made again from what was logged, is the one on which cases were opened."""
    from alerts import draws
    from alerts.cases import CaseError

    try:
        wrong = draws.check(installation(), number)
    except CaseError as error:
        raise ProblemError(str(error)) from error
    typer.echo(f"{wrong}。" if wrong else f"抽取 {number} 重做一遍，名单与审计日志和案件一致")
    return 1 if wrong else 0


def make_sheet(case: str, out: Path | None, check: str | None) -> int:
    """Write the printable sheet of a case, or say whether one with this digest was made."""
    from alerts import sheet
    from alerts.cases import CaseError
    from taian.inspectpage.drawing import drawn

    here = installation()
    if check is not None:
        made = sheet.made_at(here, case, check.strip().lower())
        typer.echo(
            f"是平台出具的案件 {case} 的移送单，首次出具于 {made}"
            if made
            else f"平台没有出具过这样的案件 {case} 的移送单"
        )
        return 0 if made else 1
    if out is None:
        raise ProblemError("Say where the sheet goes with --out FILE, or which digest to look for with --check.")
    try:
        text = sheet.sheet(here, case, picture=drawn, who=os_user())
        out.touch(mode=0o600)
        out.write_text(text, encoding="utf-8")
    except CaseError as error:
        raise ProblemError(str(error)) from error
    except OSError as error:
        raise ProblemError(f"{out} cannot be written ({error.strerror}): name another file.") from error
    typer.echo(f"{out}")
    return 0


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Cases and warnings, and what people do with them.",
        epilog="Example: taian alerts list --state open",
        no_args_is_help=True,
    )
    app.add_typer(group, name="alerts")
    _add_reading(group)
    _add_opening(group)
    _add_draws(group)
    _add_work(group)
    _add_verdicts(group)


def _add_reading(group: typer.Typer) -> None:
    @group.command("list")
    def list_cases(
        state: Annotated[StateName | None, typer.Option(help="Only cases in this state.")] = None,
        kind: Annotated[KindName | None, typer.Option(help="Only cases of this kind.")] = None,
        audience: Annotated[
            str | None, typer.Option(help="Only cases of these readers: statistics, operator, owner:<provider>.")
        ] = None,
        late: Annotated[bool, typer.Option("--late", help="Only cases whose deadline has passed.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """List the cases, newest first.

        Example: taian alerts list --state open
        """
        from alerts import casebook

        here = installation()
        found = casebook.list_cases(here, audience=audience, kind=kind, state=state)
        if late:
            today = casebook.today(here)
            found = [case for case in found if casebook.days_late(case, today)]
        print_rows([facts_of(case) for case in found], as_json=as_json, columns=COLUMNS)

    @group.command()
    def show(case: CaseArgument, as_json: JsonOption = False) -> None:
        """Show one case with its whole history.

        Example: taian alerts show XS-2018-0001
        """
        show_case(case, as_json=as_json)

    @group.command()
    def precision(as_json: JsonOption = False) -> None:
        """Print how often the leads of each test were confirmed, with Wilson's 95 % interval.

        Example: taian alerts precision
        """
        from alerts import verdicts

        rows = []
        for each in verdicts.precision(installation()):
            low, high = each.interval or (None, None)
            rows.append({**vars(each), "precision": each.share, "low": low, "high": high})
        print_rows(rows, as_json=as_json)

    @group.command()
    def missed(as_json: JsonOption = False) -> None:
        """Print how many of the units drawn at random had fabricated, with the exact 95 % interval.

        Example: taian alerts missed
        """
        from alerts.missed import miss_rate

        found = miss_rate(installation())
        low, high = found.interval or (None, None)
        counts = {name: getattr(found, name) for name in ("drawn", "confirmed", "dismissed", "frame")}
        print_rows([{**counts, "miss_rate": found.share, "low": low, "high": high}], as_json=as_json)

    @group.command()
    def sheet(
        case: CaseArgument,
        out: Annotated[Path | None, typer.Option(help="Where to write the page.")] = None,
        check: Annotated[str | None, typer.Option(metavar="DIGEST", help="The digest at the foot of a sheet.")] = None,
    ) -> int:
        """Make the printable sheet 线索移送单 of a case, or check whether a printed one is genuine.

        Example: taian alerts sheet XS-2018-0001 --out sheet.html
        """
        return make_sheet(case, out, check)


def _add_opening(group: typer.Typer) -> None:
    @group.command()
    def take(
        finding: Annotated[str, typer.Argument(metavar="FINDING", help="Number of a finding, as its page shows it.")],
        why: WordOption = "",
        who: WhoOption = None,
    ) -> None:
        """Open a case on a finding that opened none by itself.

        Example: taian alerts take 1788e3f6e24ee99d8798 --why 实地看到停产
        """
        take_up(finding, who, why)

    @group.command("open")
    def open_lead(
        name: Annotated[str, typer.Option(help="Name of the unit.")],
        what: Annotated[str, typer.Option(help="What is said of it, and by whom.")],
        unit: Annotated[str, typer.Option(help="Its credit code.")] = "",
        county: Annotated[str, typer.Option(help="Its county.")] = "",
        who: WhoOption = None,
    ) -> None:
        """Open a case by hand: a letter, a visit, another authority.

        Example: taian alerts open --name 示例水泥厂 --county 岱岳区 --what 来信反映虚报产值
        """
        open_by_hand(unit, name, county, what, who)


def _add_draws(group: typer.Typer) -> None:
    @group.command("draw")
    def draw(
        count: Annotated[int | None, typer.Option(min=1, help="How many units.")] = None,
        seed: Annotated[str, typer.Option(help="抽样种子; thrown by the platform when absent.")] = "",
        by: Annotated[ByName | None, typer.Option(help="Draw in every county or industry.")] = None,
        inspector: Annotated[
            list[str] | None, typer.Option(help="Deal the cases at random to these people; once for each.")
        ] = None,
        check: Annotated[str | None, typer.Option(metavar="DRAW", help="Make this draw again and compare.")] = None,
        who: WhoOption = None,
    ) -> int:
        """Draw units that nobody suspects 双随机 and open a case on each; only their verdicts tell what is missed.

        Example: taian alerts draw --count 20 --by county --inspector 李华 --inspector 王芳
        """
        if check is not None:
            return check_draw(check)
        if count is None:
            raise ProblemError("Say how many units with --count, or which draw to make again with --check.")
        make_draw(count, seed, by, inspector or [], who)
        return 0

    @group.command("draws")
    def list_draws(as_json: JsonOption = False) -> None:
        """List the draws with their seeds, newest first.

        Example: taian alerts draws
        """
        from alerts import draws

        names = ("id", "at", "business_date", "who", "seed", "wanted", "stratified_by")
        print_rows(
            [{name: getattr(each, name) for name in names} for each in draws.draws(installation())], as_json=as_json
        )


def _add_work(group: typer.Typer) -> None:
    @group.command()
    def ack(case: CaseArgument, why: WordOption = "", who: WhoOption = None) -> None:
        """Acknowledge a case: somebody has seen it.

        Example: taian alerts ack XS-2018-0001
        """
        act(case, "acknowledge", who, why)

    @group.command()
    def assign(
        case: CaseArgument,
        to: Annotated[str, typer.Option(help="Who is to deal with it.")],
        due: Annotated[str | None, typer.Option(help="By which day; 20 working days for what is inspected.")] = None,
        why: WordOption = "",
        who: WhoOption = None,
    ) -> None:
        """Give a case to somebody.

        Example: taian alerts assign XS-2018-0001 --to 李华
        """
        act(case, "assign", who, why, to=to, on=due)

    @group.command()
    def hear(
        case: CaseArgument,
        text: Annotated[str, typer.Option(help="What the unit answers, or that it did not answer in time.")],
        on: Annotated[str | None, typer.Option(help="On which day; today when absent.")] = None,
        who: WhoOption = None,
    ) -> None:
        """Record what the unit answers 陈述申辩; only then can a case be confirmed.

        Example: taian alerts hear XS-2018-0001 --text 七月停产检修
        """
        act(case, "hear", who, text, on=on)

    @group.command()
    def close(case: CaseArgument, why: ReasonOption, who: WhoOption = None) -> None:
        """Close a case; what is seen again afterwards is noted in it.

        Example: taian alerts close XS-2018-0001 --why 企业已更正报表
        """
        act(case, "close", who, why)

    @group.command()
    def reopen(case: CaseArgument, why: ReasonOption, who: WhoOption = None) -> None:
        """Open a case again that was decided or closed.

        Example: taian alerts reopen XS-2018-0001 --why 又有新证据
        """
        act(case, "reopen", who, why)


def _add_verdicts(group: typer.Typer) -> None:
    @group.command()
    def confirm(case: CaseArgument, why: ReasonOption, who: WhoOption = None) -> None:
        """Find that it is so 属实; the unit leaves the baseline of later nights.

        Example: taian alerts confirm XS-2018-0001 --why 用电和开票均与所报产值不符
        """
        act(case, "confirm", who, why)

    @group.command()
    def dismiss(case: CaseArgument, why: ReasonOption, who: WhoOption = None) -> None:
        """Find that there is an honest explanation 排除; the unit stays in the baseline.

        Example: taian alerts dismiss XS-2018-0001 --why 屋顶光伏自发自用
        """
        act(case, "dismiss", who, why)

    @group.command()
    def transfer(
        case: CaseArgument,
        to: Annotated[str, typer.Option(help="The authority that receives it.")],
        why: WordOption = "",
        who: WhoOption = None,
    ) -> None:
        """Hand a confirmed case to another authority 移送.

        Example: taian alerts transfer XS-2018-0001 --to 市统计执法监督局
        """
        act(case, "transfer", who, why, to=to)
